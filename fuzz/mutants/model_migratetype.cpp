// SPDX-License-Identifier: MIT
// Planted bugs of taking by type: own lists, CMA, fallback, boost (R-MT).
#include <algorithm>

#include "fuzz/mutants/model_subjects.h"
#include "model/reference/buddy.h"
#include "model/reference/take.h"

namespace bp::reference::plants {
namespace {

using enum Migratetype;
using rules::Fallbacks;

Pfn take_as_it_is(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode& mode) {
  return rulebook_of(a.rules.profile).take(a, z, o, t, f, mode);
}

constexpr ModelPlant kPlants[] = {
    {"take-largest-first", "R-BUDDY-3 R-MT-3", "", kAll,
     "the largest block of the type is split, not the smallest",
     [](Rulebook& r) {
       r.take = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode& mode) {
         for (Order c{kOrderMax}; c > o; --c) {
           if (a.list(z, c, t).empty()) continue;
           const Pfn whole = take_smallest(a, z, c, t);
           const Pfn part = expand(a, z, whole, c, o, t);
           a.rules.count_taken(a, z, t, size_of(c) - size_of(o));
           return part;
         }
         return take_as_it_is(a, z, o, t, f, mode);
       };
     }},
    {"take-without-cma", "R-MT-3 R-MT-4 R-CMA-1", "", kAll, "CMA blocks serve nobody",
     [](Rulebook& r) {
       r.take = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode& mode) {
         if (a.rules.profile == v4_7) {
           const Pfn p = take_smallest(a, z, o, t);
           return p != kNoPfn ? p : fall_back_v4_7(a, z, o, t);
         }
         f.cma = false;
         return take_as_it_is(a, z, o, t, f, mode);
       };
     }},
    {"take-cma-by-flag", "R-MT-4", "", kV4_7, "CMA needs the flag, not only the type",
     [](Rulebook& r) {
       r.take = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode&) {
         Pfn p = take_smallest(a, z, o, t);
         if (p == kNoPfn && f.cma) p = take_smallest(a, z, o, cma);
         return p != kNoPfn ? p : fall_back_v4_7(a, z, o, t);
       };
     }},
    {"take-fallback-before-cma", "R-MT-3", "", kV4_7, "another type is broken into before CMA",
     [](Rulebook& r) {
       r.take = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags, TakeMode&) {
         Pfn p = take_smallest(a, z, o, t);
         if (p == kNoPfn) p = fall_back_v4_7(a, z, o, t);
         if (p == kNoPfn && t == movable) p = take_smallest(a, z, o, cma);
         return p;
       };
     }},
    {"cma-first-always", "R-MT-4", "", kSince5_15, "CMA is used first whatever the balance",
     [](Rulebook& r) { r.uses_cma_first = [](const Allocator&, const Zone&) { return true; }; }},
    {"cma-first-never", "R-MT-4", "", kSince5_15, "CMA is never used first",
     [](Rulebook& r) { r.uses_cma_first = [](const Allocator&, const Zone&) { return false; }; }},
    {"cma-first-from-half", "R-MT-4", "", kSince5_15, "CMA is used first from exactly one half on",
     [](Rulebook& r) {
       r.uses_cma_first = [](const Allocator& a, const Zone& z) {
         return a.read(z, Stat::cma) >= a.read(z, Stat::free) / 2;
       };
     }},
    {"cma-first-from-third", "R-MT-4", "", kSince5_15, "CMA is used first from one third on",
     [](Rulebook& r) {
       r.uses_cma_first = [](const Allocator& a, const Zone& z) {
         return a.read(z, Stat::cma) > a.read(z, Stat::free) / 3;
       };
     }},
    {"fallback-rows-swapped", "R-MT-2", "mutant 10", kAll,
     "RECLAIMABLE and UNMOVABLE have each other's fallbacks",
     [](Rulebook& r) {
       r.fallbacks = [](Migratetype t) {
         switch (t) {
           case unmovable: return Fallbacks{unmovable, movable};
           case reclaimable: return Fallbacks{reclaimable, movable};
           default: return rules::fallbacks_of(t);
         }
       };
     }},
    {"fallback-movable-first", "R-MT-2", "mutant 10", kAll,
     "MOVABLE is the first to be broken into",
     [](Rulebook& r) {
       r.fallbacks = [](Migratetype t) {
         const Fallbacks f = rules::fallbacks_of(t);
         return t == movable ? f : Fallbacks{f[1], f[0]};
       };
     }},
    {"fallback-of-movable-swapped", "R-MT-2", "mutant 10", kAll,
     "MOVABLE breaks into UNMOVABLE before RECLAIMABLE",
     [](Rulebook& r) {
       r.fallbacks = [](Migratetype t) {
         return t == movable ? Fallbacks{unmovable, reclaimable} : rules::fallbacks_of(t);
       };
     }},
    {"fallback-none", "R-MT-7 R-MT-10 R-MT-12", "", kAll, "no other type is broken into",
     [](Rulebook& r) { r.fallbacks = [](Migratetype t) { return Fallbacks{t, t}; }; }},
    {"fallback-to-highatomic", "R-MT-2", "", kAll, "the reserve is the last to be broken into",
     [](Rulebook& r) {
       r.fallbacks = [](Migratetype t) { return Fallbacks{rules::fallbacks_of(t)[0], highatomic}; };
     }},
    {"fallback-smallest-first", "R-MT-7 R-MT-10 R-MT-12", "mutant 11", kAll,
     "the smallest block of another type is broken",
     [](Rulebook& r) { r.breaks_largest_first = false; }},
    {"fallback-movable-takes-largest", "R-MT-10", "", k5_15And6_1,
     "MOVABLE takes the largest single block, not the smallest",
     [](Rulebook& r) { r.takes_smallest_for_movable = false; }},
    {"fallback-ignores-nofragment", "R-MT-10 R-MT-12", "", kSince5_15,
     "NOFRAGMENT does not spare small blocks",
     [](Rulebook& r) {
       r.smallest_to_break = [](const Allocator&, Order o, AllocFlags) { return o; };
     }},
    {"fallback-spares-small-blocks", "R-MT-10 R-MT-12", "", kSince5_15,
     "no block below a pageblock is broken into",
     [](Rulebook& r) {
       r.smallest_to_break = [](const Allocator& a, Order o, AllocFlags f) {
         f.nofragment = true;
         return smallest_to_break(a, o, f);
       };
     }},
    {"fallback-rest-to-other", "R-MT-7 R-MT-13", "", kV4_7,
     "what is left of a broken block stays with its type, as since 6.12",
     [](Rulebook& r) { r.type_of_rest = rest_to_other; }},
    {"steal-rest-to-requested", "R-MT-12 R-MT-13", "", kSince6_12,
     "what is left of a stolen block goes to the requested type, as in 4.7",
     [](Rulebook& r) { r.type_of_rest = rest_to_requested; }},
    {"steal-by-request-order", "R-MT-6", "mutant 12", kAll,
     "the order of the request decides if a pageblock may change hands",
     [](Rulebook& r) {
       r.can_steal = [](const Config& c, Order, Order request, Migratetype t) {
         return rules::can_steal(request, t, c.pageblock_order, c.grouping_disabled);
       };
     }},
    {"steal-always", "R-MT-6", "", kAll, "every pageblock may change hands",
     [](Rulebook& r) {
       r.can_steal = [](const Config&, Order, Order, Migratetype) { return true; };
     }},
    {"steal-large-only", "R-MT-6", "", kAll, "only for a large candidate a pageblock changes hands",
     [](Rulebook& r) {
       r.can_steal = [](const Config& c, Order candidate, Order, Migratetype) {
         return candidate >= Order{c.pageblock_order / 2};
       };
     }},
    {"steal-above-half-order", "R-MT-6", "", kAll,
     "a candidate of half the pageblock's order is not large yet",
     [](Rulebook& r) {
       r.can_steal = [](const Config& c, Order candidate, Order, Migratetype t) {
         return candidate > Order{c.pageblock_order / 2} || t != movable || c.grouping_disabled;
       };
     }},
    {"steal-grouping-ignored", "R-MT-6 R-MT-8 R-ZONE-15", "", kV4_7,
     "disabled grouping does not make a pageblock change hands",
     [](Rulebook& r) {
       r.is_enough_to_claim = [](std::int64_t pages, unsigned pageblock_order, bool) {
         return rules::is_enough_to_claim(pages, pageblock_order, false);
       };
     }},
    {"claim-above-half", "R-MT-8 R-MT-10", "mutant 13", kAll, "half of a pageblock is not enough",
     [](Rulebook& r) {
       r.is_enough_to_claim = [](std::int64_t pages, unsigned pageblock_order, bool disabled) {
         return pages > std::int64_t{1} << (pageblock_order - 1) || disabled;
       };
     }},
    {"claim-always", "R-MT-8 R-MT-10", "", kAll, "a pageblock changes type whatever is in it",
     [](Rulebook& r) { r.is_enough_to_claim = [](std::int64_t, unsigned, bool) { return true; }; }},
    {"claim-never", "R-MT-8 R-MT-10", "", kAll, "a pageblock never changes type",
     [](Rulebook& r) {
       r.is_enough_to_claim = [](std::int64_t, unsigned, bool) { return false; };
     }},
    {"claim-first-pageblock-only", "R-MT-8 R-MT-10 R-HA-3", "B-21", kAll,
     "of a larger block only the first pageblock changes type",
     [](Rulebook& r) { r.retypes_every_pageblock = false; }},
    {"alike-none", "R-MT-10", "", kSince5_15, "only free pages speak for a change of type",
     [](Rulebook& r) {
       r.alike_pages = [](const Allocator&, Migratetype, Migratetype, std::int64_t, std::int64_t) {
         return std::int64_t{0};
       };
     }},
    {"alike-movable-ignored", "R-MT-11 C8", "", kSince5_15, "pages on the LRU do not count",
     [](Rulebook& r) {
       r.alike_pages = [](const Allocator& a, Migratetype requested, Migratetype block,
                          std::int64_t free,
                          std::int64_t) { return alike_pages(a, requested, block, free, 0); };
     }},
    {"alike-in-any-pageblock", "R-MT-10", "", kSince5_15,
     "what is not movable counts in pageblocks of every type",
     [](Rulebook& r) {
       r.alike_pages = [](const Allocator& a, Migratetype requested, Migratetype, std::int64_t free,
                          std::int64_t lru) {
         return alike_pages(a, requested, movable, free, lru);
       };
     }},
    {"steal-breaks-reserve", "R-MT-10", "B-04", k5_15And6_1,
     "a pageblock of the reserve changes hands", [](Rulebook& r) { r.spares_highatomic = false; }},
    {"move-to-head", "R-MT-10 R-MT-12 C7", "", kSince5_15, "moved blocks go to the head, as in 4.7",
     [](Rulebook& r) { r.moves_to_tail = false; }},
    {"move-to-tail", "R-MT-8", "", kV4_7, "moved blocks go to the tail, as since 5.15",
     [](Rulebook& r) { r.moves_to_tail = true; }},
    {"move-refused-at-zone-start", "R-MT-9", "", kUntil6_1,
     "nothing moves in a pageblock that begins below its zone",
     [](Rulebook& r) { r.clips_at_zone_start = false; }},
    {"move-clipped-at-zone-start", "R-MT-9", "B-18", kSince6_12,
     "in a pageblock that begins below its zone a part moves",
     [](Rulebook& r) { r.clips_at_zone_start = true; }},
    {"move-beyond-zone-end", "R-MT-9", "", kAll, "a pageblock that ends beyond its zone is moved",
     [](Rulebook& r) { r.refuses_at_zone_end = false; }},
    {"types-kept-while-grouping-is-off", "R-MT-14", "", kAll,
     "pageblock types are stored as they are while grouping is disabled",
     [](Rulebook& r) { r.keeps_types_alike = false; }},
    {"refill-forgets-mode", "R-MT-12", "", kSince6_12,
     "every block of a refill is looked for from the beginning",
     [](Rulebook& r) {
       r.take = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode&) {
         TakeMode mode = TakeMode::normal;
         return take_v7_1(a, z, o, t, f, mode);
       };
     }},
    {"refill-goes-on-claiming", "R-MT-12", "", kSince6_12,
     "after a claim a refill goes on claiming",
     [](Rulebook& r) {
       r.take = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode& mode) {
         const bool had_own = mode == TakeMode::normal;
         const Pfn p = take_v7_1(a, z, o, t, f, mode);
         if (!had_own && mode == TakeMode::normal) mode = TakeMode::claim;
         return p;
       };
     }},
    {"steal-in-nofragment", "R-MT-12", "", kSince6_12, "NOFRAGMENT does not keep from stealing",
     [](Rulebook& r) {
       r.take = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode& mode) {
         Pfn p = take_v7_1(a, z, o, t, f, mode);
         if (p == kNoPfn && f.nofragment) p = steal_one(a, z, o, t);
         return p;
       };
     }},
    {"claim-left-out", "R-MT-12", "", kSince6_12, "blocks are stolen without a try to claim",
     [](Rulebook& r) {
       r.take = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode& mode) {
         mode = TakeMode::normal;
         Pfn p = take_smallest(a, z, o, t);
         if (p == kNoPfn && f.cma) p = take_smallest(a, z, o, cma);
         if (p == kNoPfn && !f.nofragment) p = steal_one(a, z, o, t);
         return p;
       };
     }},
    {"boost-never", "R-MT-15", "", kSince5_15, "the watermark is never boosted",
     [](Rulebook& r) { r.boost = [](Allocator&, Zone&) { return false; }; }},
    {"boost-in-small-zones", "R-MT-15", "B-40", kSince5_15, "small zones are boosted too",
     [](Rulebook& r) {
       r.boost = [](Allocator& a, Zone& z) {
         const std::int64_t managed = z.n.managed;
         z.n.managed = std::max(managed, 4 * a.pageblock_pages());
         const bool boosted = boost_watermark(a, z);
         z.n.managed = managed;
         return boosted;
       };
     }},
    {"boost-without-cap", "R-MT-15", "", kSince5_15, "a boost grows without a bound",
     [](Rulebook& r) {
       r.boost = [](Allocator& a, Zone& z) {
         const std::int64_t before = z.n.boost;
         const bool boosted = boost_watermark(a, z);
         if (boosted) z.n.boost = before + a.pageblock_pages();
         return boosted;
       };
     }},
    {"boost-while-off", "R-MT-15", "", kSince5_15, "boosts happen though they are switched off",
     [](Rulebook& r) {
       r.boost = [](Allocator& a, Zone& z) {
         const std::int64_t factor = a.config.boost_factor;
         if (factor == 0) a.config.boost_factor = 15000;
         const bool boosted = boost_watermark(a, z);
         a.config.boost_factor = factor;
         return boosted;
       };
     }},
    {"boost-marks-without-kswapd", "C12 W-19", "", kSince5_15,
     "a boost is told to the next request though this one may not wake kswapd",
     [](Rulebook& r) { r.boost_needs_kswapd = false; }},
    {"boost-on-success-only", "C7", "", kSince6_12, "a refused claim does not boost",
     [](Rulebook& r) { r.boosts_refused_claims = false; }},
};

}  // namespace

std::span<const ModelPlant> migratetype_plants() { return kPlants; }

}  // namespace bp::reference::plants
