// SPDX-License-Identifier: MIT
// The lock of the locked subject: a word that is spun on, and a core given up when its owner seems
// to be off the CPU. Not fair, not recursive. Satisfies Lockable as far as std::lock_guard asks.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace bp::locked {

class SpinLock {
 public:
  void lock() noexcept {
    // acquire pairs with the release of unlock(): what the last owner wrote is seen.
    while (word_.exchange(1, std::memory_order_acquire) != 0) wait();
  }
  void unlock() noexcept {
    // release pairs with the acquire of lock().
    word_.store(0, std::memory_order_release);
  }

 private:
  static constexpr int kSpins = 128;  // About as long as a section under the lock.

  void wait() const noexcept {
    for (int i = 0; i < kSpins; ++i) {
      // relaxed: a hint to try again; the exchange decides.
      if (word_.load(std::memory_order_relaxed) == 0) return;
    }
    std::this_thread::yield();
  }

  std::atomic<std::uint32_t> word_{0};
};

}  // namespace bp::locked
