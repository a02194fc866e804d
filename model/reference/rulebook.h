// SPDX-License-Identifier: MIT
// What one kernel decides, entry by entry. A profile is a value of this type; the mechanics of the
// reference ask it and never ask which kernel it is. A rule is broken on purpose by replacing one
// entry, so everything that decides something stands here.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "model/reference/allocator.h"
#include "model/reference/context.h"
#include "model/reference/slow_rules.h"
#include "model/rules/fallback.h"
#include "model/rules/watermark.h"

namespace bp::reference {

/// How a refill found its last block: the next one starts there (v7.1, R-MT-12).
enum class TakeMode : std::uint8_t { normal, cma, claim, steal };

struct Rulebook {
  Profile profile = Profile::v6_1_lts192;

  // From a request to its attempts. request.cpp

  Gfp (*scope)(Gfp, const Task&);                  ///< R-GFP-4, W-18
  unsigned (*highest_zone)(Gfp, const Config&);    ///< R-GFP-1; an index
  Migratetype (*migratetype)(Gfp, const Config&);  ///< R-GFP-2, R-ZONE-15
  bool refuses_large_orders = true;                ///< R-CTX-10; v4.7: no (M-3)
  std::span<const ZoneRef> (*zonelist)(const NodeState&, Gfp, bool numa);  ///< R-GFP-6
  rules::Mark fast_mark = rules::Mark::low;                                ///< R-CTX-2
  rules::Mark slow_mark = rules::Mark::min;                                ///< R-AF-1
  AllocFlags (*fast_flags)(const Allocator&, const Context&);              ///< R-CTX-2, 7, 11
  AllocFlags (*slow_flags)(const Allocator&, const Context&);              ///< R-AF-1, 4
  AllocFlags (*reserve_flags)(const Context&);                             ///< R-AF-2, 5
  /// Of a second attempt (R-SLOW-33, W-10).
  AllocFlags (*second_flags)(const Allocator&, const Context&, AllocFlags first,
                             AllocFlags reserve);
  bool keeps_kswapd_flag = true;                      ///< R-SLOW-33, C9
  bool drops_nodemask = true;                         ///< W-10, in a second attempt
  bool (*compacts_first)(const Context&);             ///< R-SLOW-32
  bool (*goes_home)(AllocFlags, bool all_of_memory);  ///< R-SLOW-5: to the CPU's own zonelist
  AllocFlags last_flags{.no_watermarks = true};       ///< R-SLOW-7
  Answer (*slow_path)(Allocator&, Context&);          ///< R-SLOW, C9
  SlowRules slow;                                     ///< What it decides on its way.
  void (*wake_kswapd)(Allocator&, Zone&, Order, unsigned highest);                 ///< C11
  bool (*needs_kswapd)(const Allocator&, unsigned node, Order, unsigned highest);  ///< C11
  Order (*order_to_wake_for)(const Config&, Order);                                ///< C11
  std::int64_t kswapd_failures_max = 16;  ///< C11: after so many a node is left alone

  // Interfaces, policies, bulks and exact sizes. calls.cpp, policy.cpp, bulk.cpp

  bool address_clears_highmem = true;  ///< R-API-3, L-3; v4.7 asserts that there is none

  bool applies_policy_zone = true;            ///< W-9
  bool applies_policy_in_interrupt = false;   ///< W-9
  unsigned (*next_interleave_node)(Config&);  ///< W-9
  bool bulk_asks_for_all = true;              ///< W-6: also for what is there already
  bool bulk_keeps_node = true;                ///< W-6
  bool bulk_applies_scope = false;            ///< W-6
  bool exact_frees_to_pcp = false;            ///< W-7

  // The scan of a zonelist. scan.cpp, watermark_check.cpp

  Pfn (*scan)(Allocator&, Context&, Attempt);                           ///< R-LIST
  unsigned (*reserve_column)(const Allocator&, const Context&);         ///< R-CTX-1
  rules::WatermarkRules watermark;                                      ///< R-WMARK
  std::int64_t (*highatomic_pages)(const Zone&);                        ///< R-WMARK-4, 17
  std::int64_t (*mark_of)(const Zone&, rules::Mark);                    ///< R-WMARK-20
  bool (*has_block)(const Allocator&, const Zone&, Order, AllocFlags);  ///< R-WMARK-8, 15, 17
  bool clamps_counters = true;                                          ///< R-WMARK-13, C-1 e
  bool skips_awake_nodes = false;                                       ///< R-LIST-12
  bool retries_awake_nodes = true;                                      ///< R-LIST-12
  bool stays_on_node = true;      ///< R-LIST-11: a mixed pageblock here before a pure one elsewhere
  bool retries_mixing = true;     ///< R-LIST-11
  bool tries_high_first = false;  ///< R-LIST-13
  void (*give_new_turns)(Allocator&, ZoneRef preferred);                  ///< R-LIST-8
  bool renews_before_leaving = true;                                      ///< R-LIST-2
  void (*count_turn)(Allocator&, Zone&, Order);                           ///< R-LIST-10, C-1 b
  Pfn (*take_from_zone)(Allocator&, Zone&, const Context&, AllocFlags);   ///< R-RMQ
  Pfn (*take_direct)(Allocator&, Zone&, Order, Migratetype, AllocFlags);  ///< R-RMQ-2, 5
  void (*answer_boost)(Allocator&, Zone&);                                ///< C12, W-19
  void (*after_direct_take)(Allocator&, Zone&, const Context&, AllocFlags,
                            Pfn);  ///< R-HA-1, v7.1: from the buddy lists only
  void (*after_take)(Allocator&, Zone&, const Context&, AllocFlags, Pfn);  ///< R-HA-1

