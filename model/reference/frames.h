// SPDX-License-Identifier: MIT
// What the reference knows of each frame, and lists of blocks linked through their first frames.
// The table spans all frames up to the highest but is backed by memory only where it was written,
// so that a machine of a terabyte costs what its blocks cost.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "model/vocab/check.h"
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
  std::uint32_t next = 0;  ///< Frame numbers; meaningful while on a list.
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
  /// Frames [0, end). Reading a frame that was never written gives an all-zero one.
  explicit FrameTable(Pfn end)
      : frames_(static_cast<Frame*>(std::calloc(at(end), sizeof(Frame)))), end_(end) {
    check(frames_ != nullptr, "there is address space for the machine's frames");
  }
  Frame& operator[](Pfn p) { return frames_.get()[at(p)]; }
  const Frame& operator[](Pfn p) const { return frames_.get()[at(p)]; }
  Pfn end() const { return end_; }

 private:
  struct Release {
    void operator()(Frame* frames) const { std::free(frames); }
  };
  static std::size_t at(Pfn p) { return static_cast<std::size_t>(static_cast<std::uint64_t>(p)); }
  std::unique_ptr<Frame[], Release> frames_;
  Pfn end_;
};

/// A list of blocks, by their first frames.
class BlockList {
 public:
  bool empty() const { return head_ == kNone; }
  Pfn front() const { return pfn(head_); }
  Pfn back() const { return pfn(tail_); }
  /// The one after `p` on its list, or kNoPfn.
  static Pfn next(const FrameTable& f, Pfn p) {
    return f[p].next == kNone ? kNoPfn : pfn(f[p].next);
  }
  void push_front(FrameTable& f, Pfn p) { insert_before(f, p, head_); }
  void push_back(FrameTable& f, Pfn p) { insert_before(f, p, kNone); }
  void erase(FrameTable& f, Pfn p) {
    const Frame& frame = f[p];
    (frame.prev == kNone ? head_ : f[pfn(frame.prev)].next) = frame.next;
    (frame.next == kNone ? tail_ : f[pfn(frame.next)].prev) = frame.prev;
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  static Pfn pfn(std::uint32_t n) { return Pfn{n}; }
  /// Before `where`; kNone: at the end.
  void insert_before(FrameTable& f, Pfn p, std::uint32_t where) {
    const auto n = static_cast<std::uint32_t>(static_cast<std::uint64_t>(p));
    Frame& frame = f[p];
    frame.next = where;
    frame.prev = where == kNone ? tail_ : f[pfn(where)].prev;
    (frame.prev == kNone ? head_ : f[pfn(frame.prev)].next) = n;
    (where == kNone ? tail_ : f[pfn(where)].prev) = n;
  }
  std::uint32_t head_ = kNone;
  std::uint32_t tail_ = kNone;
};

}  // namespace bp::reference
