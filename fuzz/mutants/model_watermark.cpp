// SPDX-License-Identifier: MIT
// Planted bugs of the watermark check (R-WMARK).
#include "fuzz/mutants/model_subjects.h"
#include "model/reference/watermark_check.h"

namespace bp::reference::plants {
namespace {

using rules::ExtraLists;
using rules::WatermarkInput;

const rules::WatermarkRules& sound(Profile p) { return rules::watermark_rules(p); }
constexpr Pages kHuge{std::int64_t{1} << 40};

/// What the flags leave of a mark, one step at a time.
Pages half(Pages mark) { return mark - mark / 2; }
Pages without_quarter(Pages mark) { return mark - mark / 4; }

Pages cma_of(const WatermarkInput& in) { return in.flags.cma ? Pages{0} : in.free_cma; }

constexpr ModelPlant kPlants[] = {
    {"mark-reached-is-enough", "R-WMARK-6", "mutant 5", kAll,
     "as many pages as the mark are enough",
     [](Rulebook& r) {
       r.watermark.is_above = [](Pages left, Pages mark) { return left >= mark; };
     }},
    {"mark-takes-whole-block", "R-WMARK-2", "mutant 6", kAll,
     "the whole block is subtracted, not all but one of its pages",
     [](Rulebook& r) { r.watermark.taken = [](Order o) { return pages_in(o); }; }},
    {"mark-takes-nothing", "R-WMARK-2", "", kAll, "the block itself is not subtracted",
     [](Rulebook& r) { r.watermark.taken = [](Order) { return Pages{0}; }; }},
    {"mark-high-lowers-nothing", "R-WMARK-3 R-WMARK-9", "", kAll, "HIGH does not lower the mark",
     [](Rulebook& r) {
       r.watermark.effective_mark = [](Pages mark, AllocFlags f) {
         if (f.oom) mark = half(mark);
         return f.harder && f.high ? without_quarter(mark) : mark;
       };
     }},
    {"mark-high-rounds-up", "R-WMARK-3 R-WMARK-9", "", kAll,
     "HIGH leaves the smaller half of an odd mark",
     [](Rulebook& r) {
       r.watermark.effective_mark = [](Pages mark, AllocFlags f) {
         if (f.oom) mark = half(mark);
         if (!f.high) return mark;
         mark = mark / 2;
         return f.harder ? without_quarter(mark) : mark;
       };
     }},
    {"mark-harder-first", "R-WMARK-4 R-WMARK-9", "mutant 7", kV4_7,
     "HARDER is taken off before HIGH",
     [](Rulebook& r) {
       r.watermark.effective_mark = [](Pages mark, AllocFlags f) {
         if (f.harder) mark = without_quarter(mark);
         return f.high ? half(mark) : mark;
       };
     }},
    {"mark-harder-first-since-5.15", "R-WMARK-15 R-WMARK-17", "mutant 7", kSince5_15,
     "HARDER is taken off before HIGH",
     [](Rulebook& r) {
       r.watermark.effective_mark = [](Pages mark, AllocFlags f) {
         if (f.harder && f.high) mark = without_quarter(mark);
         if (f.high) mark = half(mark);
         return f.oom ? half(mark) : mark;
       };
     }},
    {"mark-harder-to-a-quarter", "R-WMARK-4 R-WMARK-9", "", kAll,
     "HARDER lowers the mark to a quarter, not by one",
     [](Rulebook& r) {
       r.watermark.effective_mark = [](Pages mark, AllocFlags f) {
         if (f.high) mark = half(mark);
         if (f.harder && f.high) mark = mark / 4;
         return f.oom ? half(mark) : mark;
       };
     }},
    {"mark-non-block-lowers", "R-WMARK-18", "", kSince6_1,
     "NON_BLOCK alone lowers the mark by a quarter",
     [](Rulebook& r) {
       r.watermark.effective_mark = [](Pages mark, AllocFlags f) {
         if (f.high) mark = half(mark);
         if (f.harder) mark = without_quarter(mark);
         return f.oom ? half(mark) : mark;
       };
     }},
    {"mark-harder-needs-high", "R-WMARK-4 R-WMARK-18", "", kUntil5_15,
     "HARDER lowers nothing without HIGH",
     [](Rulebook& r) {
       r.watermark.effective_mark = [](Pages mark, AllocFlags f) {
         if (f.high) mark = half(mark);
         return f.harder && f.high ? without_quarter(mark) : mark;
       };
     }},
    {"mark-oom-lowers-nothing", "R-WMARK-15 R-WMARK-17", "", kSince5_15,
     "an OOM victim gets nothing off the mark",
     [](Rulebook& r) {
       r.watermark.effective_mark = [](Pages mark, AllocFlags f) {
         f.oom = false;
         return sound(v6_1_lts192).effective_mark(mark, f);
       };
     }},
    {"highatomic-usable-by-all", "R-WMARK-4 R-WMARK-17", "", kAll,
     "the highatomic reserve is not kept from anybody",
     [](Rulebook& r) { r.watermark.unusable = r.watermark.unusable_fast = cma_of; }},
    {"highatomic-usable-by-nobody", "R-WMARK-4 R-WMARK-17", "", kAll,
     "the highatomic reserve is kept from those that may use it",
     [](Rulebook& r) {
       r.watermark.unusable = [](const WatermarkInput& in) { return cma_of(in) + in.highatomic; };
     }},
    {"highatomic-only-for-its-flag", "R-WMARK-17 R-AF-6", "", kSince6_1,
     "NON_BLOCK and MIN_RESERVE do not open the highatomic reserve",
     [](Rulebook& r) {
       r.watermark.unusable = r.watermark.unusable_fast = [](const WatermarkInput& in) {
         return cma_of(in) + (in.flags.highatomic || in.flags.oom ? Pages{0} : in.highatomic);
       };
     }},
    {"highatomic-by-reserved-pages", "R-WMARK-17", "", kSince6_12,
     "reserved pages count, free or not",
     [](Rulebook& r) { r.highatomic_pages = reserved_highatomic; }},
    {"highatomic-by-free-pages", "R-WMARK-4", "", kUntil6_1, "only free pages of the reserve count",
     [](Rulebook& r) { r.highatomic_pages = free_highatomic; }},
    {"cma-usable-by-all", "R-WMARK-5 R-WMARK-17 R-CMA-2", "", kAll,
     "free CMA pages count for those that may not use them",
     [](Rulebook& r) {
       r.watermark.unusable = [](const WatermarkInput& in) {
         return in.flags.harder || in.flags.high || in.flags.oom ? Pages{0} : in.highatomic;
       };
       r.watermark.unusable_fast = [](const WatermarkInput&) { return Pages{0}; };
     }},
    {"cma-usable-by-nobody", "R-WMARK-5 R-WMARK-10", "B-10", kAll,
     "free CMA pages are subtracted for MOVABLE requests too",
     [](Rulebook& r) {
       r.watermark.unusable_fast = [](const WatermarkInput&) { return kHuge; };
       r.watermark.unusable = [](const WatermarkInput& in) {
         const bool reserve = in.flags.harder || in.flags.high || in.flags.oom;
         return in.free_cma + (reserve ? Pages{0} : in.highatomic);
       };
     }},
    {"fast-test-never", "R-WMARK-10 R-WMARK-11", "", kAll, "the short test is left out",
     [](Rulebook& r) { r.watermark.unusable_fast = [](const WatermarkInput&) { return kHuge; }; }},
    {"fast-test-keeps-highatomic", "R-WMARK-10 R-WMARK-11", "", kV4_7,
     "the short test knows of the highatomic reserve, as since 5.15",
     [](Rulebook& r) { r.watermark.unusable_fast = sound(v5_15).unusable_fast; }},
    {"fast-test-forgets-highatomic", "R-WMARK-16", "", kSince5_15,
     "the short test ignores the highatomic reserve, as in 4.7",
     [](Rulebook& r) { r.watermark.unusable_fast = cma_of; }},
    {"fast-test-unsigned", "R-WMARK-12 R-WMARK-16", "B-01", kAll,
     "less than nothing counts as very much",
     [](Rulebook& r) {
       r.watermark.unusable_fast = [](const WatermarkInput& in) {
         const Pages unusable =
             cma_of(in) + (in.flags.harder || in.flags.high ? Pages{0} : in.highatomic);
         return in.free < unusable ? Pages{0} - kHuge : unusable;
       };
     }},
    {"any-list-for-harder", "R-WMARK-8 R-WMARK-15", "B-06", kSince5_15,
     "for HARDER any list counts as a block, ISOLATE too",
     [](Rulebook& r) {
       r.watermark.extra_lists = [](AllocFlags f) {
         return f.harder || f.highatomic || f.oom ? ExtraLists::any : ExtraLists::none;
       };
     }},
    {"only-own-lists-for-harder", "R-WMARK-8", "B-06", kV4_7,
     "for HARDER only the usual lists count, which was the mend of 2017",
     [](Rulebook& r) { r.watermark.extra_lists = [](AllocFlags) { return ExtraLists::none; }; }},
    {"highatomic-list-never-counts", "R-WMARK-15 R-WMARK-17", "", kSince5_15,
     "a block of the reserve never counts",
     [](Rulebook& r) { r.watermark.extra_lists = [](AllocFlags) { return ExtraLists::none; }; }},
    {"highatomic-list-for-non-block", "R-WMARK-17", "", kSince6_1,
     "a block of the reserve counts for NON_BLOCK, as in 5.15",
     [](Rulebook& r) { r.watermark.extra_lists = sound(v5_15).extra_lists; }},
    {"block-of-any-list", "R-WMARK-8 R-WMARK-17", "", kAll, "a block on any list will do",
     [](Rulebook& r) {
       r.has_block = [](const Allocator&, const Zone& z, Order o, AllocFlags) {
         for (unsigned c = static_cast<unsigned>(o); c < kOrders; ++c) {
           if (z.areas[c].nr_free != 0) return true;
         }
         return false;
       };
     }},
    {"block-of-order-alone", "R-WMARK-8", "B-42", kAll, "order 10 is not looked at for a block",
     [](Rulebook& r) {
       r.has_block = [](const Allocator& a, const Zone& z, Order o, AllocFlags f) {
         const auto on_list = [&](unsigned c, Migratetype t) {
           return !z.areas[c].lists[static_cast<unsigned>(t)].empty();
         };
         for (unsigned c = static_cast<unsigned>(o); c < kOrders - 1; ++c) {
           if (on_list(c, Migratetype::unmovable) || on_list(c, Migratetype::movable) ||
               on_list(c, Migratetype::reclaimable) || (f.cma && on_list(c, Migratetype::cma)))
             return true;
           const ExtraLists extra = a.rules.watermark.extra_lists(f);
           if (extra == ExtraLists::any && z.areas[c].nr_free != 0) return true;
           if (extra == ExtraLists::highatomic && on_list(c, Migratetype::highatomic)) return true;
         }
         return false;
       };
     }},
    {"block-of-cma-never", "R-WMARK-8 R-WMARK-17", "", kAll,
     "a CMA block does not count for MOVABLE requests",
     [](Rulebook& r) {
       r.has_block = [](const Allocator& a, const Zone& z, Order o, AllocFlags f) {
         f.cma = false;
         return has_block(a, z, o, f);
       };
     }},
    {"mark-without-boost", "R-WMARK-20", "", kSince5_15, "the boost is not added to the mark",
     [](Rulebook& r) { r.mark_of = mark_without_boost; }},
    {"mark-min-without-boost", "R-WMARK-20 R-WMARK-19", "", kSince5_15,
     "the boost is not added to the min mark",
     [](Rulebook& r) {
       r.mark_of = [](const Zone& z, rules::Mark m) {
         return m == rules::Mark::min ? z.n.min : mark_with_boost(z, m);
       };
     }},
    {"boosted-min-not-retried", "R-WMARK-19 C13", "", kSince5_15,
     "nobody gets the min mark without its boost",
     [](Rulebook& r) { r.watermark.retries_unboosted = [](AllocFlags, bool) { return false; }; }},
    {"boosted-min-retried-by-all", "R-WMARK-19", "", kSince5_15,
     "everybody gets the min mark without its boost",
     [](Rulebook& r) { r.watermark.retries_unboosted = [](AllocFlags, bool) { return true; }; }},
    {"boosted-min-by-reserve", "R-WMARK-19", "", k5_15And6_1,
     "MIN_RESERVE gets the min mark without its boost, as since 6.3, not ATOMIC",
     [](Rulebook& r) { r.watermark.retries_unboosted = sound(v7_1).retries_unboosted; }},
    {"boosted-min-by-atomic", "R-WMARK-19", "", kSince6_12,
     "ATOMIC gets the min mark without its boost, which nobody has any more",
     [](Rulebook& r) { r.watermark.retries_unboosted = sound(v5_15).retries_unboosted; }},
    {"counter-below-zero", "R-WMARK-13 C-1", "mutant 4", kAll,
     "a check sees a counter that drifted below zero as it is",
     [](Rulebook& r) { r.clamps_counters = false; }},
};

}  // namespace

std::span<const ModelPlant> watermark_plants() { return kPlants; }

}  // namespace bp::reference::plants
