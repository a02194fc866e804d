// SPDX-License-Identifier: MIT
// What each frame of a zone is to its caller: one byte a frame, order + 1 at the head of an
// allocated block, 0 elsewhere, kUnmanaged in holes. So that a free of anything but an allocated
// head of that order is refused (R-BUDDY-18).
//
// Contract: mark() and clear() by the block's owner only; why_not() by anyone, on the error path.
// Two threads that free one block at the same moment are not told apart here: the second release
// meets its own bits in the bitmap, which stops the program. Freestanding.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "impl/config.h"
#include "impl/row.h"
#include "model/vocab/units.h"

namespace bp::impl {

template <class Policy>
class BlockOrders {
 public:
  using Byte = typename Policy::template atomic<std::uint8_t>;

  /// Frames that the bytes cover: whole rows.
  static std::uint64_t bytes_of(FrameRange f) {
    return static_cast<std::uint64_t>(
        static_cast<std::int64_t>(align_up(f.end, Order{kRowOrder}) - base_of(f)));
  }

  /// `bytes` is raw memory for bytes_of(f). Then manage() for the ranges between the holes, in
  /// ascending order, and finish(): what they leave out is unmanaged.
  void place(FrameRange f, Byte* bytes) {
    base_ = base_of(f);
    frames_ = bytes_of(f);
    bytes_ = bytes;
  }
  void manage(Pfn begin, Pfn end) {
    fill(index(begin), kUnmanaged);
    fill(index(end), 0);
  }
  void finish() { fill(frames_, kUnmanaged); }

  bool is_head(Pfn p, Order o) const { return load(p) == code(o); }
  void mark(Pfn head, Order o) { store(head, code(o)); }
  void clear(Pfn head) { store(head, 0); }
  /// The order of the allocated block at `head`.
  Order order_at(Pfn head) const { return Order{load(head) - 1U}; }

  /// Why `p` is not an allocated head of the order that was asked.
  FreeStatus why_not(Pfn p) const {
    const std::uint8_t at = load(p);
    if (at == kUnmanaged) return FreeStatus::foreign;
    if (at != 0) return FreeStatus::bad_order;
    for (unsigned k = 1; k <= kOrderMax; ++k) {
      const Pfn head = align_down(p, Order{k});
      if (head < base_) break;
      const std::uint8_t above = load(head);
      if (above != kUnmanaged && above > k) return FreeStatus::not_head;
    }
    return FreeStatus::not_allocated;
  }

 private:
  static constexpr std::uint8_t kUnmanaged = 0xff;
  static constexpr std::uint8_t code(Order o) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(o) + 1);
  }
  static Pfn base_of(FrameRange f) { return align_down(f.begin, Order{kRowOrder}); }
  std::uint64_t index(Pfn p) const {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(p - base_));
  }
  // relaxed: only a block's owner writes its bytes, and a block changes hands through the bitmaps
  // or the caller, both of which order it. Atomic because a wrong free may look at any byte.
  std::uint8_t load(Pfn p) const { return bytes_[index(p)].load(std::memory_order_relaxed); }
  void store(Pfn p, std::uint8_t v) { bytes_[index(p)].store(v, std::memory_order_relaxed); }

  /// Writes each byte once: starts the life of those up to `end` with this value.
  void fill(std::uint64_t end, std::uint8_t value) {
    for (; placed_ < end; ++placed_) ::new (bytes_ + placed_) Byte{value};
  }

  Pfn base_;
  std::uint64_t frames_ = 0;  ///< Bytes in all.
  std::uint64_t placed_ = 0;  ///< Bytes that have a value; all of them after finish().
  Byte* bytes_ = nullptr;
};

}  // namespace bp::impl
