// SPDX-License-Identifier: MIT
// The production policy: std::atomic, no simulation, no planted bug. Every shared type of impl
// takes such a policy and names nothing else of the machine below it. A policy supplies
//   atomic<T>   std::atomic's load, store, exchange, fetch_*, compare_exchange_*, orders explicit;
//   Var<T>      plain data that the surrounding protocol protects: read() and write();
//   fence(o)    std::atomic_thread_fence;
//   Section     the per-CPU section, see below;
//   planted(b)  whether bug `b` is to be active;
//   kStopOnCorruption   whether a block released while free stops the program.
// Freestanding.
#pragma once

#include <atomic>
#include <cstdint>

#include "impl/planted.h"

namespace bp::impl {

/// The per-CPU section of one list as one atomic flag: works on any machine, also when a thread
/// migrates inside it or another CPU drains the list.
///
/// Contract: whoever gets in owns the list until leave(). Nobody waits: try_enter() fails at once,
/// and the caller goes to the shared bitmaps instead. A thread that stalls inside holds back the
/// pages on that one list and those of the refill or flush it is in; nothing else.
/// A policy for pinned threads can make try_enter() free for the owner; one for rseq restarts it.
template <template <class> class Atomic>
class FlagSection {
 public:
  /// acquire: partner of leave(); the list is seen as the last owner left it.
  bool try_enter() { return !busy_.exchange(true, std::memory_order_acquire); }
  /// release: partner of try_enter().
  void leave() { busy_.store(false, std::memory_order_release); }

 private:
  Atomic<bool> busy_{false};
};

struct StdPolicy {
  template <class T>
  using atomic = std::atomic<T>;

  template <class T>
  struct Var {
    T value;
    T read() const { return value; }
    void write(T v) { value = v; }
  };

  static void fence(std::memory_order order) { std::atomic_thread_fence(order); }

  using Section = FlagSection<std::atomic>;

  static constexpr bool planted(Bug) { return false; }
  static constexpr bool kStopOnCorruption = true;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free &&
                  sizeof(std::atomic<std::uint64_t>) == 8,
              "a bitmap word is one lock-free machine word");
static_assert(std::atomic<std::uint8_t>::is_always_lock_free &&
                  sizeof(std::atomic<std::uint8_t>) == 1,
              "a frame's order is one byte");

}  // namespace bp::impl
