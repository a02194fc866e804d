// SPDX-License-Identifier: MIT
// One zone's free frames as two levels of bitmaps, and nothing else: no policy, no per-CPU lists.
//
//   L0  one word per row of 64 frames, bit = free frame; blocks of orders 0..5.
//   L1  one word per tree of 4096 frames, bit = fully free row; blocks of orders 6..10.
// A fully free row is in L1 only and its L0 word is 0. So a block is in exactly one word, and every
// claim and every release of it is one read-modify-write of that word. Free blocks are the maximal
// runs of the words: merging needs no step but the swing of a row that became full.
//
// Contract
//   who       claim*, release*, settle, free_pages: any thread with any thread. place() and
//             for_each_free() need quiescence.
//   ABA       none: a word that compares equal has the same free frames, which is all that a claim
//             depends on.
//   progress  lock-free. A claim repeats only when another operation changed the word it wanted, or
//             released frames while it looked.
//   in flight a frame is in no word while a row is broken or swung. A thread that stalls there
//             holds back at most that row; its release or claim is not finished either.
//   null      "nothing found" is said only if no release ended during the whole scan (L1).
// Hints say where a run of exactly some order may be: per tree one word for each small order (its
// rows), per zone one bit per order and tree. Claims take the tightest fit that the hints know; the
// last scan before "nothing" uses none of them and wraps.
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
#include "impl/pick.h"
#include "impl/planted.h"
#include "impl/row.h"
#include "impl/row_orders.h"
#include "model/vocab/check.h"
#include "model/vocab/units.h"

namespace bp::impl {

/// Classes of small orders that have a hint of their own: 0, 1, 2, 3, and 4 with 5.
inline constexpr unsigned kFits = kSmallOrderMax;
constexpr unsigned fit_of(unsigned order) { return order < kFits ? order : kFits - 1; }

/// Frames of one row that were claimed; none if `mask` is 0.
struct RowClaim {
  std::uint64_t row = 0;
  std::uint64_t mask = 0;
};

template <class Policy>
class Zone {
  template <class T>
  using Atomic = typename Policy::template atomic<T>;

 public:
  /// The words of a tree of 4096 frames.
  struct Tree {
    Atomic<std::uint64_t> rows{0};  ///< L1. Written by claims and releases of orders 6..10, swings.
    /// Hints: fits[k] has the rows that may hold a run of exactly order k, the last one those of
    /// its order and above.
    Atomic<std::uint64_t> fits[kFits] = {};
  };
  using Row = Atomic<std::uint64_t>;
  using Hints = TreeHints<Policy>;
  using Orders = std::conditional_t<Policy::kExactOrders, BlockOrders<Policy>, RowOrders<Policy>>;

  static std::uint64_t trees_of(FrameRange f) {
    return tree_number(f.end - Pages{1}) - tree_number(f.begin) + 1;
  }

  /// Raw memory, all zero if the policy takes zeros as placed.
  struct Parts {
    Tree* trees;                    ///< trees_of().
    Row* rows;                      ///< 64 times as many.
    typename Hints::Word* hints;    ///< Hints::words_of().
    typename Orders::Byte* orders;  ///< Orders::bytes_of().
  };

  /// No frame is free. Where zeros are taken as placed, the time does not grow with the zone.
  void place(FrameRange f, const Parts& p) {
    first_row_ = tree_number(f.begin) << kRowOrder;
    n_trees_ = trees_of(f);
    trees_ = p.trees;
    rows_ = p.rows;
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
    count_.add(end - begin, PageCount<Policy>::Tick::yes);
  }

  /// A free block of this order, or kNoPfn; counted as taken.
  [[gnu::noinline]] Pfn claim(Order order) {
    const unsigned o = static_cast<unsigned>(order);
    if (o > kSmallOrderMax) return claim_group(o - kRowOrder);
    const RowClaim c = claim_row(PickBlock<Policy>{o});
    return c.mask != 0 ? frame_of(c.row, c.mask) : kNoPfn;
  }

