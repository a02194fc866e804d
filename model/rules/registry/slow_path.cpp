// SPDX-License-Identifier: MIT
// R-SLOW, R-OOM: what happens to a request that the first attempt did not serve. Here belong only
// the attempts; what goes on between them is the environment's.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kSlowRules[] = {
    {"R-SLOW-1", k4_7,
     "An order above the maximum is refused here, after the first attempt's effects, with a "
     "warning unless NOWARN.",
     kFollows, "M-3"},
    {"R-SLOW-2", kTo6_1,
     "ATOMIC together with DIRECT_RECLAIM is a warning, and ATOMIC is dropped."},
    {"R-SLOW-3", kAll,
     "KSWAPD_RECLAIM wakes the kswapd of each node in the list unless it is balanced; from 5.15 on "
     "a boost wakes it all the same, and one that runs or failed 16 times is left alone.",
     "", "C11"},
    {"R-SLOW-4", kTo5_15, "The attempts' flags follow R-AF-1 and, for reserves, R-AF-2 or R-AF-5.",
     "", "R-AF-1"},
    {"R-SLOW-5", k4_7,
     "Without CPUSET, or with all of memory open, the attempt uses the list of the node that the "
     "CPU is on, THISNODE or not, and keeps the node mask.",
     "", "B-29"},
    {"R-SLOW-6", k4_7,
     "One attempt is made at the min mark with these flags, watermarks in force."},
    {"R-SLOW-7", k4_7,
     "With all of memory open a second attempt ignores watermarks and has no other flag, so "
     "neither CMA by flag nor the highatomic reserve is open to it."},
    {"R-SLOW-8", kAll, "Who may not block fails now, with a warning if NOFAIL."},
    {"R-SLOW-9", k4_7, "A PF_MEMALLOC task fails now, or tries for ever if NOFAIL."},
    {"R-SLOW-10", k4_7, "An OOM victim fails now unless NOFAIL."},
    {"R-SLOW-11", k4_7,
     "Above order 0 memory is compacted, asynchronously at first, and the attempt repeated if that "
     "did anything."},
    {"R-SLOW-12", k4_7, "A huge page's request fails if compaction was put off or contended."},
    {"R-SLOW-13", k4_7, "A partial compaction counts as a retry."},
    {"R-SLOW-14", k4_7,
     "Pages are reclaimed and the attempt repeated; if it fails once more, highatomic pages are "
     "given back and the per-CPU lists drained before another one."},
    {"R-SLOW-15", k4_7, "NORETRY ends here, and so does a costly order without REPEAT."},
    {"R-SLOW-16", k4_7,
     "Rounds without progress are counted; progress clears the count except for costly orders."},
    {"R-SLOW-17", k4_7,
     "Reclaim goes on, for at most 16 such rounds, while a zone would pass with what is left to "
     "reclaim, counted lower each round."},
    {"R-SLOW-18", k4_7,
     "Compaction goes on while it may help: at most 16 times, 4 for costly orders, and once with "
     "more effort after a complete failure."},
    {"R-SLOW-19", k4_7, "Then the OOM killer is asked, and its progress starts the loop over."},
    {"R-SLOW-20", k4_7, "The way out of the loop compacts once more."},
    {"R-SLOW-21", kAll, "The request fails, with a warning unless NOWARN.",
     "warnings are not modelled"},
    {"R-SLOW-22", k4_7,
     "NOFAIL keeps the loop going but does not undo NORETRY: both together can fail."},
    {"R-SLOW-30", kFrom5_15,
     "The slow path computes its flags and the preferred zone anew, for the caller's node mask; no "
     "zone left means failure at once.",
     "", "W-10"},
    {"R-SLOW-31", kFrom5_15, "It wakes kswapd and makes an attempt with the new flags."},
    {"R-SLOW-32", kFrom5_15,
     "A blocking request of costly order, or above order 0 and not MOVABLE, compacts before the "
     "second attempt unless reserves are open to it."},
    {"R-SLOW-33", kFrom5_15,
     "The second attempt replaces the flags by reserve flags, if any, plus CMA and from 6.1 on "
     "KSWAPD; with those, or without CPUSET, the node mask is dropped.",
     "", "C9 W-10"},
    {"R-SLOW-34", kFrom5_15,
     "After it come reclaim, compaction, their retries, the last highatomic pageblock and the OOM "
     "killer; who may not block, is PF_MEMALLOC or NORETRY fails before."},
    {"R-SLOW-35", kFrom6_1,
     "A NOFAIL request that ran out tries half of the min mark within its cpuset, then outside, "
     "and starts over."},
    {"R-SLOW-36", k7_1,
     "The second attempt is made only if reserves or the node mask changed something; defrag_mode "
     "gives up NOFRAGMENT before the OOM killer.",
     kFollows, "C9"},
};
static_assert(is_ordered("R-SLOW-", kSlowRules));

constexpr Rule kOomRules[] = {
    {"R-OOM-1", k4_7,
     "Only one task kills at a time, after a last attempt at the high mark; costly orders, low "
     "zones and THISNODE kill nobody unless NOFAIL, which afterwards may use all of memory."},
    {"R-OOM-2", kFrom5_15,
     "The same without the exemption for NOFAIL, and RETRY_MAYFAIL kills nobody either."},
};
static_assert(is_ordered("R-OOM-", kOomRules));

}  // namespace

constinit const Subject kSlow{"R-SLOW-", "slow path", kSlowRules};
constinit const Subject kOom{"R-OOM-", "OOM killer", kOomRules};

}  // namespace bp::registry
