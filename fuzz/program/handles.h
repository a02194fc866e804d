// SPDX-License-Identifier: MIT
// Which blocks of a program are live while it is read from front to back: what each alloc asked
// for, and which handles no proper free has spent, in an order that every reader keeps alike (the
// last one moves into the gap).
#pragma once

#include <cstdint>
#include <vector>

#include "model/vocab/operation.h"

namespace bp {

class HandleTracker {
 public:
  void clear() { orders_.clear(), live_.clear(), place_.clear(); }

  std::size_t size() const { return orders_.size(); }
  std::size_t live() const { return live_.size(); }
  Order order(std::uint32_t h) const { return orders_[h]; }
  std::uint32_t live_at(std::size_t place) const { return live_[place]; }
  bool is_live(std::uint32_t h) const { return place_[h] != kSpent; }
  std::uint32_t place_of(std::uint32_t h) const { return place_[h]; }

  /// Takes in the next operation of a legal program.
  void follow(const Op& op) {
    if (op.kind == OpKind::alloc) add(op.order);
    if (op.kind == OpKind::free) spend(op);
  }

 private:
  static constexpr std::uint32_t kSpent = ~std::uint32_t{0};

  void add(Order o) {
    place_.push_back(static_cast<std::uint32_t>(live_.size()));
    live_.push_back(static_cast<std::uint32_t>(orders_.size()));
    orders_.push_back(o);
  }
  void spend(const Op& op) {
    if (!is_live(op.handle) || op.order != orders_[op.handle] || op.offset != 0) return;
    const std::uint32_t gap = place_[op.handle];
    live_[gap] = live_.back();
    place_[live_[gap]] = gap;
    live_.pop_back();
    place_[op.handle] = kSpent;
  }

  std::vector<Order> orders_;
  std::vector<std::uint32_t> live_;
  std::vector<std::uint32_t> place_;
};

}  // namespace bp
