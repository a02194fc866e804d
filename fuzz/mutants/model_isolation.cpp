// SPDX-License-Identifier: MIT
// Planted bugs of isolated pageblocks and of blocks taken by their frame (R-ISO).
#include "fuzz/mutants/model_subjects.h"
#include "model/reference/buddy.h"
#include "model/reference/isolation.h"
#include "model/reference/watermark_check.h"
#include "model/rules/buddy.h"

namespace bp::reference::plants {
namespace {

constexpr ModelPlant kPlants[] = {
    {"isolate-without-drain", "R-ISO-1", "", kV4_7, "isolating leaves per-CPU lists as they are",
     [](Rulebook& r) { r.isolate = isolate_v5_15; }},
    {"isolate-drains", "R-ISO-1", "", kV5_15, "isolating drains the zone's lists, as in 4.7",
     [](Rulebook& r) { r.isolate = isolate_v4_7; }},
    {"isolate-without-split", "R-ISO-4 W-12", "", kV6_1,
     "a free block across the boundary is not taken apart",
     [](Rulebook& r) { r.isolate = isolate_v5_15; }},
    {"isolate-splits", "R-ISO-4 W-12", "", kV5_15,
     "a free block across the boundary is taken apart, as in 6.1",
     [](Rulebook& r) { r.isolate = isolate_v6_1; }},
    {"isolate-not-counted", "R-ISO-1", "", kAll, "isolated pageblocks are not counted",
     [](Rulebook& r) {
       r.isolate = [](Allocator& a, Zone& z, Pfn p) {
         rulebook_of(a.rules.profile).isolate(a, z, p);
         --z.n.isolated;
       };
     }},
    {"isolate-retypes-only", "R-ISO-1", "B-19", kUntil6_1,
     "an isolated pageblock's free blocks stay on their lists",
     [](Rulebook& r) {
       r.isolate = [](Allocator& a, Zone& z, Pfn p) {
         a.set_type(p, Migratetype::isolate);
         ++z.n.isolated;
       };
     }},
    {"isolate-by-type", "R-ISO-4 R-GEN-6", "", kSince6_12,
     "isolating overwrites the type, as up to 6.1", [](Rulebook& r) { r.isolate = isolate_v5_15; }},
    {"isolate-uncounts-nothing", "R-ISO-1", "", kAll, "isolated free pages stay counted",
     [](Rulebook& r) {
       r.isolate = [](Allocator& a, Zone& z, Pfn p) {
         const auto before = z.n.stat;
         const auto diff = z.pcp[a.cpu].n.diff;
         rulebook_of(a.rules.profile).isolate(a, z, p);
         z.n.stat = before;
         z.pcp[a.cpu].n.diff = diff;
       };
     }},
    {"unisolate-never-pulls", "R-ISO-2 W-13 C10", "", kAll,
     "a free pageblock stays where it is when its isolation ends",
     [](Rulebook& r) { r.is_pulled = [](const Allocator&, const Zone&, Pfn) { return false; }; }},
    {"unisolate-pulls-any-block", "R-ISO-2 W-13 C10", "", kAll,
     "every free block that heads the pageblock is merged when its isolation ends",
     [](Rulebook& r) {
       r.is_pulled = [](const Allocator& a, const Zone&, Pfn p) {
         return a.frames[p].use == FrameUse::free;
       };
     }},
    {"unisolate-pulls-order-10", "R-ISO-2 W-13 C10", "", kSince5_15,
     "a block of order 10 is taken out and freed again",
     [](Rulebook& r) { r.is_pulled = is_pulled_v4_7; }},
    {"unisolate-spares-order-10", "R-ISO-2", "", kV4_7,
     "a block of order 10 is not taken out and freed again, as since 5.15",
     [](Rulebook& r) { r.is_pulled = is_pulled_v5_15; }},
    {"unisolate-pulls-beside-used", "W-13 C10", "", kSince6_1,
     "a free pageblock is pulled though its buddy is in use, as in 5.15",
     [](Rulebook& r) { r.is_pulled = is_pulled_v5_15; }},
    {"unisolate-pulls-beside-free-only", "C10", "", kUntil5_15,
     "a free pageblock is pulled only beside a free buddy, as since 6.1",
     [](Rulebook& r) { r.is_pulled = is_pulled; }},
    {"unisolate-keeps-count", "R-ISO-2", "", kAll, "an isolation that ended stays counted",
     [](Rulebook& r) {
       r.unisolate = [](Allocator& a, Zone& z, Pfn p, Migratetype t) {
         const std::int64_t before = z.n.isolated;
         rulebook_of(a.rules.profile).unisolate(a, z, p, t);
         z.n.isolated = before;
       };
     }},
    {"unisolate-to-unmovable", "R-ISO-2", "", kUntil6_1,
     "a pageblock is UNMOVABLE after its isolation",
     [](Rulebook& r) {
       r.unisolate = [](Allocator& a, Zone& z, Pfn p, Migratetype) {
         rulebook_of(a.rules.profile).unisolate(a, z, p, Migratetype::unmovable);
       };
     }},
    {"unisolate-pulled-by-rule", "R-ISO-2 C10", "", kV5_15,
     "a pulled pageblock goes back by the usual rule, as in 4.7",
     [](Rulebook& r) { r.unisolate = unisolate_v4_7; }},
    {"unisolate-pulled-to-tail", "R-ISO-2", "", kV4_7,
     "a pulled pageblock goes back to the tail, as since 5.15",
     [](Rulebook& r) { r.unisolate = unisolate_v5_15; }},
    {"isolate-refused-never", "M-1 W-12", "", kAll, "no isolation is refused",
     [](Rulebook& r) {
       r.refuses_isolation = [](const Allocator&, const Zone&, Pfn, Migratetype) {
         return std::optional{false};
       };
     }},
    {"isolate-refused-always", "M-1 W-12", "", kAll, "every isolation is refused",
     [](Rulebook& r) {
       r.refuses_isolation = [](const Allocator&, const Zone&, Pfn, Migratetype) {
         return std::optional{true};
       };
     }},
    {"take-free-above-min", "R-ISO-5", "", kV4_7,
     "a free block is taken out down to the min mark, as since 5.15",
     [](Rulebook& r) { r.may_take_free_block = may_take_above_min; }},
    {"take-free-above-low", "R-ISO-5", "", kSince5_15,
     "a free block is taken out down to the low mark only, as in 4.7",
     [](Rulebook& r) { r.may_take_free_block = may_take_above_low; }},
    {"take-free-below-marks", "R-ISO-5", "B-37", kAll,
     "no mark keeps a free block from being taken",
     [](Rulebook& r) {
       r.may_take_free_block = [](Allocator&, const Zone&, Order) { return true; };
     }},
    {"take-free-without-cma", "R-ISO-5", "", kSince5_15,
     "free CMA pages do not count for taking a block out",
     [](Rulebook& r) {
       r.may_take_free_block = [](Allocator& a, const Zone& z, Order o) {
         return is_watermark_ok(a, z, Order{0}, z.n.min + size_of(o), 0, {});
       };
     }},
    {"take-free-keeps-types", "R-ISO-5", "", kAll,
     "a large block taken out leaves its pageblocks' types",
     [](Rulebook& r) { r.is_retyped_when_taken = [](Migratetype) { return false; }; }},
    {"take-free-retypes-reserve", "R-ISO-5", "", kAll,
     "a large block taken out makes pageblocks of every type MOVABLE",
     [](Rulebook& r) { r.is_retyped_when_taken = [](Migratetype) { return true; }; }},
    {"take-free-retypes-as-4.7", "R-ISO-5", "", kSince6_1,
     "a reserved pageblock becomes MOVABLE, as up to 5.15",
     [](Rulebook& r) { r.is_retyped_when_taken = is_neither_isolated_nor_cma; }},
    {"take-free-retypes-as-6.1", "R-ISO-5", "", kUntil5_15,
     "a reserved pageblock stays reserved, as since 6.1",
     [](Rulebook& r) { r.is_retyped_when_taken = rules::is_mergeable; }},
    {"take-free-retypes-whole-only", "R-ISO-5", "", kAll,
     "half a pageblock taken out retypes nothing",
     [](Rulebook& r) {
       r.is_retyped_at = [](Order o, unsigned pageblock_order) {
         return o >= Order{pageblock_order};
       };
     }},
    {"take-free-retypes-quarter", "R-ISO-5", "", kAll,
     "a quarter of a pageblock taken out retypes it",
     [](Rulebook& r) {
       r.is_retyped_at = [](Order o, unsigned pageblock_order) {
         return o + 2 >= Order{pageblock_order};
       };
     }},
};

}  // namespace

std::span<const ModelPlant> isolation_plants() { return kPlants; }

}  // namespace bp::reference::plants
