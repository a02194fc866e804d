// SPDX-License-Identifier: MIT
// The rules of 5.15, as what it changed since 4.7: FAIR went, per-CPU lists grew, kswapd and boosts
// came.
#include "model/reference/highatomic.h"
#include "model/reference/isolation.h"
#include "model/reference/kswapd.h"
#include "model/reference/pcp.h"
#include "model/reference/profiles.h"
#include "model/reference/request.h"
#include "model/reference/scan.h"
#include "model/reference/setup.h"
#include "model/reference/slow_path.h"
#include "model/reference/slow_steps.h"
#include "model/reference/take.h"
#include "model/reference/watermark_check.h"

namespace bp::reference {

Rulebook rules_v5_15() {
  Rulebook r = rules_v4_7();
  r.profile = Profile::v5_15;

  r.scope = scope_of_task;
  r.refuses_large_orders = true;
  r.address_clears_highmem = true;
  r.fast_flags = fast_flags_v5_15;
  r.reserve_flags = reserve_flags_v5_15;
  r.keeps_kswapd_flag = false;
  r.slow_path = slow_path_v5_15;
  r.slow.masks_first = true;
  r.slow.scope = scope_done;
  r.slow.binds_to_mems = false;
  r.slow.starts_over_outside = false;
  r.slow.policy_starts_over = false;
  r.slow.dirty_by_node = true;
  r.slow.near_below = 31;  // R-LIST-6: 30 counts as near now.
  r.slow.compaction_needs = GfpFlag::io;
  r.slow.idle_max = Compacted::skipped;
  r.slow.ages_reclaimable = false;
  r.slow.unreserves_at_last = true;
  r.slow.may_compact_again = may_compact_again_v5_15;
  r.slow.insists = GfpFlag::retry_mayfail;
  r.slow.high_try_without = GfpFlag::direct_reclaim;
  r.slow.kills_nobody = GfpFlag::thisnode | GfpFlag::retry_mayfail;
  r.slow.nofail_kills_anyway = false;
  r.slow.nofail_flags = {.harder = true};
  r.wake_kswapd = wake_kswapd;

  r.scan = scan_in_order;
  r.reserve_column = column_of_highest_zone;
  r.watermark = rules::watermark_rules(Profile::v5_15);
  r.mark_of = mark_with_boost;
  r.take_from_zone = rmqueue_v5_15;

  r.take = take_v5_15;
  r.moves_to_tail = true;

  r.pcp_list = pcp_list_v5_15;
  r.pcp_order_of_list = pcp_order_of_list;
  r.pcp_takes = pcp_takes;
  r.pcp_lists = 15;
  r.counts_bad_pages = false;
  r.clamps_bulk = true;
  r.pcp_alloc = pcp_alloc_v5_15;
  r.refill_blocks = refill_blocks_v5_15;
  r.pcp_shrink = pcp_shrink_v5_15;
  r.free_factor_max = std::numeric_limits<std::int64_t>::max();

  r.unreserve_highatomic = unreserve_highatomic_v5_15;
  r.refuses_isolation = refuses_second_isolation;
  r.isolate = isolate_v5_15;
  r.unisolate = unisolate_v5_15;
  r.is_pulled = is_pulled_v5_15;
  r.may_take_free_block = may_take_above_min;
  r.frees_tails = true;
  r.after_setup = resize_lists;
  return r;
}

}  // namespace bp::reference
