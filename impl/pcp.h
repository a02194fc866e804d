// SPDX-License-Identifier: MIT
// One CPU's lists of one zone (R-PCP-1, 2, 10): blocks of orders 0..3 and of the huge order, each a
// stack in the caller's memory, warm at its top, flushed from its bottom.
//
// Contract
//   who       pages() and for_each() at quiescence: any thread. try_push() and try_pop(): whoever
//             the section lets, which they enter themselves. Everything else: whoever is inside
//             `section`.
//   bound     the capacities together are at most `high` pages: a list that is not full may take a
//             block without a look at the others.
//   progress  no operation waits; see the section for what a stalled owner holds back.
// Freestanding.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <new>

#include "impl/planted.h"
#include "impl/row.h"
#include "model/vocab/units.h"

namespace bp::impl {

inline constexpr unsigned kListedOrderMax = 3;
inline constexpr unsigned kHugeOrder = 9;
inline constexpr unsigned kLists = kListedOrderMax + 2;
inline constexpr unsigned kNoList = kLists;

/// Most blocks of each list, however many pages a CPU may keep.
inline constexpr std::uint32_t kListMax[kLists] = {128, 32, 16, 8, 4};

/// How many blocks each list may hold.
struct ListCapacities {
  std::uint16_t of[kLists] = {};
  std::uint32_t slots = 0;
};

constexpr unsigned order_of_list(unsigned list) {
  return list <= kListedOrderMax ? list : kHugeOrder;
}
/// The list for blocks of this order, or kNoList.
constexpr unsigned list_of_order(unsigned order) {
  constexpr std::uint8_t kOf[kOrderMax + 1] = {0, 1, 2, 3, 5, 5, 5, 5, 5, 4, 5};
  static_assert(kListedOrderMax == 3 && kHugeOrder == 9 && kNoList == 5);
  return kOf[order];
}

/// Each order gets half of the pages that the orders below left, the last one all that is left.
constexpr ListCapacities capacities_of(std::uint32_t high) {
  ListCapacities c;
  std::uint32_t left = high;
  for (unsigned l = 0; l < kLists; ++l) {
    const std::uint32_t pages = l + 1 == kLists ? left : left - left / 2;
    const std::uint32_t blocks = pages >> order_of_list(l);
    c.of[l] = static_cast<std::uint16_t>(blocks < kListMax[l] ? blocks : kListMax[l]);
    c.slots += c.of[l];
    left -= std::uint32_t{c.of[l]} << order_of_list(l);
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
    for (unsigned l = 0; l < kLists; ++l) {
      lists_[l].slots = slots;
      lists_[l].capacity = c.of[l];
      slots += c.of[l];
    }
  }

  bool keeps(unsigned list) const { return list != kNoList && lists_[list].capacity != 0; }
  /// relaxed: outside the section it is a figure for reports; inside, the section orders it.
  std::uint32_t count(unsigned list) const {
    return lists_[list].count.load(std::memory_order_relaxed);
  }
  std::uint32_t capacity(unsigned list) const { return lists_[list].capacity; }
  std::uint32_t pages() const {
    std::uint32_t sum = 0;
    for (unsigned l = 0; l < kLists; ++l) sum += count(l) << order_of_list(l);
    return sum;
  }

  bool has_on_top(unsigned list, std::uint32_t frame) const {
    const std::uint32_t n = count(list);
    return n != 0 && slot(list, n - 1).read() == frame;
  }

  /// Keeps a block, or does nothing: the list is another's now, full, or not kept.
  bool try_push(unsigned list, std::uint32_t frame) {
    List& l = lists_[list];
    return section.try_push(l.count, l.slots, l.capacity, frame);
  }
  /// The block pushed last, or nothing done: the list is another's now, or empty.
  bool try_pop(unsigned list, std::uint32_t& frame) {
    List& l = lists_[list];
    return section.try_pop(l.count, l.slots, frame);
  }

  /// The list is not full.
  void push(unsigned list, std::uint32_t frame) {
    const std::uint32_t n = count(list);
    slot(list, n).write(frame);
    set_count(list, n + 1);
  }
  /// Pushes first + b for each bit b of `bits`, the lowest last; there is room for all.
  void fill(unsigned list, std::uint32_t first, std::uint64_t bits) {
    const std::uint32_t n = count(list) + static_cast<std::uint32_t>(bits_in(bits));
    for (std::uint32_t at = n; bits != 0; bits &= bits - 1)
      slot(list, --at).write(first + static_cast<std::uint32_t>(std::countr_zero(bits)));
    set_count(list, n);
  }
  /// The block pushed last; the list is not empty.
  std::uint32_t pop(unsigned list) {
    const std::uint32_t n = count(list) - 1;
    set_count(list, n);
    return slot(list, n).read();
  }
  /// Takes the `n` blocks that lay longest, oldest first: visit(frame) for each. n <= count(list).
  template <class Visit>
  void take_oldest(unsigned list, std::uint32_t n, Visit&& visit) {
    const std::uint32_t left = count(list) - n;
    for (std::uint32_t i = 0; i < n; ++i) visit(slot(list, i).read());
    for (std::uint32_t i = 0; i < left; ++i) slot(list, i).write(slot(list, i + n).read());
    set_count(list, left);
  }
  /// visit(frame, order) for each, oldest first.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (unsigned l = 0; l < kLists; ++l)
      for (std::uint32_t i = 0; i < count(l); ++i) visit(slot(l, i).read(), order_of_list(l));
  }

 private:
  struct List {
    Slot* slots = nullptr;  ///< Constant after place(), as is the next.
    std::uint32_t capacity = 0;
    /// A whole machine word, though less would do: processors forward a store to the load of the
    /// next operation in no time at all if both are, and in 8 cycles if not.
    typename Policy::template atomic<std::uint32_t> count{0};
  };

  Slot& slot(unsigned list, std::uint32_t i) const { return lists_[list].slots[i]; }
  /// relaxed: see count(); a plain store, since only the section's owner writes.
  void set_count(unsigned list, std::uint32_t n) {
    lists_[list].count.store(n, std::memory_order_relaxed);
  }

  List lists_[kLists] = {};
};

}  // namespace bp::impl
