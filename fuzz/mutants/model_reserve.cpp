// SPDX-License-Identifier: MIT
// Planted bugs of the highatomic reserve and of page checks (R-HA, R-PREP).
#include <algorithm>

#include "fuzz/mutants/model_subjects.h"
#include "model/reference/buddy.h"
#include "model/reference/highatomic.h"
#include "model/reference/isolation.h"

namespace bp::reference::plants {
namespace {

constexpr ModelPlant kPlants[] = {
    {"reserve-never", "R-HA-1", "", kAll, "nothing is ever reserved",
     [](Rulebook& r) { r.after_take = r.after_direct_take = reserve_nothing; }},
    {"reserve-after-pcp", "R-HA-1", "B-28", kV7_1,
     "a block from a per-CPU list adds to the reserve, as up to 6.1",
     [](Rulebook& r) { r.after_take = reserve_if_highatomic; }},
    {"reserve-after-direct-take-only", "R-HA-1", "B-28", kV6_1,
     "a block from a per-CPU list adds nothing to the reserve, as in 7.1",
     [](Rulebook& r) {
       r.after_take = reserve_nothing;
       r.after_direct_take = reserve_if_highatomic;
     }},
    {"reserve-for-order-0", "R-HA-1", "", kUntil5_15, "a single page adds to the reserve",
     [](Rulebook& r) {
       r.after_take = [](Allocator& a, Zone& z, const Context& c, AllocFlags f, Pfn head) {
         if (f.harder) a.rules.reserve_highatomic(a, z, head, Order{c.order});
       };
     }},
    {"reserve-by-non-block", "R-HA-1", "", kSince6_1,
     "NON_BLOCK adds to the reserve, as HARDER did",
     [](Rulebook& r) {
       r.after_take = reserve_if_harder;
       r.after_direct_take = reserve_nothing;
     }},
    {"reserve-cap-without-extra", "R-HA-2", "", kUntil6_1, "the reserve is one percent at most",
     [](Rulebook& r) {
       r.highatomic_cap = [](std::int64_t managed, std::int64_t) -> std::optional<std::int64_t> {
         return managed / 100;
       };
     }},
    {"reserve-cap-as-7.1", "R-HA-2", "", kUntil6_1, "small zones have no reserve, as since 6.12",
     [](Rulebook& r) { r.highatomic_cap = highatomic_cap_v7_1; }},
    {"reserve-cap-as-6.1", "R-HA-2", "", kV7_1, "small zones have a reserve, as up to 6.1",
     [](Rulebook& r) { r.highatomic_cap = highatomic_cap_v4_7; }},
    {"reserve-cap-not-rounded", "R-HA-2", "", kV7_1, "one percent is not rounded up",
     [](Rulebook& r) {
       r.highatomic_cap = [](std::int64_t managed,
                             std::int64_t pageblock) -> std::optional<std::int64_t> {
         if (managed / 100 < pageblock) return std::nullopt;
         return managed / 100;
       };
     }},
    {"reserve-cap-exceeded", "R-HA-2", "", kAll, "the reserve may be over its bound by a pageblock",
     [](Rulebook& r) {
       r.highatomic_cap = [](std::int64_t managed,
                             std::int64_t pageblock) -> std::optional<std::int64_t> {
         return managed / 100 + 2 * pageblock;
       };
     }},
    {"reserve-of-any-type", "R-HA-3", "", kAll, "reserved and CMA pageblocks are reserved again",
     [](Rulebook& r) { r.is_reservable = [](Migratetype) { return true; }; }},
    {"reserve-of-movable-not", "R-HA-3", "", kAll, "MOVABLE pageblocks are not reserved",
     [](Rulebook& r) {
       r.is_reservable = [](Migratetype t) {
         return rules::is_mergeable(t) && t != Migratetype::movable;
       };
     }},
    {"reserve-counts-after-move", "R-HA-3", "", kUntil6_1,
     "a pageblock that cannot be moved is not reserved, as since 6.12",
     [](Rulebook& r) { r.reserve_highatomic = reserve_highatomic_v7_1; }},
    {"reserve-counts-before-move", "R-HA-3", "", kV7_1,
     "a pageblock that cannot be moved is reserved, as up to 6.1",
     [](Rulebook& r) { r.reserve_highatomic = reserve_highatomic_v4_7; }},
    {"reserve-moves-nothing", "R-HA-3", "B-19", kAll,
     "a reserved pageblock changes type and its free blocks stay on their lists",
     [](Rulebook& r) {
       r.reserve_highatomic = [](Allocator& a, Zone& z, Pfn head, Order) {
         const auto cap = a.rules.highatomic_cap(z.n.managed, a.pageblock_pages());
         if (!cap || z.n.highatomic >= *cap || !a.rules.is_reservable(a.type_of(head))) return;
         z.n.highatomic += a.pageblock_pages();
         a.set_type(head, Migratetype::highatomic);
       };
     }},
    {"unreserve-nothing", "R-HA-4", "B-05", kTaken, "nothing is ever given back",
     [](Rulebook& r) {
       r.unreserve_highatomic = [](Allocator&, Context&, bool) { return false; };
     }},
    {"unreserve-the-last", "R-HA-4", "B-05", kTaken,
     "the last reserved pageblock is given back too",
     [](Rulebook& r) {
       r.unreserve_highatomic = [](Allocator& a, Context& c, bool) {
         return unreserve_highatomic_v5_15(a, c, true);
       };
     }},
    {"unreserve-never-the-last", "R-HA-4", "B-05", k5_15And6_1,
     "force does not give the last pageblock back",
     [](Rulebook& r) {
       r.unreserve_highatomic = [](Allocator& a, Context& c, bool) {
         return unreserve_highatomic_v5_15(a, c, false);
       };
     }},
    {"unreserve-success-unmoved", "R-HA-4", "B-05", k5_15And6_1,
     "giving back counts as success though nothing moved",
     [](Rulebook& r) { r.unreserve_highatomic = unreserve_highatomic_v4_7; }},
    {"unreserve-goes-on-unmoved", "R-HA-4", "B-05", kV4_7,
     "giving back goes on while nothing moves, as since 5.15",
     [](Rulebook& r) {
       r.unreserve_highatomic = [](Allocator& a, Context& c, bool) {
         return unreserve_highatomic_v5_15(a, c, false);
       };
     }},
    {"unreserve-counts-twice", "R-HA-4", "B-03", k5_15And6_1,
     "a stray block on the reserve's list lowers the count",
     [](Rulebook& r) {
       r.unreserve_highatomic = [](Allocator& a, Context& c, bool force) {
         for (std::size_t i = c.preferred; i < c.zonelist.size(); ++i) {
           if (!c.allows(c.zonelist[i])) continue;
           Zone& z = a.zone(c.zonelist[i]);
           if (!force && z.n.highatomic <= a.pageblock_pages()) continue;
           for (Order o{0}; o <= Order{kOrderMax}; ++o) {
             const BlockList& l = a.list(z, o, Migratetype::highatomic);
             if (!l.empty() && a.type_of(l.front(a.frames)) != Migratetype::highatomic)
               z.n.highatomic -= std::min(a.pageblock_pages(), z.n.highatomic);
           }
         }
         return unreserve_highatomic_v5_15(a, c, force);
       };
     }},
    {"check-refill-not", "R-PREP-5 R-PREP-6", "", kBadPages, "a refill looks at no page",
     [](Rulebook& r) { r.checks_refill = false; }},
    {"check-bulk-free-not", "R-PREP-5 R-PREP-6", "", kBadPages,
     "pages that go back are not looked at", [](Rulebook& r) { r.checks_bulk_free = false; }},
    {"check-direct-take-not", "R-PREP-3 R-RMQ-2", "B-33", kBadPages,
     "blocks from the free lists are not looked at",
     [](Rulebook& r) { r.checks_direct_take = false; }},
    {"check-direct-free-not", "R-FREE-1", "", kBadPages, "blocks of higher orders are freed unseen",
     [](Rulebook& r) { r.checks_direct_free = false; }},
};

}  // namespace

std::span<const ModelPlant> reserve_plants() { return kPlants; }

}  // namespace bp::reference::plants
