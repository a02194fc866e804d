// SPDX-License-Identifier: MIT
// Where a block's buddy and parent are (R-BUDDY-1), and what a split leaves (R-BUDDY-4): bit
// arithmetic on frame numbers. Word: std::uint64_t, or symbolic. Orders are 0..kOrderMax; the
// parent of a block has order + 1. Freestanding.
#pragma once

#include <cstdint>

namespace bp::impl {

/// The pages of a block, as a word; order <= 62.
template <class Word>
constexpr Word block_pages(Word order) {
  return Word(1) << order;
}

/// The other half of the parent of the block at `head`.
template <class Word>
constexpr Word buddy_of(Word head, Word order) {
  return head ^ block_pages(order);
}

/// The head of the block of order + 1 that the block at `head` is half of.
template <class Word>
constexpr Word parent_of(Word head, Word order) {
  return head & ~block_pages(order);
}

/// The head of the block of this order that holds frame `p`.
template <class Word>
constexpr Word head_of(Word p, Word order) {
  return p & ~(block_pages(order) - Word(1));
}

/// Whether a block of this order can start at `p` (R-BUDDY-2).
template <class Word>
constexpr auto is_head(Word p, Word order) {
  return (p & (block_pages(order) - Word(1))) == Word(0);
}

/// The part of order `part` that goes back to the lists when the block at `head` is split below it:
/// the upper half of what is left then (R-BUDDY-4).
template <class Word>
constexpr Word split_part(Word head, Word part) {
  return head + block_pages(part);
}

}  // namespace bp::impl
