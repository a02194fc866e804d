// SPDX-License-Identifier: MIT
#include "model/reference/isolation.h"

#include "model/reference/buddy.h"
#include "model/reference/watermark_check.h"
#include "model/rules/buddy.h"

namespace bp::reference {
namespace {

std::int64_t move_pageblock(Allocator& a, Zone& z, Pfn p, Migratetype to) {
  const auto span = movable_span(a, z, p);
  return span ? move_blocks(a, z, *span, to) : 0;
}

/// ISOLATE is a type: the one below it is lost.
void isolate_by_type(Allocator& a, Zone& z, Pfn p) {
  const Migratetype was = a.type_of(p);
  a.set_type(p, Migratetype::isolate);
  ++z.n.isolated;
  a.rules.count(a, z, was, -move_pageblock(a, z, p, Migratetype::isolate));
}

/// A whole free block that heads the pageblock may be taken out and freed again, so that it merges.
template <class PutBack>
void unisolate_by_type(Allocator& a, Zone& z, Pfn p, Migratetype t, PutBack put_back) {
  const bool pull = a.rules.is_pulled(a, z, p);
  const Order o{a.frames[p].order};
  if (pull) {
    take_out(a, z, p);
  } else {
    a.rules.count(a, z, t, move_pageblock(a, z, p, t));
  }
  a.set_type(p, t);
  --z.n.isolated;
  if (pull) put_back(o);
}

bool heads_free_pageblock(const Allocator& a, Pfn p) {
  return a.frames[p].use == FrameUse::free && Order{a.frames[p].order} >= a.pageblock_order();
}

bool buddy_is_isolated(const Allocator& a, Pfn p) {
  const Pfn buddy = rules::buddy_of(p, Order{a.frames[p].order});
  return a.type_of(buddy) == Migratetype::isolate;
}

/// v7.1: sets or clears the bit of a pageblock and moves its free blocks to where they belong now.
/// A larger block that it is part of is taken apart into pageblocks (C10).
void set_isolated(Allocator& a, Zone& z, FrameSpan pageblock, bool on) {
  const Pfn p = pageblock.begin;
  const auto [head, order] = free_block_over(a, p);
  if (head != kNoPfn && order > a.pageblock_order()) {
    const Migratetype t = a.type_of(head);
    a.remove(z, head);
    a.rules.count(a, z, t, -size_of(order));
    a.set_isolated_bit(p, on);
    return free_by_pageblock(a, z, head, order);
  }
  move_blocks(a, z, pageblock, on ? Migratetype::isolate : a.type_below_isolation(p));
  a.set_isolated_bit(p, on);
}

/// W-12: a free block across `boundary` is taken apart; its parts go back each by its own type.
void split_across(Allocator& a, Zone& z, Pfn boundary) {
  const auto [head, order] = free_block_over(a, boundary);
  if (head == kNoPfn || head == boundary) return;
  const Migratetype t = a.type_of(head);
  a.remove(z, head);
  a.rules.count(a, z, t, -size_of(order));
  const Pfn end = head + pages_in(order);
  for (Pfn p = head; p < end;) {
    const Pfn side_end = p < boundary ? boundary : end;
    Order part{kOrderMax};
    while (!is_aligned(p, part) || p + pages_in(part) > side_end) --part;
    free_block(a, z, p, part, a.type_of(p));
    p += pages_in(part);
  }
}

}  // namespace

FreeBlock free_block_over(const Allocator& a, Pfn p) {
  if (!a.frames.holds(p)) return {};  // The boundary of the last pageblock.
  for (Order o{0}; o <= Order{kOrderMax}; ++o) {
    const Pfn head = align_down(p, o);
    if (a.frames[head].use != FrameUse::free) continue;
    const Order found{a.frames[head].order};
    if (p < head + pages_in(found)) return {head, found};
  }
  return {};
}

std::optional<bool> refuses_blocks_of_ours(const Allocator& a, const Zone& z, Pfn p,
                                           Migratetype t) {
  if (z.type == ZoneType::movable || t == Migratetype::movable || t == Migratetype::cma)
    return false;
  bool all_known = true;
  const Pfn end = p + pages_in(a.pageblock_order());
  // A block that reaches in from below is neither a reason nor unknown (M-1).
  for (Order o = a.pageblock_order(); o <= Order{kOrderMax}; ++o) {
    const Frame& f = a.frames[align_down(p, o)];
    if (f.use != FrameUse::other && align_down(p, o) + pages_in(Order{f.order}) > p &&
        align_down(p, o) != p)
      return false;
  }
  while (p < end) {
    const Frame& f = a.frames[p];
    if (f.use == FrameUse::allocated) return true;
    all_known = all_known && f.use != FrameUse::other;
    p += f.use == FrameUse::other ? Pages{1} : pages_in(Order{f.order});
  }
  return all_known ? std::optional{false} : std::nullopt;
}

std::optional<bool> refuses_second_isolation(const Allocator&, const Zone&, Pfn, Migratetype t) {
  return t == Migratetype::isolate ? std::optional{true} : std::nullopt;
}

void isolate_v4_7(Allocator& a, Zone& z, Pfn p) {
  isolate_by_type(a, z, p);
  for (Pcp& pcp : z.pcp) a.rules.drain(a, z, pcp);
}

void isolate_v5_15(Allocator& a, Zone& z, Pfn p) { isolate_by_type(a, z, p); }

void isolate_v6_1(Allocator& a, Zone& z, Pfn p) {
  isolate_by_type(a, z, p);
  split_across(a, z, p);
  split_across(a, z, p + pages_in(a.pageblock_order()));
}

void isolate_v7_1(Allocator& a, Zone& z, Pfn p) {
  const auto span = movable_span(a, z, p);
  if (!span) return;
  ++z.n.isolated;
  set_isolated(a, z, *span, true);
}

void unisolate_v4_7(Allocator& a, Zone& z, Pfn p, Migratetype t) {
  if (a.type_of(p) != Migratetype::isolate) return;
  unisolate_by_type(a, z, p, t, [&](Order o) { free_by_pageblock(a, z, p, o); });
}

void unisolate_v5_15(Allocator& a, Zone& z, Pfn p, Migratetype t) {
  if (a.type_of(p) != Migratetype::isolate) return;
  unisolate_by_type(a, z, p, t, [&](Order o) { free_block(a, z, p, o, t, Placement::tail); });
}

void unisolate_v6_1(Allocator& a, Zone& z, Pfn p, Migratetype t) {
  if (a.type_of(p) != Migratetype::isolate) return;
  unisolate_by_type(a, z, p, t, [&](Order o) { free_block(a, z, p, o, t, Placement::tail); });
}

void unisolate_v7_1(Allocator& a, Zone& z, Pfn p, Migratetype) {
  if (a.type_of(p) != Migratetype::isolate) return;
  const auto span = movable_span(a, z, p);
  if (!span) return;
  --z.n.isolated;
  const Migratetype t = a.type_below_isolation(p);
  if (a.rules.is_pulled(a, z, p)) {
    const Order o{a.frames[p].order};
    take_out(a, z, p);
    a.set_isolated_bit(p, false);
    return free_block(a, z, p, o, t, Placement::tail);
  }
  set_isolated(a, z, *span, false);
}

bool is_pulled_v4_7(const Allocator& a, const Zone&, Pfn p) {
  return heads_free_pageblock(a, p) && !buddy_is_isolated(a, p);
}

bool is_pulled_v5_15(const Allocator& a, const Zone& z, Pfn p) {
  return is_pulled_v4_7(a, z, p) && Order{a.frames[p].order} < Order{kOrderMax};
}

bool is_pulled(const Allocator& a, const Zone& z, Pfn p) {
  if (!heads_free_pageblock(a, p)) return false;
  const Order o{a.frames[p].order};
  const Pfn buddy = rules::buddy_of(p, o);
  return o < Order{kOrderMax} && a.is_free(buddy, o) && a.frames[buddy].zone == z.id &&
         a.type_of(buddy) != Migratetype::isolate;
}

void take_out(Allocator& a, Zone& z, Pfn head) {
  const Order o{a.frames[head].order};
  const Migratetype t = a.type_of(head);
  a.remove(z, head);
  if (t != Migratetype::isolate) a.rules.count(a, z, t, -size_of(o));
  if (!a.rules.is_retyped_at(o, a.config.pageblock_order)) return;
  for (Pfn p = head; p < head + pages_in(o); p += pages_in(a.pageblock_order())) {
    if (a.rules.is_retyped_when_taken(a.type_of(p))) a.set_type(p, Migratetype::movable);
  }
}

bool is_half_a_pageblock(Order o, unsigned pageblock_order) {
  return o + 1 >= Order{pageblock_order};
}

bool may_take_above_low(Allocator& a, const Zone& z, Order o) {
  return is_watermark_ok(a, z, Order{0}, z.n.low + size_of(o), 0, {});
}

bool may_take_above_min(Allocator& a, const Zone& z, Order o) {
  return is_watermark_ok(a, z, Order{0}, z.n.min + size_of(o), 0, {.cma = true});
}

bool is_neither_isolated_nor_cma(Migratetype t) {
  return t != Migratetype::isolate && t != Migratetype::cma;
}

}  // namespace bp::reference
