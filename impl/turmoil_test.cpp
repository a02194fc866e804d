// SPDX-License-Identifier: MIT
// All operations of the allocator at once, with real threads: blocks of all types singly, in
// batches and split, the reserve, drains, ranges that are isolated, taken, removed and added. No
// frame has two owners, none gets lost, no count is off afterwards. Run under TSan as well: the
// payload is plain memory, so a missing acquire or release is a reported race.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "impl/allocator.h"
#include "impl/test_machine.h"
#include "impl/test_requests.h"

namespace bp::impl {
namespace {

/// Threads that take and give all types and the reserve, and one that moves ranges about.
template <class Policy>
struct Turmoil {
  static constexpr std::uint64_t kBlocks = 24;
  FrameRange area = blocks(20, 24);
  TestMachine m{Profile::v6_1_lts192, 4};
  Placed<Policy> a;
  std::vector<std::atomic<std::uint8_t>> owner = std::vector<std::atomic<std::uint8_t>>(24 * 512);
  std::vector<std::uint32_t> payload = std::vector<std::uint32_t>(24 * 512);

  /// `passes`: the low mark does, and fast paths are taken; else every request is a scan with its
  /// own privileges.
  explicit Turmoil(bool passes) : a(config(passes)) {}
  const Config& config(bool passes) {
    m.config.era = kEra;
    m.zone(0, ZoneType::normal, 0, kBlocks * 512, 0, 60, 16);
    if (!passes) m.zones[0].marks[1] = Pages{kBlocks * kBlock};
    m.config.highatomic = true;
    m.config.cma = &area;
    m.config.n_cma = 1;
    return m.finished();
  }

  // relaxed: the map must not itself order what the allocator has to order.
  void take(Pfn head, std::int64_t pages, unsigned thread) {
    for (Pfn p = head; p < head + Pages{pages}; ++p) {
      const auto i = static_cast<std::uint64_t>(p);
      ASSERT_EQ(owner[i].exchange(static_cast<std::uint8_t>(thread + 1), std::memory_order_relaxed),
                0);
      payload[i] = thread;
    }
  }
  void give(Pfn head, std::int64_t pages, unsigned thread) {
    for (Pfn p = head; p < head + Pages{pages}; ++p) {
      const auto i = static_cast<std::uint64_t>(p);
      ASSERT_EQ(payload[i], thread);
      owner[i].store(0, std::memory_order_relaxed);
    }
  }

  struct User {
    unsigned cpu;
    std::mt19937_64 random{cpu + 1};
    std::vector<std::pair<Pfn, unsigned>> held{};  ///< With their orders.
  };

  void get(User& u) {
    const std::uint32_t masks[] = {kKernel, kMovable, kAtomic, kReclaimable};
    const auto order =
        static_cast<unsigned>(u.random() % 64 == 0 ? u.random() % 11 : u.random() % 4);
    Pfn got[16];
    const auto wanted = static_cast<unsigned>(u.random() % 8 == 0 ? 2 + u.random() % 15 : 1);
    const Request r{u.cpu, order, masks[u.random() % 4], -1, 0};
    const unsigned n = wanted > 1                         ? a->alloc_bulk(r, got, wanted)
                       : (got[0] = a->alloc(r)) != kNoPfn ? 1U
                                                          : 0U;
    for (unsigned i = 0; i < n; ++i) {
      take(got[i], std::int64_t{1} << order, u.cpu);
      u.held.emplace_back(got[i], order);
    }
  }
  void put(User& u) {
    std::swap(u.held[u.random() % u.held.size()], u.held.back());
    const auto [p, order] = u.held.back();
    u.held.pop_back();
    if (order > 0 && u.random() % 8 == 0) return put_in_parts(u, p, order);
    give(p, std::int64_t{1} << order, u.cpu);
    ASSERT_EQ(a->free(u.cpu, p, order), FreeStatus::ok);
  }
  void put_in_parts(User& u, Pfn p, unsigned order) {
    ASSERT_EQ(a->split(p, order, order - 1), FreeStatus::ok);
    give(p, std::int64_t{1} << order, u.cpu);
    const Pfn halves[] = {p, p + pages_in(Order{order - 1})};
    ASSERT_EQ(a->free_bulk(u.cpu, halves, 2, order - 1), 2U);
  }
  void user(unsigned thread, unsigned steps) {
    User u{thread};
    for (unsigned i = 0; i < steps; ++i) {
      if (u.random() % 2 == 0 && u.held.size() < 1200) {
        get(u);
      } else if (!u.held.empty()) {
        put(u);
      }
      if (u.random() % 1024 == 0) a->drain(kAllCpusDrain);
    }
    while (!u.held.empty()) put(u);
  }

