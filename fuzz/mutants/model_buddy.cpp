// SPDX-License-Identifier: MIT
// Planted bugs of splitting, merging and list placement (R-BUDDY).
#include "fuzz/mutants/model_subjects.h"
#include "model/reference/merging.h"

namespace bp::reference::plants {
namespace {

constexpr ModelPlant kPlants[] = {
    {"tail-never", "R-BUDDY-11", "", kAll, "a freed block always goes to the head of its list",
     [](Rulebook& r) {
       r.goes_to_tail = [](const Allocator&, const Zone&, Pfn, Order) { return false; };
     }},
    {"merge-across-any-type", "R-BUDDY-9", "B-07", kAll, "types never stop a merge",
     [](Rulebook& r) {
       r.may_merge = [](const Allocator&, const Zone&, Migratetype, Pfn) { return true; };
     }},
};

}  // namespace

std::span<const ModelPlant> buddy_plants() { return kPlants; }

}  // namespace bp::reference::plants
