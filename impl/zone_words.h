// SPDX-License-Identifier: MIT
// The words of one zone and where a frame lies in them: both bitmap levels, the pageblocks' types,
// the hints, the counts. What may be done with them is in zone_release.h and zone_claim.h; the
// contract is zone.h's. Freestanding.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <new>
#include <type_traits>

#include "impl/block_orders.h"
#include "impl/config.h"
#include "impl/hints.h"
#include "impl/page_count.h"
#include "impl/pageblock_types.h"
#include "impl/pick.h"
#include "impl/row.h"
#include "impl/row_orders.h"
#include "impl/type_fallback.h"
#include "model/vocab/units.h"

namespace bp::impl {

/// The small orders, each of which has a hint of its own in every tree.
inline constexpr unsigned kFits = kSmallOrderMax + 1;

template <class Policy>
class ZoneWords {
 protected:
  template <class T>
  using Atomic = typename Policy::template atomic<T>;
  using Count = PageCount<Policy>;

 public:
  /// The words of a tree of 4096 frames.
  struct Tree {
    Atomic<std::uint64_t> rows{0};  ///< L1. Written by claims and releases of orders 6..10, swings.
    /// Hints: fits[k] has the rows that may hold a run of exactly order k.
    Atomic<std::uint64_t> fits[kFits] = {};
  };
  using Row = Atomic<std::uint64_t>;
  using Hints = TreeHints<Policy>;
  using Types = PageblockTypes<Policy>;
  using Orders = std::conditional_t<Policy::kExactOrders, BlockOrders<Policy>, RowOrders<Policy>>;

  static std::uint64_t trees_of(FrameRange f) {
    return tree_number(f.end - Pages{1}) - tree_number(f.begin) + 1;
  }

  /// Raw memory, all zero if the policy takes zeros as placed.
  struct Parts {
    Tree* trees;                    ///< trees_of().
    Row* rows;                      ///< 64 times as many.
    typename Types::Word* types;    ///< trees_of().
    typename Hints::Word* hints;    ///< Hints::words_of().
    typename Orders::Byte* orders;  ///< Orders::bytes_of().
  };

  /// No frame is free, all pageblocks are of one type. Where zeros are taken as placed, the time
  /// hardly grows with the zone: a word for each 4096 frames.
  void place(FrameRange f, const Parts& p, Migratetype type, bool grouped) {
    first_row_ = tree_number(f.begin) << kRowOrder;
    n_trees_ = trees_of(f);
    trees_ = p.trees;
    rows_ = p.rows;
    types_.place(p.types, n_trees_, type);
    grouped_ = grouped;
    hints_.place(p.hints, n_trees_);
    blocks.place(f, p.orders);
    if constexpr (!Policy::kZeroIsPlaced) {
      for (std::uint64_t t = 0; t < n_trees_; ++t) ::new (trees_ + t) Tree;
      for (std::uint64_t r = 0; r < n_trees_ << kRowOrder; ++r) ::new (rows_ + r) Row{0};
    }
  }

  /// Makes frames [begin, end) free, before anyone else sees the zone. Ranges come once each.
  void put_range(Pfn begin, Pfn end) {
    for (Pfn p = begin; p < end;) {
      const Pfn next = min(end, align_down(p, Order{kTreeOrder}) + pages_in(Order{kTreeOrder}));
      put_in_tree(p, next);
      p = next;
    }
    count_.add(end - begin, Count::Tick::yes);
  }

  std::uint64_t row_of(Pfn p) const { return row_number(p) - first_row_; }
  static unsigned bit_of(Pfn p) {
    return static_cast<unsigned>(static_cast<std::uint64_t>(p) & (kRowBits - 1));
  }
  Pfn frame_at(std::uint64_t row, unsigned bit) const {
    return Pfn{((first_row_ + row) << kRowOrder) + bit};
  }
  /// Frames counted from the first row's first one, which may lie before the zone: 32 bits will do
  /// for those of the zone, see Config.
  Pfn base() const { return frame_at(0, 0); }
  static std::uint32_t offset_of(std::uint64_t row) {
    return static_cast<std::uint32_t>(row << kRowOrder);
  }
  static std::uint64_t row_at(std::uint32_t at) { return at >> kRowOrder; }
  static unsigned bit_at(std::uint32_t at) { return at & (kRowBits - 1); }
  /// The byte of a frame's pageblock, see type_word.h.
  std::uint8_t type_byte(Pfn p) const { return types_.byte(row_of(p)); }

  const Types& types() const { return types_; }

  /// visit(head, order) for each block of the canonical decomposition of the free frames: those of
  /// requestable types merge with each other, of any other with their own (R-BUDDY-9).
  template <class Visit>
  void for_each_free(Visit&& visit) const {
    for (std::uint64_t t = 0; t < n_trees_; ++t) {
      for_each_group(t, visit);
      for (std::uint64_t r = t << kRowOrder; r < (t + 1) << kRowOrder; ++r) {
        // relaxed: quiescence is the caller's duty, nothing is published here.
        const std::uint64_t w = rows_[r].load(std::memory_order_relaxed);
        if (w == 0) continue;
        for_each_run(w, kSmallOrderMax,
                     [&](unsigned bit, unsigned k) { visit(frame_at(r, bit), Order{k}); });
      }
    }
  }

