// SPDX-License-Identifier: MIT
// From a request to the attempts that the kernel makes for it, fast path first: which zonelist,
// which mark, which reserves (R-CTX, R-AF, R-SLOW). The environment makes no progress here:
// reclaim, compaction and the OOM killer free nothing, so what is left of the slow path is its
// attempts. No cpusets, task context only, no real-time task and no OOM victim.
#pragma once

#include <cstdint>

#include "model/rules/zonelist.h"
#include "model/vocab/fixed_vec.h"
#include "model/vocab/machine.h"
#include "model/vocab/operation.h"

namespace bp::rules {

enum class Mark : std::uint8_t { min, low, high };  ///< Index of a watermark: 0, 1, 2 (R-AF).

/// The ALLOC_* flags (R-AF). The judge's attempts carry those that a watermark check looks at.
struct AllocFlags {
  bool high = false;           ///< v4.7 HIGH, v6.1 MIN_RESERVE: __GFP_HIGH.
  bool harder = false;         ///< v4.7 HARDER, v6.1 NON_BLOCK.
  bool highatomic = false;     ///< v6.1: may use highatomic pageblocks.
  bool oom = false;            ///< v6.1: OOM victim.
  bool cma = false;            ///< May use CMA pageblocks.
  bool no_watermarks = false;  ///< A failed check is ignored (R-LIST-5).
  bool cpuset = false;         ///< Bound by the task's cpuset and node mask (R-SLOW-33).
  bool fair = false;           ///< v4.7: zones take turns (R-LIST-2).
  bool nofragment = false;     ///< No pageblock of another type is broken into (R-MT-20).
  bool kswapd = false;         ///< May wake kswapd.
  constexpr bool operator==(const AllocFlags&) const = default;
};

/// One pass over a zonelist.
struct Attempt {
  Mark mark = Mark::low;
  AllocFlags flags;
  ZonelistQuery list;
  constexpr bool operator==(const Attempt&) const = default;
};
using Attempts = FixedVec<Attempt, 4>;

/// All attempts for one request, in order; the first that finds a zone serves it. `op` is an alloc
/// of a legal program on `m`, laid out as `l`; `highest` is the highest zone that its mask allows.
Attempts attempts(const Machine& m, const Layout& l, const Op& op, ZoneType highest);

/// The column of lowmem_reserve that this attempt is checked against: v4.7: the first zone of its
/// list; later: the highest zone of the mask (R-CTX-1). The list is not empty.
ZoneType reserve_column(Profile p, const Layout& l, const Zonelist& list, ZoneType highest);

}  // namespace bp::rules
