// SPDX-License-Identifier: MIT
// R-LIST, R-RMQ: one attempt's walk over the zonelist, and what it asks of the zone it chose.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kListRules[] = {
    {"R-LIST-1", kAll,
     "Under CPUSET a zone on a node that the task's cpuset forbids is passed over; interrupts, OOM "
     "victims and, without HARDWALL, exiting tasks are exempt."},
    {"R-LIST-2", k4_7,
     "The fair first attempt passes over zones whose share is used up, and stops being fair at the "
     "first zone of another node."},
    {"R-LIST-3", kAll,
     "A request that will write passes over zones (nodes from 6.1 on) with too many dirty pages."},
    {"R-LIST-4", kAll, "A zone that passes the check at the attempt's mark is taken from."},
    {"R-LIST-5", kAll,
     "NO_WATERMARKS takes from a zone that failed the check, which is done all the same."},
    {"R-LIST-6", kAll,
     "With node reclaim on, a near zone that failed the check is reclaimed from and checked once "
     "more."},
    {"R-LIST-7", kAll,
     "A block from the chosen zone ends the walk; if the zone has none after all, the walk goes "
     "on."},
    {"R-LIST-8", k4_7,
     "A fair walk that found nothing refills the shares of the preferred zone's node, up to that "
     "zone, and walks once more without fairness.",
     "", "C-1"},
    {"R-LIST-9", k4_7,
     "An order above the maximum goes through the walk, fails every check, and may still refill "
     "the shares.",
     kFollows, "M-3"},
    {"R-LIST-10", k4_7,
     "Every page taken counts against its zone's share, single pages by a step that overshoots; "
     "the zone is depleted when the global part of what is left is 0 or less.",
     "", "C-1"},
    {"R-LIST-11", kFrom5_15,
     "NOFRAGMENT is dropped, and the walk restarted, before leaving the preferred node or when the "
     "list ends; not so under defrag_mode."},
    {"R-LIST-12", k7_1,
     "With several nodes the first pass leaves out those whose kswapd runs, and a second pass "
     "takes all.",
     "", "C11"},
    {"R-LIST-13", kFrom6_12,
     "A zone not marked as below its high mark is first checked at that mark with the request's "
     "own flags; failing marks it, and the attempt's mark decides.",
     "", "C15"},
};
static_assert(is_ordered("R-LIST-", kListRules));

constexpr Rule kRmqueueRules[] = {
    {"R-RMQ-1", k4_7, "Order 0 comes from the CPU's list: its head, or its tail with COLD."},
    {"R-RMQ-2", kTo5_15,
     "Larger orders come from the zone: the highatomic reserve first with HARDER, then the type's "
     "own lists; blocks that fail the page checks are dropped for good."},
    {"R-RMQ-3", k4_7,
     "Free pages are lowered once for the block given out, not for bad ones dropped before it, and "
     "the CMA count by the block's cached type.",
     "", "B-32"},
    {"R-RMQ-4", kFrom5_15,
     "Orders that per-CPU lists hold come from there first; from 6.1 on the zone serves when that "
     "gives nothing, in 5.15 the zone is failed.",
     "", "W-17 C18"},
    {"R-RMQ-5", kFrom6_1,
     "From the zone, HIGHATOMIC tries the reserve first; OOM and NON_BLOCK try it last; every "
     "block taken is counted, bad ones too."},
    {"R-RMQ-6", kAll, "NUMA hits and misses are counted by the zone that served.", kStatistics},
};
static_assert(is_ordered("R-RMQ-", kRmqueueRules));

}  // namespace

constinit const Subject kScan{"R-LIST-", "walk over the zonelist", kListRules};
constinit const Subject kRmqueue{"R-RMQ-", "from a zone to a block", kRmqueueRules};

}  // namespace bp::registry
