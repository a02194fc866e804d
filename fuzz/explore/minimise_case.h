// SPDX-License-Identifier: MIT
// A concurrent case made smaller: without tasks, then without operations, as long as some schedule
// still breaks the same rule; then by the schedule, which is as near to the default as single
// steps get it.
#pragma once

#include "fuzz/explore/case_file.h"

namespace bp::explore {

struct SmallCase {
  Case one;                      ///< Replays to the same rule.
  std::uint64_t executions = 0;  ///< Spent on it.
  std::size_t operations_before = 0, operations = 0;
};

/// `c` breaks a rule when it is replayed. `tries`: schedules of each smaller scenario, at most.
SmallCase minimise_case(const Case& c, std::uint64_t tries = 4000);

}  // namespace bp::explore
