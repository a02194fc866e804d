// SPDX-License-Identifier: MIT
// R-PCP: per-CPU lists.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kRules[] = {
    {"R-PCP-1", k4_7,
     "Each CPU has for each zone a count, a limit, a batch and three lists of single pages, one a "
     "pcp type."},
    {"R-PCP-2", kAll,
     "The count is the pages on the lists; v4.7 overcounts by the bad pages that a refill dropped.",
     "", "B-02"},
    {"R-PCP-3", k4_7,
     "A request takes the head of its type's list, the tail with COLD, after a refill if the list "
     "is empty; no watermark is checked again."},
    {"R-PCP-4", k4_7,
     "A refill takes up to a batch of pages one by one, so that the list has them in the order "
     "taken, reversed if COLD; the free count drops once at the end, the CMA count page by page.",
     "", "B-02 C-1"},
    {"R-PCP-5", kAll,
     "Pages that a refill got by fallback or from CMA stand on the list of the requested type."},
    {"R-PCP-6", k4_7,
     "A freed page goes to the head of its type's list, the tail if cold, HIGHATOMIC and CMA to "
     "MOVABLE, ISOLATE straight to the zone; at the limit a batch is freed in bulk."},
    {"R-PCP-7", kTo5_15,
     "Bulk free goes round the lists from the second on and takes more from each the more lists "
     "were empty before it, from the tails; v4.7 never ends if asked for more than there is.",
     "", "B-14 C2"},
    {"R-PCP-8", kTo5_15,
     "The position starts anew with every bulk free; the share grows by one for each list visited "
     "and, after all of them, is the rest.",
     "", "N-1 C2"},
    {"R-PCP-9", kAll,
     "Draining everything empties each CPU's lists in ascending order of CPU and zone, in v7.1 by "
     "parts of 32 batches from list 0; aging drains a batch.",
     "", "W-5"},
    {"R-PCP-10", kAll,
     "A page on a per-CPU list is neither free nor in use, and its buddy cannot merge with it."},
    {"R-PCP-11", kFrom5_15,
     "Orders 0 to 3 have a list for each pcp type, index 3 o + type, and the pageblock order three "
     "in 5.15, later two (MOVABLE or not); the count is in pages.",
     "", "C1 W-17"},
    {"R-PCP-12", k5_15To6_1,
     "An allocation halves the free factor; a refill appends a batch, shifted down by the order "
     "but at least 2, and the head is taken."},
    {"R-PCP-13", k6_1,
     "A freed block goes to the head; at the limit 1 page, a doubling share or, after small orders "
     "in a row, everything is freed in bulk, and reclaim lowers the limit to 4 batches.",
     "", "W-1"},
    {"R-PCP-14", kFrom6_1,
     "Bulk free starts at the list of the block just freed and empties each list from its tail, "
     "upwards and round, until enough is freed."},
    {"R-PCP-15", kAll,
     "Blocks of isolated pageblocks bypass the lists; HIGHATOMIC and CMA ones stand with MOVABLE."},
    {"R-PCP-16", kFrom6_1,
     "If the lists' lock is taken, a block is allocated from and freed to the zone.",
     "one operation at a time: the lock is always free"},
    {"R-PCP-20", kFrom6_12,
     "Limit and refill follow what was allocated and freed lately, by a fixed rule.", kFollows,
     "C3 C14"},
    {"R-PCP-21", kFrom6_12,
     "No type is kept with a listed page: its pageblock is asked as it leaves."},
};
static_assert(is_ordered("R-PCP-", kRules));

}  // namespace

constinit const Subject kPcp{"R-PCP-", "per-CPU lists", kRules};

}  // namespace bp::registry
