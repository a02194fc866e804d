// SPDX-License-Identifier: MIT
// What sets pageblocks of a zone apart from those that any request may have: the reserve for
// high-order atomic requests (R-HA-1..4), CMA areas, isolation, and whether a pageblock is there at
// all. All of it is a change of the pageblock's byte: the bitmaps know nothing of it and remain
// what decides who owns a frame.
//
// Contract
//   who       any thread with any thread; set_cma() before anyone else knows the zone.
//   reserve   counted before its pageblock changes and uncounted after it changed back: never
//             negative, never more than a pageblock above the cap for each thread that reserves.
//   isolated  a claim that begins after isolate() returned takes nothing there; one that was on its
//             way may. take_pageblock() is what decides: it gets all frames of a pageblock or none.
//   progress  lock-free.
// Freestanding.
#pragma once

#include "impl/zone_search.h"

namespace bp::impl {

inline constexpr std::int64_t kPageblockPages = std::int64_t{1} << kPageblockOrder;

template <class Policy>
class ZoneSpecial : public ZoneSearch<Policy> {
 protected:
  using Words = ZoneWords<Policy>;
  using Base = ZoneSearch<Policy>;
  using Count = PageCount<Policy>;
  using Words::n_trees_, Words::rows_, Words::trees_, Words::types_;

 public:
  /// Pages reserved for high-order atomic requests, used or not.
  std::int64_t reserved() const { return Base::figure(this->reserved_); }
  /// Free pages in CMA areas, those that are isolated left out.
  std::int64_t free_cma() const {
    return this->has_cma_
               ? at_least_zero(this->cma_count_.signed_pages() - Base::isolated_free(kCma))
               : 0;
  }
  /// Free pages of the reserve.
  std::int64_t free_reserved() const {
    if (reserved() == 0) return 0;
    return Base::free_in([](std::uint64_t types) { return rows_of_types(types, kHighatomic); });
  }

  /// Raises the limit of is_above() for requests up to a type of zone.
  void raise_limit(ZoneType highest, std::int64_t pages) {
    add(this->limits_[static_cast<unsigned>(highest)], Count::limit_of(pages));
  }

  /// Before anybody else looks, and before its frames are put: a pageblock of a CMA area.
  void set_cma(Pfn pageblock) {
    types_.set(this->row_of(pageblock), Migratetype::cma);
    this->has_cma_ = true;
    withhold(kPageblockPages);
  }
  /// The same: a pageblock that is not there yet; put_online() brings it.
  void set_offline(Pfn pageblock) { types_.clear(this->row_of(pageblock)); }

  /// The pageblock of `p` joins the reserve, unless that has `cap` pages or the pageblock is
  /// special already (R-HA-2, 3).
  void reserve(Pfn p, std::int64_t cap) {
    const std::uint64_t row = this->row_of(p);
    const std::uint8_t byte = types_.byte(row);
    if (byte == 0 || byte > kRequestable) return;
    // relaxed: a count; the pageblock's byte is what others act upon.
    std::int64_t r = this->reserved_.load(std::memory_order_relaxed);
    do {
      if (r >= cap && !Policy::planted(Bug::reserve_over_cap)) return;
      // relaxed: as above, success and failure.
    } while (!this->reserved_.compare_exchange_weak(
        r, r + kPageblockPages, std::memory_order_relaxed, std::memory_order_relaxed));
    withhold(kPageblockPages);
    if (!types_.change(row, byte, kHighatomic)) return uncount_reserved();
    Base::retyped(row);
  }

  /// One pageblock of the reserve that has free frames goes to `to`; `keep`: not the last
  /// (R-HA-4). True if one went.
  bool unreserve(Migratetype to, bool keep) {
    if (reserved() <= (keep ? kPageblockPages : 0)) return false;
    for (std::uint64_t t = 0; t < n_trees_; ++t) {
      for (std::uint64_t rows = types_.rows(t, kHighatomic); rows != 0; rows &= rows - 1) {
        const std::uint64_t row = (t << kRowOrder) + lowest_set(rows);
        if (row % kPageblockRows != 0 || Base::free_in_pageblock(row) == 0) continue;
        if (!types_.change(row, kHighatomic, set_of(to))) continue;
        uncount_reserved();
        opened(row);
        return true;
      }
    }
    return false;
  }

