// SPDX-License-Identifier: MIT
// One CPU's lists of one zone (R-PCP-1, 2, 10, 11): blocks of orders 0..3 by type and of the huge
// order, each a stack in the caller's memory, warm at its top, flushed from its bottom.
//
// Contract
//   who       pages() and for_each() at quiescence: any thread. try_push() and try_pop(): whoever
//             the section lets, which they enter themselves. Everything else: whoever is inside
//             `section`.
//   bound     all lists together hold at most `high` pages, and each what it has slots for. A list
//             has a limit, its share of that; below it, it may take a block without a look at the
//             others. Shares go to where blocks come, see make_room().
//   progress  no operation waits; see the section for what a stalled owner holds back.
// Freestanding.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <new>

#include "impl/planted.h"
#include "impl/row.h"
#include "model/vocab/migratetype.h"
#include "model/vocab/units.h"

namespace bp::impl {

inline constexpr unsigned kListedOrderMax = 3;
inline constexpr unsigned kHugeOrder = 9;
inline constexpr unsigned kListedOrders = kListedOrderMax + 2;

/// A list: which of the listed orders, and its type.
struct ListId {
  unsigned place = kListedOrders;
  unsigned type = 0;
  constexpr bool operator==(const ListId&) const = default;
  constexpr bool is_list() const { return place != kListedOrders; }
  constexpr unsigned order() const { return place <= kListedOrderMax ? place : kHugeOrder; }
};

inline constexpr unsigned kNoPcpType = kPcpTypes;  ///< Whose blocks lie on no list.

/// Where a block's order stands among the listed ones; kListedOrders: nowhere.
constexpr unsigned place_of(unsigned order) {
  constexpr std::uint8_t kOf[kOrderMax + 1] = {0, 1, 2, 3, 5, 5, 5, 5, 5, 4, 5};
  static_assert(kListedOrderMax == 3 && kHugeOrder == 9 && kListedOrders == 5);
  return kOf[order];
}
/// The list for blocks of this order and requestable type.
constexpr ListId list_of(unsigned order, Migratetype t) {
  return {place_of(order), static_cast<unsigned>(t)};
}

/// Most blocks on a list of each order, however many pages a CPU may keep; a byte counts them.
inline constexpr std::uint32_t kListMax[kListedOrders] = {255, 128, 64, 32, 4};

/// What a CPU may keep, and how many blocks a list of each order has slots for.
struct ListCapacities {
  std::uint32_t high = 0;  ///< Pages; 16 bits will do.
  std::uint8_t of[kListedOrders] = {};
  std::uint32_t slots = 0;  ///< Of all lists.
};

/// Any list may have all pages, the huge order's half of them: one block is most of what most CPUs
/// may keep. Who saves memory has a quarter of the slots.
constexpr ListCapacities capacities_of(std::uint32_t high, bool saves_memory = false) {
  ListCapacities c{high};
  std::uint32_t all = 0;
  for (unsigned k = 0; k < kListedOrders; ++k) {
    const unsigned order = ListId{k, 0}.order();
    const std::uint32_t blocks = (order == kHugeOrder ? high / 2 : high) >> order;
    const std::uint32_t most = kListMax[k] / (saves_memory ? 4 : 1);
    c.of[k] = static_cast<std::uint8_t>(blocks < most ? blocks : most);
    c.slots += kPcpTypes * c.of[k];
    all += kPcpTypes * c.of[k] << order;
  }
  if (all < c.high) c.high = all;
  return c;
}

template <class Policy>
class alignas(64) CpuLists {
 public:
  using Slot = typename Policy::template Var<std::uint32_t>;  ///< Frames above the zone's base.

  /// `slots` is raw memory for c.slots of them. A slot gets its value when it is pushed to.
  void place(unsigned cpu, Slot* slots, const ListCapacities& c) {
    section.place(cpu);
    if constexpr (!Policy::kZeroIsPlaced) {
      for (unsigned i = 0; i < c.slots; ++i) ::new (slots + i) Slot;
    }
    set_unshared(c.high);
    for (unsigned k = 0; k < kListedOrders; ++k) capacity_[k] = c.of[k];
    for_each_kept([&](ListId l) {
      of(l).slots = slots;
      slots += c.of[l.place];
    });
  }

