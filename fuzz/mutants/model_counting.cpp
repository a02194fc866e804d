// SPDX-License-Identifier: MIT
// Planted bugs of counting free pages (R-GEN-13, R-BUDDY-6, 16; C5, W-4).
#include "fuzz/mutants/model_subjects.h"
#include "model/reference/counting.h"

namespace bp::reference::plants {
namespace {

constexpr ModelPlant kPlants[] = {
    {"fold-at-threshold", "W-4 C-1 R-WMARK-13", "", kAll,
     "a CPU's part is folded at its threshold, not beyond it",
     [](Rulebook& r) {
       r.folds = [](std::int64_t diff, std::int64_t threshold) {
         return diff >= threshold || diff <= -threshold;
       };
     }},
    {"fold-never", "W-4", "", kAll, "a CPU's part is never folded",
     [](Rulebook& r) { r.folds = [](std::int64_t, std::int64_t) { return false; }; }},
    {"fold-at-once", "W-4 R-GEN-10", "", kAll, "every change is global at once",
     [](Rulebook& r) { r.folds = [](std::int64_t, std::int64_t) { return true; }; }},
    {"count-isolated", "R-GEN-13 R-ISO-3", "", kAll, "pages freed to ISOLATE count as free",
     [](Rulebook& r) {
       r.count = [](Allocator& a, Zone& z, Migratetype t, std::int64_t pages) {
         rulebook_of(a.rules.profile)
             .count(a, z, t == Migratetype::isolate ? Migratetype::unmovable : t, pages);
       };
     }},
    {"count-no-cma-freed", "R-BUDDY-6 R-CMA-2", "", kAll, "freed CMA pages are not counted as such",
     [](Rulebook& r) {
       r.count = [](Allocator& a, Zone& z, Migratetype t, std::int64_t pages) {
         rulebook_of(a.rules.profile)
             .count(a, z, t == Migratetype::cma ? Migratetype::movable : t, pages);
       };
     }},
    {"count-cma-twice", "R-BUDDY-6 R-CMA-2", "mutant 4", kAll, "freed CMA pages are counted twice",
     [](Rulebook& r) {
       r.count = [](Allocator& a, Zone& z, Migratetype t, std::int64_t pages) {
         rulebook_of(a.rules.profile).count(a, z, t, pages);
         count_cma(a, z, t, pages);
       };
     }},
    {"count-freed-twice", "R-BUDDY-6", "mutant 4", kAll, "freed pages are counted twice",
     [](Rulebook& r) {
       r.count = [](Allocator& a, Zone& z, Migratetype t, std::int64_t pages) {
         rulebook_of(a.rules.profile).count(a, z, t, 2 * pages);
       };
     }},
    {"count-each-taken", "C5 R-PCP-4", "", kUntil6_1,
     "a refill counts block by block, as since 6.12",
     [](Rulebook& r) {
       r.count_refilled_block = count_free;
       r.count_refilled = count_no_total;
     }},
    {"count-refill-at-once", "C5 R-BUDDY-16", "", kSince6_12,
     "blocks leave the counters when they are handed out, a refill at once, as up to 6.1",
     [](Rulebook& r) {
       r.count_taken = count_nothing;
       r.count_handed_out = count_free_and_highatomic;
       r.count_refilled = count_total;
       r.count_refilled_block = [](Allocator& a, Zone& z, Migratetype t, std::int64_t pages) {
         count_cma(a, z, t, pages);
         if (t == Migratetype::highatomic) z.n.free_highatomic += pages;
       };
     }},
    {"count-no-cma-refilled", "R-PCP-4 R-CMA-5", "", kUntil6_1,
     "CMA pages that a refill takes stay counted",
     [](Rulebook& r) { r.count_refilled_block = count_nothing; }},
    {"count-refill-double-cma", "R-PCP-4 R-CMA-5", "mutant 4", kUntil6_1,
     "CMA pages that a refill takes are subtracted twice",
     [](Rulebook& r) {
       r.count_refilled_block = [](Allocator& a, Zone& z, Migratetype t, std::int64_t pages) {
         count_cma(a, z, t, 2 * pages);
       };
     }},
    {"count-handed-out-by-request", "R-RMQ-3", "", kUntil6_1,
     "a CMA block that is handed out leaves NR_FREE_CMA_PAGES as it is",
     [](Rulebook& r) {
       r.count_handed_out = [](Allocator& a, Zone& z, Migratetype, std::int64_t pages) {
         count_free(a, z, Migratetype::movable, pages);
       };
     }},
    {"count-no-free-highatomic", "R-BUDDY-16", "", kSince6_12,
     "free pages of the reserve are not counted",
     [](Rulebook& r) { r.count = r.count_taken = count_free; }},
    {"count-moves-not", "R-BUDDY-16 C5", "", kSince6_12,
     "blocks that change lists or are taken are not counted",
     [](Rulebook& r) { r.count_taken = count_nothing; }},
    {"count-moves-by-total", "C5", "", kSince6_12,
     "a move between lists that both count as free changes nothing on the way",
     [](Rulebook& r) {
       r.count_taken = [](Allocator& a, Zone& z, Migratetype t, std::int64_t pages) {
         count_free_and_highatomic(a, z, t, pages);
         if (pages > 0 && t == Migratetype::movable) {
           a.change(z, Stat::free, -pages);
           a.change(z, Stat::free, pages);
         }
       };
     }},
    {"count-blocks-never", "R-BUDDY-16", "", kV7_1, "NR_FREE_PAGES_BLOCKS stays as it is",
     [](Rulebook& r) { r.count_listed = count_no_blocks; }},
    {"count-blocks-of-half", "R-BUDDY-16", "", kV7_1,
     "blocks of half a pageblock count as pageblocks",
     [](Rulebook& r) {
       r.count_listed = [](Allocator& a, Zone& z, Order o, Migratetype t, std::int64_t pages) {
         if (o + 1 >= a.pageblock_order() && t != Migratetype::isolate)
           a.change(z, Stat::blocks, pages);
       };
     }},
    {"count-blocks-isolated", "R-BUDDY-16 R-ISO-3", "", kV7_1,
     "isolated pageblocks count as free pageblocks",
     [](Rulebook& r) {
       r.count_listed = [](Allocator& a, Zone& z, Order o, Migratetype, std::int64_t pages) {
         if (o >= a.pageblock_order()) a.change(z, Stat::blocks, pages);
       };
     }},
};

}  // namespace

std::span<const ModelPlant> counting_plants() { return kPlants; }

}  // namespace bp::reference::plants
