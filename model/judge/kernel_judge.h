// SPDX-License-Identifier: MIT
// The judge of kernels: accepts or refuses what a kernel, or the reference, did between two states.
// Where the reference predicts the frame, this asks whether the answer was legal: any block that
// the rules let the kernel choose is accepted.
//
// It keeps its own books of frames (frame_census.h) and, for lists and counters, bounds
// (zone_bounds.h). What the bounds do not decide is accepted, and counted as not decided. The two
// states are held against the invariants, and the second against the books, which is where what
// was accepted too easily comes out.
//
// Left out: which pages a refill takes, the order of lists, kswapd.
#pragma once

#include <cstdint>
#include <optional>

#include "model/judge/kernel_doubt.h"
#include "model/judge/kernel_event.h"
#include "model/vocab/verdict.h"

namespace bp {

struct KernelVerdict {
  Verdict verdict;  ///< `event`: the number of events if the last state is at fault.
  std::uint64_t events = 0, allocations = 0;
  /// Of the allocations, nulls among them: those of which nothing had to be accepted unseen.
  std::uint64_t decided = 0;
  DoubtCounts doubts;  ///< Of the others.
};

KernelVerdict judge_kernel(const KernelHistory& h);

/// What is between the two states and cannot come from the events: numbers of a zone that they do
/// not change, pageblocks that changed their type without a reason.
std::optional<Refusal> unlawful_change(const KernelHistory& h);

}  // namespace bp
