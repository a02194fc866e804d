// SPDX-License-Identifier: MIT
// Planted bugs of splitting, merging and list placement (R-BUDDY).
#include "fuzz/mutants/model_subjects.h"
#include "model/reference/buddy.h"
#include "model/reference/merging.h"
#include "model/rules/buddy.h"

namespace bp::reference::plants {
namespace {

bool has_free_buddy_above(const Allocator& a, const Zone& z, Pfn head, Order o, Order o_max) {
  if (o > o_max) return false;
  const Pfn other = rules::buddy_of(rules::parent_of(head, o), o + 1);
  return is_free_buddy(a, z, other, o + 1);
}

constexpr ModelPlant kPlants[] = {
    {"take-last-of-list", "R-BUDDY-3", "", kAll, "the last block of a list is taken",
     [](Rulebook& r) { r.takes_first = false; }},
    {"expand-lists-lower-half", "R-BUDDY-4 R-BUDDY-5", "mutant 1", kAll,
     "a split gives out the upper half", [](Rulebook& r) { r.lists_upper_half = false; }},
    {"expand-to-tail", "R-BUDDY-4", "mutant 2", kAll, "what is left of a split goes to the tail",
     [](Rulebook& r) { r.lists_rest_at_tail = true; }},
    {"merge-not-at-top", "R-GEN-3 R-BUDDY-7", "B-42", kAll, "two blocks of order 9 stay apart",
     [](Rulebook& r) { r.largest = Order{kOrderMax - 1}; }},
    {"merge-never", "R-BUDDY-7", "", kAll, "freed blocks do not merge",
     [](Rulebook& r) {
       r.is_free_buddy = [](const Allocator&, const Zone&, Pfn, Order) { return false; };
     }},
    {"merge-across-zones", "R-BUDDY-7 R-ZONE-16", "B-41", kAll,
     "a free buddy of another zone merges",
     [](Rulebook& r) {
       r.is_free_buddy = [](const Allocator& a, const Zone&, Pfn buddy, Order o) {
         return a.is_free(buddy, o);
       };
     }},
    {"merge-needs-own-list", "R-BUDDY-7 R-BUDDY-8", "", kAll,
     "a buddy on the list of another type does not merge",
     [](Rulebook& r) {
       r.is_free_buddy = [](const Allocator& a, const Zone& z, Pfn buddy, Order o) {
         return is_free_buddy(a, z, buddy, o) && a.frames[buddy].type == a.type_of(buddy);
       };
     }},
    {"merge-lists-by-pageblock", "R-BUDDY-8", "", kAll,
     "a merged block goes to the list of its pageblock's type, not of the freed block's",
     [](Rulebook& r) { r.lists_by_freed_type = false; }},
    {"merge-across-any-type", "R-BUDDY-9", "B-07", kAll, "types never stop a merge",
     [](Rulebook& r) {
       r.may_merge = [](const Allocator&, const Zone&, Migratetype, Pfn) { return true; };
     }},
    {"merge-looks-at-freed-side", "R-BUDDY-9", "B-09", kUntil5_15,
     "of the two, only the freed block's isolation stops a merge",
     [](Rulebook& r) {
       r.may_merge = [](const Allocator& a, const Zone& z, Migratetype freed, Pfn buddy) {
         return z.n.isolated == 0 || freed != Migratetype::isolate || a.type_of(buddy) == freed;
       };
     }},
    {"merge-looks-at-buddy-side", "R-BUDDY-9", "B-09", kSince6_1,
     "of the two, only the buddy's type stops a merge",
     [](Rulebook& r) {
       r.may_merge = [](const Allocator& a, const Zone&, Migratetype freed, Pfn buddy) {
         return a.type_of(buddy) == freed || rules::is_mergeable(a.type_of(buddy));
       };
     }},
    {"merge-by-isolation-alone", "R-BUDDY-9 C6", "", kSince6_1,
     "special pageblocks merge unless one is isolated, as up to 5.15",
     [](Rulebook& r) { r.may_merge = unless_isolated; }},
    {"merge-by-type", "R-BUDDY-9 C6", "", kUntil5_15,
     "special pageblocks of different types stay apart, as since 6.1",
     [](Rulebook& r) { r.may_merge = if_mergeable; }},
    {"merge-within-type-only", "R-BUDDY-9", "", kAll, "pageblocks of different types never merge",
     [](Rulebook& r) {
       r.may_merge = [](const Allocator& a, const Zone&, Migratetype freed, Pfn buddy) {
         return a.type_of(buddy) == freed;
       };
     }},
    {"merge-keeps-types", "R-BUDDY-9", "B-17", kSince6_12,
     "two pageblocks that merge keep their types", [](Rulebook& r) { r.retypes_on_merge = false; }},
    {"merge-retypes", "R-BUDDY-9", "", kUntil6_1, "two pageblocks that merge get one type",
     [](Rulebook& r) { r.retypes_on_merge = true; }},
    {"tail-never", "R-BUDDY-11", "", kAll, "a freed block always goes to the head of its list",
     [](Rulebook& r) {
       r.goes_to_tail = [](const Allocator&, const Zone&, Pfn, Order) { return false; };
     }},
    {"tail-always", "R-BUDDY-11", "", kAll, "a freed block always goes to the tail of its list",
     [](Rulebook& r) {
       r.goes_to_tail = [](const Allocator&, const Zone&, Pfn, Order) { return true; };
     }},
    {"tail-up-to-order-9", "R-BUDDY-11", "mutant 19", kAll, "order 9 may go to the tail too",
     [](Rulebook& r) {
       r.goes_to_tail = [](const Allocator& a, const Zone& z, Pfn head, Order o) {
         return has_free_buddy_above(a, z, head, o, Order{kOrderMax - 1});
       };
     }},
    {"tail-up-to-order-7", "R-BUDDY-11", "mutant 19", kAll, "order 8 never goes to the tail",
     [](Rulebook& r) {
       r.goes_to_tail = [](const Allocator& a, const Zone& z, Pfn head, Order o) {
         return has_free_buddy_above(a, z, head, o, Order{kOrderMax - 3});
       };
     }},
    {"tail-by-other-zone", "R-BUDDY-11 R-ZONE-16", "", kAll,
     "a free block of the next zone sends a block to the tail",
     [](Rulebook& r) {
       r.goes_to_tail = [](const Allocator& a, const Zone&, Pfn head, Order o) {
         if (o + 1 >= Order{kOrderMax}) return false;
         return a.is_free(rules::buddy_of(rules::parent_of(head, o), o + 1), o + 1);
       };
     }},
    {"tail-by-own-buddy", "R-BUDDY-11", "", kAll, "the buddy decides, not the parent's buddy",
     [](Rulebook& r) {
       r.goes_to_tail = [](const Allocator& a, const Zone& z, Pfn head, Order o) {
         if (o + 1 >= Order{kOrderMax}) return false;
         return is_free_buddy(a, z, rules::buddy_of(head, o), o + 1);
       };
     }},
    {"tail-request-unheard", "R-BUDDY-11 W-7 W-13 C10", "", kSince5_15,
     "an explicit request for the tail is not heeded",
     [](Rulebook& r) { r.heeds_tail_request = false; }},
    {"free-whole-above-pageblock", "R-BUDDY-15", "B-21", kSince6_12,
     "a block larger than a pageblock is freed whole, by its head's type",
     [](Rulebook& r) { r.frees_by_pageblock = false; }},
    {"free-by-pageblock", "R-BUDDY-15", "", kUntil6_1,
     "a block larger than a pageblock is freed by the pageblock",
     [](Rulebook& r) { r.frees_by_pageblock = true; }},
};

}  // namespace

std::span<const ModelPlant> buddy_plants() { return kPlants; }

}  // namespace bp::reference::plants
