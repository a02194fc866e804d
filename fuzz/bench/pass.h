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

/// A bounded queue from one thread to one other.
class Ring {
 public:
  void push(std::uint64_t v) {
    // relaxed: only this thread writes it.
    const std::uint64_t at = tail_.load(std::memory_order_relaxed);
    // acquire: partner of pop(); the slot has been read.
    while (at - head_.load(std::memory_order_acquire) == kSlots) wait();
    slots_[at % kSlots] = v;
    tail_.store(at + 1, std::memory_order_release);  // release: partner of pop().
  }
  std::uint64_t pop() {
    // relaxed: only this thread writes it.
    const std::uint64_t at = head_.load(std::memory_order_relaxed);
    // acquire: partner of push(); the slot is written.
    while (tail_.load(std::memory_order_acquire) == at) wait();
    const std::uint64_t v = slots_[at % kSlots];
    head_.store(at + 1, std::memory_order_release);  // release: partner of push().
    return v;
  }

 private:
  static constexpr std::uint64_t kSlots = 1024;
  static void wait() { sched_yield(); }

  alignas(64) std::atomic<std::uint64_t> tail_{0};
  alignas(64) std::atomic<std::uint64_t> head_{0};
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
