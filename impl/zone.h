// SPDX-License-Identifier: MIT
// One zone's free frames as two levels of bitmaps, and nothing else: no marks, no per-CPU lists.
//
//   L0  one word per row of 64 frames, bit = free frame; blocks of orders 0..5.
//   L1  one word per tree of 4096 frames, bit = fully free row; blocks of orders 6..10.
// A fully free row is in L1 only and its L0 word is 0. So a block is in exactly one word, and every
// claim and every release of it is one read-modify-write of that word. Free blocks are the maximal
// runs of the words: merging needs no step but the swing of a row that became full.
//
// Contract
//   who       claim*, release*, settle, free_pages: any thread with any thread. place(),
//             put_range() and for_each_free() need quiescence.
//   ABA       none: a word that compares equal has the same free frames, which is all that a claim
//             depends on.
//   progress  lock-free. A claim repeats only when another operation changed the word it wanted, or
//             released frames while it looked.
//   in flight a frame is in no word while a row is broken or swung. A thread that stalls there
//             holds back at most that row; its release or claim is not finished either.
//   null      "nothing found" is said only if no release ended during the whole scan (L1).
// Hints say where a run of exactly some order may be: per tree one word for each small order (its
// rows), per zone one bit per class of types, order and tree. Claims take the tightest fit that the
// hints know; the last scan before "nothing" uses none of them and wraps.
// The layers, each on the one before: zone_words.h, zone_release.h, zone_claim.h, zone_search.h,
// zone_special.h.
#pragma once

#include "impl/zone_special.h"

namespace bp::impl {

template <class Policy>
class Zone : public ZoneSpecial<Policy> {
  using Words = ZoneWords<Policy>;
  using Base = ZoneSpecial<Policy>;
  using Count = PageCount<Policy>;
  using Words::count_, Words::rows_, Words::types_;

 public:
  using Words::bit_of, Words::frame_at, Words::row_of;

  /// A free block of this order, or kNoPfn; counted as taken.
  [[gnu::noinline]] Pfn claim(Order order, const Claimant& who) {
    const unsigned o = static_cast<unsigned>(order);
    if (o > kSmallOrderMax) return claim_group(o - kRowOrder, who);
    const RowClaim c = claim_row(PickBlock<Policy>{o}, who);
    return c.found() ? Words::frame_of(c.row, c.mask) : kNoPfn;
  }

  /// Up to `want` free blocks of one row, order at most kSmallOrderMax; counted as taken.
  RowClaim claim_blocks(unsigned order, unsigned want, const Claimant& who) {
    return claim_row(PickBlocks{order, want}, who);
  }

  /// Gives back an allocated block and counts it as free.
  [[gnu::noinline]] void release(Pfn head, Order order) {
    const unsigned o = static_cast<unsigned>(order);
    const std::uint64_t row = row_of(head);
    if (o > kSmallOrderMax) {
      release_group(row, o - kRowOrder);
    } else {
      const std::uint64_t w = Base::give_bits(row, run_mask(std::uint64_t{bit_of(head)}, o));
      if (!Base::swung(row, w)) Base::announce_run(row, w, bit_of(head), o);
      Base::count_cma(row, pages_in(order));
    }
    count_.add(pages_in(order), Count::Tick::yes);
  }

  /// Gives back frames of one row; the caller counts them with settle() when it has given all.
  void release_row(std::uint64_t row, std::uint64_t mask) {
    if (mask == kFullRow) {
      Base::give_row(row);
      return Base::count_cma(row, Pages{kRowBits});
    }
    const std::uint64_t w = Base::give_bits(row, mask);
    Base::count_cma(row, Pages{bits_in(mask)});
    if (Base::swung(row, w)) return;
    if ((mask & (mask - 1)) == 0) {
      Base::announce_run(row, w, lowest_set(mask), 0);
    } else {
      Base::announce(row, orders_in(w, kSmallOrderMax));
    }
  }

