// SPDX-License-Identifier: MIT
// The locked subject beyond what it shares with the naive one: per-CPU lists, drains before a null,
// agreement with the naive one over random machines and masks, and two threads.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <barrier>
#include <mutex>
#include <thread>

#include "fuzz/subjects/registry.h"
#include "fuzz/subjects/test_bench.h"

namespace bp::test {
namespace {

bp_machine with_pcp(bp_machine m, std::uint32_t high, std::uint32_t batch) {
  for (std::uint32_t zone = 0; zone < m.n_zones; ++zone) {
    m.zones[zone].pcp_high = high;
    m.zones[zone].pcp_batch = batch;
  }
  return m;
}

TEST(Locked, RefillsByBatchAndFlushesAtHigh) {  // R-PCP-3, 4, 6
  Instance s(locked_subject(), with_pcp(one_zone(64), 12, 4));
  EXPECT_EQ(s.alloc(0, kKernel), 0U);
  EXPECT_EQ(s.counters(0).on_pcp, 3U);
  EXPECT_EQ(s.counters(0).free, 60U);
  EXPECT_EQ(s.alloc(0, kKernel), 1U);
  EXPECT_EQ(s.counters(0).on_pcp, 2U);
  for (std::uint64_t pfn = 2; pfn < 16; ++pfn) ASSERT_EQ(s.alloc(0, kKernel), pfn);
  EXPECT_EQ(s.counters(0).on_pcp, 0U);
  for (std::uint64_t pfn = 0; pfn < 16; ++pfn) {
    ASSERT_EQ(s.free(pfn, 0), BP_OK);
    ASSERT_LE(s.counters(0).on_pcp, 12U);
  }
  EXPECT_EQ(s.counters(0).on_pcp, 8U);  // 12, less a batch, and 4 more: less a batch again.
  EXPECT_EQ(s.alloc(0, kKernel), 15U);  // The hottest goes out first.
}

TEST(Locked, DrainEmptiesOneOrAll) {
  bp_machine m = one_zone(64);
  m.cpus = 3;
  Instance s(locked_subject(), with_pcp(m, 12, 4));
  const std::set<Block> fresh = s.census();
  for (std::uint32_t cpu = 0; cpu < 3; ++cpu) ASSERT_TRUE(s.alloc(0, kKernel, cpu));
  EXPECT_EQ(s.counters(0).on_pcp, 9U);
  s.drain(1);
  EXPECT_EQ(s.counters(0).on_pcp, 6U);
  s.drain();
  EXPECT_EQ(s.counters(0).on_pcp, 0U);
  for (const std::uint64_t pfn : {0U, 4U, 8U}) ASSERT_EQ(s.free(pfn, 0, 2), BP_OK);
  s.drain(2);
  EXPECT_EQ(s.census(), fresh);
}

TEST(Locked, PagesOnOtherCpusListsAreDrainedBeforeANull) {
  bp_machine m = one_zone(64);
  m.cpus = 2;
  Instance s(locked_subject(), with_pcp(m, 64, 16));
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(s.alloc(0, kKernel, 1));
  for (std::uint64_t pfn = 0; pfn < 16; ++pfn) ASSERT_EQ(s.free(pfn, 0, 1), BP_OK);
  EXPECT_EQ(s.counters(0).on_pcp, 16U);
  EXPECT_EQ(s.alloc(4, kKernel, 0), 0U);
  EXPECT_FALSE(s.alloc(0, kKernel, 0));
}

TEST(Locked, ListOfOnePage) {
  Instance s(locked_subject(), with_pcp(one_zone(4), 1, 31));
  ASSERT_EQ(s.alloc(0, kKernel), 0U);
  ASSERT_EQ(s.free(0, 0), BP_OK);
  EXPECT_LE(s.counters(0).on_pcp, 1U);
  s.drain();
  EXPECT_EQ(s.census(), (std::set<Block>{{0, 2, BP_ON_BUDDY}}));
}

// The two were written apart. Without per-CPU lists and higher orders their choices cannot matter,
// so every null and every zone must agree, whatever the machine and the mask.
TEST(Locked, AgreesWithTheNaiveSubjectOnNullsAndZones) {
  std::uint32_t random = 7;
  const auto next = [&random](std::uint32_t below) {
    random = random * 1664525U + 1013904223U;
    return (random >> 8) % below;
  };
  int nulls = 0, slow = 0;
  for (int round = 0; round < 3000; ++round) {
    bp_machine m = empty_machine();
    m.profile = next(2) == 0 ? BP_PROFILE_V4_7 : BP_PROFILE_V6_1_LTS192;
    m.era = next(7);
    m.zone_config = next(8);
    m.cpus = m.n_nodes = 1 + next(3);
    std::uint64_t at = 0;
    for (std::uint32_t node = 0; node < m.n_nodes; ++node) {
      m.node_of_cpu[node] = static_cast<std::uint8_t>(node);
      const bool memoryless = node > 0 && next(5) == 0;
      for (std::uint32_t type = 0; type < 5 && !memoryless; ++type) {
        const auto config = ZoneConfig::from_bits(m.zone_config);
        if (!config.has(ZoneType{static_cast<std::uint8_t>(type)})) continue;
        if (type != kNormal && next(3) == 0) continue;
        bp_zone& z = add_zone(m, node, type, at, at + 8 + next(24));
        at = z.end;
        set_marks(z, next(8), 8 + next(8));
        for (auto& reserve : z.lowmem_reserve) reserve = next(8);
        if (next(12) == 0) m.holes[m.n_holes++] = {z.begin, z.end};
      }
    }
    for (std::uint32_t node = 0; node < m.n_nodes; ++node) {
      m.n_fallback[node] = 0;
      for (std::uint32_t i = 0; i < m.n_nodes; ++i) {
        const auto other = static_cast<std::uint8_t>((node + i) % m.n_nodes);
        for (std::uint32_t zone = 0; zone < m.n_zones; ++zone) {
          if (m.zones[zone].node != other) continue;
          m.fallback[node][m.n_fallback[node]++] = other;
          break;
        }
      }
    }
    Instance a(naive_subject(), m), b(locked_subject(), m);
    const auto zone_of = [&m](std::uint64_t pfn) {
      std::uint32_t zone = 0;
      while (pfn < m.zones[zone].begin || pfn >= m.zones[zone].end) ++zone;
      return zone;
    };
    for (int op = 0; op < 100; ++op) {
      const Gfp gfp =
          gfp_decode(next(1U << 16) << 11 | next(1U << 11), Era{static_cast<std::uint8_t>(m.era)});
      const std::uint32_t cpu = next(m.cpus);
      const auto node = static_cast<std::int32_t>(next(m.n_nodes + 1)) - 1;
      const std::uint32_t nodemask = next(2) == 0 ? 0 : 1 + next((1U << m.n_nodes) - 1);
      const auto x = a.alloc(0, gfp, cpu, node, nodemask), y = b.alloc(0, gfp, cpu, node, nodemask);
      ASSERT_EQ(x.has_value(), y.has_value()) << "round " << round << " op " << op;
      if (!x) {
        ++nulls;
        continue;
      }
      slow += a.counters(zone_of(*x)).free + 1 <= 8 ? 1 : 0;
      ASSERT_EQ(zone_of(*x), zone_of(*y)) << "round " << round << " op " << op;
    }
  }
  EXPECT_GT(nulls, 10000);
  EXPECT_GT(slow, 10000);  // Below every low mark: the slow path served them.
}

// Two threads, a CPU each, blocks handed over between them; every frame is claimed by its holder.
TEST(Locked, TwoThreadsNeverHoldTheSameFrame) {
  constexpr std::uint64_t kFrames = 4096;
  constexpr int kOps = 200000;
  bp_machine m = one_zone(kFrames);
  m.cpus = 2;
  Instance s(locked_subject(), with_pcp(m, 24, 8));
  const std::set<Block> fresh = s.census();
  std::array<std::atomic<bool>, kFrames> held{};
  std::atomic<int> clashes{0};
  std::mutex shelf_lock;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> shelf;
  std::barrier start(2);

  const auto run = [&](std::uint32_t cpu) {
    std::uint32_t random = cpu + 1;
    start.arrive_and_wait();
    const auto mark = [&](std::uint64_t pfn, std::uint32_t order, bool holds) {
      for (std::uint64_t i = 0; i < std::uint64_t{1} << order; ++i) {
        // relaxed: the flag itself is the claim; nothing else is read through it.
        if (held[pfn + i].exchange(holds, std::memory_order_relaxed) == holds) {
          clashes.fetch_add(1, std::memory_order_relaxed);
        }
      }
    };
    std::vector<std::pair<std::uint64_t, std::uint32_t>> mine;
    for (int op = 0; op < kOps; ++op) {
      random = random * 1664525U + 1013904223U;
      const std::uint32_t order = (random >> 16) % 2 == 0 ? (random >> 20) % 5 : 0;
      if (random >> 31 == 0) {
        if (const auto pfn = s.alloc(order, kKernel, cpu)) {
          mark(*pfn, order, true);
          mine.emplace_back(*pfn, order);
        }
      } else if (!mine.empty()) {
        std::swap(mine[(random >> 8) % mine.size()], mine.back());
        const auto [pfn, held_order] = mine.back();
        mine.pop_back();
        mark(pfn, held_order, false);
        if (s.free(pfn, held_order, cpu) != BP_OK) {
          // relaxed: read after the threads are joined.
          clashes.fetch_add(1, std::memory_order_relaxed);
        }
      }
      if (op % 64 == 0) {  // Blocks change hands.
        const std::lock_guard guard(shelf_lock);
        std::swap(mine, shelf);
      }
      if (op % 1000 == 0) s.drain();
    }
    const std::lock_guard guard(shelf_lock);
    shelf.insert(shelf.end(), mine.begin(), mine.end());
  };
  std::thread other(run, 1);
  run(0);
  other.join();
  // relaxed: the threads are joined.
  EXPECT_EQ(clashes.load(std::memory_order_relaxed), 0);
  for (const auto& [pfn, order] : shelf) ASSERT_EQ(s.free(pfn, order), BP_OK);
  s.drain();
  EXPECT_EQ(s.census(), fresh);
  EXPECT_EQ(s.counters(0).free, kFrames);
}

// The two meet before every block, so that they race for it many times.
TEST(Locked, OfTwoThreadsThatFreeTheSameBlockOneIsRefused) {
  bp_machine m = one_zone(4096);
  m.cpus = 2;
  for (const std::uint32_t order : {0U, 1U}) {
    for (int round = 0; round < 10; ++round) {
      Instance s(locked_subject(), with_pcp(m, 24, 8));
      std::vector<std::uint64_t> blocks;
      while (const auto pfn = s.alloc(order, kKernel)) blocks.push_back(*pfn);
      std::atomic<std::size_t> taken_back{0}, arrived{0};
      const auto run = [&](std::uint32_t cpu) {
        for (std::size_t i = 0; i < blocks.size(); ++i) {
          // relaxed: only a meeting point; nothing is read through it.
          arrived.fetch_add(1, std::memory_order_relaxed);
          while (arrived.load(std::memory_order_relaxed) < 2 * (i + 1)) std::this_thread::yield();
          if (s.free(blocks[i], order, cpu) != BP_OK) continue;
          // relaxed: read after the threads are joined.
          taken_back.fetch_add(1, std::memory_order_relaxed);
        }
      };
      std::thread other(run, 1);
      run(0);
      other.join();
      // relaxed: the threads are joined.
      ASSERT_EQ(taken_back.load(std::memory_order_relaxed), blocks.size());
      s.drain();
      ASSERT_EQ(s.counters(0).free, 4096U);
    }
  }
}

}  // namespace
}  // namespace bp::test
