// SPDX-License-Identifier: MIT
// The floor: what an uncontended primitive costs on this machine, now.
#pragma once

#include <vector>

#include "fuzz/bench/figures.h"

namespace bp::bench {

inline constexpr const char* kLockedRmw = "lock-prefixed RMW";

/// Over `passes` passes on the calling thread. An rseq pair only where glibc registered rseq.
std::vector<Floor> measure_floors(unsigned passes);

}  // namespace bp::bench
