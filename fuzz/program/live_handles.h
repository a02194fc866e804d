// SPDX-License-Identifier: MIT
// Which handles of a program are live at a point: defined by an alloc and not yet freed as they
// were asked for (same order, offset 0), in program order. Whether the alloc got a block is not
// known here. The order of the list is part of the byte format: a free takes its handle out by
// moving the last one into its place.
#pragma once

#include <cstdint>
#include <vector>

#include "model/vocab/operation.h"

namespace bp {

class LiveHandles {
 public:
  static constexpr std::uint32_t kNotLive = ~std::uint32_t{0};

  /// Keeps the capacity; room for this many allocs.
  void restart(std::size_t allocs) {
    all_.clear();
    live_.clear();
    all_.reserve(allocs);
    live_.reserve(allocs);
  }

  /// Follows one operation. A free's handle is defined.
  void follow(const Op& op) {
    for (std::uint32_t n = op.defines(); n > 0; --n) define(op);
    if (op.kind == OpKind::free) note_free(op);
    if (op.kind == OpKind::split && op.order == order_of(op.handle))
      all_[op.handle].order = Order{0};
  }

  std::size_t handles() const { return all_.size(); }
  std::size_t live() const { return live_.size(); }
  std::uint32_t live_at(std::size_t i) const { return live_[i]; }
  /// Where in the list, or kNotLive.
  std::uint32_t position(std::uint32_t handle) const { return all_[handle].position; }
  /// Of the block at the handle's head.
  Order order_of(std::uint32_t handle) const { return all_[handle].order; }
  /// Pages behind the handle, single ones counted together.
  unsigned pages_of(std::uint32_t handle) const { return all_[handle].pages; }
  bool is_compound(std::uint32_t handle) const { return all_[handle].compound; }

 private:
  struct Handle {
    std::uint32_t position;
    Order order;
    bool compound;
    std::uint16_t pages;
  };

  void define(const Op& op) {
    const auto handle = static_cast<std::uint32_t>(all_.size());
    const Order order = order_of_block(op);
    const bool exact = op.call == Call::exact;
    const auto pages =
        static_cast<std::uint16_t>(exact ? op.pages : 1U << static_cast<unsigned>(order));
    const bool compound = order > Order{0} && op.gfp.has(GfpFlag::comp);
    all_.push_back({static_cast<std::uint32_t>(live_.size()), order, compound, pages});
    live_.push_back(handle);
  }

  void note_free(const Op& op) {
    Handle& freed = all_[op.handle];
    if (freed.position == kNotLive || op.offset != 0 || op.order != freed.order) return;
    const std::uint32_t last = live_.back();
    live_[freed.position] = last;
    all_[last].position = freed.position;
    live_.pop_back();
    freed.position = kNotLive;
  }

  std::vector<Handle> all_;
  std::vector<std::uint32_t> live_;
};

}  // namespace bp
