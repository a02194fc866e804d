// SPDX-License-Identifier: MIT
// How frames are claimed from a zone's words: by the hints of one class of types, from the tightest
// fit on; or without hints from everywhere. Which of them in what order is zone_search.h's. The
// contract is zone.h's. Freestanding.
#pragma once

#include "impl/zone_release.h"

namespace bp::impl {

/// Frames of one row that were claimed; none if `mask` is 0. Of a group of rows: the first row, and
/// the L1 bits.
struct RowClaim {
  std::uint64_t row = 0;
  std::uint64_t mask = 0;
  bool found() const { return mask != 0; }
};

template <class Policy>
class ZoneClaims : public ZoneReleases<Policy> {
 protected:
  using Words = ZoneWords<Policy>;
  using Base = ZoneReleases<Policy>;
  using Count = PageCount<Policy>;
  using Words::count_, Words::hints_, Words::n_trees_, Words::near_row_, Words::rows_,
      Words::trees_, Words::types_;
  using Words::row_bit;

  /// From the tightest partly free row that the class's hints know, else from a fully free one.
  template <class Pick>
  [[gnu::noinline]] RowClaim row_by_hints(unsigned c, TypeSet set, Pick pick) {
    RowClaim got;
    for (unsigned fit = pick.order; fit < kFits && !got.found() && !gave_up(got);
         fit = hints_.first_order(c, fit + 1, kFits)) {
      hints_.any_from(c, fit, near_tree(c),
                      [&](std::uint64_t t) { return find_in_tree(t, c, set, fit, pick, got); });
    }
    return got.found() || gave_up(got) ? got : broken(group_by_hints(c, set, 0), pick);
  }

  /// 2^k fully free rows, aligned, not counted.
  [[gnu::noinline]] RowClaim group_by_hints(unsigned c, TypeSet set, unsigned k) {
    RowClaim got;
    for (unsigned order = k + kRowOrder; order <= kOrderMax && !got.found();
         order = hints_.first_order(c, order + 1, kOrderMax + 1)) {
      hints_.any_from(c, order, near_tree(c), [&](std::uint64_t t) {
        got = take_from_tree(t, set, k);
        if (got.found()) return true;
        hints_.retract(c, order, t, [&] { return tree_holds(t, c, order - kRowOrder); });
        return false;
      });
    }
    return got;
  }

  /// Without hints: every row once, from near the last claim on and around; then the groups.
  template <class Pick>
  [[gnu::noinline]] RowClaim row_from_anywhere(unsigned c, TypeSet set, Pick pick) {
    const std::uint64_t near = near_row(c);
    const std::uint64_t above = ~std::uint64_t{0} << (near & (kRowBits - 1));
    std::uint64_t t = near >> kRowOrder;
    for (std::uint64_t i = 0; i <= n_trees_; ++i) {
      std::uint64_t rows = types_.rows(t, set);
      rows &= i == 0 ? above : i == n_trees_ ? ~above : kFullRow;
      for (; rows != 0; rows &= rows - 1) {
        const RowClaim got = take_row((t << kRowOrder) + lowest_set(rows), pick);
        if (got.found()) return got;
      }
      if (++t == n_trees_) {
        if (Policy::planted(Bug::scan_no_wrap)) break;
        t = 0;
      }
    }
    return broken(group_from_anywhere(c, set, 0), pick);
  }
  [[gnu::noinline]] RowClaim group_from_anywhere(unsigned c, TypeSet set, unsigned k) {
    RowClaim got;
    std::uint64_t t = near_tree(c);
    for (std::uint64_t i = 0; i < n_trees_ && !got.found(); ++i) {
      got = take_from_tree(t, set, k);
      if (++t == n_trees_) {
        if (Policy::planted(Bug::scan_no_wrap)) break;
        t = 0;
      }
    }
    return got;
  }

  // relaxed: any row is a good place to start, and every scan goes around.
  std::uint64_t near_row(unsigned c) const { return near_row_[c].load(std::memory_order_relaxed); }
  std::uint64_t near_tree(unsigned c) const { return near_row(c) >> kRowOrder; }

  /// A planted bug: a claim of nothing that was not finished.
  static bool gave_up(const RowClaim& c) {
    return Policy::planted(Bug::claim_tries_once) && !c.found() && c.row == kGaveUp;
  }

  /// Counts CMA's share of what was claimed or released, in one pageblock.
  void count_cma(std::uint64_t row, Pages n) {
    if (this->has_cma_ && (types_.byte(row) & kCma) != 0) this->cma_count_.add(n, Count::Tick::no);
  }
  /// The same for 2^k rows, which may be two pageblocks.
  void count_cma_group(std::uint64_t row, unsigned k, bool released) {
    if (!this->has_cma_) return;
    const unsigned part = k < kPageblockOrder - kRowOrder ? k : kPageblockOrder - kRowOrder;
    const Pages n = pages_in(Order{part + kRowOrder});
    for (std::uint64_t r = row; r < row + (std::uint64_t{1} << k); r += std::uint64_t{1} << part)
      count_cma(r, released ? n : Pages{0} - n);
  }

 private:
  static constexpr std::uint64_t kGaveUp = ~std::uint64_t{0};

  template <class Pick>
  bool find_in_tree(std::uint64_t t, unsigned c, TypeSet set, unsigned fit, Pick pick,
                    RowClaim& got) {
    auto& hint = trees_[t].fits[fit];
    // relaxed: a hint.
    std::uint64_t look = hint.load(std::memory_order_relaxed) & types_.rows(t, set);
    if (Policy::planted(Bug::scan_no_wrap) && t == near_tree(c))
      look &= ~std::uint64_t{0} << (near_row(c) & (kRowBits - 1));
    for (; look != 0; look &= look - 1) {
      const std::uint64_t row = (t << kRowOrder) + lowest_set(look);
      if (find_in_row(row, hint, fit, pick, got)) return true;
    }
    // dekker: the second look, after the bit is clear; partner of announce().
    hints_.retract(c, fit, t,
                   [&] { return (hint.load(memory_order_dekker) & types_.class_rows(t, c)) != 0; });
    return false;
  }

