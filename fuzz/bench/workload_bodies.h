// SPDX-License-Identifier: MIT
// What each thread of a pass does, for any way to call a subject. See workloads.h for the list.
// Filling and emptying around the measured part is not timed. The measured loops are functions of
// their own which have all their state by value: it stays in registers.
#pragma once

#include <sched.h>

#include <atomic>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "fuzz/bench/pass.h"
#include "fuzz/subject.h"

namespace bp::bench {

inline constexpr std::uint64_t kNothing = ~std::uint64_t{0};

/// A block, whose head is a multiple of its size, in 32 bits: the cache is to be the subject's, not
/// the harness's. The lowest set bit says the order, those above it the head, which has 31 bits.
class Block {
 public:
  Block(std::uint64_t head, unsigned order)
      : word_(static_cast<std::uint32_t>(head << 1 | std::uint64_t{1} << order)) {}
  std::uint64_t head() const { return (word_ & (word_ - 1)) >> 1; }
  unsigned order() const { return static_cast<unsigned>(std::countr_zero(word_)); }

 private:
  std::uint32_t word_;
};

/// wyrand: one multiplication, so that drawing is not what is measured.
class Draw {
 public:
  explicit Draw(unsigned thread) : state_(thread * 0x9e3779b97f4a7c15ULL + 1) {}
  std::uint64_t bits() {
    state_ += 0xa0761d6478bd642fULL;
    const Wide product = Wide{state_} * (state_ ^ 0xe7037ed1a0b428dbULL);
    return static_cast<std::uint64_t>(product >> 64 ^ product);
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>((bits() >> 32) * n >> 32); }
  /// Order o with chance 2^-(o+1): every order takes about the same memory.
  unsigned order() {
    const auto o = static_cast<unsigned>(std::countr_zero(bits()));
    return o > BP_ORDER_MAX ? 0 : o;
  }

