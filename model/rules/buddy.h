// SPDX-License-Identifier: MIT
// Blocks and their buddies (R-BUDDY-1, R-BUDDY-2). A block is half of its parent; its buddy is the
// other half. No bit is flipped here: that is how the implementation says it.
#pragma once

#include "model/vocab/units.h"

namespace bp::rules {

/// The head of the block of order o + 1 that a block of order o is half of.
constexpr Pfn parent_of(Pfn head, Order o) { return align_down(head, o + 1); }

/// The other half of the parent.
constexpr Pfn buddy_of(Pfn head, Order o) {
  const Pfn parent = parent_of(head, o);
  return head == parent ? parent + pages_in(o) : parent;
}

}  // namespace bp::rules
