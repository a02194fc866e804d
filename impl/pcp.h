// SPDX-License-Identifier: MIT
// One CPU's lists of one zone (R-PCP-1, 2, 10, 11): blocks of orders 0..3 by type and of the huge
// order, each a stack in the caller's memory, warm at its top, flushed from its bottom.
//
// Contract
//   who       pages() and for_each() at quiescence: any thread. try_push() and try_pop(): whoever
//             the section lets, which they enter themselves. Everything else: whoever is inside
//             `section`.
//   bound     the types of one order share its capacity, and all capacities together are at most
//             `high` pages. Each list has a limit, its share; so a list below it may take a block
//             without a look at the others. Shares go to where blocks come, see make_room().
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

/// Most blocks of each order, however many pages a CPU may keep.
inline constexpr std::uint32_t kListMax[kListedOrders] = {128, 32, 16, 8, 4};

/// How many blocks of each order the lists may hold, and the slots for them: any type may be all.
struct ListCapacities {
  std::uint16_t of[kListedOrders] = {};
  std::uint32_t slots = 0;
  constexpr void set(unsigned place, std::uint32_t blocks) {
    of[place] = static_cast<std::uint16_t>(blocks);
    slots += kPcpTypes * blocks;
  }
};

/// Each order gets half of the pages that the orders below left, the last one all that is left.
constexpr ListCapacities capacities_of(std::uint32_t high) {
  ListCapacities c;
  std::uint32_t left = high;
  for (unsigned k = 0; k < kListedOrders; ++k) {
    const unsigned order = ListId{k, 0}.order();
    const std::uint32_t pages = k + 1 == kListedOrders ? left : left - left / 2;
    const std::uint32_t blocks = pages >> order;
    c.set(k, blocks < kListMax[k] ? blocks : kListMax[k]);
    left -= std::uint32_t{c.of[k]} << order;
  }
  return c;
}

template <class Policy>
class alignas(64) CpuLists {
 public:
  using Slot = typename Policy::template Var<std::uint32_t>;  ///< Frames above the zone's base.

  typename Policy::Section section;

  /// `slots` is raw memory for c.slots of them. A slot gets its value when it is pushed to.
  void place(unsigned cpu, Slot* slots, const ListCapacities& c) {
    section.place(cpu);
    if constexpr (!Policy::kZeroIsPlaced) {
      for (unsigned i = 0; i < c.slots; ++i) ::new (slots + i) Slot;
    }
    for (unsigned k = 0; k < kListedOrders; ++k) {
      capacity_[k] = c.of[k];
      for (unsigned t = 0; t < kPcpTypes; ++t) {
        of({k, t}).slots = slots;
        slots += c.of[k];
      }
      make_room({k, static_cast<unsigned>(Migratetype::movable)}, 0);
    }
  }

  bool keeps(ListId l) const { return l.is_list() && capacity_[l.place] != 0; }
  /// Blocks on the list. relaxed: outside the section it is a figure for reports; inside, the
  /// section orders it.
  std::uint32_t count(ListId l) const { return of(l).count.load(std::memory_order_relaxed); }
  /// How many more blocks of its order the CPU may keep.
  std::uint32_t room(ListId l) const {
    return capacity_[l.place] - count({l.place, 0}) - count({l.place, 1}) - count({l.place, 2});
  }
  /// The longest list of its order.
  ListId longest_beside(ListId l) const {
    for (unsigned t = 0; t < kPcpTypes; ++t)
      if (count({l.place, t}) > count(l)) l.type = t;
    return l;
  }
  std::uint32_t pages() const {
    std::uint32_t sum = 0;
    for_each_list([&](ListId l) { sum += count(l) << l.order(); });
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

  /// The list gets room for `n` more blocks, unless its order has not. What its limit wants, the
  /// other types give up; of what is free then, they keep half.
  bool make_room(ListId l, std::uint32_t n) {
    const std::uint32_t free = room(l);
    if (free < n) return false;
    if (limit(l) - count(l) >= n && n != 0) return true;
    const std::uint32_t others = (free - n) / 4;
    for (unsigned t = 0; t < kPcpTypes; ++t)
      set_limit({l.place, t}, count({l.place, t}) + (t == l.type ? free - 2 * others : others));
    return true;
  }

  /// The list has room.
  void push(ListId l, std::uint32_t frame) {
    const std::uint32_t n = count(l);
    slot(l, n).write(frame);
    set_count(l, n + 1);
  }
  /// Pushes first + b for each bit b of `bits`, the lowest last; there is room for all.
  void fill(ListId l, std::uint32_t first, std::uint64_t bits) {
    const std::uint32_t n = count(l) + static_cast<std::uint32_t>(bits_in(bits));
    for (std::uint32_t at = n; bits != 0; bits &= bits - 1)
      slot(l, --at).write(first + static_cast<std::uint32_t>(std::countr_zero(bits)));
    set_count(l, n);
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
    for_each_list([&](ListId l) {
      for (std::uint32_t i = 0; i < count(l); ++i) visit(slot(l, i).read(), l.order());
    });
  }
  template <class Visit>
  static void for_each_list(Visit&& visit) {
    for (unsigned k = 0; k < kListedOrders; ++k)
      for (unsigned t = 0; t < kPcpTypes; ++t) visit(ListId{k, t});
  }

 private:
  using Figure = typename Policy::template atomic<std::uint32_t>;
  struct List {
    Slot* slots = nullptr;  ///< As many as the order's capacity. Constant after place().
    Figure limit{0};        ///< Of `count`; those of one order are together its capacity.
    /// A whole machine word, though less would do: processors forward a store to the load of the
    /// next operation in no time at all if both are, and in 8 cycles if not.
    Figure count{0};
  };

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

  std::uint16_t capacity_[kListedOrders] = {};  ///< In blocks. Constant after place().
  List lists_[kListedOrders * kPcpTypes] = {};
};

}  // namespace bp::impl
