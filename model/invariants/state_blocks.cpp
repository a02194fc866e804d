// SPDX-License-Identifier: MIT
// I-1, I-2, I-7, I-8, I-9: where the blocks of a zone lie, who has them, which are merged.
#include <algorithm>

#include "model/invariants/block_rules.h"
#include "model/invariants/state_invariants.h"
#include "model/rules/fallback.h"

namespace bp {

using namespace reference;

namespace {

std::string name_of(const StateBlock& b) {
  const std::string order = " of order " + std::to_string(static_cast<unsigned>(b.order));
  if (b.place == Place::free) return "a free block" + order;
  if (b.place == Place::held) return "a held block" + order;
  return "a block" + order + " on CPU " + std::to_string(b.cpu) + "'s list";
}

InvariantFault misplaced(const StateBlock& b, Shape shape) {
  switch (shape) {
    case Shape::illegal_order: return {b.head, name_of(b), "orders 0 to 10"};
    case Shape::outside: return {b.head, name_of(b) + " outside its zone", "frames of the zone"};
    case Shape::misaligned:
      return {b.head, name_of(b) + " that is not aligned", "heads aligned to the order"};
    case Shape::crosses_end:
      return {b.head, name_of(b) + " that crosses its zone's end", "blocks inside one zone"};
    case Shape::good: break;
  }
  return {b.head, name_of(b) + " where the zone has no memory", "frames with a memory map"};
}

/// Each pageblock that the block touches is of the zone.
bool is_mapped(const ZoneView& z, const StateBlock& b) {
  if (b.order <= z.pageblock_order()) return b.pageblock.has_value();
  const Pfn end = b.head + pages_in(b.order);
  for (Pfn p = b.head; p < end; p += pages_in(z.pageblock_order())) {
    if (!z.type_at(p)) return false;
  }
  return true;
}

/// Whether a block of this type does not merge with one whose pageblock has that type (R-BUDDY-9).
bool keeps_apart(const ZoneView& z, Migratetype freed, Migratetype other) {
  if (freed == other) return false;
  if (z.profile() == Profile::v4_7 || z.profile() == Profile::v5_15) {
    return z.numbers().isolated != 0 &&
           (freed == Migratetype::isolate || other == Migratetype::isolate);
  }
  return !rules::is_mergeable(freed) || !rules::is_mergeable(other);
}

/// E3. Which of the two was freed last is not known; it went by its list's type, the other one's
/// pageblock was asked.
bool has_barrier(const ZoneView& z, const StateBlock& a, const StateBlock& b) {
  const auto stops = [&](const StateBlock& freed, const StateBlock& other) {
    return keeps_apart(z, *freed.type, *other.pageblock);
  };
  return stops(a, b) || stops(b, a);
}

bool stands_free(const ZoneState& z, Pfn head, Order o) {
  return std::ranges::any_of(z.lists[static_cast<unsigned>(o)], [&](const auto& list) {
    return std::ranges::find(list, head) != list.end();
  });
}

/// E4: the pair stood apart before the last operation, or nothing is known of that.
bool stood_apart(const ZoneView& z, Pfn head, Pfn buddy, Order o) {
  const Known& known = z.known();
  if (known.before == nullptr) return !known.never_a_barrier;
  const auto was = std::ranges::find_if(known.before->zones, [&](const ZoneState& other) {
    return other.node == z.zone().node && other.index == z.zone().index;
  });
  return was != known.before->zones.end() && stands_free(*was, head, o) &&
         stands_free(*was, buddy, o);
}

std::optional<InvariantFault> first_pair(const ZoneView& z, Order low, Order high,
                                         const auto& excused) {
  const auto at = first_unmerged(z, low, high, excused);
  if (!at) return std::nullopt;
  const StateBlock& b = z.blocks()[*at];
  return InvariantFault{
      b.head,
      "it and its buddy are two free blocks of order " +
          std::to_string(static_cast<unsigned>(b.order)),
      "one free block of order " + std::to_string(static_cast<unsigned>(b.order) + 1)};
}

}  // namespace

std::optional<InvariantFault> shape_of_blocks(const ZoneView& z) {
  for (const StateBlock& b : z.blocks()) {
    const Shape shape = shape_of(b.head, b.order, z.frames());
    if (shape != Shape::good || !is_mapped(z, b)) return misplaced(b, shape);
  }
  return std::nullopt;
}

std::optional<InvariantFault> one_owner(const ZoneView& z) {
  const auto overlap = [](const StateBlock& a, const StateBlock& b) {
    return b.head < a.head + pages_in(a.order);
  };
  // Blocks are in order and aligned: one that reaches over another reaches over the next.
  const auto at = std::ranges::adjacent_find(z.blocks(), overlap);
  if (at == z.blocks().end()) return std::nullopt;
  const StateBlock& other = *std::next(at);
  return InvariantFault{other.head, name_of(other) + " with frames of " + name_of(*at),
                        "frames that nobody else has"};
}

std::optional<InvariantFault> conservation(const ZoneView& z) {
  Pages pages;
  for (const StateBlock& b : z.blocks()) pages += pages_in(b.order);
  const Pages managed{z.numbers().managed};
  if (z.known().all_held ? pages == managed : pages <= managed) return std::nullopt;
  const auto count = static_cast<std::int64_t>(pages);
  return InvariantFault{z.frames().begin,
                        std::to_string(count) + " pages free, on per-CPU lists or held",
                        std::string(z.known().all_held ? "" : "at most ") +
                            std::to_string(z.numbers().managed) + " managed pages",
                        count - z.numbers().managed};
}

std::optional<InvariantFault> merged_below_pageblock(const ZoneView& z) {
  return first_pair(z, Order{0}, z.pageblock_order(), [](std::size_t) { return false; });
}

std::optional<InvariantFault> merged_from_pageblock(const ZoneView& z) {
  return first_pair(z, z.pageblock_order(), Order{kOrderMax}, [&](std::size_t i) {
    const StateBlock& b = z.blocks()[i];
    const StateBlock& buddy = *z.free_buddy(i);
    return has_barrier(z, b, buddy) || stood_apart(z, b.head, buddy.head, b.order);
  });
}

}  // namespace bp
