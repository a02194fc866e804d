// SPDX-License-Identifier: MIT
// R-WMARK: whether a zone has pages enough for a request.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kRules[] = {
    {"R-WMARK-1", kAll,
     "The check starts from the selected mark and compares signed numbers throughout."},
    {"R-WMARK-2", kAll,
     "All of the request but one page, 2^order - 1, counts as gone already, and what is left may "
     "be negative."},
    {"R-WMARK-3", kAll, "HIGH (MIN_RESERVE from 6.1 on) lowers the mark by half, rounded down."},
    {"R-WMARK-4", kTo5_15,
     "HARDER lowers what HIGH left of the mark by a quarter; whoever has no HARDER is charged all "
     "pages reserved for highatomic, in use or not."},
    {"R-WMARK-5", kAll,
     "Without flag CMA the free CMA pages, never read as negative, do not count.", "", "M-4"},
    {"R-WMARK-6", kAll,
     "The zone is refused unless strictly more is left than mark plus lowmem_reserve of the "
     "request's column."},
    {"R-WMARK-7", kAll, "For order 0 that is all: no list is looked at."},
    {"R-WMARK-8", kAll,
     "Above order 0 a block of at least the order must stand on a list the request may use; in "
     "v4.7 HARDER takes any list, isolated ones too."},
    {"R-WMARK-9", kTo5_15,
     "A mark m becomes ceil(m/2) with HIGH, m - floor(m/4) with HARDER, and HIGH's result less its "
     "own quarter with both: 101 gives 51, 76, 39."},
    {"R-WMARK-10", k4_7,
     "Order 0 passes early if free pages less CMA exceed mark plus reserve, whatever is reserved "
     "for highatomic."},
    {"R-WMARK-11", k4_7,
     "So the early test for order 0 accepts zones that the whole check refuses, where only "
     "highatomic pages are left."},
    {"R-WMARK-12", k4_7,
     "The kernel's early test compares unsigned, so a zone would pass with fewer free pages than "
     "free CMA pages, which takes drifted counters; the model compares signed.",
     "", "B-01 M-4"},
    {"R-WMARK-13", kAll,
     "The check reads the global part of a counter, a negative one as 0; kswapd's balance test may "
     "sum all parts where drift matters.",
     "", "C-1 W-4"},
    {"R-WMARK-14", kAll, "The plain check outside a scan is the whole check with NR_FREE_PAGES."},
    {"R-WMARK-15", k5_15,
     "An OOM victim's mark loses a half where HARDER's loses a quarter, and both may count blocks "
     "of HIGHATOMIC lists instead of any list."},
    {"R-WMARK-16", kFrom5_15,
     "The early test for order 0 first takes away everything the request may not use, but never "
     "below 0."},
    {"R-WMARK-17", kFrom6_1,
     "MIN_RESERVE takes half of the mark, NON_BLOCK a quarter of what that left, OOM half again; "
     "any of these or HIGHATOMIC lifts the highatomic charge, which from 6.12 on counts free pages "
     "only."},
    {"R-WMARK-18", kFrom6_1,
     "NON_BLOCK without MIN_RESERVE lowers no mark; it only lifts the highatomic charge."},
    {"R-WMARK-19", kFrom5_15,
     "An order-0 request at a boosted min mark that failed is checked once more without the boost, "
     "for ATOMIC up to 6.1, for MIN_RESERVE later.",
     "", "C13"},
    {"R-WMARK-20", kFrom5_15, "Every mark is the stored one plus the zone's boost.", "", "F-3"},
    {"R-WMARK-21", kNone,
     "Before 4.4 the check instead halved the mark for each smaller order while taking those "
     "orders' free pages away.",
     kNoProfile},
};
static_assert(is_ordered("R-WMARK-", kRules));

}  // namespace

constinit const Subject kWatermarks{"R-WMARK-", "watermark check", kRules};

}  // namespace bp::registry
