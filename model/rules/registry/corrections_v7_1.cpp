// SPDX-License-Identifier: MIT
// C1 and on: what 37 recordings of v5.15 and v7.1 corrected and added.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kRules[] = {
    {"C1", k5_15, "5.15 has 15 per-CPU lists: the pageblock order has one for each pcp type.", "",
     "R-PCP-11"},
    {"C2", k5_15,
     "5.15 frees in bulk as v4.7 over 15 lists, first off all lists, then into the zone; at the "
     "limit 1 page, or a share that doubles without bound, within a batch and the limit less a "
     "batch.",
     "", "R-PCP-7 R-PCP-8 R-PCP-12"},
    {"C3", kFrom6_12,
     "The limit rises with refills and falls with frees within its bounds, a refill grows with "
     "refills in a row, a surplus is freed in batches that each restart at the freed block's list "
     "(v7.1), and HIGHATOMIC requests are tuned for but do not refill (v7.1).",
     "", "R-PCP-20 R-LIST-13"},
    {"C4", kFrom5_15, "Where the bounds of a clamp are crossed the upper one wins.", "",
     "R-CFG-13 R-PCP-13"},
    {"C5", k5_15And7_1,
     "Counters change in fixed steps, which decide when a CPU's part is folded: v7.1 block by "
     "block and list by list, 5.15 once a refill and once a direct block.",
     "", "R-BUDDY-16 R-WMARK-13"},
    {"C6", k5_15, "5.15 merges across pageblocks as v4.7: only an isolated one stops it.", "",
     "R-BUDDY-9"},
    {"C7", kFrom6_12,
     "A claim below pageblock order boosts before it knows if it succeeds, and a refused one goes "
     "on with the next lower order; a larger one expands into the new type at once.",
     "", "R-MT-12"},
    {"C8", kFrom5_15,
     "Pages of allocations never count as movable, whatever their gfp; those on the LRU or with a "
     "driver's operations do.",
     "", "R-MT-11"},
    {"C9", k5_15And7_1,
     "A request that cannot block makes two slow attempts in 5.15; in v7.1 the second only with "
     "reserve flags or without CPUSET, and each attempt wakes kswapd.",
     "", "R-SLOW-33 R-SLOW-36"},
    {"C10", k5_15And7_1,
     "A block pulled at the end of an isolation returns to the list's tail; v7.1 takes a larger "
     "block apart pageblock by pageblock, 5.15 isolates it whole by its head and not at all by its "
     "tail.",
     "", "R-ISO-2 R-ISO-4"},
    {"C11", k5_15And7_1,
     "A wake is lost on a node whose kswapd runs or failed 16 times, or that is balanced, any zone "
     "at its high mark, and not boosted; a woken one runs at once, so the next walk passes its "
     "node over.",
     "", "R-SLOW-3 R-LIST-12"},
    {"C12", kFrom5_15,
     "The boosted flag is set by KSWAPD requests; v7.1 clears it, with a wake, at the end of each "
     "such request in the zone, 5.15 at any request's end unless the direct path failed.",
     "", "R-MT-15"},
    {"C13", k5_15, "5.15 too checks ATOMIC order-0 requests once more without the boost.", "",
     "R-WMARK-19"},
    {"C14", kFrom5_15,
     "A tick folds each zone's counters, in v7.1 lowers a risen limit and frees what exceeds it, "
     "and ages the lists of other nodes' zones until a batch is drained."},
    {"C15", k7_1,
     "The test at the high mark is made at every zone of every attempt, until the zone is known to "
     "be below.",
     kFollows, "R-LIST-13"},
    {"C16", kFrom5_15,
     "The counters' threshold is fixed at boot and not renewed as zones grow or sysctls are "
     "written.",
     kGiven, "W-4"},
    {"C17", kFrom5_15,
     "In dumps bit 0 of a zone's flags is boosted, bit 1 reclaim active, and in v7.1 bit 2 below "
     "high.",
     "", "W-1"},
    {"C18", k5_15,
     "5.15 takes v4.7's slow flags with KSWAPD, 6.1's reserve flags, and reserves highatomic "
     "pageblocks for HARDER, for blocks of per-CPU lists too.",
     kFollows, "R-AF-1 R-AF-5 R-HA-1 R-HA-2 R-HA-3"},
};
static_assert(is_ordered("C", kRules));

}  // namespace

constinit const Subject kCorrections7_1{"C", "corrected by v5.15 and v7.1", kRules};

}  // namespace bp::registry
