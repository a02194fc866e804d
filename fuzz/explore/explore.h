// SPDX-License-Identifier: MIT
// Looks for an execution of a scenario that breaks a rule, in one of four ways, and makes what it
// finds small. Deterministic but for the time: a seed and a number of executions give the same.
#pragma once

#include <optional>
#include <string_view>

#include "fuzz/explore/small_schedule.h"

namespace bp::explore {

enum class Mode : std::uint8_t {
  random,      ///< The random walk, and one that preempts seldom, in turn.
  pct,         ///< Priorities with d - 1 changes, d = 1..4 in turn.
  pos,         ///< A random priority a step.
  exhaustive,  ///< All executions with 0, then 1, ... then `deviations` choices off the default.
};
inline constexpr std::array<std::string_view, 4> kModeNames{"random", "pct", "pos", "exhaustive"};

struct Search {
  Mode mode = Mode::random;
  unsigned deviations = 3;
  double seconds = 1;            ///< Of this process's time; 0: no bound.
  std::uint64_t executions = 0;  ///< At most; 0: no bound.
  std::uint64_t steps = 0;  ///< Ends after so many; 0: no bound. Not all 0 but with exhaustive.
  std::uint64_t seed = 1;
  bool sleeps = true;  ///< exhaustive: with sleep sets, where they are sound.
};

struct Explored {
  std::optional<Found> found;
  std::uint64_t executions = 0;  ///< Until it was found, or in all; without making it small.
  std::uint64_t steps = 0;
  double seconds = 0;
  double seconds_to_find = 0;  ///< Without making it small.
  std::uint64_t repeated = 0;  ///< exhaustive: of them, those that sleep sets could not leave out.
  unsigned complete_to = 0;    ///< exhaustive: every k below this was searched to its end.
  Counts counts;
};

/// `runner` has what is planted; `plant` is what the file says about it. `each`, if given, sees
/// every execution.
Explored explore(const Scenario& s, Runner& runner, const Plant& plant, const Search& search,
                 void (*each)(void*, const Runner&, const Verdict&) = nullptr,
                 void* argument = nullptr);

}  // namespace bp::explore
