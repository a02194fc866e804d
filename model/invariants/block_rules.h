// SPDX-License-Identifier: MIT
// What invariants ask of single blocks, for every kind of state that has blocks: where a block may
// lie (I-7), and which two free blocks should be one (I-8, I-9).
#pragma once

#include <cstdint>
#include <optional>

#include "model/vocab/machine.h"
#include "model/vocab/units.h"

namespace bp {

enum class Shape : std::uint8_t { good, illegal_order, outside, misaligned, crosses_end };

/// Of a block whose zone spans these frames (I-7).
constexpr Shape shape_of(Pfn head, Order o, PfnRange zone) {
  if (o > Order{kOrderMax}) return Shape::illegal_order;
  if (!zone.holds(head)) return Shape::outside;
  if (!is_aligned(head, o)) return Shape::misaligned;
  return head + pages_in(o) > zone.end ? Shape::crosses_end : Shape::good;
}

/// Of free blocks with orders in [low, high), the first whose buddy is a free block of its order
/// and zone. Asking for that is what makes E2, E5 and E6; whoever calls keeps `high` at the largest
/// order, which is E1. `excused(i)`: the kernel kept this pair apart (E3, E4).
///
/// Blocks: size(), and of block i: order(i), is_free(i) and has_free_buddy(i).
template <class Blocks, class Excused>
std::optional<std::size_t> first_unmerged(const Blocks& blocks, Order low, Order high,
                                          const Excused& excused) {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (!blocks.is_free(i)) continue;
    const Order o = blocks.order(i);
    if (o < low || o >= high) continue;
    if (blocks.has_free_buddy(i) && !excused(i)) return i;
  }
  return std::nullopt;
}

}  // namespace bp
