// SPDX-License-Identifier: MIT
// What the judge knows of a machine's frames while it reads a history: which blocks are allocated,
// of which order, which frames are not managed, and which pageblocks are isolated or offline.
// Changes only when a block changes hands or a range is set apart.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/invariants/frame_set.h"
#include "model/invariants/head_orders.h"
#include "model/rules/layout.h"
#include "model/vocab/operation.h"

namespace bp {

class Ownership {
 public:
  /// Every managed frame is free. Keeps its storage; `l` must outlive it. `ranges`: pageblocks may
  /// be set apart.
  void reset(const rules::Layout& l, bool ranges = false);

  /// The block is aligned and inside `zone`, and no frame of it is taken.
  void allocate(unsigned zone, Pfn head, Order o);
  void release(unsigned zone, Pfn head, Order o);

  // Pageblocks of 512 frames, wholly inside `zone`, by their first frame. After reset() with
  // ranges.

  bool is_isolated(unsigned zone, Pfn pageblock) const { return isolated_.has(zone, pageblock); }
  /// It left the machine, or one hole has been all of it since boot.
  bool is_offline(unsigned zone, Pfn pageblock) const { return offline_.has(zone, pageblock); }
  void isolate(unsigned zone, Pfn pageblock);    ///< It is neither.
  void unisolate(unsigned zone, Pfn pageblock);  ///< It is isolated.
  void leave(unsigned zone, Pfn pageblock);      ///< All of it is free; it is neither.
  void join(unsigned zone, Pfn pageblock);       ///< It is offline.

  /// The order of the allocated block whose head is `p`, a frame of `zone`.
  std::optional<Order> allocated_at(unsigned zone, Pfn p) const { return blocks_.find(zone, p); }

  /// Managed pages that are nobody's and may be handed out: what is free and counted once every
  /// list is drained.
  Pages not_allocated(unsigned zone) const { return layout_->zones[zone].managed - gone_[zone]; }
  /// By zone: managed pages that are allocated, offline, or free and isolated. What joined above
  /// what the machine had at boot is taken off.
  std::span<const Pages> gone() const { return gone_; }
  /// Frames that are allocated or not managed.
  const FrameSet& taken() const { return taken_; }
  /// Those, and isolated ones.
  const FrameSet& shut() const { return ranges_ ? shut_ : taken_; }

 private:
  void shut_or_open(unsigned zone, Pfn head, Order o, bool allocates);

  const rules::Layout* layout_ = nullptr;
  FrameSet taken_;
  FrameSet shut_;      ///< With ranges only, and so are the next two.
  FrameSet isolated_;  ///< Whole pageblocks.
  FrameSet offline_;   ///< Whole pageblocks.
  HeadOrders blocks_;  ///< Allocated blocks.
  std::vector<Pages> gone_;
  bool ranges_ = false;
};

}  // namespace bp
