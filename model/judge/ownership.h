// SPDX-License-Identifier: MIT
// What the judge knows of a machine's frames while it reads a history: which blocks are allocated,
// of which order, and which frames were never managed. Changes only when a block changes hands.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/invariants/frame_set.h"
#include "model/invariants/head_orders.h"
#include "model/rules/layout.h"

namespace bp {

class Ownership {
 public:
  /// Every managed frame is free. Keeps its storage; `l` must outlive it.
  void reset(const rules::Layout& l);

  /// The block is aligned and inside `zone`, and no frame of it is taken.
  void allocate(unsigned zone, Pfn head, Order o);
  void release(unsigned zone, Pfn head, Order o);

  /// The order of the allocated block whose head is `p`, a frame of `zone`.
  std::optional<Order> allocated_at(unsigned zone, Pfn p) const { return blocks_.find(zone, p); }

  /// Allocated pages by zone.
  std::span<const Pages> allocated() const { return allocated_; }
  /// Managed pages of a zone that are not allocated: what is free once every list is drained.
  Pages not_allocated(unsigned zone) const {
    return layout_->zones[zone].managed - allocated_[zone];
  }
  /// Frames that are allocated or not managed.
  const FrameSet& taken() const { return taken_; }

 private:
  const rules::Layout* layout_ = nullptr;
  FrameSet taken_;
  HeadOrders blocks_;  ///< Allocated blocks.
  std::vector<Pages> allocated_;
};

}  // namespace bp
