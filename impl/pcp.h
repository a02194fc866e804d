// SPDX-License-Identifier: MIT
// One CPU's lists of one zone (R-PCP-1, 2, 10, 11): blocks of orders 0..3 by type and of the huge
// order, each a stack in the caller's memory, warm at its top, flushed from its bottom.
//
// Contract
//   who       pages() and for_each() at quiescence: any thread. Everything else: whoever is inside
//             `section`.
//   bound     the capacities together are at most `high` pages: a list that is not full may take a
//             block without a look at the others.
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
/// The huge order's two lists: for movable blocks, and for all others (R-PCP-11).
inline constexpr unsigned kHugeList = (kListedOrderMax + 1) * kPcpTypes;
inline constexpr unsigned kLists = kHugeList + 2;
inline constexpr unsigned kNoList = kLists;

/// Most blocks of a list, by its order's place among the listed, however many pages a CPU may keep.
inline constexpr std::uint32_t kListMax[kListedOrderMax + 2] = {128, 32, 16, 8, 4};

/// How many blocks each list may hold.
struct ListCapacities {
  std::uint16_t of[kLists] = {};
  std::uint32_t slots = 0;
};

constexpr unsigned order_of_list(unsigned list) {
  return list < kHugeList ? list / kPcpTypes : kHugeOrder;
}
/// Whether blocks of this order, at most kOrderMax, are listed.
constexpr bool is_listed(unsigned order) { return order <= kListedOrderMax || order == kHugeOrder; }
/// The list for blocks of this order and requestable type, or kNoList.
constexpr unsigned list_of(unsigned order, Migratetype t) {
  const auto type = static_cast<unsigned>(t);
  if (order <= kListedOrderMax) return order * kPcpTypes + type;
  return order == kHugeOrder ? kHugeList + (t == Migratetype::movable ? 1 : 0) : kNoList;
}
/// Whom a list refills itself for; the huge list of two types takes after the first of them.
constexpr Migratetype type_of_list(unsigned list) {
  if (list < kHugeList) return static_cast<Migratetype>(list % kPcpTypes);
  return list == kHugeList ? Migratetype::unmovable : Migratetype::movable;
}

/// Each order gets half of the pages that the orders below left, the last one all that is left; of
/// an order's blocks each type gets half of what the types before it left: movable, unmovable,
/// reclaimable. Without grouping all are unmovable's.
constexpr ListCapacities capacities_of(std::uint32_t high, bool grouped = true) {
  using enum Migratetype;
  ListCapacities c;
  std::uint32_t left = high;
  for (unsigned k = 0; k <= kListedOrderMax + 1; ++k) {
    const bool huge = k > kListedOrderMax;
    const unsigned order = huge ? kHugeOrder : k;
    std::uint32_t blocks = (huge ? left : left - left / 2) >> order;
    for (const Migratetype t : {movable, unmovable, reclaimable}) {
      if ((huge && t == reclaimable) || (!grouped && t != unmovable)) continue;
      const bool last = t == (huge || !grouped ? unmovable : reclaimable);
      const std::uint32_t share = last ? blocks : blocks - blocks / 2;
      const std::uint32_t n = share < kListMax[k] ? share : kListMax[k];
      c.of[list_of(order, t)] = static_cast<std::uint16_t>(n);
      c.slots += n;
      blocks -= n;
      left -= n << order;
    }
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
    for (unsigned l = 0; l < kLists; ++l) {
      lists_[l].base = base;
      lists_[l].capacity = c.of[l];
      base = static_cast<std::uint16_t>(base + c.of[l]);
    }
    if constexpr (!Policy::kZeroIsPlaced) {
      for (unsigned i = 0; i < base; ++i) ::new (slots + i) Slot;
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

  /// The list is not full.
  void push(unsigned list, std::uint32_t frame) {
    const std::uint32_t n = count(list);
    slot(list, n).write(frame);
    set_count(list, n + 1);
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
    std::uint16_t base = 0;  ///< First of its slots. Constant after place(), as is the next.
    std::uint16_t capacity = 0;
    typename Policy::template atomic<std::uint16_t> count{0};
  };

  Slot& slot(unsigned list, std::uint32_t i) const { return slots_[lists_[list].base + i]; }
  /// relaxed: see count(); a plain store, since only the section's owner writes.
  void set_count(unsigned list, std::uint32_t n) {
    lists_[list].count.store(static_cast<std::uint16_t>(n), std::memory_order_relaxed);
  }

  Slot* slots_ = nullptr;  ///< Constant after place().
  List lists_[kLists] = {};
};

}  // namespace bp::impl
