// SPDX-License-Identifier: MIT
// The rules of the page allocator by number: what each says, for which kernels, and why one cannot
// be observed here. Sentences are true as they stand: where a recording of a real kernel corrected
// a rule, the rule says what is true now, and the correction has an id of its own. Where a rule is
// coded, tested and proved is not said here: it is read from the sources (fuzz/rules_index).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "model/vocab/profile.h"

namespace bp::registry {

/// A set of profiles.
class Profiles {
 public:
  constexpr Profiles() = default;
  constexpr Profiles(std::initializer_list<Profile> some) {
    for (const Profile p : some) bits_ |= bit(p);
  }
  constexpr bool has(Profile p) const { return (bits_ & bit(p)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const Profiles&) const = default;

 private:
  static constexpr std::uint8_t bit(Profile p) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(p));
  }
  std::uint8_t bits_ = 0;
};

struct Rule {
  std::string_view id;        ///< "R-WMARK-6", "C-1", "C12", "L-3".
  Profiles profiles;          ///< Where it holds; none: in no profile of this project.
  std::string_view sentence;  ///< One, ending in a full stop.
  std::string_view reason;    ///< Why it is not coded by itself; empty: it is.
  std::string_view see;       ///< Ids that it corrects or depends on, separated by blanks.
};

/// The reason of a rule that says no more than the rules it names in `see`: they are coded.
inline constexpr std::string_view kFollows = "follows from the rules that it names";

/// Rules whose ids differ in the number only, ascending.
struct Subject {
  std::string_view prefix;  ///< "R-WMARK-", "C-", "C": an id less its number.
  std::string_view title;   ///< "watermark check"
  std::span<const Rule> rules;
};

/// A defect that a kernel really had.
struct HistoricalBug {
  std::string_view id;        ///< "B-04"
  Profiles profiles;          ///< Where it is; none: introduced and mended between profiles.
  std::string_view sentence;  ///< What went wrong.
  std::string_view breaks;    ///< Ids of the rules that it breaks, separated by blanks.
};

/// All of them, in the order in which a request meets them; corrections and tables at the end.
std::span<const Subject> subjects();
/// B-01 and on, ascending.
std::span<const HistoricalBug> historical_bugs();

/// Null: there is no such rule.
const Rule* find_rule(std::string_view id);
const HistoricalBug* find_bug(std::string_view id);

/// An id taken apart: "R-WMARK-6" is {"R-WMARK-", 6}. Number 0: it does not end in a number.
struct IdParts {
  std::string_view prefix;
  unsigned number = 0;
};
constexpr IdParts id_parts(std::string_view id) {
  std::size_t digits = id.size();
  while (digits > 0 && id[digits - 1] >= '0' && id[digits - 1] <= '9') --digits;
  unsigned number = 0;
  for (const char c : id.substr(digits)) number = number * 10 + static_cast<unsigned>(c - '0');
  return {id.substr(0, digits), number};
}

}  // namespace bp::registry
