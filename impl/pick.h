// SPDX-License-Identifier: MIT
// How a claim chooses bits of one word: an aligned block, the tightest that serves, or single
// frames for a per-CPU list. Pure functions; which word is looked at is the zone's business.
// Freestanding.
#pragma once

#include <bit>
#include <cstdint>

#include "impl/planted.h"
#include "impl/row.h"
#include "model/vocab/units.h"

namespace bp::impl {

inline constexpr unsigned kSmallOrderMax = kRowOrder - 1;          ///< L0's largest block.
inline constexpr unsigned kGroupOrderMax = kOrderMax - kRowOrder;  ///< L1's, counted in rows.
static_assert(kGroupOrderMax < kRowOrder, "a block of the largest order lies in one L1 word");

/// The tightest free run of order k, in bits of an L0 or L1 word.
template <class Policy>
Run find_run(std::uint64_t w, unsigned k, unsigned cap) {
  if (Policy::planted(Bug::scan_misaligned) && k > 0) {
    const std::uint64_t halves = free_runs(w, k - 1);
    const std::uint64_t astride =
        halves & (halves >> (1U << (k - 1))) & ~aligned_heads<std::uint64_t>(k);
    if (astride != 0) return {static_cast<unsigned>(std::countr_zero(astride)), k};
  }
  return tightest_run(w, k, cap);
}

/// Bit k: the canonical decomposition of `w` has a run of order k.
constexpr unsigned orders_in(std::uint64_t w, unsigned cap) {
  unsigned orders = 0;
  std::uint64_t runs = w;
  for (unsigned k = 0; runs != 0; ++k) {
    const std::uint64_t parents =
        k == cap ? 0 : runs & (runs >> (1U << k)) & aligned_heads<std::uint64_t>(k + 1);
    if ((runs & ~(parents | (parents << (1U << k)))) != 0) orders |= 1U << k;
    runs = parents;
  }
  return orders;
}

/// The order of the maximal run of `w` that holds the run of order k at `bit`.
constexpr unsigned grown_order(std::uint64_t w, unsigned bit, unsigned k, unsigned cap) {
  while (k < cap) {
    const std::uint64_t head = bit & ~((2U << k) - 1);
    if (!all_free(w, run_mask(head, k + 1))) break;
    ++k;
  }
  return k;
}

/// What a claim takes of a word, and bit k: a run of order k may be new in what is left.
struct Picked {
  std::uint64_t mask = 0;
  unsigned left = 0;
};

/// How a claim picks bits of an L0 word. One aligned block:
template <class Policy>
struct PickBlock {
  unsigned order;
  Picked operator()(std::uint64_t w) const {
    const Run run = find_run<Policy>(w, order, kSmallOrderMax);
    if (!run.found()) return {};
    return {run_mask(std::uint64_t{run.bit}, order), (1U << run.fit) - (1U << order)};
  }
};
/// Up to `want` blocks, wherever in the row: for per-CPU lists.
struct PickBlocks {
  unsigned order;
  unsigned want;
  Picked operator()(std::uint64_t w) const {
    const std::uint64_t runs = free_runs(w, order);
    // Most often all of them: that is seen at once, and counting them out takes a step for each.
    const std::uint64_t heads = bits_in(runs) <= want ? runs : lowest_bits(runs, want);
    // Heads lie 2^order bits apart, so the products do not meet.
    const std::uint64_t mask = heads * run_mask(std::uint64_t{0}, order);
    return {mask, orders_in(claimed(w, mask), kSmallOrderMax)};
  }
};

}  // namespace bp::impl
