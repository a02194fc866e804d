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

inline constexpr unsigned kTreeOrder = 2 * kRowOrder;  ///< 4096 frames: the rows of one L1 word.
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

/// How a claim picks bits of an L0 word. One aligned block:
template <class Policy>
struct PickBlock {
  unsigned order;
  std::uint64_t operator()(std::uint64_t w) const {
    const Run run = find_run<Policy>(w, order, kSmallOrderMax);
    return run.found() ? run_mask(std::uint64_t{run.bit}, order) : 0;
  }
  unsigned fit(std::uint64_t w) const { return find_run<Policy>(w, order, kSmallOrderMax).fit; }
  unsigned best() const { return order; }
};
/// Up to `want` frames, wherever in the row: for per-CPU lists.
struct PickFrames {
  unsigned want;
  std::uint64_t operator()(std::uint64_t w) const { return lowest_bits(w, want); }
  unsigned fit(std::uint64_t w) const { return w != 0 ? 0 : Run::kNone; }
  unsigned best() const { return 0; }
};

}  // namespace bp::impl
