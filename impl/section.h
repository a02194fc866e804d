// SPDX-License-Identifier: MIT
// The per-CPU section: who may touch one CPU's lists. Two kinds, one shape; a policy chooses.
//
// Contract
//   owner     try_enter() and leave(), by the CPU's own thread. Nobody waits: try_enter() fails at
//             once if somebody else is inside, and the caller goes to the shared bitmaps instead.
//   others    ask(), for one list or many; then barrier() once; then, for each list that was asked
//             for, granted() says whether it is empty of its owner, and done() ends it always.
//   stalled   a thread that stalls inside holds back the pages of that one list and those of the
//             refill or flush it is in; a drain leaves such a list alone. A drain that stalls
//             between ask() and done() keeps the owner off the list, not off the zone.
//   order     whoever is inside sees the list as the one before it left it.
// Freestanding.
#pragma once

#include <atomic>
#include <cstdint>

namespace bp::impl {

/// Tries to enter a busy list before a drain leaves it to its owner.
inline constexpr unsigned kDrainTries = 64;

/// `atomic`: one read-modify-write to enter, on any machine, from any thread, also when a thread
/// migrates inside or two threads name the same CPU.
template <template <class> class Atomic>
class FlagSection {
 public:
  /// acquire: partner of leave().
  bool try_enter() { return !busy_.exchange(true, std::memory_order_acquire); }
  /// release: partner of try_enter().
  void leave() { busy_.store(false, std::memory_order_release); }

  bool ask() {
    for (unsigned tries = 0; tries < kDrainTries; ++tries)
      if (try_enter()) return true;
    return false;
  }
  static void barrier() {}
  bool granted() const { return true; }
  void done() { leave(); }

 private:
  Atomic<bool> busy_{false};
};

/// `pinned`: the caller guarantees that one thread at a time names this CPU, as a kernel does with
/// preemption off. Entering is a plain store and a plain load. The owner and a drain are a Dekker
/// pair: each announces itself and then looks for the other, so that at least one sees the other.
/// Fences::light() between the owner's two steps and Fences::heavy() between the drain's make that
/// order; heavy() has the whole cost (membarrier, an interrupt to all CPUs), light() may be nothing
/// but a word to the compiler.
template <template <class> class Atomic, class Fences>
class OwnerSection {
 public:
  bool try_enter() {
    // relaxed: light() orders it before the load; nobody reads the list because of it.
    busy_.store(true, std::memory_order_relaxed);
    Fences::light();
    // acquire: partner of done(); the list is seen as the drain left it.
    if (!asked_.load(std::memory_order_acquire)) return true;
    leave();
    return false;
  }
  /// release: partner of granted().
  void leave() { busy_.store(false, std::memory_order_release); }

  /// acquire: partner of done(): drains follow one another.
  bool ask() { return !asked_.exchange(true, std::memory_order_acquire); }
  static void barrier() { Fences::heavy(); }
  /// acquire: partner of leave().
  bool granted() const { return !busy_.load(std::memory_order_acquire); }
  /// release: partner of try_enter() and of ask().
  void done() { asked_.store(false, std::memory_order_release); }

 private:
  Atomic<bool> busy_{false};   ///< Written by the owner.
  Atomic<bool> asked_{false};  ///< Written by drains.
};

}  // namespace bp::impl
