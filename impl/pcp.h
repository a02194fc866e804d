// SPDX-License-Identifier: MIT
// One CPU's list of order-0 frames of one zone (R-PCP-1, 2, 10): a ring in the caller's memory,
// used as a stack at the warm end and drained at the cold one.
//
// Contract
//   who       count(): any thread. Everything else: whoever is inside `section`.
//   bound     count() <= capacity at all times.
//   progress  no operation waits; see the section for what a stalled owner holds back.
// Freestanding.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>
#include <type_traits>

namespace bp::impl {

template <class Policy>
class alignas(64) PcpList {
 public:
  using Slot = typename Policy::template Var<std::uint32_t>;  ///< Frames above the zone's base.

  typename Policy::Section section;

  /// `slots` is raw memory for `capacity` of them. They get a value when they are pushed to.
  void place(Slot* slots, std::uint32_t capacity) {
    slots_ = slots;
    capacity_ = capacity;
    if constexpr (!std::is_trivially_default_constructible_v<Slot>) {
      for (std::uint32_t i = 0; i < capacity_; ++i) ::new (slots_ + i) Slot;
    }
  }

  /// relaxed: outside the section it is a figure for reports; inside, the section orders it.
  std::uint32_t count() const { return count_.load(std::memory_order_relaxed); }
  bool full() const { return count() == capacity_; }

  /// The list is not full.
  void push(std::uint32_t frame) {
    const std::uint32_t n = count();
    slots_[slot(n)].write(frame);
    set_count(n + 1);
  }
  /// The frame pushed last; the list is not empty.
  std::uint32_t pop() {
    const std::uint32_t n = count() - 1;
    set_count(n);
    return slots_[slot(n)].read();
  }
  /// The frame that lay longest; the list is not empty.
  std::uint32_t take_oldest() {
    const std::uint32_t at = oldest_.read();
    const std::uint32_t frame = slots_[at].read();
    oldest_.write(at + 1 == capacity_ ? 0 : at + 1);
    set_count(count() - 1);
    return frame;
  }
  /// visit(frame) for each, oldest first.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::uint32_t i = 0; i < count(); ++i) visit(slots_[slot(i)].read());
  }

 private:
  std::uint32_t slot(std::uint32_t i) const {
    const std::uint32_t at = oldest_.read() + i;
    return at < capacity_ ? at : at - capacity_;
  }
  /// relaxed: see count(); a plain store, since only the section's owner writes.
  void set_count(std::uint32_t n) { count_.store(n, std::memory_order_relaxed); }

  typename Policy::template atomic<std::uint32_t> count_{0};
  Slot oldest_{0};              ///< Index of the cold end.
  std::uint32_t capacity_ = 0;  ///< Constant after place(), as is the next.
  Slot* slots_ = nullptr;
};

}  // namespace bp::impl
