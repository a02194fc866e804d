// SPDX-License-Identifier: MIT
// What a concurrent case shows, as a set of small numbers like fuzz/engines/features.h: the places
// where atomic steps are taken, how many steps an operation needed (contention), which requests
// were given a block and which none, what the tasks are allowed, and which rule is broken. Of a
// case with a schedule that one execution; of a scenario some hundred executions, the same in every
// run.
#pragma once

#include "fuzz/engines/features.h"
#include "fuzz/explore/case_file.h"

namespace bp::campaign {

/// Executions of a scenario, in each of the three ways that choose at random.
inline constexpr std::uint64_t kFeatureExecutions = 200;

Features features_of(const explore::Case& c);

}  // namespace bp::campaign
