// SPDX-License-Identifier: MIT
// The allocator's policy over the simulated memory: the template is that of production, and every
// atomic access is a step at which another task may come in. Corruption does not stop the program:
// the scenario's own rules have to find it.
#pragma once

#include "fuzz/sched/policy.h"
#include "impl/planted.h"
#include "impl/section.h"

namespace bp::explore {

struct SimPolicy : sched::SimulatedMemory {
  using Section = impl::FlagSection<sched::Atomic>;

  /// One bug at a time, for all executions of this thread until it is changed.
  static constinit inline thread_local impl::Bug active = impl::Bug::none;
  static bool planted(impl::Bug b) { return b == active; }

  static constexpr bool kStopOnCorruption = false;
  /// Every object of the simulated memory has a number of its own.
  static constexpr bool kZeroIsPlaced = false;
  static constexpr bool kExactOrders = true;
};

/// The same with owner-only lists. Both fences are full ones: what the pair of a word to the
/// compiler and a membarrier comes to, which the simulated memory has no name for.
struct SimPinnedPolicy : SimPolicy {
  struct Fences {
    // seq_cst: as said above.
    static void light() { fence(std::memory_order_seq_cst); }
    static void heavy() { fence(std::memory_order_seq_cst); }
  };
  using Section = impl::OwnerSection<sched::Atomic, Fences>;
};

}  // namespace bp::explore