  /// Up to `want` free blocks of one row, order at most kSmallOrderMax; counted as taken.
  RowClaim claim_blocks(unsigned order, unsigned want) {
    return claim_row(PickBlocks{order, want});
  }

  /// Gives back an allocated block and counts it as free.
  [[gnu::noinline]] void release(Pfn head, Order order) {
    const unsigned o = static_cast<unsigned>(order);
    if (o > kSmallOrderMax) {
      release_group(row_of(head), o - kRowOrder);
    } else {
      const std::uint64_t row = row_of(head);
      const std::uint64_t w = give_bits(row, run_mask(std::uint64_t{bit_of(head)}, o));
      if (!swung(row, w)) announce_run(row, w, bit_of(head), o);
    }
    count_.add(pages_in(order), PageCount<Policy>::Tick::yes);
  }

  /// Gives back frames of one row; the caller counts them with settle() when it has given all.
  void release_row(std::uint64_t row, std::uint64_t mask) {
    const std::uint64_t w = give_bits(row, mask);
    if (swung(row, w)) return;
    if ((mask & (mask - 1)) == 0) {
      announce_run(row, w, static_cast<unsigned>(std::countr_zero(mask)), 0);
    } else {
      announce(row, orders_in(w, kSmallOrderMax));
    }
  }

  /// Gives back 2^k rows, an allocated block of order k + 6; counted by settle().
  void release_group(std::uint64_t row, unsigned k) {
    give_rows(row, run_mask(row & (kRowBits - 1), k), k);
  }

  /// A frame of the block is free in the bitmaps.
  bool any_free(Pfn head, Order order) const {
    const std::uint64_t row = row_of(head);
    const unsigned o = static_cast<unsigned>(order);
    // relaxed: a block's owner sees its own claim, and nobody else's changes its bits.
    if (o > kSmallOrderMax) {
      const std::uint64_t w = tree_of(row).rows.load(std::memory_order_relaxed);
      return !none_free(w, run_mask(row & (kRowBits - 1), o - kRowOrder));
    }
    const std::uint64_t w = rows_[row].load(std::memory_order_relaxed);
    return !none_free(w, run_mask(std::uint64_t{bit_of(head)}, o));
  }

  /// Counts frames given back by release_row(); ends that release.
  void settle(Pages released) { count_.add(released, PageCount<Policy>::Tick::yes); }

  /// Changes whenever a release ends; acquire.
  std::uint64_t ticks() const { return count_.ticks(); }

  /// Pages in free blocks. Exact at quiescence, off by what is in flight otherwise, never negative.
  Pages free_pages() const { return count_.pages(); }

  /// Whether more than `pages` would be free if all but one page of a block of `order` were gone;
  /// `limit` is limit_of(pages). Never true because of a count that is below zero in flight.
  bool is_above(std::int64_t limit, unsigned order) const { return count_.is_above(limit, order); }
  static constexpr std::int64_t limit_of(std::int64_t pages) {
    return PageCount<Policy>::limit_of(pages);
  }

  /// Whether a scan by hints comes to a block that for_each_free() visits. At quiescence.
  bool is_hinted(Pfn head, Order order) const {
    const std::uint64_t row = row_of(head);
    const unsigned o = static_cast<unsigned>(order);
    if (o > kSmallOrderMax) return hints_.says(o, row >> kRowOrder);
    // relaxed: quiescence is the caller's duty.
    const std::uint64_t rows = tree_of(row).fits[fit_of(o)].load(std::memory_order_relaxed);
    return (rows & row_bit(row)) != 0 && hints_.says(fit_of(o), row >> kRowOrder);
  }

  std::uint64_t row_of(Pfn p) const { return row_number(p) - first_row_; }
  static unsigned bit_of(Pfn p) {
    return static_cast<unsigned>(static_cast<std::uint64_t>(p) & (kRowBits - 1));
  }
  Pfn frame_at(std::uint64_t row, unsigned bit) const {
    return Pfn{((first_row_ + row) << kRowOrder) + bit};
  }

