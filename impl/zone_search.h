// SPDX-License-Identifier: MIT
// In what order a claim looks at a zone's types (R-MT-2..6, 12): its own pageblocks; a whole
// pageblock of another type, or one that is mostly free, which becomes its own; whatever fits in
// another type's; at last, without hints, anything that it may have. A pageblock changes its type
// by one exchange and stays where it is: no frame is in flight, and a race costs a block in the
// wrong company. The contract is zone.h's. Freestanding.
#pragma once

#include "impl/zone_claim.h"

namespace bp::impl {

template <class Policy>
class ZoneSearch : public ZoneClaims<Policy> {
 protected:
  using Words = ZoneWords<Policy>;
  using Base = ZoneClaims<Policy>;
  using Words::count_, Words::hints_, Words::rows_, Words::trees_, Words::types_;

  /// `by_hints(class, set)` and `anywhere(class, set)` claim a block of `order`, or nothing.
  template <class ByHints, class Anywhere>
  RowClaim search(const Claimant& who, unsigned order, ByHints by_hints, Anywhere anywhere) {
    const unsigned own = class_of(who.type);
    return until_still([&] {
      RowClaim got;
      if (who.reserve_first) got = by_hints(kSpecialClass, kHighatomic);
      if (!got.found() && who.cma_first && most_is_cma()) got = by_hints(kSpecialClass, kCma);
      if (!got.found() && Policy::planted(Bug::others_first))
        got = from_others(who, order, by_hints);
      if (!got.found()) got = by_hints(own, set_of(who.type));
      if (Base::gave_up(got)) return got;
      if (!got.found() && (who.may & kCma) != 0 && !Policy::planted(Bug::cma_last))
        got = by_hints(kSpecialClass, kCma);
      if (Policy::planted(Bug::own_type_only)) return got;
      if (!got.found() && this->grouped_) got = from_others(who, order, by_hints);
      if (!got.found()) got = anywhere(own, who.may & (kEveryType ^ kHighatomic));
      if (!got.found() && (who.may & kHighatomic) != 0) got = anywhere(own, kHighatomic);
      return got;
    });
  }

  /// Free frames of the pageblock of a row. relaxed throughout: for a decision that may be wrong.
  unsigned free_in_pageblock(std::uint64_t row) const {
    const std::uint64_t block = Words::pageblock_rows(row);
    const std::uint64_t first = row & ~std::uint64_t{kPageblockRows - 1};
    unsigned n = bits_in(Words::tree_of(row).rows.load(std::memory_order_relaxed) & block)
                 << kRowOrder;
    for (std::uint64_t r = first; r < first + kPageblockRows; ++r)
      n += bits_in(rows_[r].load(std::memory_order_relaxed));
    return n;
  }

  /// Free pages of the pageblocks that rows_in(types of a tree) names. A walk over the zone's
  /// trees: for what is rare, so that no claim and no release has to count it.
  template <class RowsIn>
  std::int64_t free_in(RowsIn&& rows_in) const {
    std::int64_t n = 0;
    for (std::uint64_t t = 0; t < this->n_trees_; ++t) {
      for (std::uint64_t rows = rows_in(types_.word(t)); rows != 0; rows &= rows - 1) {
        const std::uint64_t row = (t << kRowOrder) + lowest_set(rows);
        if (row % kPageblockRows == 0) n += free_in_pageblock(row);
      }
    }
    return n;
  }

  template <class Figure>
  static std::int64_t figure(const Figure& f) {
    // relaxed: a figure for decisions that may be a moment old.
    return f.load(std::memory_order_relaxed);
  }

 public:
  /// Free pages in pageblocks that are isolated and of one of the types.
  std::int64_t isolated_free(TypeSet set) const {
    if (figure(this->isolated_) == 0) return 0;
    return free_in([set](std::uint64_t types) {
      return isolated_rows(types) & bytes_with(types & kEachByte * 0x7f, set);
    });
  }