  template <class Pick>
  bool find_in_row(std::uint64_t row, typename Words::template Atomic<std::uint64_t>& hint,
                   unsigned fit, Pick pick, RowClaim& got) {
    const auto holds = [&](std::memory_order order) {
      return maximal_runs(rows_[row].load(order), fit, kSmallOrderMax) != 0;
    };
    // relaxed: the exchange in take_row() decides.
    if (holds(std::memory_order_relaxed)) {
      got = take_row(row, pick);
      return got.found() || gave_up(got);
    }
    retract_bit(hint, row_bit(row));
    // dekker: the second look, after the bit is clear; partner of give_bits().
    if (!holds(memory_order_dekker)) return false;
    // The tree's hint as well: a pageblock that changed hands meanwhile had nothing to announce.
    if (Policy::planted(Bug::retract_half_undone)) {
      announce_bit(hint, row_bit(row));
    } else {
      Base::announce(row, 1U << fit);
    }
    return false;
  }

  template <class Pick>
  RowClaim take_row(std::uint64_t row, Pick pick) {
    // relaxed: the exchange decides; a missed release moves the tick.
    std::uint64_t w = rows_[row].load(std::memory_order_relaxed);
    for (;;) {
      const Picked p = pick(w);
      if (p.mask == 0) return {};
      // dekker: acquire, partner of give_bits() and broken(), so that what the frames' last
      // owners wrote is seen; and before the hints of what is left are read. relaxed on failure:
      // only the word is used, for the next try.
      if (Policy::planted(Bug::claim_by_version)
              ? stored_by_version(row, w, claimed(w, p.mask))
              : rows_[row].compare_exchange_weak(w, claimed(w, p.mask), memory_order_dekker,
                                                 std::memory_order_relaxed)) {
        Base::announce(row, p.left);
        count_taken(row, p.mask, Count::Tick::no);
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

  /// Of a fully free row keeps what was asked for and publishes the rest in L0.
  template <class Pick>
  RowClaim broken(RowClaim group, Pick pick) {
    if (!group.found()) return {};
    const std::uint64_t row = group.row;
    const Picked p = pick(kFullRow);
    std::uint64_t rest = claimed(kFullRow, p.mask);
    if (Policy::planted(Bug::remainder_lost)) rest &= kFullRow >> (kRowBits / 2);
    if (rest != 0) {
      // A store is enough: all 64 frames are this thread's, so nobody else writes the word.
      // dekker: release, partner of the acquire in take_row(), hands on what take_from_tree()
      // acquired; and before the hints are read, as in give_bits().
      const bool whole = Policy::planted(Bug::split_publishes_whole);
      rows_[row].store(whole ? kFullRow : rest, memory_order_dekker);
      if (whole) rows_[row].fetch_and(rest, memory_order_dekker);
      Base::announce(row, orders_in(rest, kSmallOrderMax));
    }
    // The rest was in flight: a scan that missed it must look again.
    count_taken(row, p.mask, Count::Tick::yes);
    return {row, p.mask};
  }
  void count_taken(std::uint64_t row, std::uint64_t mask, typename Count::Tick tick) {
    const Pages n = Pages{0} - Pages{bits_in(mask)};
    count_.add(n, tick);
    count_cma(row, n);
    stay_near(row);
  }

  bool tree_holds(std::uint64_t t, unsigned c, unsigned fit) const {
    // dekker: the second look, after the bit is clear; partner of give_rows().
    const std::uint64_t w = trees_[t].rows.load(memory_order_dekker) & types_.class_rows(t, c);
    return maximal_runs(w, fit, kGroupOrderMax) != 0;
  }

  RowClaim take_from_tree(std::uint64_t t, TypeSet set, unsigned k) {
    // relaxed: the exchange decides.
    std::uint64_t w = trees_[t].rows.load(std::memory_order_relaxed);
    for (;;) {
      const std::uint64_t types = types_.word(t);
      const Run run = find_run<Policy>(w & types_.rows_of(types, set), k, kGroupOrderMax);
      if (!run.found()) return {};
      const std::uint64_t row = (t << kRowOrder) + run.bit;
      const std::uint64_t mask = run_mask(std::uint64_t{run.bit}, k);
      // dekker: acquire, partner of give_rows(); and before the hints of what is left are read.
      // relaxed on failure: only the word is used.
      if (trees_[t].rows.compare_exchange_weak(w, claimed(w, mask), memory_order_dekker,
                                               std::memory_order_relaxed)) {
        for (unsigned left = k; left < run.fit; ++left)
          hints_.announce(class_of(types_.byte(row + (std::uint64_t{1} << left))), left + kRowOrder,
                          t);
        // A pageblock that changed hands meanwhile was announced by the runs that this claim broke.
        // dekker: after the exchange; partner of change(), which comes before a look at the word.
        if (types_.word(t) != types && !Policy::planted(Bug::retype_unseen)) Base::retyped(row);
        stay_near(row);
        return {row, mask};
      }
    }
  }

  /// relaxed: see near_row().
  void stay_near(std::uint64_t row) {
    const unsigned c = class_of(types_.byte(row));
    if (near_row(c) != row) near_row_[c].store(row, std::memory_order_relaxed);
  }
};

}  // namespace bp::impl
