// SPDX-License-Identifier: MIT
// The allocator with real threads: no frame has two owners, none gets lost, and what an owner wrote
// is seen by the next. Run under TSan as well: the payload is plain memory, so a missing acquire or
// release is a reported race.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>
#include <type_traits>
#include <vector>

#include "impl/allocator.h"
#include "impl/test_machine.h"

namespace bp::impl {
namespace {

constexpr std::uint64_t kFrames = 9000;

/// Who owns each frame (0: nobody), and a payload that only the owner may touch.
struct Frames {
  std::vector<std::atomic<std::uint8_t>> owner = std::vector<std::atomic<std::uint8_t>>(kFrames);
  std::vector<std::uint32_t> payload = std::vector<std::uint32_t>(kFrames);

  void take(Pfn head, unsigned order, unsigned thread) {
    each(head, order, [&](std::size_t i) {
      // relaxed: the map must not itself order what the allocator has to order.
      const std::uint8_t before =
          owner[i].exchange(static_cast<std::uint8_t>(thread + 1), std::memory_order_relaxed);
      ASSERT_EQ(before, 0) << "frame " << i << " handed out twice";
      payload[i] = thread;
    });
  }
  void give(Pfn head, unsigned order, unsigned thread) {
    each(head, order, [&](std::size_t i) {
      ASSERT_EQ(payload[i], thread);
      payload[i] = ~0U;
      owner[i].store(0, std::memory_order_relaxed);
    });
  }
  template <class F>
  static void each(Pfn head, unsigned order, F&& f) {
    for (Pfn p = head; p < head + pages_in(Order{order}); ++p) f(static_cast<std::uint64_t>(p));
  }
};

struct Held {
  Pfn head;
  unsigned order;
};

struct Mix {
  unsigned order_max;
  unsigned pcp_high;
  unsigned hold_max;
};

template <class Policy>
void work(Allocator<Policy>& a, Frames& frames, unsigned thread, const Mix& mix, unsigned steps) {
  constexpr bool pinned = !std::is_same_v<Policy, StdPolicy>;
  std::mt19937_64 random{thread + 1};
  std::vector<Held> held;
  for (unsigned i = 0; i < steps; ++i) {
    // Now and then on another CPU's list: a section that any thread may enter must bear that.
    const unsigned cpu = !pinned && random() % 16 == 0 ? 0 : thread;
    if (random() % 2 == 0 && held.size() < mix.hold_max) {
      const auto order = static_cast<unsigned>(random() % (mix.order_max + 1));
      const Gfp types[] = {Gfp{}, GfpFlag::movable, GfpFlag::reclaimable};
      const Gfp gfp = GfpFlag::memalloc | types[random() % 3];
      const Pfn p = a.alloc({cpu, order, gfp_encode(gfp, Era::e3), -1, 0});
      if (p == kNoPfn) continue;
      frames.take(p, order, thread);
      held.push_back({p, order});
    } else if (!held.empty()) {
      std::swap(held[random() % held.size()], held.back());
      frames.give(held.back().head, held.back().order, thread);
      ASSERT_EQ(a.free(cpu, held.back().head, held.back().order), FreeStatus::ok);
      held.pop_back();
    }
    if (random() % 512 == 0) a.drain(kAllCpusDrain);
  }
  for (const Held& h : held) {
    frames.give(h.head, h.order, thread);
    ASSERT_EQ(a.free(thread, h.head, h.order), FreeStatus::ok);
  }
}

/// Both sides pay: right on every machine and known to every tool.
struct FullFences {
  // dekker: an OwnerSection is such a pair.
  static void light() { std::atomic_thread_fence(memory_order_dekker); }
  static void heavy() { light(); }
};
using Pinned = PinnedPolicy<FullFences>;

template <class Policy = StdPolicy>
void stress(unsigned threads, Mix mix, unsigned steps) {
  TestMachine m(Profile::v6_1_lts192, threads);
  m.zone(0, ZoneType::dma, 1, 1500, 0, mix.pcp_high, 8);
  m.zone(0, ZoneType::normal, 1500, kFrames, 0, mix.pcp_high, 8).hole(2000, 2050);
  Placed<Policy> a(m.finished());
  std::set<std::pair<Pfn, unsigned>> fresh;
  a->for_each_block([&](Pfn p, Order o, unsigned) { fresh.emplace(p, static_cast<unsigned>(o)); });
  const std::uint64_t dma = a->count(0).free;
  const std::uint64_t normal = a->count(1).free;

  Frames frames;
  std::vector<std::thread> all;
  for (unsigned t = 0; t < threads; ++t)
    all.emplace_back([&, t] { work(*a.operator->(), frames, t, mix, steps); });
  for (std::thread& t : all) t.join();

  a->drain(kAllCpusDrain);
  EXPECT_EQ(a->count(0).free, dma);
  EXPECT_EQ(a->count(1).free, normal);
  std::set<std::pair<Pfn, unsigned>> after;
  a->for_each_block([&](Pfn p, Order o, unsigned) { after.emplace(p, static_cast<unsigned>(o)); });
  EXPECT_EQ(after, fresh);
}

TEST(Stress, SmallOrdersThroughLists) { stress(4, {2, 24, 64}, 60000); }
TEST(Stress, AllOrdersWithoutLists) { stress(4, {10, 0, 24}, 60000); }
TEST(Stress, NearlyFull) { stress(3, {4, 16, 4000}, 60000); }
TEST(Stress, RowsBreakAndSwing) { stress(4, {6, 8, 200}, 60000); }
TEST(Stress, HugeBlocksThroughLists) { stress(3, {9, 2000, 12}, 60000); }
TEST(Stress, OwnersAndDrains) { stress<Pinned>(4, {3, 200, 64}, 60000); }
TEST(Stress, OwnersAndDrainsNearlyFull) { stress<Pinned>(3, {9, 2000, 4000}, 60000); }

}  // namespace
}  // namespace bp::impl
