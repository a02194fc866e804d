// SPDX-License-Identifier: MIT
// The naive slow path of v5.15 to v6.12, which looks before its rounds and in each of them, and of
// v7.1, which looks in one place and comes back to it.
#include <algorithm>

#include "fuzz/subjects/naive_slow.h"
#include "model/vocab/gfp.h"

namespace bp::naive {

bool SlowPath::serve_later() {
  const std::uint32_t later = gfp_;
  if (world(BP_WORLD_CPUSETS)) {
    const auto era = Era{static_cast<std::uint8_t>(machine_.era)};
    set_mask(gfp_ | gfp_encode(GfpFlag::hardwall, era));
    if (nodes_ == 0 && !has(BP_TASK_INTERRUPT)) nodes_ = mems_;
  }
  if (fast()) return true;
  set_mask(later);
  nodes_ = request_.nodemask;

  const bool one_place = machine_.profile == BP_PROFILE_V7_1;
  bool begins = true;
  while (next_round()) {
    Next next = Next::goes_on;
    if (begins) next = begin_later();
    if (begins && next == Next::goes_on && !one_place) next = first_round_later();
    if (next == Next::goes_on) next = one_place ? one_round_v7_1() : one_round_later();
    if (next == Next::served) return true;
    if (next == Next::failed) return false;
    begins = next == Next::restart;
  }
  return fail(BP_WHY_ENDLESS);
}

SlowPath::Next SlowPath::begin_later() {
  seen_ = changes_;
  flags_ = slow_flags();
  effort_ = 1;
  compacted_ = successes_ = in_vain_ = progress_ = 0;
  opens_reserves_ = true;
  compacts_now_ = compacts_first() && may_compact();
  if (compacts_now_ && machine_.profile == BP_PROFILE_V7_1) effort_ = 0;
  const auto list = zones();
  // Nothing that happens later would let a zone in (R-SLOW-30).
  const bool bound = world(BP_WORLD_CPUSETS) && mask_.hardwall && mems_ != 0;
  const auto inside = [&](std::uint32_t z) {
    return !bound || (mems_ >> machine_.zones[z].node & 1) != 0;
  };
  return std::ranges::any_of(list, inside) ? Next::goes_on : fail_later(BP_WHY_NO_ZONE);
}

bool SlowPath::compacts_first() const {
  return mask_.waits && request_.order > 0 && (costly() || !mask_.movable) && reserve_flags() == 0;
}

bool SlowPath::may_compact() const { return !world(BP_WORLD_NO_COMPACTION) && mask_.io; }

SlowPath::Next SlowPath::first_round_later() {
  if ((flags_ & BP_ALLOC_KSWAPD) != 0) wake();
  if (look(0, flags_)) return Next::served;
  if (!compacts_now_) return Next::goes_on;
  effort_ = 0;
  if (compact()) return Next::served;
  return after_first_compaction();
}

/// Who would not try twice gives up where compaction did not even try.
SlowPath::Next SlowPath::after_first_compaction() {
  effort_ = 1;
  if (!costly() || !mask_.no_retry) return Next::goes_on;
  effort_ = 0;
  const bool put_off = compacted_ == BP_COMPACT_SKIPPED || compacted_ == BP_COMPACT_DEFERRED;
  return put_off || mask_.this_node ? fail_later(BP_WHY_NORETRY) : Next::goes_on;
}

/// Reserves, and with them all nodes.
bool SlowPath::open_reserves() {
  const std::uint32_t reserve = reserve_flags();
  const bool anywhere = (flags_ & BP_ALLOC_CPUSET) == 0 || reserve != 0;
  const std::uint32_t kept = is_5_15() ? 0 : flags_ & BP_ALLOC_KSWAPD;
  if (reserve != 0) flags_ = reserve | kept;
  if (anywhere) nodes_ = 0;
  return anywhere;
}

SlowPath::Next SlowPath::one_round_later() {
  if (!is_5_15() && restarts()) return Next::restart;
  if ((flags_ & BP_ALLOC_KSWAPD) != 0) wake();
  open_reserves();
  if (look(0, flags_)) return Next::served;
  return wait_and_decide(true);
}

SlowPath::Next SlowPath::one_round_v7_1() {
  if (restarts()) return Next::restart;
  if ((flags_ & BP_ALLOC_KSWAPD) != 0) wake();
  if (look(0, flags_)) return Next::served;
  if (opens_reserves_) {
    opens_reserves_ = false;
    if (open_reserves()) {
      retry(BP_WHY_RESERVES);
      return Next::again;
    }
  }
  return wait_and_decide(!compacts_now_);
}

SlowPath::Next SlowPath::wait_and_decide(bool reclaims) {
  if (!may_wait()) return fail_later(BP_WHY_MAY_NOT_BLOCK);
  if (has(BP_TASK_MEMALLOC)) return fail_later(BP_WHY_MEMALLOC);
  if ((reclaims && reclaim()) || compact()) return Next::served;
  if (reclaims) return decide_later();
  compacts_now_ = false;
  const Next next = after_first_compaction();
  if (next != Next::goes_on) return next;
  retry(BP_WHY_COMPACTED_FIRST);
  return Next::again;
}

SlowPath::Next SlowPath::decide_later() {
  if (mask_.no_retry) return fail_later(BP_WHY_NORETRY);
  if (costly() && !(may_compact() && mask_.insists)) return fail_later(BP_WHY_COSTLY);
  if (may_reclaim_again()) return Next::again;
  if (progress_ > 0 && may_compact() && may_compact_again_later()) {
    retry(BP_WHY_COMPACTION);
    return Next::again;
  }
  if (restarts()) return Next::restart;
  const Kill k = kill();
  if (k.served) return Next::served;
  const bool dies = (flags_ & BP_ALLOC_OOM) != 0 || mask_.no_memalloc;
  if (has(BP_TASK_OOM_VICTIM) && dies) return fail_later(BP_WHY_OOM_VICTIM);
  if (!k.progress) return fail_later(BP_WHY_NO_PROGRESS);
  in_vain_ = 0;
  retry(BP_WHY_KILLED);
  return Next::again;
}

/// Harder step by step, each as long as it seems to be of use.
bool SlowPath::may_compact_again_later() {
  if (request_.order == 0) return false;
  if (compacted_ == BP_COMPACT_SUCCESS) ++successes_;
  if (compacted_ == BP_COMPACT_SKIPPED) return world(BP_WORLD_COMPACTION_HELPS);
  const bool gave_up = compacted_ == BP_COMPACT_COMPLETE || compacted_ == BP_COMPACT_DEFERRED ||
                       compacted_ == BP_COMPACT_CONTENDED ||
                       compacted_ == BP_COMPACT_PARTIAL_SKIPPED;
  if (!gave_up && successes_ <= (costly() ? 4U : 16U)) return true;
  if (effort_ >= (costly() ? 1U : 2U)) return false;
  ++effort_;
  successes_ = 0;
  return true;
}

/// Who must not fail gets a part of the reserve, or goes on.
SlowPath::Next SlowPath::fail_later(std::uint32_t why) {
  if (restarts()) return Next::restart;
  if (!mask_.no_fail || !mask_.waits) {
    fail(why);
    return Next::failed;
  }
  if (look_twice_outside(is_5_15() ? BP_ALLOC_HARDER : BP_ALLOC_HIGH)) return Next::served;
  retry(BP_WHY_NOFAIL);
  return Next::again;
}

}  // namespace bp::naive
