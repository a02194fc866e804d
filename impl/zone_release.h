// SPDX-License-Identifier: MIT
// How frames become free in a zone's words, and how the hints learn of it: one read-modify-write of
// the block's word, the swing of a row that became full, the announcements. The contract is
// zone.h's. Freestanding.
#pragma once

#include "impl/zone_words.h"
#include "model/vocab/check.h"

namespace bp::impl {

template <class Policy>
class ZoneReleases : public ZoneWords<Policy> {
 protected:
  using Base = ZoneWords<Policy>;
  using Base::frame_at, Base::row_bit, Base::tree_of;
  using Base::hints_, Base::rows_, Base::trees_, Base::types_;

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
    // sees what this one wrote; and before the types and the hints are read, partner of its second
    // look and of retyped().
    const std::uint64_t old = trees_[t].rows.fetch_or(mask, memory_order_dekker);
    must_be_taken(old, mask);
    announce_group(row, released(old, mask), k);
  }

  /// All frames of a row, of which none is in its word then.
  void give_row(std::uint64_t row) {
    // relaxed: a look at bits that nobody may change.
    must_be_taken(rows_[row].load(std::memory_order_relaxed), kFullRow);
    this->blocks.forget(frame_at(row, 0));
    give_rows(row, row_bit(row), 0);
  }

  /// The row is full and became its tree's.
  bool swung(std::uint64_t row, std::uint64_t w) {
    const bool half = Policy::planted(Bug::swing_half) && all_free(w, kFullRow >> (kRowBits / 2));
    if ((w != kFullRow && !half) || Policy::planted(Bug::swing_skipped)) return false;
    swing(row, w);
    return true;
  }

  /// The row got a run of order k at `bit`, which may have grown a larger one.
  void announce_run(std::uint64_t row, std::uint64_t w, unsigned bit, unsigned k) {
    announce(row, 1U << grown_order(w, bit, k, kSmallOrderMax));
  }
  /// The row may have got runs of these orders: the row's hint, then its tree's.
  void announce(std::uint64_t row, unsigned orders) {
    for (; orders != 0; orders &= orders - 1) {
      const auto fit = static_cast<unsigned>(std::countr_zero(orders));
      announce_bit(tree_of(row).fits[fit], row_bit(row));
      // The type after the row's hint: partner of retyped().
      hints_.announce(class_of(types_.byte(row)), fit, row >> kRowOrder);
    }
  }

  /// The tree, whose word is now `w`, got a run of 2^k rows at `row`.
  void announce_group(std::uint64_t row, std::uint64_t w, unsigned k) {
    const std::uint64_t t = row >> kRowOrder;
    const std::uint64_t types = types_.word(t);
    const auto bit = static_cast<unsigned>(row & (kRowBits - 1));
    for (std::uint64_t left = run_mask(std::uint64_t{bit}, k); left != 0;) {
      const auto at = static_cast<unsigned>(std::countr_zero(left));
      const unsigned c = class_of(static_cast<std::uint8_t>(types >> at / kPageblockRows * 8));
      const std::uint64_t ours = rows_of_class(types, c);
      // A block of the largest order whose pageblocks differ is a smaller one to each class.
      const unsigned part = all_free(ours, run_mask(std::uint64_t{bit}, k)) ? k : k - 1;
      hints_.announce(c, kRowOrder + grown_order(w & ours, at, part, kGroupOrderMax), t);
      left &= ~run_mask(std::uint64_t{at}, part);
    }
  }

  /// The pageblock of a row became another class's: what is free in it is announced there, and what
  /// is in its buddy, whose runs may have been larger with it.
  void retyped(std::uint64_t row) {
    announce_pageblock(row);
    announce_pageblock(row ^ kPageblockRows);
  }

 private:
  void announce_pageblock(std::uint64_t row) {
    const std::uint64_t t = row >> kRowOrder;
    const std::uint64_t block = Base::pageblock_rows(row);
    const unsigned c = class_of(types_.byte(row));
    // dekker: after the type was written; partner of give_bits() and give_rows().
    const std::uint64_t w = trees_[t].rows.load(memory_order_dekker) & types_.class_rows(t, c);
    for (unsigned k = 0; k <= kGroupOrderMax; ++k)
      if (maximal_runs(w, k, kGroupOrderMax) != 0) hints_.announce(c, k + kRowOrder, t);
    for (unsigned fit = 0; fit < kFits; ++fit) {
      // dekker: as above.
      if ((trees_[t].fits[fit].load(memory_order_dekker) & block) != 0) hints_.announce(c, fit, t);
    }
  }

  /// A claim or a release is the only owner of its bits: anything else is corruption, and going on
  /// would hand a frame out twice.
  static void must_be_taken(std::uint64_t old, std::uint64_t mask) {
    if constexpr (Policy::kStopOnCorruption)
      check(none_free(old, mask), "a released frame was not free");
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
    this->blocks.forget(frame_at(row, 0));
    if (Policy::planted(Bug::swing_abandoned) && !added_at_once(row)) return;
    give_rows(row, row_bit(row), 0);
  }
  bool added_at_once(std::uint64_t row) {
    auto& rows = tree_of(row).rows;
    // dekker, and relaxed for the look: as in give_rows().
    std::uint64_t w = rows.load(std::memory_order_relaxed);
    return rows.compare_exchange_strong(w, w | row_bit(row), memory_order_dekker,
                                        std::memory_order_relaxed);
  }
};

}  // namespace bp::impl
