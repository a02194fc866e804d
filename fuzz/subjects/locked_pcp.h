// SPDX-License-Identifier: MIT
// The pages of order 0 that one CPU keeps of one zone: filled and emptied by the batch, last in,
// first out, the coldest flushed first (R-PCP-3, 4, 6). Any thread may call any function; usually
// it is the CPU's own, and the lock is free. May take the zone's lock under its own.
#pragma once

#include <cstring>
#include <mutex>

#include "fuzz/subjects/locked_zone.h"

namespace bp::locked {

class alignas(kLine) Pcp {
 public:
  /// `pages` has room for `high`; batch is 1..high. With high 0 nothing is ever kept.
  void reset(Zone& zone, std::uint32_t* pages, std::uint32_t high, std::uint32_t batch) {
    zone_ = &zone;
    pages_ = pages;
    count_ = 0;
    high_ = high;
    batch_ = batch;
  }

  bool keeps_pages() const noexcept { return high_ != 0; }

  /// A page whose state is allocated, or kNone.
  std::uint32_t take(const Frames& frames) noexcept {
    if (!keeps_pages()) return zone_->take_block(0);
    const std::lock_guard guard(lock_);
    if (count_ == 0) count_ = zone_->take_pages(pages_, batch_);
    if (count_ == 0) return kNone;
    const std::uint32_t frame = pages_[--count_];
    frames.set_state(frame, kAllocated);
    return frame;
  }

  /// keeps_pages(), and the page's state is on-pcp already.
  void give(std::uint32_t frame) noexcept {
    const std::lock_guard guard(lock_);
    pages_[count_++] = frame;
    if (count_ < high_) return;
    zone_->give_pages(pages_, batch_);
    count_ -= batch_;
    std::memmove(pages_, pages_ + batch_, count_ * sizeof *pages_);
  }

  void drain() noexcept {
    const std::lock_guard guard(lock_);
    if (count_ != 0) zone_->give_pages(pages_, count_);
    count_ = 0;
  }

  std::uint32_t count() noexcept {
    const std::lock_guard guard(lock_);
    return count_;
  }

  /// `cpu` is what the visitor is told.
  void census(bp_visit visit, void* context, std::uint32_t cpu) {
    const std::lock_guard guard(lock_);
    for (std::uint32_t i = count_; i-- > 0;) visit(context, zone_->pfn_of(pages_[i]), 0, cpu);
  }

 private:
  SpinLock lock_;
  std::uint32_t count_ = 0;
  std::uint32_t* pages_ = nullptr;  // The last one is the next to go out.
  std::uint32_t high_ = 0, batch_ = 0;
  Zone* zone_ = nullptr;
};

}  // namespace bp::locked
