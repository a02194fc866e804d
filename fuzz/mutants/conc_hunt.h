// SPDX-License-Identifier: MIT
// Looks for a planted bug of the concurrent layer in one mode, over all scenarios in turns, so that
// nobody says where it is to be found.
//   fuzz          greybox.h: choices and scenarios mutated, what is new kept
//   random, pct, pos    some hundred executions a turn
//   exhaustive    all schedules with 0, 1, 2 ... deviations, four times as many each round
// Seconds are of this process; a seed and a number of executions give the same.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/mutants/conc_plants.h"

namespace bp {

enum class ConcMode : std::uint8_t { fuzz, random, pct, pos, exhaustive };
inline constexpr std::array<std::string_view, 5> kConcModeNames{"fuzz", "random", "pct", "pos",
                                                                "exhaustive"};

struct ConcKill {
  bool killed = false;
  std::string rule;      ///< "S1: ...".
  std::string scenario;  ///< Empty if it is a mutated one.
  std::uint64_t executions = 0;
  double seconds = 0;       ///< Until it was killed, without making the case small.
  unsigned deviations = 0;  ///< Of the case; exhaustive: as many as were needed.
  std::optional<explore::Case> one;
};

struct ConcHuntOptions {
  double seconds = 10;
  std::uint64_t seed = 1;
};

/// `all` is not empty.
ConcKill hunt_conc(const explore::Plant& plant, const std::vector<explore::NamedScenario>& all,
                   ConcMode mode, const ConcHuntOptions& options);

/// Whether the rule of a kill is one that the bug names.
bool is_named(const ConcPlant& p, const ConcKill& k);

}  // namespace bp
