// SPDX-License-Identifier: MIT
// Edited recordings under the judge of kernels: of each kind of edit, how often it was made, which
// rules refused it, what lives.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/mutants/edited_recording.h"

namespace bp {

struct EditOutcome {
  const RecordingEdit* edit = nullptr;
  std::uint64_t made = 0;
  std::map<std::string, std::uint64_t> refused_by;  ///< Rules, right ones and others.
  std::uint64_t survived = 0;                       ///< Accepted.
  std::uint64_t wrongly = 0;                        ///< Refused, by another rule.
  std::string first;                                ///< Where the first of these two is.

  bool is_sound() const { return made > 0 && survived == 0 && wrongly == 0; }
};

/// Of each kind at most `places` edits a profile; stretches come one after the other.
class EditRun {
 public:
  explicit EditRun(unsigned places);
  /// Every edit that still lacks places is made in `h`, which the judge accepts, and judged.
  /// `where`: names it in words.
  void add(const KernelHistory& h, const std::string& where);
  const std::vector<EditOutcome>& outcomes() const { return outcomes_; }
  /// The kinds that have been made nowhere, survived or were refused by a wrong rule.
  std::size_t unsound() const;
  bool is_full(Profile p) const;

 private:
  void judge(std::size_t at, const KernelHistory& edited, const std::string& where);

  unsigned places_;
  Rng rng_{1};
  std::vector<EditOutcome> outcomes_;
  std::map<Profile, std::vector<unsigned>> done_;
};

}  // namespace bp
