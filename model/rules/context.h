// SPDX-License-Identifier: MIT
// From a request to the attempts that the kernel makes for it, fast path first: which zonelist,
// which mark, which reserves (R-CTX, R-AF, R-SLOW). The environment makes no progress here:
// reclaim, compaction and the OOM killer free nothing, so what is left of the slow path is its
// attempts. within() puts them into a cpuset.
#pragma once

#include <cstdint>

#include "model/rules/zonelist.h"
#include "model/vocab/fixed_vec.h"
#include "model/vocab/machine.h"
#include "model/vocab/operation.h"
#include "model/vocab/slow_trace.h"

namespace bp::rules {

using bp::AllocFlags;
using bp::Mark;

/// One pass over a zonelist.
struct Attempt {
  Mark mark = Mark::low;
  AllocFlags flags;
  ZonelistQuery list;
  unsigned shut = 0;  ///< Bit n: zones of node n that are on the list are passed over.
  constexpr bool operator==(const Attempt&) const = default;
};
using Attempts = FixedVec<Attempt, 5>;

/// All attempts for one request, in order; the first that finds a zone serves it. `op` is what an
/// alloc of a legal program on `m`, laid out as `l`, resolves to (calls.h); `highest` is the
/// highest zone that its mask allows; `t` calls.
Attempts attempts(const Machine& m, const Layout& l, const Op& op, ZoneType highest,
                  const OpTask& t);

/// What keeps requests from nodes beside their masks.
struct Walls {
  bool cpusets = false;  ///< There are some.
  unsigned mems = 0;     ///< Nodes that the task's allows; 0: all.
  unsigned dirty = 0;    ///< Nodes over their dirty limit.
};

/// `all`, which attempts() gave, with what each passes over (R-CTX-3, R-LIST-1, R-LIST-3). The last
/// one of who must not fail is made in the cpuset first (R-SLOW-35).
Attempts within(const Walls& w, const Machine& m, const Op& op, const OpTask& t,
                const Attempts& all);
/// Nodes that the slow path passes over as long as it keeps to the cpuset.
unsigned outside_cpuset(const Walls& w, const Op& op, const OpTask& t);

/// The column of lowmem_reserve that this attempt is checked against: v4.7: the first zone of its
/// list; later: the highest zone of the mask (R-CTX-1). The list is not empty.
ZoneType reserve_column(Profile p, const Layout& l, const Zonelist& list, ZoneType highest);

}  // namespace bp::rules
