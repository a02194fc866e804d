// SPDX-License-Identifier: MIT
// B: defects that kernels really had, which planted bugs repeat.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr HistoricalBug kBugs[] = {
    {"B-01", k4_7,
     "The early watermark test compared a negative number of usable pages as unsigned, so nearly "
     "empty zones passed.",
     "R-WMARK-12 R-WMARK-16"},
    {"B-02", k4_7,
     "A refill reported the pages it removed, not those it listed, so the pcp count ran ahead of "
     "the list.",
     "R-PCP-2 R-PCP-4"},
    {"B-03", k4_7,
     "Giving back lowered the reserve for blocks whose pageblock was no longer HIGHATOMIC.",
     "R-HA-4 R-HA-7"},
    {"B-04", k4_7,
     "Stealing retyped a HIGHATOMIC pageblock, and the reserve's count never came down again.",
     "R-MT-2 R-HA-7"},
    {"B-05", k4_7,
     "The OOM killer ran while highatomic pages were free: a last pageblock was kept, and giving "
     "back claimed success when nothing moved.",
     "R-HA-4 R-HA-5"},
    {"B-06", k4_7,
     "HARDER took any non-empty list for a block it may have, isolated ones included.",
     "R-WMARK-8"},
    {"B-07", kNone,
     "Blocks merged across isolated and CMA pageblocks, and the counts outgrew the memory.",
     "R-BUDDY-9"},
    {"B-08", kNone,
     "Draining used a type cached before the isolation, so an isolated page came onto a usable "
     "list.",
     "R-ISO-3 R-FREE-4"},
    {"B-09", kNone, "The bound on merging looked at the freed side's isolation only.", "R-BUDDY-9"},
    {"B-10", kNone,
     "Free CMA pages were taken away twice above order 0, so requests failed for nothing.",
     "R-WMARK-5 R-WMARK-21"},
    {"B-11", kNone, "A negative number of free pages was compared with an unsigned reserve.",
     "R-WMARK-1 R-WMARK-6"},
    {"B-12", kNone, "A zone's negative share was read as a huge one, so it was never depleted.",
     "R-LIST-10"},
    {"B-13", kNone,
     "After the shares were refilled the walk went on from its end instead of the preferred zone.",
     "R-LIST-8"},
    {"B-14", k4_7, "Bulk free asked for more than the lists had and searched for ever.", "R-PCP-7"},
    {"B-15", kNone,
     "Order and type were packed into one word and unpacked on one path only, so a block came onto "
     "a wrong list.",
     "R-PCP-11 R-PCP-15"},
    {"B-16", kNone, "Draining read the pcp count without the lock, and pages were stranded.",
     "R-PCP-2 R-PCP-9"},
    {"B-17", kTo6_1,
     "Two pageblocks of different types merged and kept both, so a later split put half on the "
     "wrong list.",
     "R-BUDDY-9 R-MT-13"},
    {"B-18", kTo6_1,
     "Where a pageblock begins outside the zone its free blocks were moved from the given page on "
     "only, but the whole type changed.",
     "R-MT-9"},
    {"B-19", kTo6_1, "A pageblock changed its type without its free blocks changing lists.",
     "R-MT-13 R-ISO-1"},
    {"B-20", kTo6_1,
     "A freed block's type was read before the lock, and the pageblock stolen in between.",
     "R-FREE-3 R-FREE-4"},
    {"B-21", kTo6_1, "Reserving a block of several pageblocks retyped the first one only.",
     "R-HA-3"},
    {"B-22", k4_7, "The cursor was tested for being empty instead of the zone it stands at.",
     "R-CTX-9"},
    {"B-23", k4_7,
     "A retry after a cpuset changed used the wrong node mask: a needless OOM kill or an endless "
     "loop.",
     "R-CTX-14"},
    {"B-24", kTo5_15,
     "A reference taken meanwhile lost the tail pages of a freed block; the first mending freed "
     "those of compound blocks twice.",
     "R-API-11"},
    {"B-25", k4_7, "The type of a buddy beyond the largest order was read, past the zone.",
     "R-BUDDY-10"},
    {"B-26", k4_7,
     "The reserve column followed the first zone of the list, so nodes judged one request "
     "differently.",
     "R-CTX-1"},
    {"B-27", k4_7,
     "A node's load was overwritten instead of added up, so one node came second in many lists.",
     "R-ZONE-8"},
    {"B-28", k5_15To6_12,
     "Every atomic allocation from a per-CPU list reserved another pageblock, up to the cap.",
     "R-HA-1"},
    {"B-29", k4_7,
     "A THISNODE request of high priority was served from the node that the CPU is on.",
     "R-SLOW-5 R-GFP-6"},
    {"B-30", kTo6_1,
     "Free pages were counted before they stood on a list, so others passed the check for nothing.",
     "R-BUDDY-6"},
    {"B-31", k4_7, "lowmem_reserve was computed before CMA pages became managed.",
     "R-CFG-8 R-CMA-4"},
    {"B-32", k4_7, "Bad blocks above order 0 were dropped but stayed in the free count.",
     "R-RMQ-3"},
    {"B-33", kNone, "A bad page was looked at again and again because it stayed on its list.",
     "R-RMQ-2 R-PREP-6"},
    {"B-34", k5_15, "The bulk request did not ask whether there is any zone.", "W-6 R-CTX-9"},
    {"B-35", k4_7, "A zone that became empty kept its lowmem_reserve.", "R-CFG-8 R-CFG-10"},
    {"B-36", kNone,
     "One per-CPU list served all types, so kernel pages landed in movable pageblocks.",
     "R-PCP-1 R-PCP-3"},
    {"B-37", kNone, "Taking a free block for compaction used the requester's reserves.", "R-ISO-5"},
    {"B-38", kTo5_15,
     "A HARDWALL request whose cpuset allows no zone reclaimed and killed for ever.", "R-SLOW-30"},
    {"B-39", kNone, "A request that may not have CMA pages got one from the MOVABLE per-CPU list.",
     "R-CMA-6 R-RMQ-4"},
    {"B-40", kNone, "A boost larger than a small zone made every request fail.", "R-MT-15"},
    {"B-41", kNone, "A block merged with its buddy in another zone.", "R-BUDDY-7"},
    {"B-42", kNone, "A loop up to the largest order kept its bound as the bound became inclusive.",
     "R-GEN-3"},
};

}  // namespace

std::span<const HistoricalBug> historical_bugs() { return kBugs; }

}  // namespace bp::registry
