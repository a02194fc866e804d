// SPDX-License-Identifier: MIT
#include "fuzz/subjects/locked_zone.h"

#include <algorithm>
#include <bit>
#include <mutex>

namespace bp::locked {

void Zone::reset(const bp_zone& z, const Frames& frames, std::uint32_t base) {
  frames_ = frames;
  begin_ = z.begin;
  end_ = z.end;
  shift_ = base - z.begin;
  std::fill(std::begin(heads_), std::end(heads_), kNone);
  // relaxed: nobody else knows the instance yet.
  orders_.store(0, std::memory_order_relaxed);
  nr_free_.store(0, std::memory_order_relaxed);
}

void Zone::add_free_range(std::uint64_t begin, std::uint64_t end) {
  add_free(static_cast<std::int64_t>(end - begin));
  while (begin < end) {
    const auto aligned = static_cast<std::uint32_t>(std::countr_zero(begin));
    const auto fits = static_cast<std::uint32_t>(std::bit_width(end - begin)) - 1;
    const std::uint32_t order = std::min({aligned, fits, BP_ORDER_MAX});
    push(frame_of(begin), order);
    begin += std::uint64_t{1} << order;
  }
}

std::uint32_t Zone::take_block(std::uint32_t order) noexcept {
  const std::lock_guard guard(lock_);
  const std::uint32_t frame = take(order, static_cast<std::uint8_t>(kAllocated + order));
  if (frame != kNone) add_free(-(std::int64_t{1} << order));
  return frame;
}

std::uint32_t Zone::take_pages(std::uint32_t* pages, std::uint32_t n) noexcept {
  const std::lock_guard guard(lock_);
  std::uint32_t taken = 0;
  while (taken < n) {
    const std::uint32_t frame = take(0, kOnPcp);
    if (frame == kNone) break;
    pages[taken++] = frame;
  }
  add_free(-std::int64_t{taken});
  std::reverse(pages, pages + taken);
  return taken;
}

void Zone::give_block(std::uint32_t frame, std::uint32_t order) noexcept {
  const std::lock_guard guard(lock_);
  add_free(std::int64_t{1} << order);
  give(frame, order);
}

void Zone::give_pages(const std::uint32_t* pages, std::uint32_t n) noexcept {
  const std::lock_guard guard(lock_);
  add_free(n);
  for (std::uint32_t i = 0; i < n; ++i) give(pages[i], 0);
}

std::uint32_t Zone::take(std::uint32_t order, std::uint8_t state) noexcept {
  // relaxed: written under the lock that is held.
  const std::uint32_t fitting = orders_.load(std::memory_order_relaxed) >> order << order;
  if (fitting == 0) return kNone;
  auto half = static_cast<std::uint32_t>(std::countr_zero(fitting));
  const std::uint32_t frame = heads_[half];
  unlink(frame, half);
  while (half > order) {
    --half;
    push(frame + (1U << half), half);
  }
  frames_.set_state(frame, state);
  return frame;
}

void Zone::give(std::uint32_t frame, std::uint32_t order) noexcept {
  std::uint64_t pfn = pfn_of(frame);
  frames_.set_state(frame, kInside);
  for (; order < BP_ORDER_MAX; ++order) {
    const std::uint64_t buddy = pfn ^ (std::uint64_t{1} << order);
    if (!spans(buddy) || frames_.state(frame_of(buddy)) != order) break;
    unlink(frame_of(buddy), order);
    frames_.set_state(frame_of(buddy), kInside);
    pfn &= buddy;
  }
  push(frame_of(pfn), order);
}

void Zone::push(std::uint32_t frame, std::uint32_t order) noexcept {
  const std::uint32_t next = heads_[order];
  frames_.link(frame) = {next, kNone};
  if (next != kNone) {
    frames_.link(next).prev = frame;
  } else {
    // relaxed: written under the lock; a reader without it only guesses.
    orders_.store(orders_.load(std::memory_order_relaxed) | 1U << order, std::memory_order_relaxed);
  }
  heads_[order] = frame;
  frames_.set_state(frame, static_cast<std::uint8_t>(order));
}

void Zone::unlink(std::uint32_t frame, std::uint32_t order) noexcept {
  const Link link = frames_.link(frame);
  if (link.next != kNone) frames_.link(link.next).prev = link.prev;
  if (link.prev != kNone) {
    frames_.link(link.prev).next = link.next;
    return;
  }
  heads_[order] = link.next;
  if (link.next != kNone) return;
  // relaxed: as in push().
  orders_.store(orders_.load(std::memory_order_relaxed) & ~(1U << order),
                std::memory_order_relaxed);
}

void Zone::add_free(std::int64_t pages) noexcept {
  // relaxed, and no read-modify-write: the lock is held by the only writer.
  nr_free_.store(nr_free_.load(std::memory_order_relaxed) + pages, std::memory_order_relaxed);
}

void Zone::census(bp_visit visit, void* context) {
  const std::lock_guard guard(lock_);
  for (std::uint32_t order = 0; order < kOrders; ++order) {
    for (std::uint32_t frame = heads_[order]; frame != kNone; frame = frames_.link(frame).next) {
      visit(context, pfn_of(frame), order, BP_ON_BUDDY);
    }
  }
}

bp_status Zone::why_not_free(std::uint64_t pfn) const noexcept {
  const std::uint8_t own = frames_.state(frame_of(pfn));
  if (own == kHole) return BP_FOREIGN;
  if (is_allocated(own)) return BP_BAD_ORDER;
  if (own != kInside) return BP_NOT_ALLOCATED;
  for (std::uint32_t order = 1; order < kOrders; ++order) {
    const std::uint64_t head = pfn >> order << order;
    if (!spans(head)) break;
    const std::uint8_t state = frames_.state(frame_of(head));
    if (is_free(state) && state >= order) return BP_NOT_ALLOCATED;
    if (is_allocated(state) && state - kAllocated >= static_cast<int>(order)) return BP_NOT_HEAD;
  }
  return BP_NOT_ALLOCATED;
}

}  // namespace bp::locked
