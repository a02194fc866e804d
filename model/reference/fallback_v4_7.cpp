// SPDX-License-Identifier: MIT
// v4.7: the largest block of the first other type, and with it the pageblock if half of it is free
// (R-MT-7, 8). What is left of the block goes to the requester's lists, whatever the pageblock's
// type: list type and pageblock type drift apart (R-MT-13).
#include "model/reference/buddy.h"
#include "model/reference/take.h"

namespace bp::reference {
namespace {

void steal_around(Allocator& a, Zone& z, Pfn head, Order o, Migratetype t) {
  if (o >= a.pageblock_order()) return retype_pageblocks(a, head, o, t);
  const auto span = movable_span(a, z, head);
  const std::int64_t moved = span ? move_blocks(a, z, *span, t) : 0;
  if (a.rules.is_enough_to_claim(moved, a.config.pageblock_order, a.config.grouping_disabled))
    a.set_type(head, t);
}

}  // namespace

Pfn fall_back_v4_7(Allocator& a, Zone& z, Order o, Migratetype t) {
  for (unsigned n = 0; o + n <= Order{kOrderMax}; ++n) {
    const Order c = nth_to_break(a, o, n);
    const auto other = fallback_with_block(a, z, c, t);
    if (!other) continue;
    const Pfn head = a.list(z, c, *other).front(a.frames);
    if (a.rules.can_steal(a.config, c, o, t)) steal_around(a, z, head, c, t);
    a.remove(z, head);
    const Pfn part = expand(a, z, head, c, o, a.rules.type_of_rest(t, *other));
    a.frames[part].type = t;
    return part;
  }
  return kNoPfn;
}

}  // namespace bp::reference