  /// visit(head, order) for each block of the canonical decomposition of the free frames.
  template <class Visit>
  void for_each_free(Visit&& visit) const {
    for (std::uint64_t t = 0; t < n_trees_; ++t) {
      // relaxed: quiescence is the caller's duty, nothing is published here.
      const std::uint64_t rows = trees_[t].rows.load(std::memory_order_relaxed);
      for_each_run(rows, kGroupOrderMax, [&](unsigned bit, unsigned k) {
        visit(frame_at((t << kRowOrder) + bit, 0), Order{k + kRowOrder});
      });
      for (std::uint64_t r = t << kRowOrder; r < (t + 1) << kRowOrder; ++r) {
        const std::uint64_t w = rows_[r].load(std::memory_order_relaxed);
        if (w == 0) continue;
        for_each_run(w, kSmallOrderMax,
                     [&](unsigned bit, unsigned k) { visit(frame_at(r, bit), Order{k}); });
      }
    }
  }

 private:
  /// In a claim of nothing: a planted bug.
  static constexpr std::uint64_t kGaveUp = ~std::uint64_t{0};

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

  template <class F>
  static void for_each_run(std::uint64_t w, unsigned cap, F&& f) {
    for (unsigned k = 0; k <= cap; ++k) {
      for (std::uint64_t m = maximal_runs(w, k, cap); m != 0; m &= m - 1)
        f(static_cast<unsigned>(std::countr_zero(m)), k);
    }
  }

  /// A claim or a release is the only owner of its bits: anything else is corruption, and going on
  /// would hand a frame out twice.
  static void must_be_taken(std::uint64_t old, std::uint64_t mask) {
    if constexpr (Policy::kStopOnCorruption)
      check(none_free(old, mask), "a released frame was not free");
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
    const unsigned found = orders_in(rows, kGroupOrderMax);
    for (unsigned k = 0; k <= kGroupOrderMax; ++k)
      if ((found >> k & 1) != 0) hints_.set(k + kRowOrder, t);
  }

  void put_row(std::uint64_t row, std::uint64_t mask) {
    // relaxed: as in put_in_tree().
    const std::uint64_t w = rows_[row].load(std::memory_order_relaxed) | mask;
    rows_[row].store(w, std::memory_order_relaxed);
    announce(row, orders_in(w, kSmallOrderMax));
  }

  /// One read-modify-write; returns the row's word after it.
  std::uint64_t give_bits(std::uint64_t row, std::uint64_t mask) {
    // dekker: release, partner of the acquires in take_row() and swing(); and before the hints are
    // read, partner of find_in_row()'s second look.
    const std::uint64_t old = rows_[row].fetch_or(mask, memory_order_dekker);
    must_be_taken(old, mask);
    return released(old, mask);
  }
  void give_rows(std::uint64_t row, std::uint64_t mask, unsigned k) {
    const std::uint64_t t = row >> kRowOrder;
    // dekker: release, partner of the acquire in take_from_tree(), so that the block's next owner
    // sees what this one wrote; and before the hints are read, partner of its second look.
    const std::uint64_t old = trees_[t].rows.fetch_or(mask, memory_order_dekker);
    must_be_taken(old, mask);
    const auto bit = static_cast<unsigned>(row & (kRowBits - 1));
    hints_.announce(kRowOrder + grown_order(released(old, mask), bit, k, kGroupOrderMax), t);
  }

  /// The row is full and became its tree's.
  bool swung(std::uint64_t row, std::uint64_t w) {
    const bool half = Policy::planted(Bug::swing_half) && all_free(w, kFullRow >> (kRowBits / 2));
    if ((w != kFullRow && !half) || Policy::planted(Bug::swing_skipped)) return false;
    swing(row, w);
    return true;
  }

