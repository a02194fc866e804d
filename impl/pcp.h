// SPDX-License-Identifier: MIT
// One CPU's lists of one zone (R-PCP-1, 2, 10, 11): blocks of orders 0..3 by type and of the huge
// order, each a stack in the caller's memory, warm at its top, flushed from its bottom.
//
// Contract
//   who       pages() and for_each() at quiescence: any thread. Everything else: whoever is inside
//             `section`.
//   bound     the types of one order share its capacity, and all capacities together are at most
//             `high` pages: an order that is not full may take a block without a look at others.
//   progress  no operation waits; see the section for what a stalled owner holds back.
// Freestanding.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "impl/planted.h"
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
  void place(Slot* slots, const ListCapacities& c) {
    slots_ = slots;
    std::uint16_t base = 0;
    for (unsigned k = 0; k < kListedOrders; ++k) {
      base_[k] = base;
      capacity_[k] = c.of[k];
      base = static_cast<std::uint16_t>(base + kPcpTypes * c.of[k]);
    }
    if constexpr (!Policy::kZeroIsPlaced) {
      for (unsigned i = 0; i < base; ++i) ::new (slots + i) Slot;
    }
  }

  bool keeps(ListId l) const { return l.is_list() && capacity_[l.place] != 0; }
  /// Blocks on the list.
  std::uint32_t count(ListId l) const { return load(index(l)); }
  /// Blocks on the lists of its order, which share the capacity.
  std::uint32_t count_of_order(ListId l) const {
    const unsigned first = l.place * kPcpTypes;
    return load(first) + load(first + 1) + load(first + 2);
  }
  std::uint32_t capacity(ListId l) const { return capacity_[l.place]; }
  bool is_full(ListId l) const { return count_of_order(l) >= capacity(l); }
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

  bool has_on_top(ListId l, std::uint32_t frame) const {
    const std::uint32_t n = count(l);
    return n != 0 && slot(l, n - 1).read() == frame;
  }

  /// The order is not full.
  void push(ListId l, std::uint32_t frame) {
    const std::uint32_t n = count(l);
    slot(l, n).write(frame);
    set_count(l, n + 1);
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
  static constexpr unsigned index(ListId l) { return l.place * kPcpTypes + l.type; }
  /// The lists of one order lie interleaved.
  Slot& slot(ListId l, std::uint32_t i) const {
    return slots_[base_[l.place] + i * kPcpTypes + l.type];
  }
  /// relaxed: outside the section it is a figure for reports; inside, the section orders it.
  std::uint32_t load(unsigned i) const { return counts_[i].load(std::memory_order_relaxed); }
  /// relaxed: see load(); a plain store, since only the section's owner writes.
  void set_count(ListId l, std::uint32_t n) {
    counts_[index(l)].store(static_cast<std::uint16_t>(n), std::memory_order_relaxed);
  }

  std::uint16_t base_[kListedOrders] = {};      ///< First slot of the order.
  std::uint16_t capacity_[kListedOrders] = {};  ///< Constant after place(), as is base_.
  typename Policy::template atomic<std::uint16_t> counts_[kListedOrders * kPcpTypes] = {};
  Slot* slots_ = nullptr;  ///< Constant after place().
};

}  // namespace bp::impl
