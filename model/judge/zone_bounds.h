// SPDX-License-Identifier: MIT
// What can be said of a zone's lists and counters between two states: bounds. A request uses up
// blocks of its type's lists, how many at once is the kernel's choice, within what a refill may
// take; what is surely still there is kept here. A type whose lists may have run out is uncertain
// from then on, and what it may have taken from the others is taken off theirs.
//
// Two bounds are kept for each type and order, and the better one counts. One goes by draws: each
// is a refill, and larger blocks are split once the smaller ones are used up. The other goes by
// pages: what is missing from the lists is held by somebody or stands on a per-CPU list, and those
// are bounded.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "model/reference/kernel_state.h"
#include "model/vocab/migratetype.h"
#include "model/vocab/units.h"

namespace bp {

/// Blocks of the order stand on per-CPU lists (R-PCP-1, 11; C1).
bool has_pcp_lists(const reference::Config& c, Order o);

class ZoneBounds {
 public:
  ZoneBounds(const reference::Config& c, const reference::ZoneState& z);

  /// Whether the lists of `t` surely hold a block of at least `o`. `t` is one that can be
  /// requested.
  bool surely_has(Migratetype t, Order o) const;

  /// No type's lists can have run out, so that no pageblock was claimed for another (R-MT-6).
  bool keeps_types() const { return known_ && std::ranges::none_of(lists_, &Lists::ran_out); }

  /// A block of `o` was given out to a request of type `t`.
  void draw(Migratetype t, Order o);
  /// A block that was drawn is back on lists of its type.
  void give_back(Migratetype t, Order o);
  /// So many pages may have left the lists of any type, or changed from one to another.
  void disturb(std::int64_t pages);
  /// Anything may be on any list.
  void forget() { known_ = false; }
  void isolate_pageblock();

  /// Pages that may stand on the zone's per-CPU lists.
  std::int64_t on_pcp_most() const { return on_pcp_most_; }
  /// By how much the counter that checks read may differ from the pages it counts (R-WMARK-13).
  std::int64_t drift() const { return drift_; }
  /// Free pages that may not count because they are isolated.
  std::int64_t isolated_most() const { return isolated_; }
  /// What is left at least of the zone's turn (R-LIST-10).
  std::int64_t turn_least() const { return turn_; }
  /// What the marks may have on top (R-MT-15).
  std::int64_t boost_most() const;

 private:
  static constexpr unsigned kOrders = reference::kOrders;
  struct Lists {
    std::array<std::int64_t, kOrders> first{};     ///< Pages in blocks of at least the order.
    std::array<std::int64_t, kOrders> by_draws{};  ///< Of them, surely left: by draws.
    std::array<std::int64_t, kOrders> out{};       ///< Pages of the order that are out,
    std::array<std::int64_t, kOrders> out_most{};  ///< were out at most,
    std::array<std::int64_t, kOrders> out_ever{};  ///< and were given out.
    std::array<std::int64_t, kOrders> broken{};    ///< Pages that others may have broken.
    bool ran_out = false;
  };
  Lists& of(Migratetype t) { return lists_[static_cast<unsigned>(t)]; }
  std::int64_t left_by_pages(const Lists& l, unsigned order) const;
  void take_from_others(Migratetype t, Order o, std::int64_t blocks);

  const reference::Config* config_;
  const reference::ZoneState* zone_;
  std::array<Lists, kPcpTypes> lists_;
  std::int64_t disturbed_ = 0;
  std::int64_t on_pcp_most_ = 0, drift_ = 0, isolated_ = 0, turn_ = 0;
  bool known_ = true;
};

}  // namespace bp
