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
// `open` and the hint row are hints: the last scan before "nothing" does not use them, it wraps.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <new>

#include "impl/config.h"
#include "impl/page_count.h"
#include "impl/pick.h"
#include "impl/planted.h"
#include "impl/row.h"
#include "model/vocab/check.h"
#include "model/vocab/units.h"

namespace bp::impl {

/// Candidates that a scan compares before it takes the tightest: bounds the cost of best fit.
inline constexpr unsigned kLookahead = 16;

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
    Atomic<std::uint64_t> open{0};  ///< Hint: rows whose L0 word may be non-zero.
  };
  using Row = Atomic<std::uint64_t>;

  static std::uint64_t trees_of(FrameRange f) {
    return tree_number(f.end - Pages{1}) - tree_number(f.begin) + 1;
  }

  /// All words are zero: no frame is free. `trees` and `rows` are raw memory for trees_of(f) trees
  /// and 64 times as many rows.
  void place(FrameRange f, Tree* trees, Row* rows) {
    first_row_ = tree_number(f.begin) << kRowOrder;
    n_trees_ = trees_of(f);
    trees_ = trees;
    rows_ = rows;
    for (std::uint64_t t = 0; t < n_trees_; ++t) ::new (trees_ + t) Tree;
    for (std::uint64_t r = 0; r < n_trees_ << kRowOrder; ++r) ::new (rows_ + r) Row{0};
  }

  /// Makes frames [begin, end) free, before anyone else sees the zone. Ranges come once each.
  void put_range(Pfn begin, Pfn end) {
    for (Pfn p = begin; p < end;) {
      const Pfn next = min(end, align_down(p, Order{kRowOrder}) + Pages{kRowBits});
      const std::uint64_t from = row_of(p);
      const unsigned n = static_cast<unsigned>(static_cast<std::int64_t>(next - p));
      put_row(from, (n == kRowBits ? kFullRow : (std::uint64_t{1} << n) - 1) << bit_of(p));
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

  /// Up to `want` free frames of one row; counted as taken.
  RowClaim claim_frames(unsigned want) { return claim_row(PickFrames{want}); }

  /// Gives back an allocated block and counts it as free.
  [[gnu::noinline]] void release(Pfn head, Order order) {
    const unsigned o = static_cast<unsigned>(order);
    if (o > kSmallOrderMax) {
      const std::uint64_t row = row_of(head);
      const std::uint64_t mask = run_mask(row & (kRowBits - 1), o - kRowOrder);
      // release: partner of the acquire in take_group(); the block's next owner sees what this one
      // wrote.
      must_be_taken(tree_of(row).rows.fetch_or(mask, std::memory_order_release), mask);
    } else {
      release_row(row_of(head), run_mask(std::uint64_t{bit_of(head)}, o));
    }
    count_.add(pages_in(order), PageCount<Policy>::Tick::yes);
  }

  /// Gives back frames of one row; the caller counts them with settle() when it has given all.
  void release_row(std::uint64_t row, std::uint64_t mask) {
    // release: partner of the acquires in take_row() and swing().
    const std::uint64_t old = rows_[row].fetch_or(mask, std::memory_order_release);
    must_be_taken(old, mask);
    if (old == 0) open(row);
    if (released(old, mask) == kFullRow && !Policy::planted(Bug::swing_skipped)) swing(row);
  }

  /// Counts frames given back by release_row(); ends that release.
  void settle(Pages released) { count_.add(released, PageCount<Policy>::Tick::yes); }

  /// Changes whenever a release ends; acquire.
  std::uint64_t ticks() const { return count_.ticks(); }

  /// Pages in free blocks. Exact at quiescence, off by what is in flight otherwise, never negative.
  Pages free_pages() const { return count_.pages(); }

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

  void put_row(std::uint64_t row, std::uint64_t mask) {
    // relaxed: before publication, nobody else looks.
    if (mask == kFullRow) {
      Atomic<std::uint64_t>& rows = tree_of(row).rows;
      rows.store(rows.load(std::memory_order_relaxed) | row_bit(row), std::memory_order_relaxed);
      return;
    }
    const std::uint64_t w = rows_[row].load(std::memory_order_relaxed);
    rows_[row].store(w | mask, std::memory_order_relaxed);
    Atomic<std::uint64_t>& open = tree_of(row).open;
    open.store(open.load(std::memory_order_relaxed) | row_bit(row), std::memory_order_relaxed);
  }

  /// The row became full: one claim of its whole L0 word, then its L1 bit.
  void swing(std::uint64_t row) {
    if (!Policy::planted(Bug::swing_keeps_row)) {
      std::uint64_t full = kFullRow;
      // acquire: partner of all releases into the row; this thread now stands for them.
      // relaxed: a failure reads nothing that is used. Somebody claimed from the row: whoever fills
      // it again swings it.
      if (!rows_[row].compare_exchange_strong(full, 0, std::memory_order_acquire,
                                              std::memory_order_relaxed)) {
        return;
      }
    }
    // release: partner of the acquire in take_group().
    tree_of(row).rows.fetch_or(row_bit(row), std::memory_order_release);
  }

  /// The row's L0 word became non-zero.
  void open(std::uint64_t row) {
    // release: if close() of this row comes later, its acquire sees the word that was set before.
    tree_of(row).open.fetch_or(row_bit(row), std::memory_order_release);
  }

  /// A scan saw the row's L0 word empty: it need not be looked at again until open().
  void close(std::uint64_t row) {
    // acquire: partner of open(). Either this comes first and open() sets the bit again, or it
    // comes second and the load below sees the word that open() announced.
    tree_of(row).open.fetch_and(~row_bit(row), std::memory_order_acquire);
    // relaxed: ordered by the line above; a hint is all that depends on it.
    if (rows_[row].load(std::memory_order_relaxed) != 0) open(row);
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
      RowClaim c = claim_open(pick, true);
      if (c.mask == 0) c = break_row(pick);
      if (c.mask == 0) c = claim_open(pick, false);
      return c;
    });
  }

  /// From a partly free row. Repeats while others take what it found.
  template <class Pick>
  RowClaim claim_open(Pick pick, bool hinted) {
    for (;;) {
      std::uint64_t row = 0;
      if (!find_open(pick, hinted, row)) return {};
      const std::uint64_t mask = take_row(row, pick);
      if (mask == 0) continue;
      count_.add(Pages{0} - Pages{bits_in(mask)}, PageCount<Policy>::Tick::no);
      // relaxed: a hint.
      if (hint_row_.load(std::memory_order_relaxed) != row)
        hint_row_.store(row, std::memory_order_relaxed);
      return {row, mask};
    }
  }

  template <class Pick>
  std::uint64_t take_row(std::uint64_t row, Pick pick) {
    // relaxed: the exchange decides.
    std::uint64_t w = rows_[row].load(std::memory_order_relaxed);
    for (;;) {
      const std::uint64_t mask = pick(w);
      // acquire: partner of release_row() and break_row(); what the frames' last owners wrote is
      // seen. relaxed on failure: only the word is used, for the next try.
      if (mask == 0 ||
          rows_[row].compare_exchange_weak(w, claimed(w, mask), std::memory_order_acquire,
                                           std::memory_order_relaxed)) {
        return mask;
      }
    }
  }

  /// The tightest of the first rows that can serve, in the first tree that has one, from the hint
  /// on and around.
  template <class Pick>
  bool find_open(Pick pick, bool hinted, std::uint64_t& best_row) {
    // relaxed: any row is a good place to start; the scan goes around.
    const std::uint64_t start = hint_row_.load(std::memory_order_relaxed);
    const std::uint64_t above = ~std::uint64_t{0} << (start & (kRowBits - 1));
    unsigned best = Run::kNone;
    unsigned seen = 0;
    std::uint64_t t = start >> kRowOrder;
    for (std::uint64_t i = 0; i <= n_trees_; ++i) {
      std::uint64_t look = i == 0 ? above : i == n_trees_ ? ~above : ~std::uint64_t{0};
      // relaxed: a hint. The scan without hints decides about "nothing".
      if (hinted) look &= trees_[t].open.load(std::memory_order_relaxed);
      for (; look != 0; look &= look - 1) {
        const std::uint64_t row = (t << kRowOrder) + static_cast<unsigned>(std::countr_zero(look));
        // relaxed: the exchange in take_row() decides, and a missed release moves the tick.
        const std::uint64_t w = rows_[row].load(std::memory_order_relaxed);
        if (w == 0 && hinted) close(row);
        const unsigned fit = w == 0 ? Run::kNone : pick.fit(w);
        if (fit == Run::kNone) continue;
        if (fit < best) best = fit, best_row = row;
        if (best == pick.best() || ++seen == kLookahead) return true;
      }
      // Best fit within a tree is enough; looking further would make it linear in the zone.
      if (best != Run::kNone) return true;
      if (++t == n_trees_) {
        if (Policy::planted(Bug::scan_no_wrap)) break;
        t = 0;
      }
    }
    return best != Run::kNone;
  }

  /// Takes a fully free row, keeps what was asked for and publishes the rest in L0.
  template <class Pick>
  RowClaim break_row(Pick pick) {
    const RowClaim group = take_group(0);
    if (group.mask == 0) return {};
    const std::uint64_t row = group.row;
    const std::uint64_t mask = pick(kFullRow);
    std::uint64_t rest = claimed(kFullRow, mask);
    if (Policy::planted(Bug::remainder_lost)) rest &= kFullRow >> (kRowBits / 2);
    if (rest != 0) {
      // A store is enough: all 64 frames are this thread's, so nobody else writes the word.
      // release: partner of the acquire in take_row(); hands on what take_group() acquired.
      rows_[row].store(rest, std::memory_order_release);
      open(row);
    }
    // The rest was in flight: a scan that missed it must look again.
    count_.add(Pages{0} - Pages{bits_in(mask)}, PageCount<Policy>::Tick::yes);
    // relaxed: a hint; nothing is published by it.
    hint_row_.store(row, std::memory_order_relaxed);
    return {row, mask};
  }

  Pfn claim_group(unsigned k) {
    const RowClaim c = until_still([&] { return take_group(k); });
    if (c.mask == 0) return kNoPfn;
    count_.add(Pages{0} - pages_in(Order{k + kRowOrder}), PageCount<Policy>::Tick::no);
    return frame_at(c.row, 0);
  }

  /// 2^k fully free rows, aligned; not counted. `row` is the first, `mask` their L1 bits.
  RowClaim take_group(unsigned k) {
    for (;;) {
      std::uint64_t t = 0;
      if (!find_tree(k, t)) return {};
      // relaxed: the claim that follows reads the word again and orders.
      std::uint64_t w = trees_[t].rows.load(std::memory_order_relaxed);
      for (;;) {
        const Run run = find_run<Policy>(w, k, kGroupOrderMax);
        if (!run.found()) break;
        const std::uint64_t mask = run_mask(std::uint64_t{run.bit}, k);
        // acquire: partner of release() and swing(). relaxed on failure: only the word is used.
        if (trees_[t].rows.compare_exchange_weak(w, claimed(w, mask), std::memory_order_acquire,
                                                 std::memory_order_relaxed)) {
          return {(t << kRowOrder) + run.bit, mask};
        }
      }
    }
  }

  bool find_tree(unsigned k, std::uint64_t& best_tree) const {
    // relaxed: as in find_open().
    std::uint64_t t = hint_row_.load(std::memory_order_relaxed) >> kRowOrder;
    unsigned best = Run::kNone;
    unsigned seen = 0;
    for (std::uint64_t i = 0; i < n_trees_; ++i) {
      const unsigned fit =
          find_run<Policy>(trees_[t].rows.load(std::memory_order_relaxed), k, kGroupOrderMax).fit;
      if (fit < best) best = fit, best_tree = t;
      if (best == k || (fit != Run::kNone && ++seen == kLookahead)) return true;
      if (++t == n_trees_) {
        if (Policy::planted(Bug::scan_no_wrap)) break;
        t = 0;
      }
    }
    return best != Run::kNone;
  }

  /// Written by every refill, flush and direct claim or release; read by every watermark check.
  alignas(64) PageCount<Policy> count_;
  /// Written when a claim moves to another row; read by scans.
  alignas(64) Atomic<std::uint64_t> hint_row_{0};
  /// Constant after place().
  alignas(64) std::uint64_t first_row_ = 0;  ///< Number of the first tree's first row.
  std::uint64_t n_trees_ = 0;
  Tree* trees_ = nullptr;
  Row* rows_ = nullptr;
};

}  // namespace bp::impl