  /// The row became full: one claim of its whole L0 word, then its L1 bit.
  void swing(std::uint64_t row, std::uint64_t full) {
    if (Policy::planted(Bug::swing_by_exchange)) {
      // acquire: as below.
      rows_[row].exchange(0, std::memory_order_acquire);
    } else if (!Policy::planted(Bug::swing_keeps_row)) {
      // acquire: partner of all releases into the row; this thread now stands for them.
      // relaxed: a failure reads nothing that is used. Somebody claimed from the row: whoever fills
      // it again swings it.
      if (!rows_[row].compare_exchange_strong(full, 0, std::memory_order_acquire,
                                              std::memory_order_relaxed)) {
        return;
      }
    }
    blocks.forget(frame_at(row, 0));
    if (Policy::planted(Bug::swing_abandoned) && !added_at_once(row)) return;
    give_rows(row, row_bit(row), 0);
  }
  bool added_at_once(std::uint64_t row) {
    Atomic<std::uint64_t>& rows = tree_of(row).rows;
    // dekker, and relaxed for the look: as in give_rows().
    std::uint64_t w = rows.load(std::memory_order_relaxed);
    return rows.compare_exchange_strong(w, w | row_bit(row), memory_order_dekker,
                                        std::memory_order_relaxed);
  }

  /// The row got a run of order k at `bit`, which may have grown a larger one.
  void announce_run(std::uint64_t row, std::uint64_t w, unsigned bit, unsigned k) {
    announce(row, 1U << grown_order(w, bit, k, kSmallOrderMax));
  }
  /// The row may have got runs of these orders: the row's hint, then its tree's.
  void announce(std::uint64_t row, unsigned orders) {
    for (; orders != 0; orders &= orders - 1) {
      const unsigned fit = fit_of(static_cast<unsigned>(std::countr_zero(orders)));
      announce_bit(tree_of(row).fits[fit], row_bit(row));
      hints_.announce(fit, row >> kRowOrder);
    }
  }

  /// Repeats `attempt` while a release ends during it and it finds nothing.
  template <class Attempt>
  auto until_still(Attempt&& attempt) {
    std::uint64_t before = count_.ticks();
    for (;;) {
      const auto got = attempt();
      if (got.mask != 0) return got;
      const std::uint64_t after = count_.latest_ticks();
      if (after == before) return got;
      before = after;
    }
  }

  template <class Pick>
  RowClaim claim_row(Pick pick) {
    return until_still([&] {
      RowClaim c = claim_hinted(pick);
      if (Policy::planted(Bug::claim_tries_once) && c.mask == 0 && c.row == kGaveUp) return c;
      if (c.mask == 0) c = break_row(pick);
      if (c.mask == 0) c = claim_anywhere(pick);
      return c;
    });
  }

  /// From the tightest partly free row that the hints know.
  template <class Pick>
  RowClaim claim_hinted(Pick pick) {
    RowClaim c;
    for (unsigned fit = fit_of(pick.order); fit < kFits && c.mask == 0; ++fit) {
      hints_.any_from(fit, near_tree(),
                      [&](std::uint64_t t) { return find_in_tree(t, fit, pick, c); });
    }
    return c;
  }

  template <class Pick>
  bool find_in_tree(std::uint64_t t, unsigned fit, Pick pick, RowClaim& c) {
    Atomic<std::uint64_t>& hint = trees_[t].fits[fit];
    // relaxed: a hint.
    std::uint64_t look = hint.load(std::memory_order_relaxed);
    if (Policy::planted(Bug::scan_no_wrap) && t == near_tree())
      look &= ~std::uint64_t{0} << (near_row() & (kRowBits - 1));
    for (; look != 0; look &= look - 1) {
      const std::uint64_t row = (t << kRowOrder) + static_cast<unsigned>(std::countr_zero(look));
      if (find_in_row(row, hint, fit, pick, c)) return true;
    }
    // dekker: the second look, after the bit is clear; partner of announce().
    hints_.retract(fit, t, [&] { return hint.load(memory_order_dekker) != 0; });
    return false;
  }

