// SPDX-License-Identifier: MIT
// Which blocks start where: the order of a block by its head, over the frames of all zones. One
// look-up answers "is there a block of this order at this frame?".
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/rules/layout.h"

namespace bp {

class HeadOrders {
 public:
  /// No blocks, over the zones of `l`; keeps its storage.
  void reset(const rules::Layout& l) {
    zones_.clear();
    std::size_t frames = 0;
    for (const rules::ZoneLayout& z : l.zones) {
      zones_.push_back({z.frames.begin, frames});
      frames += index(z.frames.span());
    }
    orders_.assign(frames, 0);
  }

  /// `head` is a frame of `zone`, in all three.
  void set(unsigned zone, Pfn head, Order o) {
    orders_[at(zone, head)] = static_cast<std::uint8_t>(static_cast<unsigned>(o) + 1);
  }
  void erase(unsigned zone, Pfn head) { orders_[at(zone, head)] = 0; }
  std::optional<Order> find(unsigned zone, Pfn head) const {
    const unsigned stored = orders_[at(zone, head)];
    if (stored == 0) return std::nullopt;
    return Order{stored - 1};
  }

 private:
  struct Span {
    Pfn begin;
    std::size_t first;  ///< Index of the zone's first frame.
  };
  static std::size_t index(Pages n) {
    return static_cast<std::size_t>(static_cast<std::int64_t>(n));
  }
  std::size_t at(unsigned zone, Pfn p) const {
    return zones_[zone].first + index(p - zones_[zone].begin);
  }

  std::vector<Span> zones_;
  std::vector<std::uint8_t> orders_;  ///< Order + 1, or 0.
};

}  // namespace bp
