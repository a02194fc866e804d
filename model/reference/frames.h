// SPDX-License-Identifier: MIT
// What the reference knows of each frame, and lists of blocks linked through their first frames.
// The table has a place for every frame that zones span but is backed by memory only where it was
// written, so that a machine of a terabyte costs what its blocks cost.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include "model/reference/frame_map.h"
#include "model/vocab/migratetype.h"
#include "model/vocab/units.h"

namespace bp::reference {

enum class FrameUse : std::uint8_t {
  other,      ///< Inside a block, in nobody's hands that we know of, or no memory.
  free,       ///< First frame of a block on a free list.
  pcp,        ///< First frame of a block on a per-CPU list.
  allocated,  ///< First frame of a block that was given out.
};

/// All zero: nothing known. Of a block, only the first frame says anything (R-GEN-7).
struct Frame {
  std::uint32_t next = 0;  ///< Positions in the table; meaningful while on a list.
  std::uint32_t prev = 0;
  FrameUse use = FrameUse::other;
  std::uint8_t order = 0;
  Migratetype type = Migratetype::unmovable;  ///< Free: the list's; else: the cached one.
  std::uint8_t zone = 0;                      ///< Position of the block's zone.
  std::uint16_t references = 0;               ///< Allocated: how many (R-API-11).
  bool compound = false;                      ///< Allocated as a compound block.
  bool bad : 1 = false;                       ///< Every check of it fails (M-5).
  bool lru : 1 = false;                       ///< Counts as movable where it is allocated (C8).
};
static_assert(sizeof(Frame) == 16);

class FrameTable {
 public:
  /// Reading a frame that was never written gives an all-zero one.
  explicit FrameTable(FrameMap map)
      : map_(std::move(map)),
        frames_(static_cast<Frame*>(
            std::calloc(std::max<std::size_t>(map_.size(), 1), sizeof(Frame)))) {
    // A valid machine spans at most 2^26 of them: a gigabyte, of which little is written.
    check(frames_ != nullptr, "there is address space for the machine's frames");
  }
  const FrameMap& map() const { return map_; }
  bool holds(Pfn p) const { return map_.holds(p); }

  Frame& operator[](Pfn p) { return frames_[map_.position(p)]; }
  const Frame& operator[](Pfn p) const { return frames_[map_.position(p)]; }
  Frame& at(std::uint32_t position) { return frames_[position]; }

 private:
  struct Release {
    void operator()(Frame* frames) const { std::free(frames); }
  };
  FrameMap map_;
  std::unique_ptr<Frame[], Release> frames_;
};

/// A list of blocks, by their first frames.
class BlockList {
 public:
  bool empty() const { return head_ == kNone; }
  Pfn front(const FrameTable& f) const { return f.map().frame(head_); }
  Pfn back(const FrameTable& f) const { return f.map().frame(tail_); }
  /// The one after `p` on its list, or kNoPfn.
  static Pfn next(const FrameTable& f, Pfn p) {
    return f[p].next == kNone ? kNoPfn : f.map().frame(f[p].next);
  }
  void push_front(FrameTable& f, Pfn p) { insert_before(f, p, head_); }
  void push_back(FrameTable& f, Pfn p) { insert_before(f, p, kNone); }
  void erase(FrameTable& f, Pfn p) {
    const Frame& frame = f[p];
    (frame.prev == kNone ? head_ : f.at(frame.prev).next) = frame.next;
    (frame.next == kNone ? tail_ : f.at(frame.next).prev) = frame.prev;
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  /// Before `where`; kNone: at the end.
  void insert_before(FrameTable& f, Pfn p, std::uint32_t where) {
    const auto n = static_cast<std::uint32_t>(f.map().position(p));
    Frame& frame = f.at(n);
    frame.next = where;
    frame.prev = where == kNone ? tail_ : f.at(where).prev;
    (frame.prev == kNone ? head_ : f.at(frame.prev).next) = n;
    (where == kNone ? tail_ : f.at(where).prev) = n;
  }
  std::uint32_t head_ = kNone;
  std::uint32_t tail_ = kNone;
};

}  // namespace bp::reference
