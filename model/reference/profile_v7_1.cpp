// SPDX-License-Identifier: MIT
// The rules of 7.1, as what it changed since 6.1: lists and pageblocks agree, per-CPU lists tune
// themselves, nodes whose kswapd runs are passed over.
#include "model/reference/counting.h"
#include "model/reference/highatomic.h"
#include "model/reference/isolation.h"
#include "model/reference/kswapd.h"
#include "model/reference/pcp.h"
#include "model/reference/profiles.h"
#include "model/reference/request.h"
#include "model/reference/setup.h"
#include "model/reference/slow_path.h"
#include "model/reference/take.h"
#include "model/reference/watermark_check.h"

namespace bp::reference {

Rulebook rules_v7_1() {
  Rulebook r = rules_v6_1();
  r.profile = Profile::v7_1;

  r.slow_path = slow_path_v7_1;
  r.wake_kswapd = wake_kswapd;

  r.watermark = rules::watermark_rules(Profile::v7_1);
  r.highatomic_pages = free_highatomic;
  r.skips_awake_nodes = true;
  r.tries_high_first = true;
  r.after_direct_take = reserve_if_highatomic;
  r.after_take = reserve_nothing;

  r.retypes_on_merge = true;
  r.frees_by_pageblock = true;

  r.take = take_v7_1;
  r.type_of_rest = rest_to_other;
  r.clips_at_zone_start = false;

  r.count = count_free_and_highatomic;
  r.count_taken = count_free_and_highatomic;
  r.count_handed_out = count_nothing;
  r.count_refilled = count_no_total;
  r.count_refilled_block = count_nothing;
  r.count_listed = count_blocks;

  r.caches_type = false;
  r.pcp_alloc = pcp_alloc_v7_1;
  r.refill_blocks = refill_blocks_v7_1;
  r.pcp_shrink = pcp_shrink_v7_1;
  r.clamp = clamp_upper_first;
  r.high_orders_kept = a_batch_and_half_of_high_min;
  r.drain = drain_v7_1;
  r.decay = decay_v7_1;

  r.highatomic_cap = highatomic_cap_v7_1;
  r.reserve_highatomic = reserve_highatomic_v7_1;
  r.isolate = isolate_v7_1;
  r.unisolate = unisolate_v7_1;
  r.after_setup = rebound_lists;
  return r;
}

}  // namespace bp::reference