 protected:
  static std::uint64_t row_number(Pfn p) { return static_cast<std::uint64_t>(p) >> kRowOrder; }
  static std::uint64_t tree_number(Pfn p) { return static_cast<std::uint64_t>(p) >> kTreeOrder; }
  static Pfn min(Pfn a, Pfn b) { return a < b ? a : b; }
  static std::uint64_t row_bit(std::uint64_t row) {
    return std::uint64_t{1} << (row & (kRowBits - 1));
  }
  Tree& tree_of(std::uint64_t row) const { return trees_[row >> kRowOrder]; }
  Pfn frame_of(std::uint64_t row, std::uint64_t mask) const {
    return frame_at(row, static_cast<unsigned>(std::countr_zero(mask)));
  }
  /// The rows of the pageblock of a row, as in the L1 word.
  static std::uint64_t pageblock_rows(std::uint64_t row) {
    constexpr std::uint64_t kOne = (std::uint64_t{1} << kPageblockRows) - 1;
    return kOne << (row & (kRowBits - kPageblockRows));
  }

  /// Written by every refill, flush and direct claim or release; read by every watermark check.
  alignas(64) Count count_;
  /// By the type of a request's highest zone: the free pages beyond which a request without
  /// privileges may have some, whatever they are; as Count::limit_of().
  Atomic<std::int64_t> limits_[kZoneTypes] = {};
  Count cma_count_;  ///< Free pages in CMA pageblocks, in `count_` too; as exact.
  /// By class the row of the last claim. Written when a claim moves to another one; read by scans.
  alignas(64) Atomic<std::uint64_t> near_row_[kHintClasses] = {};
  Atomic<std::int64_t> reserved_{0};  ///< Pages of the pageblocks in the reserve.
  Atomic<std::int64_t> isolated_{0};  ///< And of those isolated.
  /// Constant after place().
  alignas(64) std::uint64_t first_row_ = 0;  ///< Number of the first tree's first row.
  std::uint64_t n_trees_ = 0;
  Tree* trees_ = nullptr;
  Row* rows_ = nullptr;
  Types types_;
  Hints hints_;
  bool grouped_ = true;   ///< Requests may be of different types.
  bool has_cma_ = false;  ///< And which pageblocks are CMA's is constant as well.

 public:
  /// What the zone's blocks are to their callers; see its contract. Here for its cache line.
  Orders blocks;

 private:
  template <class F>
  static void for_each_run(std::uint64_t w, unsigned cap, F&& f) {
    for (unsigned k = 0; k <= cap; ++k) {
      for (std::uint64_t m = maximal_runs(w, k, cap); m != 0; m &= m - 1)
        f(static_cast<unsigned>(std::countr_zero(m)), k);
    }
  }
  template <class Visit>
  void for_each_group(std::uint64_t t, Visit&& visit) const {
    // relaxed: as in for_each_free().
    const std::uint64_t rows = trees_[t].rows.load(std::memory_order_relaxed);
    const std::uint64_t types = types_.word(t);
    const std::uint64_t kinds[] = {rows_of_types(types, kRequestable),
                                   rows_of_types(types, kHighatomic), rows_of_types(types, kCma),
                                   isolated_rows(types)};
    for (const std::uint64_t kind : kinds) {
      for_each_run(rows & kind, kGroupOrderMax, [&](unsigned bit, unsigned k) {
        visit(frame_at((t << kRowOrder) + bit, 0), Order{k + kRowOrder});
      });
    }
  }

  /// A tree's part of put_range(). relaxed throughout: before publication, nobody else looks.
  void put_in_tree(Pfn begin, Pfn end) {
    const std::uint64_t t = row_of(begin) >> kRowOrder;
    Tree& tree = trees_[t];
    std::uint64_t full = end - begin == pages_in(Order{kTreeOrder}) ? kFullRow : 0;
    for (Pfn p = begin; p < end && full != kFullRow;) {
      const Pfn next = min(end, align_down(p, Order{kRowOrder}) + Pages{kRowBits});
      const auto n = static_cast<std::uint64_t>(static_cast<std::int64_t>(next - p));
      if (n == kRowBits) {
        full |= row_bit(row_of(p));
      } else {
        put_row(row_of(p), ((std::uint64_t{1} << n) - 1) << bit_of(p));
      }
      p = next;
    }
    // relaxed: as said above.
    const std::uint64_t rows = tree.rows.load(std::memory_order_relaxed) | full;
    tree.rows.store(rows, std::memory_order_relaxed);
    count_new_cma(Pages{std::int64_t{bits_in(full & types_.rows(t, kCma))} << kRowOrder});
    for (unsigned c = 0; c < kHintClasses; ++c) {
      const unsigned found = orders_in(rows & types_.class_rows(t, c), kGroupOrderMax);
      for (unsigned k = 0; k <= kGroupOrderMax; ++k)
        if ((found >> k & 1) != 0) hints_.set(c, k + kRowOrder, t);
    }
  }

  void count_new_cma(Pages n) {
    if (has_cma_) cma_count_.add(n, Count::Tick::no);
  }

  void put_row(std::uint64_t row, std::uint64_t mask) {
    // relaxed: as in put_in_tree().
    const std::uint64_t w = rows_[row].load(std::memory_order_relaxed) | mask;
    rows_[row].store(w, std::memory_order_relaxed);
    if (types_.byte(row) == kCma) count_new_cma(Pages{bits_in(mask)});
    const unsigned c = class_of(types_.byte(row));
    const unsigned found = orders_in(w, kSmallOrderMax);
    for (unsigned k = 0; k <= kSmallOrderMax; ++k) {
      if ((found >> k & 1) == 0) continue;
      Atomic<std::uint64_t>& fit = tree_of(row).fits[k];
      fit.store(fit.load(std::memory_order_relaxed) | row_bit(row), std::memory_order_relaxed);
      hints_.set(c, k, row >> kRowOrder);
    }
  }
};

}  // namespace bp::impl
