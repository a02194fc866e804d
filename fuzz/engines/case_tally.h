// SPDX-License-Identifier: MIT
// One execution of a concurrent case, counted like a program's run (tally.h).
#pragma once

#include "fuzz/engines/tally.h"
#include "fuzz/explore/run.h"

namespace bp {

/// Adds one execution, whose history is `h`.
void count_case(Tallies& t, const explore::History& h, const explore::Verdict& v);

}  // namespace bp
