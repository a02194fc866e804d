// SPDX-License-Identifier: MIT
// The smallest scenario of the real allocator: a machine of a few frames, two tasks that allocate
// and free blocks of order 0, and three rules.
//   S1  no overlap: a frame that alloc gives belongs to nobody, from alloc's response to free's
//       invocation.
//   S2  hand-over: what the last owner wrote happens before alloc gives the frame away again. Each
//       frame's payload is a variable that its owner writes, so that a missing order is a race.
//   S5  conservation: if both tasks ended, all frames are free after a drain, and counted.
// Leaves out: the other rules of a schedule (shape, null, watermarks, progress beyond the bound on
// steps).
#pragma once

#include "fuzz/sched/world.h"

namespace bp::explore {

struct Duel {
  unsigned frames = 3;    ///< Of the machine, 1..64; all in one zone.
  unsigned rounds = 2;    ///< Blocks that each task allocates and frees.
  unsigned held_max = 1;  ///< Blocks that a task holds at once.
  unsigned pcp_high = 0;  ///< 0: no per-CPU lists.
  bool one_cpu = false;   ///< Both tasks use one CPU's list.
  bool pinned = false;    ///< Owner-only lists; not with one_cpu.
  bool restarts = false;  ///< Restartable sections; options.cpus is 2 then.
  bool drains = false;    ///< The second task drains all lists instead of owning blocks.
  bool grouped = false;   ///< Requests may fall back to pageblocks of other types: longer scans.
  sched::Options options;
};

/// One execution.
sched::Outcome run_duel(sched::World& world, sched::Chooser& chooser, const Duel& duel);

}  // namespace bp::explore