  bool keeps(ListId l) const { return l.is_list() && capacity_[l.place] != 0; }
  /// Blocks on the list. relaxed: outside the section it is a figure for reports; inside, the
  /// section orders it.
  std::uint32_t count(ListId l) const { return of(l).count.load(std::memory_order_relaxed); }
  /// What stands in the way of one more block: the list itself, or that with the most pages.
  ListId in_the_way(ListId l) const {
    if (count(l) == capacity_[l.place]) return l;
    for_each_kept([&](ListId o) {
      if (count(o) << o.order() > count(l) << l.order()) l = o;
    });
    return l;
  }
  std::uint32_t pages() const {
    std::uint32_t sum = 0;
    for_each_kept([&](ListId l) { sum += count(l) << l.order(); });
    return sum;
  }

  /// The block that lies i-th on the list, from the oldest on.
  std::uint32_t at(ListId l, std::uint32_t i) const { return slot(l, i).read(); }
  bool has_on_top(ListId l, std::uint32_t frame) const {
    const std::uint32_t n = count(l);
    return n != 0 && slot(l, n - 1).read() == frame;
  }

  /// Keeps a block on the list of its pageblock's type, or does nothing: the list is another's now
  /// or has reached its limit, or there is none for the type. by_type(seen, list) reads the type
  /// from the pageblock's `word` and returns list(constant of it), or null.
  template <class Word, class ByType>
  [[gnu::always_inline]] bool try_push(unsigned place, std::uint32_t frame, const Word& word,
                                       ByType by_type) {
    return section.try_push(word, frame, [&](std::uint64_t seen) -> List* {
      return by_type(seen, [&](auto type) { return &given<type()>(of({place, type()})); });
    });
  }
  /// The block pushed last, or nothing done: the list is another's now, or empty.
  bool try_pop(ListId l, std::uint32_t& frame) {
    List& from = given<kPcpTypes>(of(l));
    return section.try_pop(from.count, from.slots, frame);
  }

  /// The list gets room for up to `n` more blocks; returns for how many. What its limit wants comes
  /// from what is no list's, and if that is too little from what the others do not use.
  std::uint32_t make_room(ListId l, std::uint32_t n) {
    return limit(l) - count(l) >= n ? n : widen(l, n);
  }

