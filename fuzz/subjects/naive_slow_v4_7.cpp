// SPDX-License-Identifier: MIT
// The naive slow path of v4.7: one loop, in which every round begins with a look.
#include "fuzz/subjects/naive_slow.h"
#include "model/vocab/gfp.h"

namespace bp::naive {

bool SlowPath::begins_anew() {
  if (!is_4_7()) return false;
  seen_ = seen_by_policy_;
  if (!cpuset_changed() || !next_round()) return false;
  seen_by_policy_ = changes_;
  tell({.action = BP_DID_RESTART, .why = BP_WHY_CPUSET});
  return true;
}

bool SlowPath::serve_v4_7() {
  // A list without any entry ends it here (R-CTX-6).
  if (shelves_.zonelist(node_, own_zones_only_, 0, ~0U).empty()) return false;
  const auto era = Era{static_cast<std::uint8_t>(machine_.era)};
  // What it goes on with: less what the system and the task forbid.
  std::uint32_t later = request_.gfp & env_.gfp_allowed;
  if (has(BP_TASK_NOIO)) later &= ~(gfp_encode(GfpFlag::io, era) | gfp_encode(GfpFlag::fs, era));
  if (world(BP_WORLD_CPUSETS)) {
    set_mask(gfp_ | gfp_encode(GfpFlag::hardwall, era));
    if (nodes_ == 0) nodes_ = mems_;
  }
  for (;;) {
    seen_ = changes_;
    if (fast()) return true;
    set_mask(later);
    nodes_ = request_.nodemask;
    flags_ = effort_ = compacted_ = successes_ = in_vain_ = 0;
    bool over = false, served = false;
    while (!over) {
      over = !next_round();
      if (over)
        fail(BP_WHY_ENDLESS);
      else
        served = round_v4_7(over);
    }
    if (served) return true;
    if (!cpuset_changed() || !next_round()) return false;
    tell({.action = BP_DID_RESTART, .why = BP_WHY_CPUSET});
  }
}

/// Sets `over` when it ends; whether it was served then.
bool SlowPath::round_v4_7(bool& over) {
  over = true;
  flags_ = slow_flags();
  if (mask_.wakes) wake();
  const bool everything = reserve_flags() != 0;
  if (everything || (flags_ & BP_ALLOC_CPUSET) == 0) node_ = machine_.node_of_cpu[request_.cpu];
  if (look(0, flags_)) return true;
  if (everything && look(0, BP_ALLOC_NO_WATERMARKS)) return true;

  if (!may_wait()) return fail(BP_WHY_MAY_NOT_BLOCK);
  if (has(BP_TASK_MEMALLOC)) {
    if (!mask_.no_fail) return fail(BP_WHY_MEMALLOC);
    over = false;
    retry(BP_WHY_NOFAIL);
    return false;
  }
  if (has(BP_TASK_OOM_VICTIM) && !mask_.no_fail) return fail(BP_WHY_OOM_VICTIM);

  if (compact()) return true;
  const bool put_off = compacted_ == BP_COMPACT_DEFERRED || compacted_ == BP_COMPACT_CONTENDED;
  if (mask_.huge_page && put_off) return fail(BP_WHY_HUGE_PAGE);
  if (request_.order > 0 && compacted_ == BP_COMPACT_SUCCESS) ++successes_;

  if (reclaim()) return true;
  if (mask_.no_retry) return compact_at_last(BP_WHY_NORETRY);
  if (costly() && !mask_.insists) return compact_at_last(BP_WHY_COSTLY);
  over = false;
  if (may_reclaim_again()) return false;
  if (progress_ > 0 && may_compact_again_v4_7()) {
    retry(BP_WHY_COMPACTION);
    return false;
  }
  const Kill k = kill();
  if (k.served) return over = true;
  if (!k.progress) {
    over = true;
    return compact_at_last(BP_WHY_NO_PROGRESS);
  }
  in_vain_ = 0;
  retry(BP_WHY_KILLED);
  return false;
}

/// Once more on the way out; a huge page is not waited for.
bool SlowPath::compact_at_last(std::uint32_t why) {
  effort_ = mask_.huge_page ? 0 : 1;
  return compact() || fail(why);
}

bool SlowPath::may_compact_again_v4_7() {
  if (request_.order == 0) return false;
  if (world(BP_WORLD_NO_COMPACTION)) {
    if (costly()) return false;
    const auto list = zones();
    for (const std::uint32_t zone : list) {
      if (shelves_.above_mark({zone, 0, 0, flags_, column(list), 0})) return true;
    }
    return false;
  }
  switch (compacted_) {
    case BP_COMPACT_COMPLETE:
      if (effort_ != 0) return false;
      effort_ = 1;
      return true;
    case BP_COMPACT_SKIPPED:
    case BP_COMPACT_DEFERRED:
    case BP_COMPACT_CONTENDED:
    case BP_COMPACT_PARTIAL_SKIPPED: return world(BP_WORLD_COMPACTION_HELPS);
    default: return successes_ <= (costly() ? 4U : 16U);
  }
}

}  // namespace bp::naive