  template <class Pick>
  bool find_in_row(std::uint64_t row, Atomic<std::uint64_t>& hint, unsigned fit, Pick pick,
                   RowClaim& c) {
    const auto holds = [&](std::memory_order order) {
      const std::uint64_t w = rows_[row].load(order);
      return (fit + 1 == kFits ? free_runs(w, fit) : maximal_runs(w, fit, kSmallOrderMax)) != 0;
    };
    // relaxed: the exchange in take_row() decides.
    if (holds(std::memory_order_relaxed)) {
      c = take_row(row, pick);
      return c.mask != 0;
    }
    // dekker: the second look, after the bit is clear; partner of give_bits().
    retract_bit(hint, row_bit(row), [&] { return holds(memory_order_dekker); });
    return false;
  }

  /// Without hints: every row once, from near the last claim on and around.
  template <class Pick>
  RowClaim claim_anywhere(Pick pick) {
    const std::uint64_t rows = n_trees_ << kRowOrder;
    std::uint64_t row = near_row();
    for (std::uint64_t i = 0; i < rows; ++i) {
      const RowClaim c = take_row(row, pick);
      if (c.mask != 0) return c;
      if (++row == rows) {
        if (Policy::planted(Bug::scan_no_wrap)) break;
        row = 0;
      }
    }
    return {};
  }

  template <class Pick>
  RowClaim take_row(std::uint64_t row, Pick pick) {
    // relaxed: the exchange decides; a missed release moves the tick.
    std::uint64_t w = rows_[row].load(std::memory_order_relaxed);
    for (;;) {
      const Picked p = pick(w);
      if (p.mask == 0) return {};
      // dekker: acquire, partner of give_bits() and break_row(), so that what the frames' last
      // owners wrote is seen; and before the hints of what is left are read. relaxed on failure:
      // only the word is used, for the next try.
      if (Policy::planted(Bug::claim_by_version)
              ? stored_by_version(row, w, claimed(w, p.mask))
              : rows_[row].compare_exchange_weak(w, claimed(w, p.mask), memory_order_dekker,
                                                 std::memory_order_relaxed)) {
        announce(row, p.left);
        count_.add(Pages{0} - Pages{bits_in(p.mask)}, PageCount<Policy>::Tick::no);
        stay_near(row);
        return {row, p.mask};
      }
      if (Policy::planted(Bug::claim_tries_once)) return {kGaveUp, 0};
    }
  }
  /// A planted bug: the tick as a version, which claims do not move.
  bool stored_by_version(std::uint64_t row, std::uint64_t& w, std::uint64_t to) {
    const std::uint64_t version = count_.ticks();
    const std::uint64_t expected = w;
    // relaxed: checked against the version. dekker: as the exchange.
    w = rows_[row].load(std::memory_order_relaxed);
    if (w != expected || count_.latest_ticks() != version) return false;
    rows_[row].store(to, memory_order_dekker);
    return true;
  }

  /// Takes a fully free row, keeps what was asked for and publishes the rest in L0.
  template <class Pick>
  RowClaim break_row(Pick pick) {
    const RowClaim group = take_group(0);
    if (group.mask == 0) return {};
    const std::uint64_t row = group.row;
    const Picked p = pick(kFullRow);
    std::uint64_t rest = claimed(kFullRow, p.mask);
    if (Policy::planted(Bug::remainder_lost)) rest &= kFullRow >> (kRowBits / 2);
    if (rest != 0) {
      // A store is enough: all 64 frames are this thread's, so nobody else writes the word.
      // dekker: release, partner of the acquire in take_row(), hands on what take_group()
      // acquired; and before the hints are read, as in give_bits().
      const bool whole = Policy::planted(Bug::split_publishes_whole);
      rows_[row].store(whole ? kFullRow : rest, memory_order_dekker);
      if (whole) rows_[row].fetch_and(rest, memory_order_dekker);
      announce(row, orders_in(rest, kSmallOrderMax));
    }
    // The rest was in flight: a scan that missed it must look again.
    count_.add(Pages{0} - Pages{bits_in(p.mask)}, PageCount<Policy>::Tick::yes);
    return {row, p.mask};
  }

