// SPDX-License-Identifier: MIT
// v5.15 to v6.1: blocks of another type are moved to the requester's lists, one or a pageblock
// full; the request is then looked for again (R-MT-10).
#include "model/reference/buddy.h"
#include "model/reference/take.h"

namespace bp::reference {
namespace {

/// Moves the pageblock of `head` if it may change hands. False: there was nothing to move in it.
bool steal_pageblock(Allocator& a, Zone& z, Pfn head, Migratetype t) {
  const Migratetype block = a.type_of(head);
  const auto span = movable_span(a, z, head);
  if (!span) return false;
  const std::int64_t movable = pages_of(a, *span).movable;
  const std::int64_t free = move_blocks(a, z, *span, t);
  if (free == 0) return false;
  const std::int64_t alike = a.rules.alike_pages(a, t, block, free, movable);
  if (a.rules.is_enough_to_claim(free + alike, a.config.pageblock_order,
                                 a.config.grouping_disabled))
    a.set_type(head, t);
  return true;
}

void steal(Allocator& a, Zone& z, Pfn head, Order o, Migratetype t, AllocFlags f,
           bool whole_pageblock) {
  // A reserve is not broken up by type (B-04).
  if (!a.rules.spares_highatomic || a.type_of(head) != Migratetype::highatomic) {
    if (o >= a.pageblock_order()) {
      retype_pageblocks(a, head, o, t);
    } else {
      boost_for(a, z, f);
      if (whole_pageblock && steal_pageblock(a, z, head, t)) return;
    }
  }
  a.move(z, head, t, true);
}

}  // namespace

bool steal_for(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f) {
  const auto can_steal = [&](Order c) { return a.rules.can_steal(a.config, c, o, t); };
  const Order smallest = a.rules.smallest_to_break(a, o, f);
  for (unsigned n = 0; smallest + n <= Order{kOrderMax}; ++n) {
    Order c = nth_to_break(a, smallest, n);
    auto other = fallback_with_block(a, z, c, t);
    if (!other) continue;
    if (a.rules.takes_smallest_for_movable && !can_steal(c) && t == Migratetype::movable && c > o) {
      // Only this block can be had, so let it be the smallest.
      for (c = o; !(other = fallback_with_block(a, z, c, t)); ++c) continue;
    }
    steal(a, z, a.list(z, c, *other).front(a.frames), c, t, f, can_steal(c));
    return true;
  }
  return false;
}

}  // namespace bp::reference
