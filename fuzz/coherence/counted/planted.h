// SPDX-License-Identifier: MIT
// Instrumented subjects of the tests, whose transfers are known: each CPU has a stack of frames of
// its own, and an operation is one step of its depth.
#pragma once

#include "fuzz/subject.h"

namespace bp_counted {

const bp_subject& apart_subject();        ///< Depths in lines of their own: nothing is shared.
const bp_subject& shared_line_subject();  ///< Depths side by side.
/// Depths in lines of their own, and each operation adds to one counter.
const bp_subject& global_counter_subject();

}  // namespace bp_counted