 private:
  /// Of what is free and not isolated (R-GEN-13).
  bool most_is_cma() const {
    if (!this->has_cma_ || Policy::planted(Bug::cma_not_first)) return false;
    const std::int64_t free = count_.signed_pages() - isolated_free(kEveryType);
    return free / 2 < this->cma_count_.signed_pages() - isolated_free(kCma);
  }

  template <class ByHints>
  RowClaim from_others(const Claimant& who, unsigned order, ByHints by_hints) {
    RowClaim got;
    if (claim_pageblock(who.type, order)) got = by_hints(class_of(who.type), set_of(who.type));
    for (unsigned n = 0; n < kFallbacks && !got.found(); ++n) {
      const bool swapped = Policy::planted(Bug::single_swapped);
      const Migratetype other = fallback(who.type, swapped ? kFallbacks - 1 - n : n);
      got = by_hints(class_of(other), set_of(other));
    }
    return got;
  }

  static constexpr Migratetype fallback(Migratetype t, unsigned n) {
    return fallback_of(t, Policy::planted(Bug::fallback_swapped) ? kFallbacks - 1 - n : n);
  }

  /// Makes a pageblock of another type one of `type`: from the largest free blocks down, as long as
  /// that is worth it; of each order the first candidate only (R-MT-5, 6, 10, 12).
  bool claim_pageblock(Migratetype type, unsigned order) {
    const unsigned least = order < kClaimOrderMin ? kClaimOrderMin : order;
    const bool wholes = !Policy::planted(Bug::whole_not_claimed);
    for (unsigned o = wholes ? kOrderMax + 1 : kPageblockOrder; o-- > least;) {
      for (unsigned n = 0; n < kFallbacks; ++n) {
        const Migratetype other = fallback(type, n);
        const std::uint64_t row = candidate(class_of(other), o);
        if (row == kNoRow) continue;
        if (take_over(row, o, other, type)) return true;
        break;
      }
    }
    return false;
  }

  bool take_over(std::uint64_t row, unsigned order, Migratetype from, Migratetype to) {
    if (order < kPageblockOrder && Policy::planted(Bug::half_not_claimed)) return false;
    if (order < kPageblockOrder && !is_worth_claiming(free_in_pageblock(row))) return false;
    bool any = false;
    const std::uint64_t rows = order <= kPageblockOrder ? 1 : 1U << (order - kRowOrder);
    for (std::uint64_t r = row; r < row + rows; r += kPageblockRows) {
      if (!types_.change(r, set_of(from), set_of(to))) continue;
      Base::retyped(r);
      any = true;
    }
    return any;
  }

  static constexpr std::uint64_t kNoRow = ~std::uint64_t{0};

  /// A row of a pageblock that the hints say holds a free block of exactly this order.
  std::uint64_t candidate(unsigned c, unsigned order) {
    std::uint64_t row = kNoRow;
    const bool group = order > kSmallOrderMax;
    hints_.any_from(c, order, Base::near_tree(c), [&](std::uint64_t t) {
      const std::uint64_t ours = types_.class_rows(t, c);
      // relaxed: a candidate; the exchange of its type decides, and nothing hangs on it.
      std::uint64_t heads = trees_[t].rows.load(std::memory_order_relaxed) & ours;
      if (group) {
        heads = maximal_runs(heads, order - kRowOrder, kGroupOrderMax);
      } else {
        heads = trees_[t].fits[order].load(std::memory_order_relaxed) & ours;
      }
      if (heads == 0) return false;
      row = (t << kRowOrder) + lowest_set(heads);
      return true;
    });
    return row;
  }

  /// Repeats `attempt` while a release ends during it and it finds nothing.
  template <class Attempt>
  RowClaim until_still(Attempt&& attempt) {
    std::uint64_t before = count_.ticks();
    for (;;) {
      const RowClaim got = attempt();
      if (got.found()) return got;
      const std::uint64_t after = count_.latest_ticks();
      if (after == before) return got;
      before = after;
    }
  }
};

}  // namespace bp::impl
