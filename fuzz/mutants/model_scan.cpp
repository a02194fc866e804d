// SPDX-License-Identifier: MIT
// Planted bugs of the scan of a zonelist, of taking from a zone and of waking kswapd (R-LIST,
// R-RMQ, C11, C12).
#include <algorithm>

#include "fuzz/mutants/model_subjects.h"
#include "model/reference/buddy.h"
#include "model/reference/counting.h"
#include "model/reference/kswapd.h"
#include "model/reference/scan.h"
#include "model/reference/watermark_check.h"

namespace bp::reference::plants {
namespace {

constexpr ModelPlant kPlants[] = {
    {"column-of-highest-zone", "R-CTX-1", "B-26", kV4_7,
     "lowmem_reserve is read by the highest zone allowed, as since 5.8",
     [](Rulebook& r) { r.reserve_column = column_of_highest_zone; }},
    {"column-of-preferred-zone", "R-CTX-1 W-16", "B-26", kSince5_15,
     "lowmem_reserve is read by the first zone of the list, as in 4.7",
     [](Rulebook& r) { r.reserve_column = column_of_preferred_zone; }},
    {"column-one-higher", "R-CTX-1 R-WMARK-6", "mutant 8", kAll,
     "the next column of lowmem_reserve",
     [](Rulebook& r) {
       r.reserve_column = [](const Allocator& a, const Context& c) {
         const auto last = static_cast<unsigned>(a.config.zones.size()) - 1;
         return std::min(c.highest + 1, last);
       };
     }},
    {"column-lowest", "R-CTX-1 R-WMARK-6", "B-11", kAll, "lowmem_reserve protects nothing",
     [](Rulebook& r) { r.reserve_column = [](const Allocator&, const Context&) { return 0U; }; }},
    {"fair-not-asked", "R-LIST-2 R-CTX-2", "", kV4_7, "zones do not take turns",
     [](Rulebook& r) {
       r.scan = [](Allocator& a, Context& c, Attempt t) {
         t.flags.fair = false;
         return scan_in_turns(a, c, t);
       };
     }},
    {"fair-on-every-attempt", "R-LIST-2 R-CTX-2", "", kV4_7,
     "zones take turns in the slow path too",
     [](Rulebook& r) {
       r.scan = [](Allocator& a, Context& c, Attempt t) {
         t.flags.fair = true;
         return scan_in_turns(a, c, t);
       };
     }},
    {"fair-leaves-node-at-once", "R-LIST-2", "", kV4_7,
     "another node is tried before this one's zones get new turns",
     [](Rulebook& r) { r.renews_before_leaving = false; }},
    {"fair-no-new-turns", "R-LIST-8", "B-13", kV4_7, "depleted zones stay depleted",
     [](Rulebook& r) { r.give_new_turns = [](Allocator&, ZoneRef) {}; }},
    {"fair-turn-of-preferred-alone", "R-LIST-8", "", kV4_7,
     "only the preferred zone gets a new turn",
     [](Rulebook& r) {
       r.give_new_turns = [](Allocator& a, ZoneRef preferred) {
         Zone& z = a.zone(preferred);
         const std::int64_t left = z.n.stat[static_cast<unsigned>(Stat::fair)];
         a.change(z, Stat::fair, z.n.high - z.n.low - left);
         z.set(ZoneFlag::fair_depleted, false);
       };
     }},
    {"fair-batch-unsigned", "R-LIST-10", "B-12", kV4_7, "a turn that is overdrawn is not used up",
     [](Rulebook& r) {
       r.count_turn = [](Allocator& a, Zone& z, Order o) {
         const bool was = z.has(ZoneFlag::fair_depleted);
         count_turn(a, z, o);
         if (z.n.stat[static_cast<unsigned>(Stat::fair)] < 0) z.set(ZoneFlag::fair_depleted, was);
       };
     }},
    {"fair-counts-blocks", "R-LIST-10", "", kV4_7, "a block of any order uses up one of a turn",
     [](Rulebook& r) {
       r.count_turn = [](Allocator& a, Zone& z, Order) { count_turn(a, z, Order{0}); };
     }},
    {"fair-step-without-overstep", "R-LIST-10 C-1", "", kV4_7,
     "a single page is counted as every other change",
     [](Rulebook& r) {
       r.count_turn = [](Allocator& a, Zone& z, Order o) {
         a.change(z, Stat::fair, -size_of(o));
         if (z.n.stat[static_cast<unsigned>(Stat::fair)] <= 0) z.set(ZoneFlag::fair_depleted, true);
       };
     }},
    {"nofragment-leaves-node", "R-LIST-11", "", kSince5_15,
     "a pure pageblock elsewhere is preferred to a mixed one here",
     [](Rulebook& r) { r.stays_on_node = false; }},
    {"nofragment-never-given-up", "R-LIST-11", "", kSince5_15,
     "no second pass that may mix pageblocks", [](Rulebook& r) { r.retries_mixing = false; }},
    {"awake-nodes-not-skipped", "R-LIST-12", "", kV7_1, "a node whose kswapd runs is used at once",
     [](Rulebook& r) { r.skips_awake_nodes = false; }},
    {"awake-nodes-skipped", "R-LIST-12", "", Profiles({v5_15}),
     "a node whose kswapd runs is passed over, as in 7.1",
     [](Rulebook& r) { r.skips_awake_nodes = true; }},
    {"awake-nodes-skipped-for-good", "R-LIST-12", "", kV7_1,
     "no second pass over nodes whose kswapd runs",
     [](Rulebook& r) { r.retries_awake_nodes = false; }},
    {"high-mark-not-tried", "R-LIST-13 C15", "", kSince6_12, "the high mark is not tried first",
     [](Rulebook& r) { r.tries_high_first = false; }},
    {"high-mark-tried", "R-LIST-13", "", k5_15And6_1, "the high mark is tried first, as since 6.12",
     [](Rulebook& r) { r.tries_high_first = true; }},
    {"high-mark-one-more", "R-LIST-13 R-WMARK-20", "", kSince6_12, "the high mark is one page more",
     [](Rulebook& r) {
       r.mark_of = [](const Zone& z, rules::Mark m) {
         const std::int64_t extra = m == rules::Mark::high ? 1 : 0;
         return mark_with_boost(z, m) + extra;
       };
     }},
    {"zonelist-backwards", "R-ZONE-4 R-LIST-7", "mutant 9", kAll, "zones are tried lowest first",
     [](Rulebook& r) {
       r.scan = [](Allocator& a, Context& c, Attempt t) {
         std::vector<ZoneRef> list(c.zonelist.rbegin(), c.zonelist.rend());
         Context reversed = c;
         reversed.zonelist = list;
         set_preferred(reversed);
         if (reversed.empty()) return kNoPfn;
         return (a.rules.profile == v4_7 ? scan_in_turns : scan_in_order)(a, reversed, t);
       };
     }},
    {"pcp-path-for-none", "R-RMQ-1 R-RMQ-4", "", kAll, "per-CPU lists are not used",
     [](Rulebook& r) { r.pcp_takes = [](Order, const Config&) { return false; }; }},
    {"pcp-failure-goes-on", "R-RMQ-4", "", kV5_15,
     "where the CPU's list gives nothing the zone's are tried, as since 6.1",
     [](Rulebook& r) { r.take_from_zone = rmqueue_v6_1; }},
    {"pcp-failure-ends", "R-RMQ-4", "", kSince6_1,
     "where the CPU's list gives nothing the zone is given up, as in 5.15",
     [](Rulebook& r) {
       r.take_from_zone = [](Allocator& a, Zone& z, const Context& c, AllocFlags f) {
         const Order o{c.order};
         if (!a.rules.pcp_takes(o, a.config)) return rmqueue_v6_1(a, z, c, f);
         const Pfn head = a.rules.pcp_alloc(a, z, o, c.type, f, false);
         if (f.kswapd) a.rules.answer_boost(a, z);
         return head;
       };
     }},
    {"reserve-not-taken-first", "R-RMQ-2 R-RMQ-5", "", kAll,
     "the highatomic reserve is not taken from first",
     [](Rulebook& r) {
       r.take_direct = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f) {
         TakeMode mode = TakeMode::normal;
         Pfn head = a.rules.take(a, z, o, t, f, mode);
         if (head == kNoPfn && (f.harder || f.oom || f.highatomic))
           head = take_smallest(a, z, o, Migratetype::highatomic);
         return head;
       };
     }},
    {"reserve-not-taken-last", "R-RMQ-5", "", kSince6_1,
     "those that may not wait do not get the reserve at the end",
     [](Rulebook& r) {
       r.take_direct = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f) {
         f.harder = f.oom = false;
         return take_with_reserve(a, z, o, t, f);
       };
     }},
    {"reserve-for-everybody", "R-RMQ-2 R-RMQ-5", "", kAll, "every request may take the reserve",
     [](Rulebook& r) {
       r.take_direct = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f) {
         if (const Pfn p = take_smallest(a, z, o, Migratetype::highatomic); p != kNoPfn) return p;
         TakeMode mode = TakeMode::normal;
         return a.rules.take(a, z, o, t, f, mode);
       };
     }},
    {"reserve-of-non-block", "R-RMQ-5", "", kSince6_1,
     "NON_BLOCK takes from the reserve first, as HARDER did in 5.15",
     [](Rulebook& r) { r.take_direct = take_harder; }},
    {"boost-not-answered", "C12 W-19", "", kSince5_15, "a boosted zone stays marked",
     [](Rulebook& r) { r.answer_boost = [](Allocator&, Zone&) {}; }},
    {"boost-answered-by-success-only", "C12 W-19", "", kSince6_1,
     "a request that finds nothing does not answer a boost",
     [](Rulebook& r) {
       r.take_from_zone = [](Allocator& a, Zone& z, const Context& c, AllocFlags f) {
         const bool boosted = z.has(ZoneFlag::boosted);
         const Pfn head = rmqueue_v6_1(a, z, c, f);
         if (head == kNoPfn && boosted) z.set(ZoneFlag::boosted, true);
         return head;
       };
     }},
    {"boost-answered-by-all", "C12", "", kSince6_1,
     "requests that may not wake kswapd answer a boost too",
     [](Rulebook& r) {
       r.take_from_zone = [](Allocator& a, Zone& z, const Context& c, AllocFlags f) {
         const Pfn head = rmqueue_v6_1(a, z, c, f);
         if (!f.kswapd) a.rules.answer_boost(a, z);
         return head;
       };
     }},
    {"boost-answered-without-wake", "C12", "", k5_15And7_1, "a boost wakes no kswapd",
     [](Rulebook& r) {
       r.answer_boost = [](Allocator&, Zone& z) { z.set(ZoneFlag::boosted, false); };
     }},
    {"kswapd-never-woken", "R-SLOW-3 C11", "", k5_15And7_1, "nobody wakes kswapd",
     [](Rulebook& r) { r.wake_kswapd = wake_nobody; }},
    {"kswapd-woken-when-balanced", "C11", "", k5_15And7_1, "kswapd is woken without need",
     [](Rulebook& r) {
       r.needs_kswapd = [](const Allocator&, unsigned, Order, unsigned) { return true; };
     }},
    {"kswapd-needs-all-zones-balanced", "C11", "", k5_15And7_1,
     "a node is balanced when all its zones are",
     [](Rulebook& r) {
       r.needs_kswapd = [](const Allocator& a, unsigned node, Order o, unsigned highest) {
         for (const Zone& z : a.zones) {
           if (z.node != node || z.index > highest || z.n.managed == 0) continue;
           if (z.n.boost != 0) return true;
           if (!is_watermark_ok(a, z, o, a.rules.mark_of(z, rules::Mark::high), highest, {}))
             return true;
         }
         return false;
       };
     }},
    {"kswapd-ignores-boost", "C11", "", k5_15And7_1, "a boost does not make a node need kswapd",
     [](Rulebook& r) {
       r.needs_kswapd = [](const Allocator& a, unsigned node, Order o, unsigned highest) {
         for (const Zone& z : a.zones) {
           if (z.node != node || z.index > highest || z.n.managed == 0) continue;
           const bool by_blocks = a.config.defrag_mode && o > Order{0};
           const std::int64_t free = a.read(z, by_blocks ? Stat::blocks : Stat::free);
           if (is_watermark_ok(a, z, o, a.rules.mark_of(z, rules::Mark::high), highest, {}, free))
             return false;
         }
         return true;
       };
     }},
    {"kswapd-balanced-at-low", "C11", "", k5_15And7_1, "a node is balanced at its low mark",
     [](Rulebook& r) {
       r.needs_kswapd = [](const Allocator& a, unsigned node, Order o, unsigned highest) {
         for (const Zone& z : a.zones) {
           if (z.node != node || z.index > highest || z.n.managed == 0) continue;
           if (is_watermark_ok(a, z, o, a.rules.mark_of(z, rules::Mark::low), highest, {}))
             return false;
         }
         return true;
       };
     }},
    {"kswapd-hopeless-at-once", "C11", "", k5_15And7_1, "a node without failures is hopeless",
     [](Rulebook& r) { r.kswapd_failures_max = 0; }},
    {"kswapd-never-hopeless", "C11", "", k5_15And7_1, "no number of failures is hopeless",
     [](Rulebook& r) { r.kswapd_failures_max = std::int64_t{1} << 40; }},
    {"kswapd-by-request-order", "C11", "", kV7_1,
     "defrag_mode does not ask kswapd for whole pageblocks",
     [](Rulebook& r) { r.order_to_wake_for = [](const Config&, Order o) { return o; }; }},
};

}  // namespace

std::span<const ModelPlant> scan_plants() { return kPlants; }

}  // namespace bp::reference::plants
