// SPDX-License-Identifier: MIT
// What the naive subject tries, in order, before it says null: one line per scan of a zonelist.
//
// The slow path with an environment that never makes progress: no reclaim, no compaction, no OOM
// kill, no highatomic reserve and no cpuset. What is left of it is a handful of scans that differ
// in zonelist, nodes, mark and flags (R-CTX, R-AF, R-SLOW, W-10, F-1).
#pragma once

#include <cstdint>

#include "fuzz/subject.h"
#include "fuzz/subjects/naive_calls.h"
#include "model/vocab/fixed_vec.h"

namespace bp::naive {

/// One scan.
struct Attempt {
  unsigned node = 0;             ///< Whose zonelist.
  bool own_zones_only = false;   ///< THISNODE: only the zones of `node`.
  std::uint32_t nodes = 0;       ///< Bit n allows node n; 0: all.
  bool mark_low = false;         ///< The low mark, or else the min mark.
  bool halve_mark = false;       ///< Less the half of it,
  bool quarter_off = false;      ///< then less a quarter of what is left,
  bool victims_half = false;     ///< or half of it: whose end frees memory.
  bool ignore_the_mark = false;  ///< Takes what there is.
};
inline constexpr unsigned kAttemptsMax = 4;
using Attempts = FixedVec<Attempt, kAttemptsMax>;

/// The highest zone type that the mask allows.
std::uint32_t highest_zone(const bp_machine& m, std::uint32_t gfp);

/// `s` calls.
Attempts attempts_of(const bp_machine& m, const bp_request& r, const TaskState& s);

}  // namespace bp::naive
