// SPDX-License-Identifier: MIT
// R-MT: pageblock types, and whose blocks serve a type that has none left.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kRules[] = {
    {"R-MT-1", kAll,
     "Three types can be requested, UNMOVABLE, MOVABLE and RECLAIMABLE; HIGHATOMIC, CMA and "
     "ISOLATE are states of pageblocks."},
    {"R-MT-2", kAll,
     "UNMOVABLE falls back to RECLAIMABLE, then MOVABLE; RECLAIMABLE to UNMOVABLE, then MOVABLE; "
     "MOVABLE to RECLAIMABLE, then UNMOVABLE; nobody to any other type."},
    {"R-MT-3", kAll, "A type's own lists come first, then CMA for those who may, then fallback."},
    {"R-MT-4", kAll,
     "Who may use CMA is every MOVABLE request in v4.7 and flag CMA later, when CMA also comes "
     "first while it holds more than half of the free pages."},
    {"R-MT-5", kAll,
     "The fallback of an order is the first type of R-MT-2 that has a block of exactly that order; "
     "a search for pageblocks worth taking ends empty if R-MT-6 fails."},
    {"R-MT-6", kAll,
     "A pageblock may change hands if the candidate has at least half the pageblock order, if the "
     "request is not MOVABLE, or while grouping is off."},
    {"R-MT-7", k4_7,
     "Fallback takes the largest candidate's head; its remainders go to the requested type's "
     "lists, even if the pageblock keeps its type."},
    {"R-MT-8", k4_7,
     "Stealing retypes whole pageblocks; a smaller candidate brings its pageblock's free blocks to "
     "the head of the new lists, and the type changes if they are at least half of it or grouping "
     "is off."},
    {"R-MT-9", kAll,
     "Moving a pageblock's free blocks sees only blocks headed inside it; one cut by the zone's "
     "end moves nothing, one cut by its start begins at the given page, and from 6.12 on either "
     "cut refuses."},
    {"R-MT-10", k5_15To6_1,
     "Fallback takes the largest candidate, or the smallest for a MOVABLE request that may not "
     "steal, boosts, moves the pageblock's free blocks to list tails and retypes it if free and "
     "alike pages are half of it; NOFRAGMENT wants a whole pageblock."},
    {"R-MT-11", kFrom5_15,
     "Alike are, for MOVABLE requests, pages in use that are on the LRU or movable by their "
     "driver; a page's gfp does not make it so.",
     "", "C8"},
    {"R-MT-12", kFrom6_12,
     "Claiming, from the largest order down, takes a pageblock whole or not at all; then, unless "
     "NOFRAGMENT, the smallest fitting block is taken and its remainders keep their type. A refill "
     "goes on with what worked.",
     "", "C7"},
    {"R-MT-13", kAll,
     "From 6.12 on a block stands on the list of its pageblock's type; before, fallback and "
     "merging leave blocks on other lists."},
    {"R-MT-14", kAll,
     "While grouping is off, giving a pageblock a type that can be requested gives it UNMOVABLE."},
    {"R-MT-15", kFrom5_15,
     "Taking part of another type's pageblock boosts the marks by a pageblock, up to "
     "watermark_boost_factor / 10000 of high but at least one pageblock, unless the zone is "
     "smaller than four; KSWAPD then marks the zone as boosted.",
     "", "C12 W-19"},
    {"R-MT-20", kFrom5_15,
     "A request for NORMAL avoids fragmenting if the node has DMA32 to go to, or is the only one; "
     "under defrag_mode every request does."},
};
static_assert(is_ordered("R-MT-", kRules));

}  // namespace

constinit const Subject kMigratetypes{"R-MT-", "migratetypes and fallback", kRules};

}  // namespace bp::registry
