// SPDX-License-Identifier: MIT
// v7.1: lists and pageblocks agree, so a pageblock changes hands as a whole or a single block is
// taken without touching the rest (R-MT-12, C7).
#include "model/reference/buddy.h"
#include "model/reference/take.h"

namespace bp::reference {
namespace {

Pfn claim_block(Allocator& a, Zone& z, Pfn head, Order c, Order o, Migratetype t, Migratetype block,
                AllocFlags f) {
  if (c >= a.pageblock_order()) {
    a.remove(z, head);
    a.rules.count_taken(a, z, block, -size_of(c));
    retype_pageblocks(a, head, c, t);
    const Pfn part = expand(a, z, head, c, o, t);
    a.rules.count_taken(a, z, t, size_of(c) - size_of(o));
    return part;
  }
  // Before it is known whether anything comes of it: refused claims boost too.
  if (a.rules.boosts_refused_claims) boost_for(a, z, f);
  const auto span = movable_span(a, z, head);
  if (!span) return kNoPfn;
  const PageblockPages n = pages_of(a, *span);
  const std::int64_t alike = a.rules.alike_pages(a, t, block, n.free, n.movable);
  if (!a.rules.is_enough_to_claim(n.free + alike, a.config.pageblock_order,
                                  a.config.grouping_disabled))
    return kNoPfn;
  if (!a.rules.boosts_refused_claims) boost_for(a, z, f);
  move_blocks(a, z, *span, t);
  a.set_type(head, t);
  return take_smallest(a, z, o, t);
}

}  // namespace

Pfn claim(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f) {
  const Order smallest = a.rules.smallest_to_break(a, o, f);
  for (unsigned n = 0; smallest + n <= Order{kOrderMax}; ++n) {
    const Order c = nth_to_break(a, smallest, n);
    if (!a.rules.can_steal(a.config, c, o, t)) return kNoPfn;
    const auto other = fallback_with_block(a, z, c, t);
    if (!other) continue;
    const Pfn p = claim_block(a, z, a.list(z, c, *other).front(a.frames), c, o, t, *other, f);
    if (p != kNoPfn) return p;
  }
  return kNoPfn;
}

Pfn steal_one(Allocator& a, Zone& z, Order o, Migratetype t) {
  for (Order c = o; c <= Order{kOrderMax}; ++c) {
    const auto other = fallback_with_block(a, z, c, t);
    if (!other) continue;
    const Pfn head = a.list(z, c, *other).front(a.frames);
    a.remove(z, head);
    const Pfn part = expand(a, z, head, c, o, a.rules.type_of_rest(t, *other));
    a.rules.count_taken(a, z, *other, -size_of(o));
    return part;
  }
  return kNoPfn;
}

}  // namespace bp::reference