  void (*after_setup)(Allocator&, Zone&);  ///< R-CFG-7, 12, 13: as watermarks are recomputed

  // Buddy core. buddy.cpp

  Order largest{kOrderMax};         ///< R-GEN-3: nothing merges above
  bool takes_first = true;          ///< R-BUDDY-3: of a list
  bool lists_upper_half = true;     ///< R-BUDDY-4
  bool lists_rest_at_tail = false;  ///< R-BUDDY-4
  bool lists_by_freed_type = true;  ///< R-BUDDY-8: not by the pageblock's
  bool (*is_free_buddy)(const Allocator&, const Zone&, Pfn buddy, Order);  ///< R-BUDDY-7
  bool (*may_merge)(const Allocator&, const Zone&, Migratetype freed,
                    Pfn buddy);   ///< R-BUDDY-9, at pageblock order and above
  bool retypes_on_merge = false;  ///< R-BUDDY-9, v7.1
  bool (*goes_to_tail)(const Allocator&, const Zone&, Pfn head, Order);  ///< R-BUDDY-11
  bool heeds_tail_request = true;                                        ///< R-BUDDY-11, W-7
  bool frees_by_pageblock = false;                                       ///< R-BUDDY-15
  bool retypes_every_pageblock = true;  ///< R-MT-8, R-HA-3: of a larger block
  bool keeps_types_alike = true;        ///< R-MT-14: while grouping is disabled

  // Taking from the lists. take.cpp, fallback_*.cpp

  Pfn (*take)(Allocator&, Zone&, Order, Migratetype, AllocFlags, TakeMode&);  ///< R-MT-3, 4, 12
  rules::Fallbacks (*fallbacks)(Migratetype);                                 ///< R-MT-2
  bool (*can_steal)(const Config&, Order candidate, Order request,
                    Migratetype requested);  ///< R-MT-6
  bool (*is_enough_to_claim)(std::int64_t pages, unsigned pageblock_order,
                             bool grouping_disabled);  ///< R-MT-8, 10
  std::int64_t (*alike_pages)(const Allocator&, Migratetype requested, Migratetype block,
                              std::int64_t free, std::int64_t movable);   ///< R-MT-10, 11
  bool (*uses_cma_first)(const Allocator&, const Zone&);                  ///< R-MT-4
  Order (*smallest_to_break)(const Allocator&, Order, AllocFlags);        ///< R-MT-10, 12
  bool breaks_largest_first = true;                                       ///< R-MT-7, 10, 12
  bool takes_smallest_for_movable = true;                                 ///< R-MT-10
  bool spares_highatomic = true;                                          ///< R-MT-10, B-04
  Migratetype (*type_of_rest)(Migratetype requested, Migratetype other);  ///< R-MT-7, 12
  bool (*boost)(Allocator&, Zone&);                                       ///< R-MT-15
  bool boosts_refused_claims = true;                                      ///< C7
  bool boost_needs_kswapd = true;   ///< C12: to be told to the next allocation
  bool moves_to_tail = true;        ///< Of a block that changes lists; v4.7: to the head.
  bool clips_at_zone_start = true;  ///< R-MT-9; v7.1: refuses
  bool refuses_at_zone_end = true;  ///< R-MT-9

  // Counting free pages: by the block or all at once (C5).

  bool (*folds)(std::int64_t diff, std::int64_t threshold);                 ///< W-4, C-1 a
  void (*count)(Allocator&, Zone&, Migratetype, std::int64_t pages);        ///< R-BUDDY-6, 16
  void (*count_taken)(Allocator&, Zone&, Migratetype, std::int64_t pages);  ///< As lists change.
  void (*count_handed_out)(Allocator&, Zone&, Migratetype, std::int64_t);  ///< After a direct take.
  void (*count_refilled)(Allocator&, Zone&, std::int64_t taken_pages);     ///< After a refill.
  void (*count_refilled_block)(Allocator&, Zone&, Migratetype, std::int64_t);
  void (*count_listed)(Allocator&, Zone&, Order, Migratetype, std::int64_t pages);

