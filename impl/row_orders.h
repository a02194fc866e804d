// SPDX-License-Identifier: MIT
// What the blocks of a zone are to their callers, in four bits a row of 64 frames (2 KiB per GiB):
// the compact memory for a policy without exact orders. To remember every order exactly needs, for
// the allocated and free blocks of a row alone, 75.2 bits a row where the bitmaps have 64 (count
// the decompositions: 2, 5, 26, 677 ... for a frame, a pair, four, eight frames), and 1.67 bits a
// frame once frames on per-CPU lists are told apart: 53 KiB per GiB at the least. So this one is
// not exact.
//   a row   0: no allocated block begins in it; k + 1: all that do have order k; kMixed.
//   caught  a foreign frame; a misaligned one; what is free in the bitmaps, wholly or in part; any
//           wrong free in a row of one order, and of orders 6..10; the frame freed last, again.
//   missed  inside a row of several orders, a taken block of another order; a block that lies on a
//           per-CPU list below the top of the caller's own.
//
// Contract: mark() and clear() by the block's owner only; forget() by who owns the whole row. A row
// goes from one order to kMixed and back to 0 when all its frames are free; nothing else changes
// it, so that no owner's free is ever refused. Two rows share a byte: each change is one
// read-modify-write, repeated only if the byte changed; most marks change nothing. Freestanding.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "impl/config.h"
#include "impl/pick.h"
#include "impl/row.h"
#include "model/vocab/units.h"

namespace bp::impl {

template <class Policy>
class RowOrders {
 public:
  using Byte = typename Policy::template atomic<std::uint8_t>;
  static constexpr bool kExact = false;

  static std::uint64_t bytes_of(FrameRange f) {
    return (row(align_up(f.end, Order{kTreeOrder})) - row(align_down(f.begin, Order{kTreeOrder}))) /
           kRowsPerByte;
  }

  /// `bytes` is raw memory for bytes_of(f), all zero if the policy takes zeros as placed.
  void place(FrameRange f, Byte* bytes) {
    first_ = row(align_down(f.begin, Order{kTreeOrder}));
    bytes_ = bytes;
    if constexpr (!Policy::kZeroIsPlaced) {
      for (std::uint64_t i = 0; i < bytes_of(f); ++i) ::new (bytes_ + i) Byte{0};
    }
  }

  /// The same for frames that are counted from the first row's first one.
  class FromBase {
   public:
    FromBase() = default;
    explicit FromBase(RowOrders* all) : all_(all) {}
    void mark(std::uint32_t at, Order o) const { all_->mark_in(at >> kRowOrder, o); }

   private:
    RowOrders* all_ = nullptr;
  };
  FromBase from_base() { return FromBase(this); }

  /// May be an allocated head of this order, as far as this memory knows.
  bool is_head(Pfn p, Order o) const {
    const std::uint8_t at = load(p);
    return is_aligned(p, o) && (at == code(o) || (at == kMixed && is_small(o)));
  }
  void mark(Pfn head, Order o) { mark_in(row(head) - first_, o); }
  void clear(Pfn head, Order o) {
    if (has_byte(o)) {
      // relaxed: see load().
      byte_of(row(head) - first_).store(0, std::memory_order_relaxed);
    } else if (!is_small(o)) {
      forget(head);
    }
  }
  /// All frames of the row are the caller's.
  void forget(Pfn in_row) {
    const std::uint64_t r = row(in_row) - first_;
    // relaxed: see load().
    byte_of(r).fetch_and(static_cast<std::uint8_t>(~(kMask << shift_of(r))),
                         std::memory_order_relaxed);
  }

  /// Why `p`, a managed frame, is not an allocated head of the order that was asked.
  FreeStatus why_not(Pfn p) const {
    const std::uint8_t at = load(p);
    if (at == kMixed) return FreeStatus::not_head;
    if (at != 0)
      return is_aligned(p, Order{at - 1U}) ? FreeStatus::bad_order : FreeStatus::not_head;
    for (unsigned k = kRowOrder + 1; k <= kOrderMax; ++k) {
      const Pfn head = align_down(p, Order{k});
      if (row(head) < first_) break;
      const std::uint8_t above = load(head);
      if (above != kMixed && above > k) return FreeStatus::not_head;
    }
    return FreeStatus::not_allocated;
  }

 private:
  /// Who comes first names the order, who comes second and differs mixes the row.
  void mark_in(std::uint64_t r, Order o) {
    Byte& byte = byte_of(r);
    // relaxed, all: see load().
    if (has_byte(o)) return byte.store(code(o), std::memory_order_relaxed);
    std::uint8_t seen = byte.load(std::memory_order_relaxed);
    for (;;) {
      const unsigned was = code_in(seen, r);
      if (was == code(o) || was == kMixed) return;
      const unsigned change = (was == 0 ? code(o) : was ^ kMixed) << shift_of(r);
      if (byte.compare_exchange_weak(seen, static_cast<std::uint8_t>(seen ^ change),
                                     std::memory_order_relaxed, std::memory_order_relaxed))
        return;
    }
  }

  static constexpr unsigned kRowsPerByte = 2;
  static constexpr unsigned kMask = 0xf;
  static constexpr std::uint8_t kMixed = 0xf;
  static_assert(kOrderMax + 1 < kMixed, "an order's code and kMixed are told apart by four bits");
  /// A block's rows have their byte to themselves.
  static constexpr bool has_byte(Order o) { return static_cast<unsigned>(o) > kRowOrder; }
  static constexpr bool is_small(Order o) { return static_cast<unsigned>(o) <= kSmallOrderMax; }
  static constexpr std::uint8_t code(Order o) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(o) + 1);
  }
  static std::uint64_t row(Pfn p) { return static_cast<std::uint64_t>(p) >> kRowOrder; }
  Byte& byte_of(std::uint64_t r) const { return bytes_[r / kRowsPerByte]; }
  static unsigned shift_of(std::uint64_t r) { return r % kRowsPerByte * 4; }
  static unsigned code_in(std::uint8_t byte, std::uint64_t r) {
    return unsigned{byte} >> shift_of(r) & kMask;
  }
  // relaxed: between an owner's mark and its free the row's bits are its order or kMixed, whatever
  // others do; forget() is ordered by the bitmaps, through which the row was gathered.
  std::uint8_t load(Pfn p) const {
    const std::uint64_t r = row(p) - first_;
    return static_cast<std::uint8_t>(code_in(byte_of(r).load(std::memory_order_relaxed), r));
  }

  std::uint64_t first_ = 0;  ///< Even.
  Byte* bytes_ = nullptr;
};

}  // namespace bp::impl
