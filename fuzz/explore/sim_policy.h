// SPDX-License-Identifier: MIT
// The allocator's policy over the simulated memory: the template is that of production, and every
// atomic access is a step at which another task may come in. Corruption does not stop the program:
// the scenario's own rules have to find it.
#pragma once

#include "fuzz/sched/policy.h"
#include "fuzz/sched/section.h"
#include "impl/planted.h"
#include "impl/restartable.h"
#include "impl/section.h"

namespace bp::explore {

struct SimPolicy : sched::SimulatedMemory {
  /// One bug at a time, for all executions of this thread until it is changed.
  static constinit inline thread_local impl::Bug active = impl::Bug::none;
  static bool planted(impl::Bug b) { return b == active; }

  struct Section : impl::FlagSection<sched::Atomic> {
    bool ask() {
      // The set-up, which runs after the tasks too, has no bound on its steps.
      const bool bounded = sched::World::current().task() != sched::kSetup;
      if (!planted(impl::Bug::spins_on_owner) || !bounded) return FlagSection::ask();
      while (!try_enter()) continue;
      return true;
    }
  };

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
    static void light() {
      if (!planted(impl::Bug::owner_without_fence)) fence(std::memory_order_seq_cst);
    }
    static void heavy() { fence(std::memory_order_seq_cst); }
  };
  using Section = impl::OwnerSection<sched::Atomic, Fences>;
};

/// The same with restartable sections: tasks may be preempted, moved and aborted in them.
struct SimRestartablePolicy : SimPolicy {
  struct Machine {
    static unsigned cpu() { return sched::SimulatedMemory::cpu(); }

    template <class Gate>
    static bool enter(Gate& gate, unsigned cpu) {
      return in_section(gate, cpu, [&] {
        // relaxed, here and below: sections of one CPU are ordered by its switches.
        gate.busy.store(1, std::memory_order_relaxed);
        return true;
      });
    }
    template <class Gate, class Count, class Slot, class Word>
    static bool push(Gate& gate, unsigned cpu, Count& count, const Count& limit, Slot* slots,
                     std::uint32_t value, const Word& witness, std::uint64_t seen) {
      return in_section(gate, cpu, [&] {
        const std::uint32_t n = count.load(std::memory_order_relaxed);
        if (n >= limit.load(std::memory_order_relaxed) ||
            witness.load(std::memory_order_relaxed) != seen)
          return false;
        slots[n].write(value);
        count.store(n + 1, std::memory_order_relaxed);
        return true;
      });
    }
    template <class Gate, class Count, class Slot>
    static bool pop(Gate& gate, unsigned cpu, Count& count, Slot* slots, std::uint32_t& value) {
      return in_section(gate, cpu, [&] {
        const std::uint32_t n = count.load(std::memory_order_relaxed);
        if (n == 0) return false;
        value = slots[n - 1].read();
        count.store(n - 1, std::memory_order_relaxed);
        return true;
      });
    }
    static void restart_others() {
      if (!planted(impl::Bug::sections_not_restarted)) sched::World::current().restart_sections();
    }

   private:
    template <class Gate, class Body>
    static bool in_section(Gate& gate, unsigned cpu, Body&& body) {
      bool done = false;
      const bool remembered = planted(impl::Bug::cpu_remembered);
      sched::restartable_section(
          [&](unsigned on) { done = (on == cpu || remembered) && gate.open() && body(); });
      return done;
    }
  };
  using Section = impl::RestartableSection<sched::Atomic, Machine>;
};

}  // namespace bp::explore
