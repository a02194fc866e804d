// SPDX-License-Identifier: MIT
// What each frame of a zone is to its caller, exactly: one byte a frame, order + 1 at the head of
// an allocated block, 0 elsewhere. So that a free of anything but an allocated head of that order
// is refused (R-BUDDY-18). Bytes and not fewer bits: a frame's byte is written by its owner alone,
// with a plain store; bits that neighbours share would cost a read-modify-write in every operation.
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
  static constexpr bool kExact = true;

  /// Frames that the bytes cover: from the first tree's first one on, whole rows.
  static std::uint64_t bytes_of(FrameRange f) {
    return static_cast<std::uint64_t>(
        static_cast<std::int64_t>(align_up(f.end, Order{kRowOrder}) - base_of(f)));
  }

  /// `bytes` is raw memory for bytes_of(f), all zero if the policy takes zeros as placed.
  void place(FrameRange f, Byte* bytes) {
    base_ = base_of(f);
    bytes_ = bytes;
    if constexpr (!Policy::kZeroIsPlaced) {
      for (std::uint64_t i = 0; i < bytes_of(f); ++i) ::new (bytes_ + i) Byte{0};
    }
  }

  /// The same for frames that are counted from the first tree's first one.
  class FromBase {
   public:
    FromBase() = default;
    explicit FromBase(Byte* at_base) : at_base_(at_base) {}
    // relaxed, all: see load().
    bool is_head(std::uint32_t at, Order o) const {
      return at_base_[at].load(std::memory_order_relaxed) == code(o);
    }
    void mark(std::uint32_t at, Order o) const {
      at_base_[at].store(code(o), std::memory_order_relaxed);
    }
    void clear(std::uint32_t at, Order) const { at_base_[at].store(0, std::memory_order_relaxed); }

   private:
    Byte* at_base_ = nullptr;
  };
  FromBase from_base() const { return FromBase(bytes_); }

  bool is_head(Pfn p, Order o) const { return load(p) == code(o); }
  void mark(Pfn head, Order o) { store(head, code(o)); }
  void clear(Pfn head, Order) { store(head, 0); }
  void forget(Pfn) {}
  /// The order of the allocated block at `head`.
  Order order_at(Pfn head) const { return Order{load(head) - 1U}; }

  /// Why `p`, a managed frame, is not an allocated head of the order that was asked.
  FreeStatus why_not(Pfn p) const {
    if (load(p) != 0) return FreeStatus::bad_order;
    for (unsigned k = 1; k <= kOrderMax; ++k) {
      const Pfn head = align_down(p, Order{k});
      if (head < base_) break;
      if (load(head) > k) return FreeStatus::not_head;
    }
    return FreeStatus::not_allocated;
  }

 private:
  static constexpr std::uint8_t code(Order o) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(o) + 1);
  }
  static Pfn base_of(FrameRange f) { return align_down(f.begin, Order{kTreeOrder}); }
  std::uint64_t index(Pfn p) const {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(p - base_));
  }
  // relaxed: only a block's owner writes its bytes, and a block changes hands through the bitmaps
  // or the caller, both of which order it. Atomic because a wrong free may look at any byte.
  std::uint8_t load(Pfn p) const { return bytes_[index(p)].load(std::memory_order_relaxed); }
  void store(Pfn p, std::uint8_t v) { bytes_[index(p)].store(v, std::memory_order_relaxed); }

  Pfn base_;
  Byte* bytes_ = nullptr;
};

}  // namespace bp::impl
