// SPDX-License-Identifier: MIT
// A per-CPU section that restarts, as rseq's do: at any of its atomic steps it may be found to have
// been preempted by a task on its CPU, moved to another CPU or interrupted; then it starts anew.
// The last step is the commit: what comes after it cannot be undone. Other CPUs run along. Sections
// on one CPU are ordered with one another, as by a context switch; nothing else on it is.
#pragma once

#include <csetjmp>

#include "fuzz/sched/world.h"

namespace bp::sched {

/// Runs `body(cpu)` until it gets through. The body is restarted without unwinding: its locals own
/// nothing, and only its last atomic step may change what others see.
template <class Body>
void restartable_section(Body&& body) {
  World& world = World::current();
  World::Restart restart;
  if (world.task() == kSetup) return body(world.cpu());
  setjmp(restart.at);
  world.enter_section(restart);
  body(world.cpu());
  world.leave_section();
}

}  // namespace bp::sched
