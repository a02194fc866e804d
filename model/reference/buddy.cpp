// SPDX-License-Identifier: MIT
#include "model/reference/buddy.h"

#include <algorithm>

#include "model/reference/rulebook.h"
#include "model/rules/buddy.h"

namespace bp::reference {
namespace {

constexpr Order kLargest{kOrderMax};

}  // namespace

Pfn take_smallest(Allocator& a, Zone& z, Order o, Migratetype t) {
  for (Order c = o; c <= kLargest; ++c) {
    const BlockList& l = a.list(z, c, t);
    if (l.empty()) continue;
    const Pfn head = a.rules.takes_first ? l.front(a.frames) : l.back(a.frames);
    a.remove(z, head);
    const Pfn part = expand(a, z, head, c, o, t);
    a.rules.count_taken(a, z, t, -size_of(o));
    a.frames[part].type = t;
    return part;
  }
  return kNoPfn;
}

Pfn expand(Allocator& a, Zone& z, Pfn head, Order high, Order low, Migratetype t) {
  while (high > low) {
    --high;
    const Pfn upper = head + pages_in(high);
    a.add(z, a.rules.lists_upper_half ? upper : head, high, t, a.rules.lists_rest_at_tail);
    if (!a.rules.lists_upper_half) head = upper;
  }
  return head;
}

bool is_free_buddy(const Allocator& a, const Zone& z, Pfn buddy, Order o) {
  return a.is_free(buddy, o) && a.frames[buddy].zone == z.id;
}

void free_block(Allocator& a, Zone& z, Pfn head, Order o, Migratetype t, Placement where) {
  a.rules.count(a, z, t, size_of(o));
  while (o < a.rules.largest) {
    const Pfn buddy = rules::buddy_of(head, o);
    if (!a.rules.is_free_buddy(a, z, buddy, o)) break;
    const bool across = o >= a.pageblock_order();
    if (across && !a.rules.may_merge(a, z, t, buddy)) break;
    a.remove(z, buddy);
    if (across && a.rules.retypes_on_merge && a.type_of(buddy) != t) a.set_type(buddy, t);
    head = rules::parent_of(head, o);
    ++o;
  }
  if (!a.rules.lists_by_freed_type) t = a.type_of(head);
  const bool asked = where == Placement::tail && a.rules.heeds_tail_request;
  const bool to_tail = asked || a.rules.goes_to_tail(a, z, head, o);
  a.add(z, head, o, t, to_tail);
}

void free_by_pageblock(Allocator& a, Zone& z, Pfn head, Order o, Placement where) {
  const Order part = a.rules.frees_by_pageblock ? std::min(o, a.pageblock_order()) : o;
  for (Pfn p = head; p < head + pages_in(o); p += pages_in(part)) {
    free_block(a, z, p, part, a.type_of(p), where);
  }
}

std::optional<FrameSpan> movable_span(const Allocator& a, const Zone& z, Pfn p) {
  FrameSpan s{align_down(p, a.pageblock_order()), {}};
  s.end = s.begin + pages_in(a.pageblock_order());
  if (!z.spans(s.end - Pages{1}) && a.rules.refuses_at_zone_end) return std::nullopt;
  if (!z.spans(s.begin)) {
    if (!a.rules.clips_at_zone_start) return std::nullopt;
    s.begin = p;
  }
  return s;
}

PageblockPages pages_of(const Allocator& a, FrameSpan s) {
  PageblockPages n;
  for (Pfn p = s.begin; p < s.end;) {
    const Frame& f = a.frames[p];
    if (f.use == FrameUse::free) {
      n.free += size_of(Order{f.order});
      p += pages_in(Order{f.order});
      continue;
    }
    if (f.lru) ++n.movable;
    ++p;
  }
  return n;
}

std::int64_t move_blocks(Allocator& a, Zone& z, FrameSpan s, Migratetype to) {
  std::int64_t moved = 0;
  for (Pfn p = s.begin; p < s.end;) {
    const Frame& f = a.frames[p];
    if (f.use != FrameUse::free) {
      ++p;
      continue;
    }
    const Order o{f.order};
    const Migratetype from = f.type;
    a.move(z, p, to, a.rules.moves_to_tail);
    a.rules.count_taken(a, z, from, -size_of(o));
    a.rules.count_taken(a, z, to, size_of(o));
    moved += size_of(o);
    p += pages_in(o);
  }
  return moved;
}

void retype_pageblocks(Allocator& a, Pfn head, Order o, Migratetype t) {
  const Pfn end = a.rules.retypes_every_pageblock ? head + pages_in(o) : head + Pages{1};
  for (Pfn p = head; p < end; p += pages_in(a.pageblock_order())) a.set_type(p, t);
}

}  // namespace bp::reference
