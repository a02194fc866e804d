// SPDX-License-Identifier: MIT
// R-HA, R-CMA, R-ISO: pageblocks that not everybody may take from.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kHighatomicRules[] = {
    {"R-HA-1", kAll,
     "Serving an order above 0 with HARDER (up to 5.15) or HIGHATOMIC reserves the pageblock it "
     "came from; v7.1 not for blocks from per-CPU lists.",
     "", "C18 B-28"},
    {"R-HA-2", kAll,
     "No more is reserved once a hundredth of the zone plus a pageblock is; from 6.12 on a "
     "hundredth rounded up to pageblocks, and nothing at all if a hundredth is less than one."},
    {"R-HA-3", kAll,
     "Only pageblocks of a pcp type are reserved; before 6.12 they are counted even if their free "
     "blocks cannot move, later the move comes first and a larger block reserves all its "
     "pageblocks."},
    {"R-HA-4", kAll,
     "Giving back takes the first block of each order, makes its pageblock the requested type and "
     "moves its free blocks; v4.7 stops at the first and never touches a zone's last pageblock, "
     "which later kernels do when forced."},
    {"R-HA-5", kAll,
     "Direct reclaim gives a pageblock back before it retries, and from 5.15 on the last one "
     "before the OOM killer."},
    {"R-HA-6", kAll,
     "On per-CPU lists pages of the reserve stand with MOVABLE ones, and any MOVABLE request may "
     "get them.",
     kFollows, "R-PCP-6 R-PCP-15"},
    {"R-HA-7", kTo6_1,
     "The reserve is a whole number of pageblocks unless giving back had to clamp it.", kFollows,
     "R-HA-3 R-HA-4"},
};
static_assert(is_ordered("R-HA-", kHighatomicRules));

constexpr Rule kCmaRules[] = {
    {"R-CMA-1", kAll, "CMA pageblocks serve MOVABLE requests only.", kFollows, "R-MT-3 R-MT-4"},
    {"R-CMA-2", kAll, "Free CMA pages are counted within the free pages too, and are never more.",
     kFollows, "R-BUDDY-6"},
    {"R-CMA-3", kAll,
     "Fallback takes no block from a list of CMA and so retypes no CMA pageblock by itself.",
     kFollows, "R-MT-2"},
    {"R-CMA-4", kAll, "At boot a CMA pageblock is freed whole and counted as managed.", kGiven},
    {"R-CMA-5", kAll,
     "On per-CPU lists CMA pages stand with MOVABLE ones; they leave the CMA count as they come "
     "there and return to it.",
     kFollows, "R-PCP-4 R-PCP-6 R-PCP-15"},
    {"R-CMA-6", kFrom5_15,
     "A task's PIN scope makes its requests not MOVABLE before CMA is considered, so it gets no "
     "CMA page.",
     kFollows, "W-18 R-CTX-7"},
};
static_assert(is_ordered("R-CMA-", kCmaRules));

constexpr Rule kIsolationRules[] = {
    {"R-ISO-1", kAll,
     "Isolating a pageblock moves its free blocks to ISOLATE and out of the counts; v4.7 also "
     "drains the zone's per-CPU lists and takes an isolated one twice, later kernels refuse that.",
     "", "M-1 W-12"},
    {"R-ISO-2", kAll,
     "Ending isolation pulls a free block of pageblock order that could merge now and frees it "
     "again, to the tail from 5.15 on; else the free blocks move to the new type and count again.",
     "", "C-2 C10 W-13"},
    {"R-ISO-3", kAll,
     "What is freed into an isolated pageblock goes to ISOLATE uncounted; while the zone has one, "
     "types are read afresh.",
     kFollows, "R-BUDDY-6 W-14"},
    {"R-ISO-4", kAll,
     "A free block that reaches over the pageblock's edge is missed by v4.7 and 5.15, so callers "
     "align; 6.1 and later split it.",
     kFollows, "W-12 C10"},
    {"R-ISO-5", kAll,
     "A free block may be taken out if the zone keeps its low mark (v4.7) or min mark without it; "
     "from half a pageblock on, its pageblocks become MOVABLE unless ISOLATE or CMA, from 6.1 on "
     "nor HIGHATOMIC.",
     "", "C-2"},
};
static_assert(is_ordered("R-ISO-", kIsolationRules));

}  // namespace

constinit const Subject kHighatomic{"R-HA-", "highatomic reserve", kHighatomicRules};
constinit const Subject kCma{"R-CMA-", "CMA pageblocks", kCmaRules};
constinit const Subject kIsolation{"R-ISO-", "isolated pageblocks", kIsolationRules};

}  // namespace bp::registry
