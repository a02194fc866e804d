// SPDX-License-Identifier: MIT
// What a call comes to: the one request to one node that every interface ends in (R-API-1..10), as
// the task that calls makes it (R-GFP-4).
#pragma once

#include "model/rules/layout.h"
#include "model/vocab/machine.h"
#include "model/vocab/operation.h"

namespace bp::rules {

/// The task on a CPU, and how far its memory policy has come.
struct RunningTask {
  OpTask task;
  /// The node that INTERLEAVE used last; kNodesMax: none yet.
  unsigned interleaved = kNodesMax;
};

/// The request of a legal alloc: Call::alloc, with the mask after the call and the task's scope,
/// its node stated unless the caller left it open, and the order that is taken from the free lists.
/// Moves an INTERLEAVE policy on. Of a bulk: that of each page.
Op resolve(const Machine& m, const Layout& l, const Op& op, RunningTask& t);

/// numa_mem_id: the node of the first zone that a plain request of this CPU may use (R-ZONE-14);
/// the CPU's own if there is none.
unsigned nearest_node_with_memory(const Machine& m, const Layout& l, unsigned cpu);

}  // namespace bp::rules
