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
};

}  // namespace

std::span<const SurvivorReason> survivor_reasons() { return kReasons; }

}  // namespace bp
