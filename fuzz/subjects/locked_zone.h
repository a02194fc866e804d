// SPDX-License-Identifier: MIT
// One zone of the locked subject: a lock, a doubly linked free list per order, and a count.
//
// Frames are indexed densely over all zones, so that a link is 32 bits. Each frame has one byte of
// state, which is that of a block in its first frame and `kInside` in the others: hence a buddy is
// free as a whole exactly when its byte is its order. Links are touched under the zone's lock only.
// Bytes are read and written by anybody who owns the block, and by a neighbour looking for a buddy.
#pragma once

#include <atomic>
#include <cstdint>

#include "fuzz/subject.h"
#include "fuzz/subjects/locked_spin.h"

namespace bp::locked {

inline constexpr std::uint32_t kOrders = BP_ORDER_MAX + 1;
inline constexpr std::uint32_t kNone = 0xffffffff;  ///< No frame.
inline constexpr std::size_t kLine = 64;            ///< Bytes of a cache line.

/// State bytes. 0..10: first frame of a free block of that order.
inline constexpr std::uint8_t kAllocated = 0x20;  ///< Plus the order: first frame of a block held.
inline constexpr std::uint8_t kOnPcp = 0x40;      ///< On a per-CPU list.
inline constexpr std::uint8_t kInside = 0x60;     ///< Not the first frame of a block.
inline constexpr std::uint8_t kHole = 0x80;       ///< Not managed.

constexpr bool is_free(std::uint8_t state) { return state < kOrders; }
constexpr bool is_allocated(std::uint8_t state) {
  return state >= kAllocated && state < kAllocated + kOrders;
}

struct Link {
  std::uint32_t next;
  std::uint32_t prev;
};

/// State and links of every frame, by index. relaxed everywhere: a byte carries no data of the
/// block, which is handed over through locks; a stale one can only be that of a block that is not
/// free, because free blocks change under the lock that the reader of a buddy holds.
class Frames {
 public:
  Frames() = default;
  Frames(std::uint8_t* states, Link* links) : states_(states), links_(links) {}

  // relaxed: as the class says, here and below.
  std::uint8_t state(std::uint32_t frame) const noexcept {
    return std::atomic_ref(states_[frame]).load(std::memory_order_relaxed);
  }
  void set_state(std::uint32_t frame, std::uint8_t state) const noexcept {
    // relaxed: see the class.
    std::atomic_ref(states_[frame]).store(state, std::memory_order_relaxed);
  }
  /// True for one of those who race to change it.
  bool change_state(std::uint32_t frame, std::uint8_t from, std::uint8_t to) const noexcept {
    return std::atomic_ref(states_[frame])
        .compare_exchange_strong(from, to, std::memory_order_relaxed, std::memory_order_relaxed);
  }
  Link& link(std::uint32_t frame) const noexcept { return links_[frame]; }

 private:
  std::uint8_t* states_ = nullptr;
  Link* links_ = nullptr;
};

class Zone {
 public:
  /// Nothing is free yet. Frame `begin` gets index `base`.
  void reset(const bp_zone& z, const Frames& frames, std::uint32_t base);
  /// Covers [begin, end) with the largest aligned blocks that fit.
  void add_free_range(std::uint64_t begin, std::uint64_t end);

  bool spans(std::uint64_t pfn) const noexcept { return begin_ <= pfn && pfn < end_; }
  std::uint32_t frame_of(std::uint64_t pfn) const noexcept {
    return static_cast<std::uint32_t>(pfn + shift_);
  }
  std::uint64_t pfn_of(std::uint32_t frame) const noexcept { return frame - shift_; }

  // Read by everyone without the lock. relaxed: a guess at the moment, as in any allocator; those
  // who act on it find out under the lock.
  std::int64_t nr_free() const noexcept { return nr_free_.load(std::memory_order_relaxed); }
  bool has_block(std::uint32_t order) const noexcept {
    return orders_.load(std::memory_order_relaxed) >> order != 0;
  }

  /// A block, or kNone. Its state becomes allocated.
  std::uint32_t take_block(std::uint32_t order) noexcept;
  /// Up to `n` single pages in the order of taking, last one first. Their state becomes on-pcp.
  std::uint32_t take_pages(std::uint32_t* pages, std::uint32_t n) noexcept;
  /// The caller owns the blocks: nobody else may change their states.
  void give_block(std::uint32_t frame, std::uint32_t order) noexcept;
  void give_pages(const std::uint32_t* pages, std::uint32_t n) noexcept;

  void census(bp_visit visit, void* context);
  /// What is wrong with a free of this frame, which is not the first of a held block of that order.
  bp_status why_not_free(std::uint64_t pfn) const noexcept;

 private:
  std::uint32_t take(std::uint32_t order, std::uint8_t state) noexcept;
  void give(std::uint32_t frame, std::uint32_t order) noexcept;
  void push(std::uint32_t frame, std::uint32_t order) noexcept;
  void unlink(std::uint32_t frame, std::uint32_t order) noexcept;
  void add_free(std::int64_t pages) noexcept;

  // Written under the lock, by whoever splits or merges.
  alignas(kLine) SpinLock lock_;
  std::uint32_t heads_[kOrders];
  // Written under the lock, read by every request.
  alignas(kLine) std::atomic<std::int64_t> nr_free_{0};
  std::atomic<std::uint32_t> orders_{0};  // Bit n: there is a free block of order n.
  // Constant once the zone is made.
  alignas(kLine) Frames frames_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t shift_ = 0;  // Index less pfn, modulo 2^64.
};

}  // namespace bp::locked
