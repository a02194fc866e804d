// SPDX-License-Identifier: MIT
// A kernel's state, indexed for the questions that invariants ask: the blocks of each zone in order
// of their frames, what stands where, sums over lists and counters. Made anew for each state, in
// time of the number of blocks and pageblock runs; a state and what is known of it outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/reference/kernel_state.h"

namespace bp {

/// A block that somebody holds, by its head.
struct HeldBlock {
  Pfn head;
  Order order;
  bool operator==(const HeldBlock&) const = default;
};

/// What is known beside a state. Nothing of it is needed; the more, the more is checked.
struct Known {
  std::span<const HeldBlock> held;  ///< Allocated, in any order.
  bool all_held = false;            ///< Nothing else is allocated, reserved or lost (I-2).
  /// The state before the last operation: a pair that stands apart without a barrier did so before
  /// (E4). Of the same machine.
  const reference::KernelState* before = nullptr;
  /// No pageblock ever was isolated or reserved: E4 does not arise. Without this and `before`, I-9
  /// says nothing where E4 might.
  bool never_a_barrier = false;
  /// A setting was written that may have lowered the lists' `high`: they shrink as pages are freed.
  bool high_lowered = false;
};

enum class Place : std::uint8_t { free, pcp, held };

struct StateBlock {
  Pfn head;
  Order order;
  Place place = Place::free;
  std::uint8_t list = 0;                      ///< Free: the list's migratetype; on a CPU: the list.
  std::uint8_t cpu = 0;                       ///< On a CPU: which.
  std::optional<Migratetype> type = {};       ///< Free: the list's; on a CPU: the cached one.
  std::optional<Migratetype> pageblock = {};  ///< Of the head; nothing: no memory of the zone.
};

class ZoneView {
 public:
  ZoneView(const reference::KernelState& s, const reference::ZoneState& z, const Known& known);

  const reference::Config& config() const { return *config_; }
  const reference::ZoneState& zone() const { return *zone_; }
  const reference::ZoneNumbers& numbers() const { return zone_->numbers; }
  const Known& known() const { return *known_; }
  Profile profile() const { return config_->profile; }
  Order pageblock_order() const { return Order{config_->pageblock_order}; }
  std::int64_t pageblock_pages() const { return std::int64_t{1} << config_->pageblock_order; }
  PfnRange frames() const;

  /// All blocks, ascending by head; those with the same head by place.
  std::span<const StateBlock> blocks() const { return blocks_; }
  /// The buddy of block `i`, if it is a free block of the same order. Once I-7 and I-1 hold.
  const StateBlock* free_buddy(std::size_t i) const;
  /// Of the pageblock of `p`; nothing: no memory map, or another zone's.
  std::optional<Migratetype> type_at(Pfn p) const;
  /// Pageblocks of this type, whole or cut by the zone's edge.
  std::int64_t pageblocks_of(Migratetype t) const;

  std::int64_t pages_on(Migratetype list) const { return pages_on_[at(list)]; }
  std::int64_t free_pages() const;          ///< On all lists but ISOLATE (R-GEN-13).
  std::int64_t free_in_pageblocks() const;  ///< Of them in blocks of a pageblock or more.
  std::int64_t listed(unsigned cpu) const { return listed_[cpu]; }  ///< Pages on its lists.
  std::int64_t total(reference::Stat s) const;  ///< The global part and every CPU's.

  // For first_unmerged().
  std::size_t size() const { return blocks_.size(); }
  Pfn head(std::size_t i) const { return blocks_[i].head; }
  Order order(std::size_t i) const { return blocks_[i].order; }
  bool is_free(std::size_t i) const { return blocks_[i].place == Place::free; }
  bool has_free_buddy(std::size_t i) const { return free_buddy(i) != nullptr; }

 private:
  static std::size_t at(Migratetype t) { return static_cast<std::size_t>(t); }
  void add_free();
  void add_pcp();
  void add_held();
  void sort_blocks();
  void look_up_pageblocks();

  const reference::Config* config_;
  const reference::ZoneState* zone_;
  const Known* known_;
  std::vector<StateBlock> blocks_;
  std::array<std::int64_t, reference::kTypes> pages_on_{};
  std::array<std::int64_t, reference::kTypes> in_pageblocks_{};
  std::vector<std::int64_t> listed_;
};

/// Order and type of the blocks on a per-CPU list (R-PCP-1, 11; C1). Nothing: blocks of two types
/// share the list.
Order order_of_pcp_list(const reference::Config& c, unsigned list);
std::optional<Migratetype> type_of_pcp_list(const reference::Config& c, unsigned list);
/// How many lists the profile has.
unsigned pcp_lists_of(Profile p);

}  // namespace bp
