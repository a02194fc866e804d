// SPDX-License-Identifier: MIT
// What the threads of one pass share: how much there is to do, a gate that they pass together, the
// time that each measured part took, and the rings between pairs of threads.
#pragma once

#include <array>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <vector>

#include "fuzz/bench/clock.h"
#include "fuzz/bench/script.h"

namespace bp::bench {

inline constexpr unsigned kExitCpus = 8;  ///< CPUs whose blocks the exiting thread frees.

/// A bounded queue from one thread to one other. Each shows the other how far it is a line of slots
/// at a time, and looks only when it has to: the queue is not what is to be measured.
class Ring {
 public:
  void push(std::uint64_t v) {
    while (is_full() && is_full_still()) wait();
    slots_[pushed_++ % kSlots] = v;
    if (pushed_ % kLine == 0) show();
  }
  /// The last push() was the last.
  void show() {
    tail_.store(pushed_, std::memory_order_release);  // release: partner of pop().
  }
  std::uint64_t pop() {
    while (is_empty() && is_empty_still()) wait();
    const std::uint64_t v = slots_[popped_++ % kSlots];
    // release: partner of push().
    if (popped_ % kLine == 0) head_.store(popped_, std::memory_order_release);
    return v;
  }

 private:
  static constexpr std::uint64_t kSlots = 1024;
  static constexpr std::uint64_t kLine = 8;
  static_assert(kSlots % kLine == 0);
  static void wait() { sched_yield(); }

  bool is_full() const { return pushed_ - head_seen_ == kSlots; }
  bool is_full_still() {
    head_seen_ = see(head_);
    return is_full();
  }
  bool is_empty() const { return popped_ == tail_seen_; }
  bool is_empty_still() {
    tail_seen_ = see(tail_);
    return is_empty();
  }
  /// acquire: partner of the other's store; the slots before it have been written, or read.
  static std::uint64_t see(const std::atomic<std::uint64_t>& at) {
    return at.load(std::memory_order_acquire);
  }

  alignas(64) std::atomic<std::uint64_t> tail_{0};  ///< Where push() is, as pop() may know.
  std::uint64_t pushed_ = 0;
  std::uint64_t head_seen_ = 0;
  alignas(64) std::atomic<std::uint64_t> head_{0};  ///< The other way around.
  std::uint64_t popped_ = 0;
  std::uint64_t tail_seen_ = 0;
  alignas(64) std::array<std::uint64_t, kSlots> slots_{};
};

class Pass {
 public:
  /// `recorded` is for as many threads, or null: then there is no trace to follow.
  Pass(std::uint64_t machine_frames, unsigned n_threads, unsigned percent_of_work,
       const Script* recorded = nullptr)
      : script(recorded),
        heads(recorded == nullptr ? 0 : recorded->blocks),
        frames(machine_frames),
        threads(n_threads),
        percent(percent_of_work),
        rings((n_threads + 1) / 2),
        gate_(static_cast<std::ptrdiff_t>(n_threads)) {}

  const Script* const script;
  std::vector<std::atomic<std::uint64_t>> heads;  ///< By the script's block: 1 + head, 0: none.
  const std::uint64_t frames;
  const unsigned threads;
  const unsigned percent;
  std::vector<Ring> rings;

  /// So many operations at 100 %.
  std::uint64_t work(std::uint64_t n) const { return n * percent / 100 + 1; }
  /// All threads get here before one goes on.
  void meet() { gate_.arrive_and_wait(); }

  /// Runs and times `part` on all threads at once; it returns its operations.
  /// Inlined, so that what the part's loop needs is in registers.
  template <class Part>
  [[gnu::always_inline]] void measure(unsigned metric, Part&& part) {
    meet();
    const std::uint64_t begin = cpu_ns();
    const std::uint64_t n = part();
    // relaxed: sums, read after the threads are joined.
    ns_[metric].fetch_add(cpu_ns() - begin, std::memory_order_relaxed);
    operations_[metric].fetch_add(n, std::memory_order_relaxed);
    meet();
  }
  std::uint64_t operations(unsigned metric) const {
    return operations_[metric].load(std::memory_order_relaxed);
  }
  double ns_per_operation(unsigned metric) const {
    const std::uint64_t n = operations(metric);
    const auto ns = static_cast<double>(ns_[metric].load(std::memory_order_relaxed));
    return n == 0 ? 0 : ns / static_cast<double>(n);
  }

 private:
  std::barrier<> gate_;
  std::array<std::atomic<std::uint64_t>, 2> ns_{};
  std::array<std::atomic<std::uint64_t>, 2> operations_{};
};

}  // namespace bp::bench
