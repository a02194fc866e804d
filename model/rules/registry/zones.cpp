// SPDX-License-Identifier: MIT
// R-ZONE, R-CTX, R-AF: where a request may look, and with which rights.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kZoneRules[] = {
    {"R-ZONE-1", kAll,
     "A node's populated zones lie in ascending frames by index, but MOVABLE, which is cut from "
     "the top of the highest usable zone."},
    {"R-ZONE-2", kAll, "A zonelist ends in an entry without a zone whose index 0 stops every walk.",
     "a list of the model has a length: its end is no entry"},
    {"R-ZONE-3", kAll,
     "A node has two zonelists on NUMA kernels, with and without fallback to other nodes, and one "
     "on others."},
    {"R-ZONE-4", kAll,
     "A node contributes its populated zones from the highest index down; present pages make a "
     "zone populated, even if none is managed."},
    {"R-ZONE-5", kAll,
     "In node order a list has all zones of its own node, then all of the next best node, and so "
     "on."},
    {"R-ZONE-6", k4_7,
     "In zone order, the default of 32-bit NUMA kernels, a list has one zone index of all nodes "
     "before the next lower index."},
    {"R-ZONE-7", kAll,
     "The next best node is the nearest unused one with memory, after a penalty of 1 for a lower "
     "id and one for having CPUs, then the least loaded, then the lowest id; at boot on x86 the "
     "CPU penalty is 0.",
     "", "C-3 W-2"},
    {"R-ZONE-8", kAll,
     "A node that starts a new distance in some list is loaded so that others prefer its equals: "
     "v4.7 assigns a falling number, later kernels add one."},
    {"R-ZONE-9", k4_7,
     "Without NUMA but with several nodes a list goes round: own node, those with higher ids, then "
     "those with lower ones.",
     "no machine of the project is built so"},
    {"R-ZONE-10", kAll,
     "The list without fallback has the zones of its own node and nothing else."},
    {"R-ZONE-11", kAll,
     "A walk yields, from its start on, the entries whose index is not above the request's and "
     "whose node is in the mask."},
    {"R-ZONE-12", kAll,
     "Zones are tried in list order, and no zone above the request's highest one is ever tried."},
    {"R-ZONE-13", kAll,
     "GFP_HIGHUSER_MOVABLE on a kernel without DMA zones tries HIGHMEM, then NORMAL, while MOVABLE "
     "is empty; with a DMA zone that one comes last.",
     kFollows, "R-ZONE-4 R-ZONE-11 G-5 G-7"},
    {"R-ZONE-14", kAll,
     "A node's local memory is the node of the first zone that a GFP_KERNEL request would try from "
     "it."},
    {"R-ZONE-15", kAll,
     "Grouping by mobility is off while the pages above all high watermarks are fewer than one "
     "pageblock for each migratetype; decided as zonelists are built."},
    {"R-ZONE-16", kAll, "Two pages are of the same zone if node and zone index agree."},
};
static_assert(is_ordered("R-ZONE-", kZoneRules));

constexpr Rule kContextRules[] = {
    {"R-CTX-1", kAll,
     "The reserve column is the first usable zone's index in v4.7 and the highest index the mask "
     "allows later; they differ only across nodes with different zones or under node masks.",
     "", "W-16 N-2"},
    {"R-CTX-2", kAll,
     "The first attempt is made at the low watermark; v4.7's is also fair between zones."},
    {"R-CTX-3", kAll,
     "With cpusets in use the first attempt is confined to the task's nodes, by CPUSET in v4.7 and "
     "in interrupts, by the node mask in task context later."},
    {"R-CTX-4", kAll,
     "The mask loses the bits that the running system does not allow; v4.7's first attempt still "
     "uses the whole one."},
    {"R-CTX-5", kAll, "Fault injection may fail a request before it looks at any zone."},
    {"R-CTX-6", k4_7,
     "An empty zonelist fails at once, reserves or not; whether it is empty is asked of the list "
     "alone, not of the mask."},
    {"R-CTX-7", kAll, "MOVABLE requests may use CMA pageblocks where CMA is configured."},
    {"R-CTX-8", kAll, "WRITE spreads dirty pages over zones, in the first attempt only."},
    {"R-CTX-9", kAll,
     "The preferred zone is the first that the walk yields; if there is none the attempt finds "
     "nothing, which v4.7 fails to notice early."},
    {"R-CTX-10", kFrom5_15,
     "An order above the maximum gives nothing before anything else happens."},
    {"R-CTX-11", kFrom5_15, "The first attempt avoids mixing pageblocks where R-MT-20 says so.", "",
     "R-MT-20"},
    {"R-CTX-12", kAll,
     "The first attempt walks the zonelist once, and what it finds is the answer."},
    {"R-CTX-13", kAll,
     "The slow path gets the caller's node mask back and no longer HARDWALL; v4.7 first applies "
     "the NOIO scope."},
    {"R-CTX-14", k4_7,
     "A failed request starts over if the task's cpuset changed meanwhile, without the confinement "
     "of the first time."},
};
static_assert(is_ordered("R-CTX-", kContextRules));

constexpr Rule kFlagRules[] = {
    {"R-AF-1", kTo5_15,
     "Slow attempts use the min mark; HIGH passes on, and ATOMIC gives HARDER unless NOMEMALLOC "
     "and leaves the cpuset, else a real-time task outside interrupts gets HARDER.",
     "", "C18"},
    {"R-AF-2", k4_7,
     "All of memory is open to MEMALLOC, and outside interrupts or in a softirq to a PF_MEMALLOC "
     "task, outside interrupts to an OOM victim, unless NOMEMALLOC."},
    {"R-AF-3", kAll, "Slow attempts may use CMA pageblocks for MOVABLE requests.", kFollows,
     "R-CTX-7"},
    {"R-AF-4", kFrom6_1,
     "Slow attempts use the min mark; a request that cannot block gets NON_BLOCK unless "
     "NOMEMALLOC, with HIGH also HIGHATOMIC above order 0, and leaves the cpuset; a blocking "
     "real-time task gets MIN_RESERVE.",
     "", "W-11"},
    {"R-AF-5", kFrom5_15,
     "All of memory is open to MEMALLOC and PF_MEMALLOC tasks unless NOMEMALLOC; an OOM victim "
     "gets flag OOM instead.",
     "", "C18"},
    {"R-AF-6", kAll,
     "GFP_NOWAIT is harder than nothing only from 6.1 on: NON_BLOCK frees it from the highatomic "
     "charge but lowers no mark.",
     kFollows, "R-AF-4 R-WMARK-18"},
};
static_assert(is_ordered("R-AF-", kFlagRules));

}  // namespace

constinit const Subject kZones{"R-ZONE-", "zones, nodes, zonelists", kZoneRules};
constinit const Subject kContext{"R-CTX-", "a request's context and first attempt", kContextRules};
constinit const Subject kAllocFlags{"R-AF-", "flags of slow attempts", kFlagRules};

}  // namespace bp::registry
