// SPDX-License-Identifier: MIT
// Why a planted bug of the reference is not seen: it decides the same. What no recording comes to
// has a unit test instead (unit_kills) or a case worked out by hand (model_vectors.h).
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
    {"unisolate-pulls-beside-free-only", kV5_15,
     "Equivalent: a free pageblock that merges with nothing goes to the tail of the same list, "
     "pulled or moved."},
    {"pcp-clamp-as-7.1", k5_15And6_1,
     "Equivalent: the share is never below the batch, so where the bounds cross it is not below "
     "the upper one either."},
    {"unisolate-pulls-beside-used", kSince6_1,
     "Equivalent: a free pageblock that merges with nothing goes to the tail of the same list, "
     "pulled or moved, and is counted in one step either way."},
    {"count-moves-by-total", kV7_1,
     "Equivalent: taking off and adding again what was just added ends in the same parts, whether "
     "it is folded on the way or not."},
    {"tuning-drains-at-once", kV7_1,
     "Equivalent: a drain begins at list 0, so a part of it ends where all lists before are empty, "
     "and the next part goes on there."},
    {"reserve-cap-not-rounded", kV7_1,
     "Equivalent: the reserve grows by whole pageblocks, so the pageblock that reaches the rounded "
     "percent is the one that reaches the percent."},
};

}  // namespace

std::span<const SurvivorReason> survivor_reasons() { return kReasons; }

}  // namespace bp
