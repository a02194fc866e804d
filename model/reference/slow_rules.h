// SPDX-License-Identifier: MIT
// What one kernel decides in its slow path (R-SLOW, R-OOM), entry by entry: a part of the Rulebook.
// Entries are v4.7's where they have a value here.
#pragma once

#include <cstdint>

#include "model/reference/context.h"
#include "model/reference/environment.h"

namespace bp::reference {

struct Allocator;
struct Answer;

/// A request that goes round in its slow path.
struct Rounds {
  AllocFlags flags;                               ///< Of its attempts.
  CompactEffort effort = CompactEffort::async;    ///< Of the next compaction.
  Compacted compacted = Compacted::not_suitable;  ///< What the last one said.
  unsigned compactions = 0;                       ///< That succeeded and were of no use.
  unsigned in_vain = 0;                           ///< Rounds without progress (R-SLOW-16).
  std::int64_t progress = 0;                      ///< Pages that the last reclaim freed.
  unsigned cookie = 0;                            ///< Of the cpuset's counter.
};

struct SlowRules {
  // Before the fast path and after it. request.cpp

  bool masks_first = false;         ///< R-GFP-3, R-CTX-4: by gfp_allowed_mask, then the scope
  Gfp (*scope)(Gfp, const Task&);   ///< R-GFP-4: of the slow path only
  bool binds_to_mems = true;        ///< R-CTX-3: in interrupt too
  bool starts_over_outside = true;  ///< R-CTX-14: a changed cpuset, by the fast path
  bool policy_starts_over = true;   ///< R-API-10: and by the memory policy
  bool dirty_by_node = false;       ///< R-LIST-3
  std::int64_t near_below = 30;     ///< R-LIST-6: a distance

  // Steps. slow_steps.cpp

  Gfp compaction_needs = GfpFlag::io | GfpFlag::fs;                ///< Or it is skipped.
  Compacted idle_max = Compacted::deferred;                        ///< R-SLOW-11: nothing was moved
  bool unreserves = true;                                          ///< R-SLOW-14, R-HA-5
  bool drains = true;                                              ///< R-SLOW-14
  unsigned in_vain_max = 16;                                       ///< R-SLOW-17
  bool ages_reclaimable = true;                                    ///< R-SLOW-17
  bool waits_for_writeback = true;                                 ///< R-SLOW-17
  bool unreserves_at_last = false;                                 ///< R-HA-5, B-05
  unsigned compactions_max = 16;                                   ///< R-SLOW-18
  unsigned compactions_max_costly = 4;                             ///< R-SLOW-18
  bool (*may_compact_again)(Allocator&, const Context&, Rounds&);  ///< R-SLOW-18, 34
  GfpFlag insists = GfpFlag::repeat;  ///< R-SLOW-15: tries on though it is costly
  bool counts_costly_in_vain = true;  ///< R-SLOW-16: costly orders, whatever their progress

  // The killer. R-OOM

  Gfp high_try_without;  ///< R-OOM-2: of the attempt at the high mark
  Gfp kills_nobody{GfpFlag::thisnode};
  bool nofail_kills_anyway = true;   ///< R-OOM-1
  AllocFlags nofail_flags;           ///< R-SLOW-35: of the last attempts
  bool checks_cpuset_first = false;  ///< R-SLOW-33: at each round
};

}  // namespace bp::reference