  // Per-CPU lists. pcp_*.cpp

  unsigned (*pcp_list)(Order, Migratetype, const Config&);  ///< R-PCP-11, C1
  unsigned (*pcp_order_of_list)(unsigned list, const Config&);
  bool (*pcp_takes)(Order, const Config&);  ///< R-FREE-2
  unsigned pcp_lists = 14;
  bool pcp_takes_first = true;                                               ///< R-PCP-3, 12
  bool pcp_refills_at_tail = true;                                           ///< R-PCP-4, 12
  bool pcp_frees_last = true;                                                ///< R-PCP-7, 14
  bool rereads_if_isolated = true;                                           ///< W-14, B-08
  bool (*pcp_is_full)(std::int64_t count, std::int64_t high);                ///< R-PCP-6, 13
  std::int64_t (*clamp)(std::int64_t, std::int64_t low, std::int64_t high);  ///< C4
  std::int64_t reclaim_batches = 4;      ///< R-PCP-13: what stays while somebody reclaims
  std::int64_t free_factor_max = 5;      ///< R-PCP-13; v5.15: no bound
  Order burst_order_max{3};              ///< R-PCP-13, C3: frees of orders 1 to this go through
  std::int64_t alloc_factor_max = 5;     ///< R-PCP-20, C3
  unsigned batch_scale_max = 5;          ///< C3: a count of frees is bounded by the batch << this
  unsigned high_decay = 3;               ///< C14: a tick takes high >> this
  std::int64_t expire_ticks = 3;         ///< C14, W-5
  void (*age)(Allocator&, Zone&, Pcp&);  ///< C14, W-5
  bool drains_ascending = true;          ///< W-5: CPUs and zones
  bool counts_bad_pages = false;         ///< B-02: v4.7 counts what it dropped at a refill.
  bool clamps_bulk = true;               ///< B-14, R-PCP-7
  bool refuses_refill_to_highatomic = true;                       ///< C3, v7.1
  bool frees_in_batches = true;                                   ///< C3, v7.1
  std::int64_t (*high_orders_kept)(const Pcp&) = nullptr;         ///< C3
  bool caches_type = true;                                        ///< R-PCP-21
  std::optional<Migratetype> (*pcp_type)(Migratetype pageblock);  ///< R-PCP-6, 15; none: buddy
  Pfn (*pcp_alloc)(Allocator&, Zone&, Order, Migratetype, AllocFlags, bool cold);
  std::int64_t (*refill_blocks)(Allocator&, Zone&, Pcp&, Order);  ///< R-PCP-4, 12, C2, C3
  void (*pcp_free)(Allocator&, Zone&, Pfn, Order, bool cold);
  void (*pcp_shrink)(Allocator&, Zone&, Pcp&, Order freed, unsigned list);  ///< R-PCP-13, C2, C3
  void (*bulk_free)(Allocator&, Zone&, Pcp&, std::int64_t pages, unsigned list);  ///< R-PCP-7, 14
  void (*drain)(Allocator&, Zone&, Pcp&);                                         ///< R-PCP-9
  void (*decay)(Allocator&, Zone&, Pcp&);                                         ///< C14

  // Which blocks' pages are looked at (R-PREP-5, 6).

  bool checks_refill = true;
  bool checks_bulk_free = true;
  bool checks_direct_take = true;  ///< v4.7
  bool checks_direct_free = true;  ///< R-FREE-1

  // Reserve and isolation. highatomic.cpp, isolation_*.cpp

  std::optional<std::int64_t> (*highatomic_cap)(std::int64_t managed,
                                                std::int64_t pageblock_pages);  ///< R-HA-2
  bool (*is_reservable)(Migratetype pageblock);                                 ///< R-HA-3
  void (*reserve_highatomic)(Allocator&, Zone&, Pfn, Order);                    ///< R-HA-3
  bool (*unreserve_highatomic)(Allocator&, Context&, bool force);               ///< R-HA-4
  std::optional<bool> (*refuses_isolation)(const Allocator&, const Zone&, Pfn pageblock,
                                           Migratetype);  ///< M-1; nothing: the kernel knows
  void (*isolate)(Allocator&, Zone&, Pfn pageblock);      ///< R-ISO-1
  void (*unisolate)(Allocator&, Zone&, Pfn pageblock, Migratetype);  ///< R-ISO-2
  bool (*is_pulled)(const Allocator&, const Zone&, Pfn);             ///< R-ISO-2, W-13, C10
  bool (*may_take_free_block)(Allocator&, const Zone&, Order);       ///< R-ISO-5
  bool (*is_retyped_when_taken)(Migratetype);                        ///< R-ISO-5
  bool (*is_retyped_at)(Order, unsigned pageblock_order);            ///< R-ISO-5
  bool frees_tails = true;                                           ///< R-API-11, B-24
  bool spares_compound = true;                                       ///< R-API-11, B-24
};

}  // namespace bp::reference
