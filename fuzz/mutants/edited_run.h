// SPDX-License-Identifier: MIT
// The table of edits under the judges: of each kind, how often it was made in recordings and in
// histories of the reference, which rules refused it, what lives. `kernel judge --edited` and
// `mutants --run --layer judge` print this one table.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/mutants/edited_recording.h"
#include "fuzz/mutants/edited_trace.h"
#include "model/vocab/verdict.h"

namespace bp {

struct EditOutcome {
  std::string_view name, what, rules;  ///< Of the edit.
  bool wanted = true;                  ///< Else it is not made.
  std::uint64_t made = 0;
  std::uint64_t of_reference = 0;                   ///< Of these, in histories of the reference.
  std::map<std::string, std::uint64_t> refused_by;  ///< Rules, right ones and others.
  std::uint64_t survived = 0;                       ///< Accepted.
  std::uint64_t wrongly = 0;                        ///< Refused, by another rule.
  double seconds = 0;                               ///< In the judge.
  std::string first;                                ///< Where the first of these two is.

  bool is_sound() const { return !wanted || (made > 0 && survived == 0 && wrongly == 0); }
};

/// Every kind of edit by name, recordings' before traces'.
std::vector<std::string_view> edit_names();

/// Of each kind at most `places` edits a profile, in recordings and in histories of the reference
/// alike; stretches come one after the other.
class EditRun {
 public:
  explicit EditRun(unsigned places);
  /// Only those kinds whose name is wanted.
  EditRun(unsigned places, const std::function<bool(std::string_view)>& wanted);

  /// Every edit that still lacks places is made in `h`, which the judge accepts, and judged.
  /// `where`: names it in words.
  void add(const KernelHistory& h, const std::string& where);
  /// The same in histories of the reference, of all profiles, and in the traces of their slow
  /// paths, until no kind lacks places or there have been enough.
  void add_reference();

  const std::vector<EditOutcome>& outcomes() const { return outcomes_; }
  /// The kinds that have been made nowhere, survived or were refused by a wrong rule.
  std::size_t unsound() const;
  /// No recording of this profile can add anything.
  bool is_full(Profile p) const;

 private:
  enum class Source : std::uint8_t { recording, reference };
  using Made = std::vector<unsigned>;  ///< Of each kind.

  void add(const KernelHistory& h, const std::string& where, Source source);
  void add(const SlowRequest& r, const KernelHistory& h, const std::string& where);
  /// What `judge` says, which takes its time.
  void note(EditOutcome& o, const std::function<std::optional<Refusal>()>& judge,
            const std::string& where);
  bool lacks(const Made& done, std::size_t kind) const {
    return outcomes_[kind].wanted && done[kind] < places_;
  }

  unsigned places_;
  Rng rng_{1};
  std::vector<EditOutcome> outcomes_;  ///< Of the recordings' edits, then of the traces'.
  std::map<std::pair<Source, Profile>, Made> done_;
};

}  // namespace bp