  void mover(unsigned thread, unsigned steps) {
    std::mt19937_64 random{99};
    for (unsigned i = 0; i < steps; ++i) {
      const std::uint64_t from = random() % kBlocks;
      const FrameRange f = blocks(from, from + 1 + random() % (from + 2 > kBlocks ? 1 : 2));
      if (random() % 3 == 0 && a->isolate(f) != RangeStatus::busy) {
        std::this_thread::yield();
        ASSERT_EQ(a->undo_isolate(f), RangeStatus::ok);
      } else if (f.begin < area.begin && area.begin >= f.end && random() % 2 == 0) {
        if (a->offline(f) != RangeStatus::ok) continue;
        take(f.begin, static_cast<std::int64_t>(f.end - f.begin), thread);
        give(f.begin, static_cast<std::int64_t>(f.end - f.begin), thread);
        ASSERT_EQ(a->online(f), RangeStatus::ok);
      } else if (a->alloc_range(f) == RangeStatus::ok) {
        take(f.begin, static_cast<std::int64_t>(f.end - f.begin), thread);
        for (Pfn p = f.begin; p < f.end; p += Pages{kBlock}) {
          give(p, kBlock, thread);
          ASSERT_EQ(a->free(thread, p, 9), FreeStatus::ok);
        }
      }
    }
  }

  void run(unsigned steps) {
    std::vector<std::thread> all;
    for (unsigned t = 0; t < 3; ++t) all.emplace_back([this, t, steps] { user(t, steps); });
    all.emplace_back([this, steps] { mover(3, steps / 10); });
    for (std::thread& t : all) t.join();
    a->drain(kAllCpusDrain);
    const ZoneCount n = a->count(0);
    EXPECT_EQ(n.free, kBlocks * 512);
    EXPECT_EQ(n.on_pcp, 0U);
    EXPECT_EQ(n.free_cma, 4U * 512);
    EXPECT_EQ(n.isolated_free, 0U);
    std::uint64_t highatomic = 0;
    std::uint64_t pages = 0;
    for (std::uint64_t b = 0; b < kBlocks; ++b)
      highatomic += a->type_at(Pfn{b * 512}) == Migratetype::highatomic ? 512U : 0U;
    EXPECT_EQ(n.reserved, highatomic);
    EXPECT_LE(n.reserved, 2U * 512 + 3 * 512);  // S8: a block for each thread that reserves.
    a->for_each_block(
        [&](Pfn, Order o, unsigned) { pages += std::uint64_t{1} << static_cast<unsigned>(o); });
    EXPECT_EQ(pages, kBlocks * 512);
  }
};

/// Both sides pay: right on every machine and known to every tool.
struct FullFences {
  // dekker: an OwnerSection is such a pair.
  static void light() { std::atomic_thread_fence(memory_order_dekker); }
  static void heavy() { light(); }
};
using Pinned = PinnedPolicy<FullFences>;

TEST(Turmoil, OnFastPaths) { Turmoil<StdPolicy>(true).run(40000); }
TEST(Turmoil, OnScansWithPrivileges) { Turmoil<StdPolicy>(false).run(40000); }
TEST(Turmoil, WithOwnersOfLists) {
  Turmoil<Pinned>(true).run(40000);
  Turmoil<Pinned>(false).run(20000);
}
TEST(Turmoil, WithTheCompactMemoryOfOrders) {
  Turmoil<Compact<StdPolicy>>(true).run(20000);
  Turmoil<Compact<Pinned>>(false).run(20000);
}

}  // namespace
}  // namespace bp::impl
