// SPDX-License-Identifier: MIT
#include "model/reference/ranges.h"

#include <algorithm>

#include "model/reference/buddy.h"
#include "model/reference/bulk.h"
#include "model/reference/isolation.h"
#include "model/vocab/check.h"

namespace bp::reference {
namespace {

/// The largest aligned blocks, from the bottom up.
void free_by_own_type(Allocator& a, Zone& z, PfnRange r) {
  for (Pfn p = r.begin; p < r.end;) {
    Order o = std::min(Order{kOrderMax}, a.pageblock_order());
    while (!is_aligned(p, o) || p + pages_in(o) > r.end) --o;
    free_block(a, z, p, o, a.type_of(p), Placement::tail);
    p += pages_in(o);
  }
}

std::int64_t pageblocks_in(const Allocator& a, PfnRange r) {
  return r.span() / pages_in(a.pageblock_order());
}

}  // namespace

void take_range(Allocator& a, Zone& z, PfnRange r) {
  for (Pfn p = r.begin; p < r.end;) {
    const auto [head, order] = free_block_over(a, p);
    check(head != kNoPfn, "every frame of a range that is taken is free");
    const PfnRange block{head, head + pages_in(order)};
    take_out(a, z, head);
    free_by_own_type(a, z, {block.begin, std::max(block.begin, r.begin)});
    free_by_own_type(a, z, {std::min(block.end, r.end), block.end});
    p = block.end;
  }
}

void hand_out_range(Allocator& a, Zone& z, PfnRange r, Order o) {
  for (Pfn p = r.begin; p < r.end; p += pages_in(o)) {
    a.frames[p].zone = static_cast<std::uint8_t>(z.id);
    hand_out(a, p, o, false);
  }
}

void leave(Allocator& a, Zone& z, PfnRange r) { z.n.isolated -= pageblocks_in(a, r); }

void join(Allocator& a, Zone& z, PfnRange r) {
  for (Pfn p = r.begin; p < r.end; p += pages_in(a.pageblock_order())) {
    a.set_isolated_bit(p, false);
    a.set_type(p, Migratetype::movable);
  }
  free_by_own_type(a, z, r);
}

}  // namespace bp::reference