  /// No claim takes from the pageblock any more; false if it is isolated already or not there.
  bool isolate(Pfn pageblock) {
    const std::uint64_t row = this->row_of(pageblock);
    for (;;) {
      const std::uint8_t byte = types_.byte(row);
      if (byte == 0 || (byte & kIsolated) != 0) return false;
      if (types_.change(row, byte, byte | kIsolated)) break;
    }
    add(this->isolated_, kPageblockPages);
    withhold(kPageblockPages);
    Base::retyped(row);
    return true;
  }
  /// Ends that; false if it was not isolated.
  bool undo_isolate(Pfn pageblock) {
    const std::uint64_t row = this->row_of(pageblock);
    const std::uint8_t byte = types_.byte(row);
    if ((byte & kIsolated) == 0) return false;
    const auto type = Policy::planted(Bug::isolation_forgets)
                          ? set_of(Migratetype::unmovable)
                          : static_cast<TypeSet>(byte & ~kIsolated);
    if (!types_.change(row, byte, type)) return false;
    add(this->isolated_, -kPageblockPages);
    withhold(-kPageblockPages);
    opened(row);
    return true;
  }

  /// All frames of a pageblock, if all are free: one block of its order, now the caller's.
  bool take_pageblock(Pfn pageblock) {
    const std::uint64_t row = this->row_of(pageblock);
    auto& word = trees_[row >> kRowOrder].rows;
    const std::uint64_t mask = Words::pageblock_rows(row);
    // relaxed: the exchange decides.
    std::uint64_t w = word.load(std::memory_order_relaxed);
    do {
      if (!all_free(w, mask)) return false;
      // acquire: partner of give_rows(). No hint is for what is left: isolation announced it.
      // relaxed on failure: only the word is used.
    } while (!word.compare_exchange_weak(w, claimed(w, mask), std::memory_order_acquire,
                                         std::memory_order_relaxed));
    this->count_.add(Pages{-kPageblockPages}, Count::Tick::no);
    Base::count_cma(row, Pages{-kPageblockPages});
    return true;
  }

  /// An isolated pageblock whose frames are the caller's leaves the machine.
  void put_offline(Pfn pageblock) {
    const std::uint64_t row = this->row_of(pageblock);
    const std::uint8_t byte = types_.byte(row);
    check(types_.change(row, byte, 0), "nobody else changes an isolated pageblock that is taken");
    if ((byte & kHighatomic) != 0) uncount_reserved();
    if ((byte & kCma) != 0) withhold(-kPageblockPages);
    add(this->isolated_, -kPageblockPages);
    withhold(-kPageblockPages);
  }
  /// The pageblock joins the machine, its frames taken; false if it is there.
  bool put_online(Pfn pageblock, Migratetype type) {
    return types_.change(this->row_of(pageblock), 0, set_of(type));
  }
  bool is_online(Pfn p) const { return types_.byte(this->row_of(p)) != 0; }

 private:
  template <class Figure>
  static void add(Figure& f, std::int64_t n) {
    // relaxed: as figure().
    f.fetch_add(n, std::memory_order_relaxed);
  }
  /// Pages that are not for every request, even if they are free.
  void withhold(std::int64_t pages) {
    for (auto& limit : this->limits_) add(limit, Count::limit_of(pages));
  }
  static std::int64_t at_least_zero(std::int64_t n) { return n < 0 ? 0 : n; }

  void uncount_reserved() {
    add(this->reserved_, -kPageblockPages);
    withhold(-kPageblockPages);
  }
  /// A pageblock is now for requests that it was not for: hints, and scans that failed try again.
  void opened(std::uint64_t row) {
    Base::retyped(row);
    this->count_.add(Pages{0}, Count::Tick::yes);
  }
};

}  // namespace bp::impl
