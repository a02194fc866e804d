// SPDX-License-Identifier: MIT
// Who has each frame of a machine, as far as requests and answers say: the judge's own books of a
// kernel. A frame is somebody else's, available (free or on a per-CPU list, which of both is not
// known between two states), or held by who makes the requests.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "model/invariants/state_view.h"
#include "model/reference/kernel_state.h"

namespace bp {

class FrameCensus {
 public:
  /// `held` are blocks of the machine, and none is available.
  FrameCensus(const reference::KernelState& s, std::span<const HeldBlock> held);

  /// Number of the zone in the state's order. Nothing: no zone has the frame.
  std::optional<unsigned> zone_of(Pfn p) const;
  /// Type of its pageblock at the beginning.
  std::optional<Migratetype> first_type(Pfn p) const;

  bool is_available(Pfn p) const { return at(p) >= kOnPcp; }
  bool is_held(Pfn p) const { return at(p) == kHeld; }
  /// The list on which the frame has been since the beginning, should it still be there. Nothing:
  /// it is not free, was freed meanwhile, or was on a per-CPU list.
  std::optional<Migratetype> first_list(Pfn p) const;
  /// The frame, available, was freed since, or is on a list of its pageblock's first type, be it a
  /// per-CPU one.
  bool is_by_type(Pfn p) const {
    return at(p) == kFreed || (at(p) >= kListed && first_list(p) == first_type(p));
  }
  bool is_pageblock_available(Pfn p) const;
  /// Blocks of the order whose frames are all available, wherever they stand.
  std::int64_t whole_blocks(unsigned zone, Order o) const {
    return whole_[zone][static_cast<unsigned>(o)];
  }
  std::optional<Order> held_at(Pfn head) const;

  void allocate(Pfn head, Order o);  ///< The block is available.
  void release(Pfn head, Order o);   ///< No frame of the block is available.
  void hold(Pfn head, Order o);      ///< Says who has a block that is not available.
  void split(Pfn head);              ///< A block held.
  /// Nothing is known any more of the lists that the frames around `p` are on, as far as a largest
  /// block reaches.
  void forget_lists(Pfn p);
  void forget_lists();

  std::int64_t available(unsigned zone) const { return available_[zone]; }
  std::vector<HeldBlock> held() const;
  PfnRange frames() const { return {begin_, begin_ + Pages{size()}}; }

 private:
  static constexpr std::uint8_t kOthers = 0, kHeld = 1, kOnPcp = 2, kFreed = 3, kListed = 4;
  std::int64_t size() const { return static_cast<std::int64_t>(frames_.size()); }
  std::size_t index(Pfn p) const {
    return static_cast<std::size_t>(static_cast<std::int64_t>(p - begin_));
  }
  bool has(Pfn p) const { return p >= begin_ && p < begin_ + Pages{size()}; }
  std::uint8_t at(Pfn p) const { return has(p) ? frames_[index(p)] : kOthers; }
  void count_available(Pfn head, Order o, unsigned zone, std::int64_t sign);
  void set(Pfn head, Order o, std::uint8_t to);
  void add_free(const reference::ZoneState& z);

  const reference::KernelState* state_;
  Pfn begin_{};
  std::vector<std::uint8_t> frames_;
  /// Available pages of each aligned block, by order, and how many have all of theirs, by zone.
  std::array<std::vector<std::uint16_t>, reference::kOrders> blocks_;
  std::vector<std::array<std::int64_t, reference::kOrders>> whole_;
  std::vector<std::int64_t> available_;  ///< By zone.
  std::unordered_map<std::uint64_t, Order> held_;
};

}  // namespace bp
