// SPDX-License-Identifier: MIT
// R-PREP, R-FREE: what a page must look like as it is handed out and taken back.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kPrepRules[] = {
    {"R-PREP-1", kAll,
     "A page not in use has no mapping, no reference, no owner and none of the flags that the "
     "check forbids."},
    {"R-PREP-2", kAll,
     "Handing out forbids every flag and hardware poison; taking back forbids those that say "
     "somebody uses the page."},
    {"R-PREP-3", kAll, "One bad page rejects its whole block, a poisoned one without a word."},
    {"R-PREP-4", kAll,
     "A block handed out has one reference on its head, is compound if COMP was set above order 0, "
     "and is marked if watermarks were ignored for it."},
    {"R-PREP-5", kTo5_15,
     "Single pages are checked as they move between the zone and a per-CPU list, larger blocks as "
     "they are handed out and taken back; debug kernels check all at both ends.",
     "", "M-5"},
    {"R-PREP-6", kAll, "A rejected block is lost: on no list, in no count, never used again."},
    {"R-PREP-7", kAll, "Before 4.6 the count of references was called _count.", kNaming},
};
static_assert(is_ordered("R-PREP-", kPrepRules));

constexpr Rule kFreeRules[] = {
    {"R-FREE-1", kAll,
     "Freeing a block above order 0 checks each of its pages, and a bad one loses the block "
     "without any other effect.",
     "", "M-5"},
    {"R-FREE-2", kAll,
     "Order 0 goes to a per-CPU list, from 5.15 on orders to 3 and the pageblock order too; others "
     "go to the zone."},
    {"R-FREE-3", kAll, "The pageblock's type is first read without the lock."},
    {"R-FREE-4", kAll,
     "Under the lock it is read again if the zone has an isolated pageblock or the type was "
     "ISOLATE."},
    {"R-FREE-5", k4_7, "Freeing resets reclaim's count of scanned pages.", kStatistics},
    {"R-FREE-6", kAll, "The second reading matters only if an isolation came between the two.",
     "one operation at a time: nothing comes between"},
    {"R-FREE-7", kFrom6_1, "A poisoned single page is not freed at all.",
     "hardware poison is not modelled and in no recording"},
};
static_assert(is_ordered("R-FREE-", kFreeRules));

}  // namespace

constinit const Subject kPreparation{"R-PREP-", "checks and preparation of pages", kPrepRules};
constinit const Subject kFreeing{"R-FREE-", "freeing a block", kFreeRules};

}  // namespace bp::registry