 private:
  __extension__ using Wide = unsigned __int128;
  std::uint64_t state_;
};

/// This thread's part of so many percent of the machine, in blocks of `order`.
inline std::uint64_t share(const Pass& pass, unsigned percent, unsigned order) {
  return (pass.frames * percent / 100 / pass.threads) >> order;
}

template <class Calls, unsigned order>
std::uint64_t run_pairs(Calls calls, std::uint64_t n) {
  for (std::uint64_t i = 0; i < n; ++i) {
    const std::uint64_t head = calls.alloc(order);
    if (head != kNothing) calls.free(head, order);
  }
  return n;
}
template <class Calls, unsigned order>
void pairs(Calls calls, Pass& pass, unsigned) {
  const std::uint64_t n = pass.work(2'000'000);
  pass.measure(0, [&] { return run_pairs<Calls, order>(calls, n); });
}

template <class Calls, unsigned order>
std::uint64_t fill(Calls calls, std::span<std::uint64_t> held) {
  for (std::uint64_t& head : held) head = calls.alloc(order);
  return held.size();
}
template <class Calls, unsigned order>
std::uint64_t give_back(Calls calls, std::span<const std::uint64_t> held) {
  for (const std::uint64_t head : held)
    if (head != kNothing) calls.free(head, order);
  return held.size();
}
template <class Calls, unsigned order>
void bulk(Calls calls, Pass& pass, unsigned) {
  std::vector<std::uint64_t> held(share(pass, 97, order));
  pass.measure(0, [&] { return fill<Calls, order>(calls, held); });
  pass.measure(1, [&] { return give_back<Calls, order>(calls, held); });
}

/// A block of a known order in 32 bits, as Block.
inline constexpr std::uint32_t kNoHead = ~0U;
template <class Calls>
[[gnu::always_inline]] inline std::uint32_t take_head(Calls calls, unsigned order) {
  const std::uint64_t head = calls.alloc(order);
  return head == kNothing ? kNoHead : static_cast<std::uint32_t>(head);
}
template <class Calls>
[[gnu::always_inline]] inline void give_head(Calls calls, std::uint32_t head, unsigned order) {
  if (head != kNoHead) calls.free(head, order);
}

template <class Calls, unsigned order>
std::uint64_t run_replace(Calls calls, Draw draw, std::span<std::uint32_t> held, std::uint64_t n) {
  for (std::uint64_t i = 0; i < n; ++i) {
    std::uint32_t& at = held[draw.below(held.size())];
    give_head(calls, at, order);
    at = take_head(calls, order);
  }
  return n;
}
template <class Calls, unsigned order>
void replace(Calls calls, Pass& pass, unsigned thread) {
  Draw draw(thread);
  std::vector<std::uint32_t> held(share(pass, 90, order));
  for (std::uint32_t& head : held) head = take_head(calls, order);
  // A machine in use has no order left in it.
  for (std::size_t i = held.size(); i > 1; --i) std::swap(held[i - 1], held[draw.below(i)]);
  const std::uint64_t n = pass.work(order == 0 ? 1'000'000 : 200'000);
  pass.measure(0, [&] { return run_replace<Calls, order>(calls, draw, held, n); });
  for (const std::uint32_t head : held) give_head(calls, head, order);
}

/// Blocks of any order, as many as there is room for.
struct Mix {
  std::span<Block> blocks;
  std::size_t count = 0;
  std::uint64_t pages = 0;

  template <class Calls>
  [[gnu::always_inline]] void take(Calls calls, unsigned order) {
    const std::uint64_t head = calls.alloc(order);
    if (head == kNothing) return;
    blocks[count++] = Block(head, order);
    pages += std::uint64_t{1} << order;
  }
  /// The last block takes its place.
  template <class Calls>
  [[gnu::always_inline]] void give(Calls calls, std::size_t at) {
    const Block b = blocks[at];
    blocks[at] = blocks[--count];
    calls.free(b.head(), b.order());
    pages -= std::uint64_t{1} << b.order();
  }
};

/// Takes `n` blocks, and before each gives some back as long as it holds more than `full` pages.
template <class Calls>
std::uint64_t run_mixed(Calls calls, Draw& draws, Mix& held, std::uint64_t full, std::uint64_t n) {
  Draw draw = draws;
  Mix mix = held;
  for (std::uint64_t i = 0; i < n; ++i) {
    while (mix.pages >= full && mix.count != 0) mix.give(calls, draw.below(mix.count));
    mix.take(calls, draw.order());
  }
  draws = draw;
  held = mix;
  return n;
}
template <class Calls>
void mixed(Calls calls, Pass& pass, unsigned thread) {
  Draw draw(thread);
  const std::uint64_t full = share(pass, 75, 0);
  std::vector<Block> room(full + 1, Block(0, 0));  // Each block has a page at least.
  Mix mix{room};
  while (mix.pages < full) mix.take(calls, draw.order());
  const std::uint64_t n = pass.work(400'000);
  pass.measure(0, [&] { return run_mixed(calls, draw, mix, full, n); });
  while (mix.count != 0) mix.give(calls, mix.count - 1);
}

template <class Calls>
std::uint64_t run_remote(Calls calls, Ring& ring, bool allocates, std::uint64_t n) {
  for (std::uint64_t i = 0; i < n; ++i) {
    if (allocates) {
      ring.push(calls.alloc(0));
    } else {
      const std::uint64_t head = ring.pop();
      if (head != kNothing) calls.free(head, 0);
    }
  }
  if (allocates) ring.show();
  return allocates ? n : 0;
}
template <class Calls>
void remote(Calls calls, Pass& pass, unsigned thread) {
  const std::uint64_t n = pass.work(500'000);
  pass.measure(0, [&] { return run_remote(calls, pass.rings[thread / 2], thread % 2 == 0, n); });
}

template <class Calls>
void mass_exit(Calls calls, Pass& pass, unsigned) {
  const std::uint32_t own = calls.cpu();
  std::vector<std::uint64_t> held(share(pass, 50, 0));
  for (std::size_t i = 0; i < held.size(); ++i) {
    // Alone, a thread may play the other CPUs; among others, each has its own.
    if (pass.threads == 1) calls.be_on(static_cast<std::uint32_t>(i / 16 % kExitCpus));
    held[i] = calls.alloc(0);
  }
  calls.be_on(own);
  pass.measure(0, [&] { return give_back<Calls, 0>(calls, held); });
}

/// One step of the script. A free waits for the block that another thread is to allocate.
template <class Calls>
[[gnu::always_inline]] inline void follow(Calls calls, Pass& pass, const ScriptStep& s) {
  std::atomic<std::uint64_t>& at = pass.heads[s.block];
  if (s.allocates) {
    // release: partner of the load below, as whoever hands a block over would. 1 + kNothing is 0,
    // so a null gets a number that no block has.
    const std::uint64_t head = calls.alloc(s.order);
    at.store(head == kNothing ? kNothing : head + 1, std::memory_order_release);
    return;
  }
  std::uint64_t head;
  // acquire: partner of the store above.
  while ((head = at.load(std::memory_order_acquire)) == 0) sched_yield();
  if (head != kNothing) calls.free(head - 1, s.order);
  at.store(0, std::memory_order_relaxed);  // relaxed: the next round begins behind a gate.
}

template <class Calls>
std::uint64_t run_script(Calls calls, Pass& pass, std::span<const ScriptStep> steps) {
  for (const ScriptStep& s : steps) follow(calls, pass, s);
  return steps.size();
}
template <class Calls>
void replay(Calls calls, Pass& pass, unsigned thread) {
  if (pass.script == nullptr) return;
  const std::uint64_t rounds = pass.work(400'000) / pass.script->events + 1;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    pass.measure(0, [&] { return run_script(calls, pass, pass.script->of_thread[thread]); });
    run_script(calls, pass, pass.script->left[thread]);
  }
}

/// A workload's body, once for each of them: the order of workloads().
template <class Calls>
inline constexpr void (*kBodies[])(Calls, Pass&, unsigned) = {
    &pairs<Calls, 0>,   &pairs<Calls, 9>, &bulk<Calls, 0>, &bulk<Calls, 9>,   &replace<Calls, 0>,
    &replace<Calls, 9>, &mixed<Calls>,    &remote<Calls>,  &mass_exit<Calls>, &replay<Calls>};

}  // namespace bp::bench
