// SPDX-License-Identifier: MIT
// The floor of a per-CPU list in Linux user space: push and pop as restartable sections of the
// kernel's rseq.
#pragma once

#include <cstdint>

namespace bp::bench {

/// Pops and pushes `n` times. False, and nothing done, where there is no rseq: another machine than
/// x86-64, or the C library did not register it.
bool restartable_pairs(std::uint64_t n);

}  // namespace bp::bench
