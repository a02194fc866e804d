// SPDX-License-Identifier: MIT
// The per-CPU section: who may touch one CPU's lists. Three kinds, one shape; a policy chooses:
// `atomic` and `pinned` here, `rseq` in restartable.h.
//
// Contract
//   place     the number of its CPU, before anyone else knows the section.
//   here      the CPU whose list the caller is to use, given the one that it says it runs on.
//   owner     try_enter() and leave(), by the CPU's own thread; or one try_push() or try_pop(),
//             each a section of its own. Nobody waits: they fail at once if somebody else is
//             inside, and the caller goes to the shared bitmaps instead. A push chooses its stack
//             inside, by a word of the caller's, its pageblock's type: who changes that and then
//             drains finds all blocks that were pushed by the type of before.
//   others    ask(), for one list or many; then barrier() once; then, for each list that was asked
//             for, granted() says whether it is empty of its owner, and done() ends it always.
//   stalled   a thread that stalls inside holds back the pages of that one list and those of the
//             refill or flush it is in; a drain leaves such a list alone. With `rseq` one that
//             stalls in try_push() or try_pop() holds back nothing: it is started anew. A drain
//             that stalls between ask() and done() keeps the owner off the list, not off the zone.
//   order     whoever is inside sees the list as the one before it left it.
// Freestanding.
#pragma once

#include <atomic>
#include <cstdint>

namespace bp::impl {

/// Whether a section that was entered is another's all the same: as a number that is more than any
/// count of blocks, or as 0, so that one comparison sees that and a stack that is full or empty.
inline constexpr std::uint32_t kClosed = ~0U;
inline constexpr std::uint32_t kOpen = 0;

/// The steps of try_push() and try_pop() inside of a section. Of a stack `count` blocks lie in
/// `slots`, at most `limit`; only who is inside writes any of them.
///
/// Onto *choose(word). False, and nothing done: closed, that is null, or the stack is full.
template <class Word, class Choose>
[[gnu::always_inline]] inline bool push_inside(std::uint32_t closed, const Word& word,
                                               std::uint32_t value, Choose choose) {
  // relaxed, all: only who is inside writes the stack, and the section orders that; who writes
  // the word and then drains is seen by sections that the drain does not see.
  auto* const to = choose(word.load(std::memory_order_relaxed));
  if (to == nullptr) return false;
  const std::uint32_t n = to->count.load(std::memory_order_relaxed);
  if ((n | closed) >= to->limit.load(std::memory_order_relaxed)) return false;
  to->slots[n].write(value);
  to->count.store(n + 1, std::memory_order_relaxed);
  return true;
}
/// False, and nothing done: closed, or nothing there.
template <class Count, class Slot>
[[gnu::always_inline]] inline bool pop_inside(std::uint32_t closed, Count& count, Slot* slots,
                                              std::uint32_t& value) {
  // relaxed, both: as above.
  const std::uint32_t n = count.load(std::memory_order_relaxed);
  if (n <= closed) return false;
  value = slots[n - 1].read();
  count.store(n - 1, std::memory_order_relaxed);
  return true;
}

/// Tries to enter a busy list before a drain leaves it to its owner.
inline constexpr unsigned kDrainTries = 64;

/// `atomic`: one read-modify-write to enter, on any machine, from any thread, also when a thread
/// migrates inside or two threads name the same CPU.
template <template <class> class Atomic>
class FlagSection {
 public:
  static void place(unsigned) {}
  static unsigned here(unsigned named, unsigned) { return named; }

  /// acquire: partner of leave().
  bool try_enter() { return !busy_.exchange(true, std::memory_order_acquire); }
  /// release: partner of try_enter().
  void leave() { busy_.store(false, std::memory_order_release); }

  template <class Word, class Choose>
  bool try_push(const Word& word, std::uint32_t value, Choose choose) {
    if (!try_enter()) return false;
    const bool pushed = push_inside(kOpen, word, value, choose);
    leave();
    return pushed;
  }
  template <class Count, class Slot>
  bool try_pop(Count& count, Slot* slots, std::uint32_t& value) {
    if (!try_enter()) return false;
    const bool popped = pop_inside(kOpen, count, slots, value);
    leave();
    return popped;
  }

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
  static void place(unsigned) {}
  static unsigned here(unsigned named, unsigned) { return named; }

  bool try_enter() {
    if (enter() == kOpen) return true;
    leave();
    return false;
  }
  /// release: partner of granted().
  void leave() { busy_.store(false, std::memory_order_release); }

  template <class Word, class Choose>
  bool try_push(const Word& word, std::uint32_t value, Choose choose) {
    const bool pushed = push_inside(enter(), word, value, choose);
    leave();
    return pushed;
  }
  template <class Count, class Slot>
  bool try_pop(Count& count, Slot* slots, std::uint32_t& value) {
    const bool popped = pop_inside(enter(), count, slots, value);
    leave();
    return popped;
  }

  /// acquire: partner of done(): drains follow one another.
  bool ask() { return asked_.exchange(kClosed, std::memory_order_acquire) == kOpen; }
  static void barrier() { Fences::heavy(); }
  /// acquire: partner of leave().
  bool granted() const { return !busy_.load(std::memory_order_acquire); }
  /// release: partner of try_enter() and of ask().
  void done() { asked_.store(kOpen, std::memory_order_release); }

 private:
  /// The owner announces itself; kClosed: a drain did before, and leave() is all that may follow.
  std::uint32_t enter() {
    // relaxed: light() orders it before the load; nobody reads the list because of it.
    busy_.store(true, std::memory_order_relaxed);
    Fences::light();
    // acquire: partner of done(); the list is seen as the drain left it.
    return asked_.load(std::memory_order_acquire);
  }

  Atomic<bool> busy_{false};            ///< Written by the owner.
  Atomic<std::uint32_t> asked_{kOpen};  ///< kClosed or kOpen. Written by drains.
};

}  // namespace bp::impl
