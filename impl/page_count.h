// SPDX-License-Identifier: MIT
// A zone's free counter and its release tick in one word, so that a release costs one addition for
// both: the low 40 bits count free pages, signed; the rest count releases, modulo 2^24.
//
// Contract: any thread with any thread; wait-free. A claim subtracts after its bits are taken, a
// release adds after its bits are set, so the count is exact at quiescence and may be off, even
// below zero, by what is in flight. A tick that went once around (2^24 releases) during one scan
// would be missed. Freestanding.
#pragma once

#include <atomic>
#include <cstdint>

#include "model/vocab/units.h"

namespace bp::impl {

inline constexpr unsigned kCountBits = 40;
static_assert(kCountBits > 32 + 1, "a zone spans at most 2^32 frames, and the count has a sign");

/// The signed count in the low bits of a counter word.
constexpr std::int64_t count_in(std::uint64_t word) {
  return static_cast<std::int64_t>(word << (64 - kCountBits)) >> (64 - kCountBits);
}

/// The tick: what is left when the count is taken out, borrow included.
constexpr std::uint64_t tick_in(std::uint64_t word) {
  return (word - static_cast<std::uint64_t>(count_in(word))) >> kCountBits;
}

template <class Policy>
class PageCount {
 public:
  enum class Tick : std::uint8_t { no, yes };

  void add(Pages n, Tick tick) {
    const std::uint64_t step = tick == Tick::yes ? std::uint64_t{1} << kCountBits : 0;
    // release: partner of ticks() and latest_ticks(); who sees the tick sees the released bits.
    word_.fetch_add(static_cast<std::uint64_t>(static_cast<std::int64_t>(n)) + step,
                    std::memory_order_release);
  }

  /// Clamped at zero (R-WMARK-13).
  Pages pages() const {
    const std::int64_t n = signed_pages();
    return Pages{n < 0 ? 0 : n};
  }
  /// relaxed: a watermark needs a recent value, nothing behind it.
  std::int64_t signed_pages() const { return count_in(word_.load(std::memory_order_relaxed)); }

  /// More than n pages are free beside those `beside`; `limit` is limit_of(n). The word is compared
  /// where its count ends at the top bit, so that its sign is in place.
  bool is_above(std::int64_t limit, std::int64_t beside) const {
    const std::int64_t others = beside << (64 - kCountBits);
    // relaxed: as in signed_pages().
    const std::uint64_t count = word_.load(std::memory_order_relaxed) << (64 - kCountBits);
    return static_cast<std::int64_t>(count) > limit + others;
  }
  /// Limits of less than 2^37 pages may be added.
  static constexpr std::int64_t limit_of(std::int64_t pages) {
    constexpr std::int64_t never = std::int64_t{1} << (kCountBits - 2);
    return (pages < never ? pages : never) << (64 - kCountBits);
  }

  /// acquire: partner of add(). May be stale; latest_ticks() afterwards shows that.
  std::uint64_t ticks() const { return tick_in(word_.load(std::memory_order_acquire)); }

  /// A read-modify-write reads the newest value, which a load need not. acq_rel: acquire as in
  /// ticks(); release so that the addition of nothing does not end a release sequence's chain and
  /// the scan before it cannot move below it.
  std::uint64_t latest_ticks() { return tick_in(word_.fetch_add(0, std::memory_order_acq_rel)); }

 private:
  typename Policy::template atomic<std::uint64_t> word_{0};
};

}  // namespace bp::impl
