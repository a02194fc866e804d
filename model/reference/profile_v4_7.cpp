// SPDX-License-Identifier: MIT
// The rules of 4.7, rule by rule: the baseline that later kernels are written as changes of.
#include "model/reference/buddy.h"
#include "model/reference/counting.h"
#include "model/reference/highatomic.h"
#include "model/reference/isolation.h"
#include "model/reference/kswapd.h"
#include "model/reference/merging.h"
#include "model/reference/pcp.h"
#include "model/reference/policy.h"
#include "model/reference/profiles.h"
#include "model/reference/request.h"
#include "model/reference/scan.h"
#include "model/reference/setup.h"
#include "model/reference/slow_path.h"
#include "model/reference/slow_steps.h"
#include "model/reference/take.h"
#include "model/reference/tick.h"
#include "model/reference/watermark_check.h"

namespace bp::reference {

Rulebook rules_v4_7() {
  Rulebook r;
  r.profile = Profile::v4_7;

  r.scope = scope_done;
  r.highest_zone = highest_zone;
  r.migratetype = migratetype;
  r.refuses_large_orders = false;
  r.zonelist = zonelist_for;
  r.fast_flags = fast_flags_v4_7;
  r.slow_flags = slow_flags_v4_7;
  r.reserve_flags = reserve_flags_v4_7;
  r.second_flags = second_flags;
  r.compacts_first = compacts_first;
  r.goes_home = goes_home_for_reserves;
  r.slow_path = slow_path_v4_7;
  r.slow.scope = scope_noio;
  r.slow.may_compact_again = may_compact_again_v4_7;
  r.address_clears_highmem = false;
  r.wake_kswapd = wake_nobody;
  r.needs_kswapd = needs_kswapd;
  r.order_to_wake_for = order_to_wake_for;
  r.next_interleave_node = next_interleave_node;

  r.scan = scan_in_turns;
  r.reserve_column = column_of_preferred_zone;
  r.watermark = rules::watermark_rules(Profile::v4_7);
  r.highatomic_pages = reserved_highatomic;
  r.mark_of = mark_without_boost;
  r.has_block = has_block;
  r.give_new_turns = give_new_turns;
  r.count_turn = count_turn;
  r.take_from_zone = rmqueue_v4_7;
  r.take_direct = take_harder;
  r.answer_boost = answer_boost;
  r.after_direct_take = reserve_nothing;
  r.after_take = reserve_if_harder;

  r.is_free_buddy = is_free_buddy;
  r.may_merge = unless_isolated;
  r.goes_to_tail = if_merge_is_likely;

  r.take = take_v4_7;
  r.fallbacks = rules::fallbacks_of;
  r.can_steal = can_steal;
  r.smallest_to_break = smallest_to_break;
  r.type_of_rest = rest_to_requested;
  r.is_enough_to_claim = rules::is_enough_to_claim;
  r.alike_pages = alike_pages;
  r.uses_cma_first = half_is_cma;
  r.boost = boost_watermark;
  r.moves_to_tail = false;

  r.folds = beyond_threshold;
  r.count = count_free;
  r.count_taken = count_nothing;
  r.count_handed_out = count_free;
  r.count_refilled = count_total;
  r.count_refilled_block = count_cma;
  r.count_listed = count_no_blocks;

  r.pcp_list = pcp_list_v4_7;
  r.pcp_order_of_list = pcp_order_of_list_v4_7;
  r.pcp_takes = pcp_takes_v4_7;
  r.pcp_lists = kPcpTypes;
  r.pcp_is_full = reaches_high;
  r.clamp = clamp_to_upper;
  r.age = age_list;
  r.counts_bad_pages = true;
  r.clamps_bulk = false;
  r.pcp_type = pcp_type;
  r.pcp_alloc = pcp_alloc_v4_7;
  r.refill_blocks = refill_blocks_v5_15;
  r.pcp_free = pcp_free;
  r.pcp_shrink = pcp_shrink_v4_7;
  r.bulk_free = bulk_free_v4_7;
  r.drain = drain_at_once;
  r.decay = decay_none;

  r.highatomic_cap = highatomic_cap_v4_7;
  r.is_reservable = rules::is_mergeable;
  r.reserve_highatomic = reserve_highatomic_v4_7;
  r.unreserve_highatomic = unreserve_highatomic_v4_7;
  r.refuses_isolation = refuses_blocks_of_ours;
  r.isolate = isolate_v4_7;
  r.unisolate = unisolate_v4_7;
  r.is_pulled = is_pulled_v4_7;
  r.is_retyped_at = is_half_a_pageblock;
  r.may_take_free_block = may_take_above_low;
  r.is_retyped_when_taken = is_neither_isolated_nor_cma;
  r.frees_tails = false;
  r.after_setup = renew_turn;
  return r;
}

}  // namespace bp::reference
