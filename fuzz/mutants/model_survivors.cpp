// SPDX-License-Identifier: MIT
// Why a planted bug of the reference is not seen: it decides the same, or nothing that was recorded
// gets there.
#include "fuzz/mutants/model_subjects.h"

namespace bp {
namespace {

using namespace reference::plants;

constexpr SurvivorReason kReasons[] = {
    {"expand-to-tail", kSince5_15,
     "Equivalent: a block is split only where the lists of its type below its order, down to the "
     "request's, are empty, and both ends of an empty list are one."},
    {"fast-test-never", kSince5_15,
     "Equivalent: what the short test accepts, the full check for order 0 accepts too, since both "
     "subtract the same pages and flags only lower the mark."},
    {"bulk-unclamped", kV5_15,
     "Equivalent: a share is less than the list's size, a drain asks for its count and an aged "
     "list for no more than that."},
    {"pcp-clamp-as-7.1", kV5_15,
     "Equivalent: the share is never below the batch, so where the bounds cross it is not below "
     "the upper one either."},
    {"unisolate-pulls-beside-free-only", kV5_15,
     "Equivalent: a free pageblock that merges with nothing goes to the tail of the same list, "
     "pulled or moved."},
    {"second-attempt-for-reasons-only", kV5_15,
     "Not reached: a second attempt with the flags of the first finds nothing in any recording, as "
     "the first did."},
    {"column-of-preferred-zone", k5_15And7_1,
     "Not reached: on nodes with the same zones an empty zone adds nothing to the column, and only "
     "recordings of 4.7 and 6.1 have nodes that differ (W-16)."},
    {"cpuset-kept", kV5_15,
     "Not reached: the flag matters where a node mask is dropped, and no recording of this kernel "
     "has a policy."},
    {"cpuset-dropped-by-all", k5_15And7_1,
     "Not reached: the flag matters where a node mask is dropped, and no recording of this kernel "
     "has a policy."},
    {"large-orders-not-refused", k5_15And7_1,
     "Not reached: no recorded request of this kernel is above order 10."},
    {"nofragment-leaves-node", kV5_15,
     "Not reached: no recorded machine of this kernel has a NORMAL zone on each of two nodes."},
    {"nofragment-without-dma32", k5_15And7_1,
     "Equivalent on the recorded machines: x86-64 has DMA32 below every NORMAL zone."},
    {"boost-marks-without-kswapd", k5_15And7_1,
     "Not reached: every recorded request that breaks into another type may wake kswapd."},
    {"cma-flag-missing-later", k5_15And7_1,
     "Not reached: where CMA pages are left, the first attempt of a MOVABLE request succeeds."},
    {"expire-drains-all", k5_15And7_1, "Not reached: no list that aged holds more than a batch."},
    {"kswapd-needs-all-zones-balanced", k5_15And7_1,
     "Not told apart by any recording, as C11 says: one zone is balanced where all are."},
    {"kswapd-never-hopeless", k5_15And7_1,
     "Not reached: no recorded node has sixteen failures (C11)."},
    {"kswapd-woken-when-balanced", k5_15And7_1,
     "Not reached: a recorded request that comes to waking kswapd finds its node below the high "
     "mark."},
    {"pcp-clamp-lower-wins", kV5_15,
     "Not reached: no recorded list of this kernel is smaller than two batches."},
    {"second-attempt-keeps-flags", kV5_15,
     "Not reached: no second attempt that ignores watermarks finds only what HARDER adds."},
    {"second-attempt-with-kswapd", kV5_15,
     "Not reached: no second attempt that ignores watermarks boosts."},
    {"second-attempt-without-cma", k5_15And7_1,
     "Not reached: no second attempt that ignores watermarks has only CMA pages left."},
};

}  // namespace

std::span<const SurvivorReason> survivor_reasons() { return kReasons; }

}  // namespace bp