  Pfn claim_group(unsigned k) {
    const RowClaim c = until_still([&] { return take_group(k); });
    if (c.mask == 0) return kNoPfn;
    count_.add(Pages{0} - pages_in(Order{k + kRowOrder}), PageCount<Policy>::Tick::no);
    return frame_at(c.row, 0);
  }

  /// 2^k fully free rows, aligned; not counted. `row` is the first, `mask` their L1 bits.
  RowClaim take_group(unsigned k) {
    RowClaim c;
    for (unsigned fit = k; fit <= kGroupOrderMax && c.mask == 0; ++fit) {
      hints_.any_from(fit + kRowOrder, near_tree(), [&](std::uint64_t t) {
        c = take_from_tree(t, k);
        if (c.mask != 0) return true;
        hints_.retract(fit + kRowOrder, t, [&] { return tree_holds(t, fit); });
        return false;
      });
    }
    std::uint64_t t = near_tree();
    for (std::uint64_t i = 0; i < n_trees_ && c.mask == 0; ++i) {
      c = take_from_tree(t, k);
      if (++t == n_trees_) {
        if (Policy::planted(Bug::scan_no_wrap)) break;
        t = 0;
      }
    }
    return c;
  }

  bool tree_holds(std::uint64_t t, unsigned fit) const {
    // dekker: the second look, after the bit is clear; partner of give_rows().
    const std::uint64_t w = trees_[t].rows.load(memory_order_dekker);
    return maximal_runs(w, fit, kGroupOrderMax) != 0;
  }

  RowClaim take_from_tree(std::uint64_t t, unsigned k) {
    // relaxed: the exchange decides.
    std::uint64_t w = trees_[t].rows.load(std::memory_order_relaxed);
    for (;;) {
      const Run run = find_run<Policy>(w, k, kGroupOrderMax);
      if (!run.found()) return {};
      const std::uint64_t mask = run_mask(std::uint64_t{run.bit}, k);
      // dekker: acquire, partner of give_rows(); and before the hints of what is left are read.
      // relaxed on failure: only the word is used.
      if (trees_[t].rows.compare_exchange_weak(w, claimed(w, mask), memory_order_dekker,
                                               std::memory_order_relaxed)) {
        for (unsigned left = k; left < run.fit; ++left) hints_.announce(left + kRowOrder, t);
        stay_near((t << kRowOrder) + run.bit);
        return {(t << kRowOrder) + run.bit, mask};
      }
    }
  }

  // relaxed: any row is a good place to start, and every scan goes around.
  std::uint64_t near_row() const { return near_row_.load(std::memory_order_relaxed); }
  std::uint64_t near_tree() const { return near_row() >> kRowOrder; }
  void stay_near(std::uint64_t row) {
    if (near_row() != row) near_row_.store(row, std::memory_order_relaxed);
  }

  /// Written by every refill, flush and direct claim or release; read by every watermark check.
  alignas(64) PageCount<Policy> count_;
  /// The row of the last claim. Written when a claim moves to another one; read by scans.
  alignas(64) Atomic<std::uint64_t> near_row_{0};
  /// Constant after place().
  alignas(64) std::uint64_t first_row_ = 0;  ///< Number of the first tree's first row.
  std::uint64_t n_trees_ = 0;
  Tree* trees_ = nullptr;
  Row* rows_ = nullptr;
  Hints hints_;

 public:
  /// What the zone's blocks are to their callers; see its contract. Here for its cache line.
  Orders blocks;
};

}  // namespace bp::impl