  /// Gives back 2^k rows, an allocated block of order k + 6; counted by settle().
  void release_group(std::uint64_t row, unsigned k) {
    Base::give_rows(row, run_mask(row & (kRowBits - 1), k), k);
    Base::count_cma_group(row, k, true);
  }

  /// Counts frames given back by release_row(); ends that release.
  void settle(Pages released) { count_.add(released, Count::Tick::yes); }

  /// A frame of the block is free in the bitmaps.
  bool any_free(Pfn head, Order order) const {
    const std::uint64_t row = row_of(head);
    const unsigned o = static_cast<unsigned>(order);
    // relaxed: a block's owner sees its own claim, and nobody else's changes its bits.
    if (o > kSmallOrderMax) {
      const std::uint64_t w = Words::tree_of(row).rows.load(std::memory_order_relaxed);
      return !none_free(w, run_mask(row & (kRowBits - 1), o - kRowOrder));
    }
    const std::uint64_t w = rows_[row].load(std::memory_order_relaxed);
    return !none_free(w, run_mask(std::uint64_t{bit_of(head)}, o));
  }

  /// Changes whenever a release ends; acquire.
  std::uint64_t ticks() const { return count_.ticks(); }

  /// Pages in free blocks that are not isolated. Exact at quiescence, off by what is in flight
  /// otherwise, never negative.
  Pages free_pages() const {
    const std::int64_t n = count_.signed_pages() - Base::isolated_free(kEveryType);
    return Pages{n < 0 ? 0 : n};
  }

  /// Whether more than all raise_limit() would be free for a request up to a type of zone if the
  /// pages `beside` were gone. Never true because of a count that is below zero in flight; and all
  /// of the reserve, of CMA and of what is isolated counts as free here and is left out.
  bool is_above(ZoneType highest, std::int64_t beside) const {
    // relaxed: a watermark needs recent values, nothing behind them.
    return count_.is_above(
        Words::limits_[static_cast<unsigned>(highest)].load(std::memory_order_relaxed), beside);
  }

  /// Whether a scan by hints comes to a block that for_each_free() visits. At quiescence.
  bool is_hinted(Pfn head, Order order) const {
    const std::uint64_t row = row_of(head), tree = row >> kRowOrder;
    const unsigned o = static_cast<unsigned>(order);
    const unsigned c = class_of(types_.byte(row));
    if (o > kSmallOrderMax) {
      // A block whose pageblocks differ is a smaller one to each class.
      const bool whole = o <= kPageblockOrder || class_of(types_.byte(row + kPageblockRows)) == c;
      return Words::hints_.says(c, whole ? o : o - 1, tree);
    }
    // relaxed: quiescence is the caller's duty.
    const auto rows = Words::tree_of(row).fits[o].load(std::memory_order_relaxed);
    return (rows & Words::row_bit(row)) != 0 && Words::hints_.says(c, o, tree);
  }

  /// The type of a frame's pageblock; `isolate` also if it is not there.
  Migratetype type_at(Pfn p) const {
    const std::uint8_t byte = types_.byte(row_of(p));
    if (byte == 0 || (byte & kIsolated) != 0) return Migratetype::isolate;
    return static_cast<Migratetype>(lowest_set(byte));
  }

 private:
  template <class Pick>
  RowClaim claim_row(Pick pick, const Claimant& who) {
    return Base::search(
        who, pick.order, [&](unsigned c, TypeSet set) { return Base::row_by_hints(c, set, pick); },
        [&](unsigned c, TypeSet set) { return Base::row_from_anywhere(c, set, pick); });
  }

  Pfn claim_group(unsigned k, const Claimant& who) {
    const RowClaim c = Base::search(
        who, k + kRowOrder,
        [&](unsigned kind, TypeSet set) { return Base::group_by_hints(kind, set, k); },
        [&](unsigned kind, TypeSet set) { return Base::group_from_anywhere(kind, set, k); });
    if (!c.found()) return kNoPfn;
    count_.add(Pages{0} - pages_in(Order{k + kRowOrder}), Count::Tick::no);
    Base::count_cma_group(c.row, k, false);
    return frame_at(c.row, 0);
  }
};

}  // namespace bp::impl
