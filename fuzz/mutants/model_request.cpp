// SPDX-License-Identifier: MIT
// Planted bugs of what is decided about a request once: zone, type, flags, and which attempts are
// made (R-GFP, R-CTX, R-AF, R-SLOW).
#include "fuzz/mutants/model_subjects.h"
#include "model/reference/kswapd.h"
#include "model/reference/request.h"
#include "model/reference/scan.h"
#include "model/reference/slow_path.h"

namespace bp::reference::plants {
namespace {

using enum GfpFlag;

constexpr ModelPlant kPlants[] = {
    {"scope-ignored", "R-GFP-4 W-18", "", kScripted, "PF_MEMALLOC_PIN does not clear MOVABLE",
     [](Rulebook& r) { r.scope = [](Gfp g, const Task&) { return g; }; }},
    {"zone-one-lower", "R-GFP-1", "", kAll, "the highest zone allowed is one too low",
     [](Rulebook& r) {
       r.highest_zone = [](Gfp g, const Config& c) {
         const unsigned z = highest_zone(g, c);
         return z == 0 ? z : z - 1;
       };
     }},
    {"zone-dma32-ignored", "R-GFP-1", "", kAll, "DMA32 does not restrict a request",
     [](Rulebook& r) {
       r.highest_zone = [](Gfp g, const Config& c) { return highest_zone(g.without(dma32), c); };
     }},
    {"zone-movable-without-highmem", "R-GFP-1", "", kAll,
     "MOVABLE alone, without HIGHMEM, reaches the zone MOVABLE",
     [](Rulebook& r) {
       r.highest_zone = [](Gfp g, const Config& c) {
         return highest_zone(g.has(movable) ? g | highmem : g, c);
       };
     }},
    {"type-all-unmovable", "R-GFP-2", "", kAll, "all requests are for UNMOVABLE blocks",
     [](Rulebook& r) {
       r.migratetype = [](Gfp, const Config&) { return Migratetype::unmovable; };
     }},
    {"type-reclaimable-ignored", "R-GFP-2", "", kAll, "RECLAIMABLE requests count as UNMOVABLE",
     [](Rulebook& r) {
       r.migratetype = [](Gfp g, const Config& c) {
         return migratetype(g.without(reclaimable), c);
       };
     }},
    {"type-while-grouping-is-off", "R-ZONE-15 R-GFP-2", "", kUngrouped,
     "requests keep their types while grouping is disabled",
     [](Rulebook& r) {
       r.migratetype = [](Gfp g, const Config& c) {
         Config grouped;
         grouped.cma = c.cma;
         return migratetype(g, grouped);
       };
     }},
    {"large-orders-not-refused", "R-CTX-10", "", kSince5_15,
     "an order above 10 is refused late, as in 4.7",
     [](Rulebook& r) {
       r.refuses_large_orders = false;
       r.scan = [](Allocator& a, Context& c, Attempt t) {
         return c.order > kOrderMax ? kNoPfn : scan_in_order(a, c, t);
       };
     }},
    {"large-orders-refused-at-once", "R-SLOW-1 R-LIST-9", "", kV4_7,
     "an order above 10 is refused before anything else",
     [](Rulebook& r) { r.refuses_large_orders = true; }},
    {"thisnode-falls-back", "R-GFP-6 R-ZONE-10", "", kAll, "THISNODE may be served elsewhere",
     [](Rulebook& r) {
       r.zonelist = [](const NodeState& n, Gfp, bool) {
         return std::span<const ZoneRef>(n.fallback);
       };
     }},
    {"fast-path-at-high", "R-CTX-2", "", kAll, "the first attempt asks for the high mark",
     [](Rulebook& r) { r.fast_mark = Mark::high; }},
    {"fast-path-at-min", "R-CTX-2", "", kAll, "the first attempt asks for the min mark",
     [](Rulebook& r) { r.fast_mark = Mark::min; }},
    {"slow-path-at-low", "R-AF-1 R-AF-4", "", kAll, "later attempts ask for the low mark",
     [](Rulebook& r) { r.slow_mark = Mark::low; }},
    {"cma-flag-missing-at-first", "R-CTX-7 R-AF-3 R-CMA-1", "", kAll,
     "the first attempt of a MOVABLE request may not use CMA",
     [](Rulebook& r) {
       r.fast_flags = [](const Allocator& a, const Context& c) {
         const bool old = a.rules.profile == v4_7;
         AllocFlags f = old ? fast_flags_v4_7(a, c) : fast_flags_v5_15(a, c);
         f.cma = false;
         return f;
       };
     }},
    {"cma-flag-for-all", "R-CTX-7 R-CMA-1", "B-39", kAll, "every request may use CMA at first",
     [](Rulebook& r) {
       r.fast_flags = [](const Allocator& a, const Context& c) {
         const bool old = a.rules.profile == v4_7;
         AllocFlags f = old ? fast_flags_v4_7(a, c) : fast_flags_v5_15(a, c);
         f.cma = true;
         return f;
       };
     }},
    {"cma-flag-missing-later", "R-AF-3", "", kAll, "later attempts may not use CMA",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = rulebook_of(a.rules.profile).slow_flags(a, c);
         f.cma = false;
         return f;
       };
     }},
    {"nofragment-never", "R-MT-20 R-CTX-11", "", kSince5_15, "pageblocks are mixed at once",
     [](Rulebook& r) {
       r.fast_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = fast_flags_v5_15(a, c);
         f.nofragment = false;
         return f;
       };
     }},
    {"nofragment-always", "R-MT-20 R-CTX-11", "", kSince5_15,
     "no request mixes pageblocks at first, whatever its zone",
     [](Rulebook& r) {
       r.fast_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = fast_flags_v5_15(a, c);
         f.nofragment = true;
         return f;
       };
     }},
    {"nofragment-without-dma32", "R-MT-20", "", kSince5_15,
     "a NORMAL zone with anything below it avoids mixing",
     [](Rulebook& r) {
       r.fast_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = fast_flags_v5_15(a, c);
         if (!c.empty()) {
           const ZoneRef at = c.preferred_zone();
           f.nofragment = f.nofragment || (a.zone(at).type == ZoneType::normal && at.index > 0);
         }
         return f;
       };
     }},
    {"nofragment-kept-in-slow-path", "R-MT-20 R-AF-4", "", kSince5_15,
     "later attempts avoid mixing too",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = rulebook_of(a.rules.profile).slow_flags(a, c);
         f.nofragment = true;
         return f;
       };
     }},
    {"nofragment-dropped-in-defrag-mode", "R-AF-4", "", kV7_1,
     "in defrag_mode later attempts may mix",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = slow_flags_v6_1(a, c);
         f.nofragment = false;
         return f;
       };
     }},
    {"kswapd-flag-missing-at-first", "R-MT-20 R-MT-15 C12", "", kSince5_15,
     "the first attempt may not wake kswapd",
     [](Rulebook& r) {
       r.fast_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = fast_flags_v5_15(a, c);
         f.kswapd = false;
         return f;
       };
     }},
    {"kswapd-flag-missing-later", "R-AF-4 R-SLOW-31", "", kSince5_15,
     "later attempts may not wake kswapd",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = rulebook_of(a.rules.profile).slow_flags(a, c);
         f.kswapd = false;
         return f;
       };
     }},
    {"high-flag-ignored", "R-AF-1 R-AF-4", "", kAll, "__GFP_HIGH does not open the reserve",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         Context without = c;
         without.gfp = c.gfp.without(high);
         return rulebook_of(a.rules.profile).slow_flags(a, without);
       };
     }},
    {"harder-by-not-blocking", "R-AF-1 F-1", "", kUntil5_15,
     "who may not block is HARDER, ATOMIC or not, as before 4.4",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = slow_flags_v4_7(a, c);
         if (!c.blocks() && !c.gfp.has(nomemalloc)) f.harder = true;
         return f;
       };
     }},
    {"harder-by-atomic", "R-AF-4 R-AF-6", "", kSince6_1,
     "only ATOMIC makes a request NON_BLOCK, as up to 5.15",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = slow_flags_v6_1(a, c);
         if (!c.gfp.has(atomic)) f.harder = false;
         return f;
       };
     }},
    {"nomemalloc-ignored-by-harder", "R-AF-1 R-AF-4", "mutant 17", kAll,
     "NOMEMALLOC does not take HARDER away",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         Context without = c;
         without.gfp = c.gfp.without(nomemalloc);
         return rulebook_of(a.rules.profile).slow_flags(a, without);
       };
     }},
    {"nomemalloc-ignored-by-reserve", "R-AF-2 R-AF-5", "mutant 17", kAll,
     "NOMEMALLOC does not close the whole reserve",
     [](Rulebook& r) {
       r.reserve_flags = [](const Context& c) {
         Context without = c;
         without.gfp = c.gfp.without(nomemalloc);
         return reserve_flags_v5_15(without);
       };
     }},
    {"memalloc-ignored", "R-AF-2 R-AF-5", "", kAll,
     "__GFP_MEMALLOC does not open the whole reserve",
     [](Rulebook& r) {
       r.reserve_flags = [](const Context& c) {
         Context without = c;
         without.gfp = c.gfp.without(memalloc);
         return reserve_flags_v5_15(without);
       };
     }},
    {"memalloc-task-ignored", "R-AF-5", "", kScripted,
     "PF_MEMALLOC does not open the whole reserve",
     [](Rulebook& r) {
       r.reserve_flags = [](const Context& c) {
         Context without = c;
         without.task.memalloc = false;
         return reserve_flags_v5_15(without);
       };
     }},
    {"memalloc-task-in-interrupt", "R-AF-5", "", kScripted,
     "PF_MEMALLOC of an interrupted task opens the whole reserve",
     [](Rulebook& r) {
       r.reserve_flags = [](const Context& c) {
         Context without = c;
         without.task.in_interrupt = false;
         return reserve_flags_v5_15(without);
       };
     }},
    {"victim-gets-everything", "R-AF-5", "", kScripted,
     "an OOM victim gets all of memory, as in 4.7",
     [](Rulebook& r) { r.reserve_flags = reserve_flags_v4_7; }},
    {"realtime-ignored", "R-AF-1 R-AF-4 W-11", "", kScripted, "a real-time task gets nothing extra",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         Context without = c;
         without.task.realtime = false;
         return rulebook_of(a.rules.profile).slow_flags(a, without);
       };
     }},
    {"highatomic-for-order-0", "R-AF-4", "", kSince6_1,
     "single pages may use the highatomic reserve",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = slow_flags_v6_1(a, c);
         f.highatomic = f.harder && f.high;
         return f;
       };
     }},
    {"highatomic-flag-missing", "R-AF-4 R-HA-1", "", kSince6_1, "nobody gets HIGHATOMIC",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = slow_flags_v6_1(a, c);
         f.highatomic = false;
         return f;
       };
     }},
    {"cpuset-kept", "R-AF-1 R-AF-4 R-SLOW-33", "", kAll,
     "no urgent request is freed of its task's cpuset and node mask",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = rulebook_of(a.rules.profile).slow_flags(a, c);
         f.cpuset = true;
         return f;
       };
     }},
    {"cpuset-dropped-by-all", "R-AF-1 R-AF-4", "mutant 20", kAll,
     "every later attempt is freed of its task's cpuset and node mask",
     [](Rulebook& r) {
       r.slow_flags = [](const Allocator& a, const Context& c) {
         AllocFlags f = rulebook_of(a.rules.profile).slow_flags(a, c);
         f.cpuset = false;
         return f;
       };
     }},
    {"stays-abroad", "R-SLOW-5", "B-29", kV4_7,
     "an urgent request keeps the zonelist that it asked for",
     [](Rulebook& r) { r.goes_home = [](AllocFlags, bool) { return false; }; }},
    {"always-goes-home", "R-SLOW-5", "B-29", kV4_7,
     "every later attempt uses the zonelist of the CPU's own node",
     [](Rulebook& r) { r.goes_home = [](AllocFlags, bool) { return true; }; }},
    {"last-attempt-with-cma", "R-SLOW-7", "mutant 16", kV4_7,
     "the attempt without watermarks may use CMA and the reserve",
     [](Rulebook& r) { r.last_flags = {.harder = true, .cma = true, .no_watermarks = true}; }},
    {"last-attempt-left-out", "R-SLOW-7", "", kV4_7, "there is no attempt without watermarks",
     [](Rulebook& r) { r.last_flags = {}; }},
    {"second-attempt-without-cma", "R-SLOW-33 W-10", "", kSince5_15,
     "a second attempt from the reserve may not use CMA",
     [](Rulebook& r) {
       r.second_flags = [](const Allocator& a, const Context& c, AllocFlags first,
                           AllocFlags reserve) {
         AllocFlags f = second_flags(a, c, first, reserve);
         if (reserve != AllocFlags{}) f.cma = false;
         return f;
       };
     }},
    {"second-attempt-keeps-flags", "R-SLOW-33 W-10", "mutant 16", kSince5_15,
     "reserve flags are added to those of the first attempt",
     [](Rulebook& r) {
       r.second_flags = [](const Allocator&, const Context&, AllocFlags first, AllocFlags reserve) {
         first.no_watermarks = reserve.no_watermarks;
         first.oom = reserve.oom;
         return first;
       };
     }},
    {"second-attempt-without-reserve", "R-SLOW-33 R-AF-5", "", kSince5_15,
     "a second attempt has the flags of the first",
     [](Rulebook& r) {
       r.second_flags = [](const Allocator&, const Context&, AllocFlags first, AllocFlags) {
         return first;
       };
     }},
    {"second-attempt-without-kswapd", "R-SLOW-33 C9", "", kSince6_1,
     "reserve flags drop KSWAPD, as in 5.15", [](Rulebook& r) { r.keeps_kswapd_flag = false; }},
    {"second-attempt-with-kswapd", "R-SLOW-33 C9", "", kV5_15,
     "reserve flags keep KSWAPD, as since 6.1", [](Rulebook& r) { r.keeps_kswapd_flag = true; }},
    {"second-attempt-keeps-mask", "W-10 R-SLOW-33", "B-23", kScripted,
     "a second attempt keeps the caller's node mask",
     [](Rulebook& r) { r.drops_nodemask = false; }},
    {"second-attempt-never", "C9 R-SLOW-33", "", kSince5_15, "there is no second slow attempt",
     [](Rulebook& r) {
       r.slow_path = [](Allocator& a, Context& c) -> Answer {
         const AllocFlags first = a.rules.slow_flags(a, c);
         set_preferred(c);
         if (c.empty()) return {};
         if (first.kswapd) wake_all_kswapds(a, c);
         const Pfn p = a.rules.scan(a, c, {Mark::min, first});
         return {.head = p, .blocked = p == kNoPfn && c.blocks()};
       };
     }},
    {"second-attempt-always", "C9", "", kV7_1, "there is always a second slow attempt, as in 5.15",
     [](Rulebook& r) { r.slow_path = slow_path_v5_15; }},
    {"second-attempt-for-reasons-only", "C9", "", k5_15And6_1,
     "a second slow attempt needs a reason, as in 7.1",
     [](Rulebook& r) { r.slow_path = slow_path_v7_1; }},
    {"compacts-never-first", "R-SLOW-32", "", kScripted,
     "costly requests look again before the kernel compacts",
     [](Rulebook& r) { r.compacts_first = [](const Context&) { return false; }; }},
    {"compacts-always-first", "R-SLOW-32", "", kScripted,
     "every request that may block compacts before it looks again",
     [](Rulebook& r) { r.compacts_first = [](const Context& c) { return c.blocks(); }; }},
    {"slow-path-without-kswapd", "R-SLOW-3 R-SLOW-31", "", k5_15And7_1,
     "the slow path wakes no kswapd, a boost still does",
     [](Rulebook& r) {
       r.wake_kswapd = [](Allocator& a, Zone& z, Order o, unsigned highest) {
         if (o == Order{0} && highest == z.index) wake_kswapd(a, z, o, highest);
       };
     }},
};

}  // namespace

std::span<const ModelPlant> request_plants() { return kPlants; }

}  // namespace bp::reference::plants
