// SPDX-License-Identifier: MIT
// `rseq`: the per-CPU section of Linux user space. try_push() and try_pop() are restartable
// sections: the kernel starts them anew if their thread was preempted or moved inside, so that
// nobody else ran on the CPU between the first look and the one store that commits. A refill or
// flush is longer than that: try_enter() is a restartable section that commits a flag, and whoever
// has set it is inside, on whatever CPU it goes on.
//
// Contract: as in section.h, and
//   migration at any point is sound. A section is for the CPU that it was placed for: a thread that
//             was moved away after it chose the list fails at once and uses the bitmaps.
//   drains    ask() closes the section to all that begin; barrier() starts anew all that had begun,
//             on every CPU, which then find it closed. So who is not inside by the flag is out.
//   stalled   try_push() and try_pop() hold back nothing. Between try_enter() and leave() a thread
//             that stalls holds back that one list (at most pcp_high pages) and its refill or
//             flush; others on the CPU then use the bitmaps.
//
// Machine supplies, for the thread that calls
//   cpu()               the CPU it is on, any number if it is on none that sections can be for;
//   enter(gate, cpu)    in one restartable section: if on `cpu` and gate.open(), gate.busy = 1;
//   push(gate, cpu, count, limit, slots, v, witness, seen), pop(gate, cpu, count, slots, v&)
//                       likewise, as push_inside() and pop_inside() do it, with the store of
//                       `count` as the commit; the push only if `witness` is `seen`;
//   restart_others()    all restartable sections that have begun are started anew, and what the
//                       caller wrote before is seen in them.
// Freestanding.
#pragma once

#include <atomic>
#include <cstdint>

namespace bp::impl {

/// Closed while either byte is not 0. The CPU's sections read both, in one look if they like.
template <template <class> class Atomic>
struct alignas(2 * alignof(Atomic<std::uint8_t>)) RestartableGate {
  Atomic<std::uint8_t> busy{0};   ///< Set in a section of the CPU, cleared by who set it.
  Atomic<std::uint8_t> asked{0};  ///< Set and cleared by drains.

  /// acquire: partner of leave() and done().
  bool open() const {
    return busy.load(std::memory_order_acquire) == 0 && asked.load(std::memory_order_acquire) == 0;
  }
};

template <template <class> class Atomic, class Machine>
class RestartableSection {
 public:
  void place(unsigned cpu) { cpu_ = static_cast<std::uint16_t>(cpu); }
  static unsigned here(unsigned named, unsigned cpus) {
    const unsigned on = Machine::cpu();
    return on < cpus ? on : named;
  }

  bool try_enter() { return Machine::enter(gate_, cpu_); }
  /// release: partner of open() and granted().
  void leave() { gate_.busy.store(0, std::memory_order_release); }

  /// The choice is made before, and holds if the word is still the same inside.
  template <class Word, class Choose>
  bool try_push(const Word& word, std::uint32_t value, Choose choose) {
    // relaxed: the section looks again.
    const std::uint64_t seen = word.load(std::memory_order_relaxed);
    auto* const to = choose(seen);
    return to != nullptr &&
           Machine::push(gate_, cpu_, to->count, to->limit, to->slots, value, word, seen);
  }
  template <class Count, class Slot>
  bool try_pop(Count& count, Slot* slots, std::uint32_t& value) {
    return Machine::pop(gate_, cpu_, count, slots, value);
  }

  /// acquire: partner of done(): drains follow one another.
  bool ask() { return gate_.asked.exchange(1, std::memory_order_acquire) == 0; }
  static void barrier() { Machine::restart_others(); }
  /// acquire: partner of leave().
  bool granted() const { return gate_.busy.load(std::memory_order_acquire) == 0; }
  /// release: partner of open() and of ask().
  void done() { gate_.asked.store(0, std::memory_order_release); }

 private:
  RestartableGate<Atomic> gate_;
  std::uint16_t cpu_ = 0;  ///< Constant after place().
};

}  // namespace bp::impl
