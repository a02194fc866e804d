// SPDX-License-Identifier: MIT
// What one kernel decides, entry by entry. A profile is a value of this type; the mechanics of the
// reference ask it and never ask which kernel it is. A rule is broken on purpose by replacing one
// entry, so everything that decides something stands here.
#pragma once

#include <cstdint>
#include <optional>

#include "model/reference/allocator.h"
#include "model/reference/context.h"
#include "model/rules/fallback.h"
#include "model/rules/watermark.h"

namespace bp::reference {

/// How a refill found its last block: the next one starts there (v7.1, R-MT-12).
enum class TakeMode : std::uint8_t { normal, cma, claim, steal };

/// Which of the zone's free blocks a search may end at.
enum class Candidate : std::uint8_t { none, unworthy, found };

struct Rulebook {
  Profile profile = Profile::v6_1_lts192;

  // From a request to its attempts. request.cpp

  Gfp (*scope)(Gfp, const Task&);                                   ///< R-GFP-4, W-18
  unsigned (*highest_zone)(Gfp, const Config&);                     ///< R-GFP-1; an index
  Migratetype (*migratetype)(Gfp, const Config&);                   ///< R-GFP-2, R-ZONE-15
  bool refuses_large_orders = true;                                 ///< R-CTX-10; v4.7: no (M-3)
  bool applies_policy_zone = true;                                  ///< W-9
  AllocFlags (*fast_flags)(const Allocator&, const Context&);       ///< R-CTX-2, 7, 11
  AllocFlags (*slow_flags)(const Allocator&, const Context&);       ///< R-AF-1, 4
  AllocFlags (*reserve_flags)(const Context&);                      ///< R-AF-2, 5
  bool keeps_kswapd_flag = true;                                    ///< R-SLOW-33, C9
  Answer (*slow_path)(Allocator&, Context&);                        ///< R-SLOW, C9
  void (*wake_kswapd)(Allocator&, Zone&, Order, unsigned highest);  ///< C11

  // The scan of a zonelist. scan.cpp, watermark_check.cpp

  Pfn (*scan)(Allocator&, Context&, Attempt);                            ///< R-LIST
  unsigned (*reserve_column)(const Allocator&, const Context&);          ///< R-CTX-1
  rules::WatermarkRules watermark;                                       ///< R-WMARK
  std::int64_t (*highatomic_pages)(const Zone&);                         ///< R-WMARK-4, 17
  std::int64_t (*mark_of)(const Zone&, rules::Mark);                     ///< R-WMARK-20
  bool skips_awake_nodes = false;                                        ///< R-LIST-12
  bool tries_high_first = false;                                         ///< R-LIST-13
  Pfn (*take_from_zone)(Allocator&, Zone&, const Context&, AllocFlags);  ///< R-RMQ
  void (*after_direct_take)(Allocator&, Zone&, const Context&, AllocFlags,
                            Pfn);  ///< R-HA-1, v7.1: from the buddy lists only
  void (*after_take)(Allocator&, Zone&, const Context&, AllocFlags, Pfn);  ///< R-HA-1

  void (*after_setup)(Allocator&, Zone&);  ///< R-CFG-7, 12, 13: as watermarks are recomputed

  // Buddy core. buddy.cpp

  bool (*may_merge)(const Allocator&, const Zone&, Migratetype freed,
                    Pfn buddy);   ///< R-BUDDY-9, at pageblock order and above
  bool retypes_on_merge = false;  ///< R-BUDDY-9, v7.1
  bool (*goes_to_tail)(const Allocator&, const Zone&, Pfn head, Order);  ///< R-BUDDY-11
  bool frees_by_pageblock = false;                                       ///< R-BUDDY-15

  // Taking from the lists. take.cpp, fallback_*.cpp

  Pfn (*take)(Allocator&, Zone&, Order, Migratetype, AllocFlags, TakeMode&);  ///< R-MT-3, 4, 12
  rules::Fallbacks (*fallbacks)(Migratetype);                                 ///< R-MT-2
  bool (*can_steal)(Order candidate, Migratetype requested, unsigned pageblock_order,
                    bool grouping_disabled);  ///< R-MT-6
  bool (*is_enough_to_claim)(std::int64_t pages, unsigned pageblock_order,
                             bool grouping_disabled);  ///< R-MT-8, 10
  std::int64_t (*alike_pages)(const Allocator&, Migratetype requested, Migratetype block,
                              std::int64_t free, std::int64_t movable);  ///< R-MT-10, 11
  bool (*uses_cma_first)(const Allocator&, const Zone&);                 ///< R-MT-4
  bool (*boost)(Allocator&, Zone&);                                      ///< R-MT-15
  bool moves_to_tail = true;        ///< Of a block that changes lists; v4.7: to the head.
  bool clips_at_zone_start = true;  ///< R-MT-9; v7.1: refuses

  // Counting free pages: by the block or all at once (C5).

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
  bool counts_bad_pages = false;             ///< B-02: v4.7 counts what it dropped at a refill.
  bool clamps_bulk = true;                   ///< B-14, R-PCP-7
  bool refuses_refill_to_highatomic = true;  ///< C3, v7.1
  bool frees_in_batches = true;              ///< C3, v7.1
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
  bool (*may_take_free_block)(Allocator&, const Zone&, Order);       ///< R-ISO-5
  bool (*is_retyped_when_taken)(Migratetype);                        ///< R-ISO-5
  bool frees_tails = true;                                           ///< R-API-11
};

}  // namespace bp::reference
