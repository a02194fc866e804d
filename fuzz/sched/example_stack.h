// SPDX-License-Identifier: MIT
// For tests and measurements: a lock-free stack over the simulated policy, with a tag against ABA.
// Its orders are as they must be, so that every schedule is without a race.
#pragma once

#include <cstdint>

#include "fuzz/sched/policy.h"

namespace bp::sched {

/// Three cells with a payload each; who pops a cell owns its payload until it pushes it back.
struct ExampleStack {
  static constexpr std::uint32_t kCells = 3;
  Atomic<std::uint32_t> head{1};  ///< Tag in the high half, cell + 1 in the low one.
  Atomic<std::uint32_t> next[kCells];
  Var<std::uint32_t> payload[kCells];

  ExampleStack() {
    for (std::uint32_t c = 0; c < kCells; ++c)
      next[c].store(c + 1 == kCells ? 0 : c + 2, std::memory_order_relaxed);
  }
  std::uint32_t pop() {
    std::uint32_t h = head.load(std::memory_order_acquire);
    while ((h & 0xffff) != 0) {
      const std::uint32_t below = next[(h & 0xffff) - 1].load(std::memory_order_relaxed);
      const std::uint32_t to = ((h & 0xffff0000) + 0x10000) | below;
      if (head.compare_exchange_strong(h, to, std::memory_order_acquire, std::memory_order_acquire))
        return h & 0xffff;
    }
    return 0;
  }
  void push(std::uint32_t cell) {
    std::uint32_t h = head.load(std::memory_order_relaxed);
    do {
      next[cell - 1].store(h & 0xffff, std::memory_order_relaxed);
    } while (!head.compare_exchange_weak(h, (h & 0xffff0000) | cell, std::memory_order_release,
                                         std::memory_order_relaxed));
  }
  void churn(unsigned rounds) {
    for (unsigned i = 0; i < rounds; ++i) {
      const std::uint32_t cell = pop();
      if (cell == 0) continue;
      payload[cell - 1].write(i);
      push(cell);
    }
  }
};

}  // namespace bp::sched