  /// The list has room.
  void push(ListId l, std::uint32_t frame) {
    const std::uint32_t n = count(l);
    slot(l, n).write(frame);
    set_count(l, n + 1);
  }
  /// Pushes first + b for each bit b of `bits`, the lowest last; there is room for all.
  void fill(ListId l, std::uint32_t first, std::uint64_t bits) {
    Slot* const to = &slot(l, count(l));
    const std::uint32_t n = bits_in(bits);
    if (is_one_run(bits)) {
      // Most of a row, or all: compilers make a few wide stores of it.
      const std::uint32_t last = first + lowest_set(bits) + n - 1;
      for (std::uint32_t i = 0; i < n; ++i) to[i].write(last - i);
    } else {
      for (Slot* at = to + n; bits != 0; bits &= bits - 1) (--at)->write(first + lowest_set(bits));
    }
    set_count(l, count(l) + n);
  }
  /// The block pushed last; `count` is the list's and not 0. Looked at once: a section that does
  /// not hold must show as a race, not as a slot that is not there.
  std::uint32_t pop(ListId l, std::uint32_t count) {
    set_count(l, count - 1);
    return slot(l, count - 1).read();
  }
  /// Takes the `n` blocks that lay longest, oldest first: visit(frame) for each. n <= `count`,
  /// which is the list's.
  template <class Visit>
  void take_oldest(ListId l, std::uint32_t count, std::uint32_t n, Visit&& visit) {
    const std::uint32_t left = count - n;
    for (std::uint32_t i = 0; i < n; ++i) visit(slot(l, i).read());
    for (std::uint32_t i = 0; i < left; ++i) slot(l, i).write(slot(l, i + n).read());
    set_count(l, left);
  }
  /// visit(frame, order) for each, list by list, oldest first.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for_each_kept([&](ListId l) {
      for (std::uint32_t i = 0; i < count(l); ++i) visit(slot(l, i).read(), l.order());
    });
  }
  /// visit(list) for each that may hold something.
  template <class Visit>
  void for_each_kept(Visit&& visit) const {
    for (unsigned k = 0; k < kListedOrders && capacity_[k] != 0; ++k)
      for (unsigned t = 0; t < kPcpTypes; ++t) visit(ListId{k, t});
  }

 private:
  using Figure = typename Policy::template atomic<std::uint32_t>;
  struct List {
    Slot* slots = nullptr;  ///< As many as the order's capacity. Constant after place().
    Figure limit{0};        ///< Of `count`; at most the order's capacity.
    /// A whole machine word, though less would do: processors forward a store to the load of the
    /// next operation in no time at all if both are, and in 8 cycles if not.
    Figure count{0};
  };

  /// The list has fewer than `n` places left: more of what no list has, and then of what the others
  /// have and do not use. How many it has then, at most `n`.
  [[gnu::noinline]] std::uint32_t widen(ListId l, std::uint32_t n) {
    const std::uint32_t slots = capacity_[l.place] - count(l);
    if (slots < n) n = slots;
    if (unshared(l) + limit(l) - count(l) < n) take_back();
    const std::uint32_t had = limit(l) - count(l);
    if (n <= had) return n;
    // A quarter for whom asks: orders that come in turn do not take it from each other at once.
    std::uint32_t more = unshared(l) / 4 < n - had ? n - had : unshared(l) / 4;
    if (unshared(l) < more) more = unshared(l);
    if (slots - had < more) more = slots - had;
    set_limit(l, limit(l) + more);
    set_unshared(unshared_.read() - (more << l.order()));
    return had + more < n ? had + more : n;
  }
  /// No list has more than it holds.
  void take_back() {
    std::uint32_t pages = unshared_.read();
    for_each_kept([&](ListId l) {
      pages += (limit(l) - count(l)) << l.order();
      set_limit(l, count(l));
    });
    set_unshared(pages);
  }
  void set_unshared(std::uint32_t pages) { unshared_.write(static_cast<std::uint16_t>(pages)); }
  /// Blocks of the list's order in what no list has.
  std::uint32_t unshared(ListId l) const { return std::uint32_t{unshared_.read()} >> l.order(); }

  List& of(ListId l) { return lists_[l.place * kPcpTypes + l.type]; }
  const List& of(ListId l) const { return lists_[l.place * kPcpTypes + l.type]; }
  /// The list by an address that the compiler takes for given, and for each `type` for another one.
  /// It would compute it from the type again behind the section's barriers, in every operation; or
  /// from what should be a branch, see ListTraffic::by_type().
  template <unsigned type>
  static List& given(List& l) {
    List* at = &l;
    asm("" : "+r"(at) : "i"(type));
    return *at;
  }
  Slot& slot(ListId l, std::uint32_t i) const { return of(l).slots[i]; }
  // relaxed, all: see count(); plain stores, since only who is inside writes.
  void set_count(ListId l, std::uint32_t n) { of(l).count.store(n, std::memory_order_relaxed); }
  std::uint32_t limit(ListId l) const { return of(l).limit.load(std::memory_order_relaxed); }
  void set_limit(ListId l, std::uint32_t n) { of(l).limit.store(n, std::memory_order_relaxed); }

  List lists_[kListedOrders * kPcpTypes] = {};

 public:
  /// Behind the lists: a pair takes 3 % longer with its flag in front of them.
  typename Policy::Section section;

 private:
  /// Slots of a list; none: none of higher orders either. Constant after place().
  std::uint8_t capacity_[kListedOrders] = {};
  /// Pages; with those that the limits stand for, what the CPU may keep.
  typename Policy::template Var<std::uint16_t> unshared_;
};

}  // namespace bp::impl
