// SPDX-License-Identifier: MIT
// The allocator, one thread: against a set of free frames, and rule by rule where a rule decides.
#include "impl/allocator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <tuple>

#include "impl/test_machine.h"

namespace bp::impl {
namespace {

using Found = std::set<std::tuple<std::uint64_t, unsigned, unsigned>>;  // head, order, cpu

/// The maximal aligned blocks of a set of free frames, the slow way: from the largest order down.
Found canonical(std::set<Pfn> free) {
  Found out;
  for (unsigned k = kOrderMax + 1; k-- > 0;) {
    const std::set<Pfn> left = free;
    for (const Pfn head : left) {
      if (!is_aligned(head, Order{k})) continue;
      bool whole = true;
      for (Pfn p = head; p < head + pages_in(Order{k}) && whole; ++p) whole = free.contains(p);
      if (!whole) continue;
      for (Pfn p = head; p < head + pages_in(Order{k}); ++p) free.erase(p);
      out.emplace(static_cast<std::uint64_t>(head), k, kOnNoCpu);
    }
  }
  return out;
}

/// Runs random operations and checks every answer against sets of frames.
template <class Policy = StdPolicy>
class Walk {
 public:
  Walk(TestMachine& m, std::uint64_t seed) : m_(m), a_(m.finished()), random_(seed) {
    free_.resize(m.zones.size());
    for (std::size_t z = 0; z < m.zones.size(); ++z)
      for (Pfn p = m.zones[z].frames.begin; p < m.zones[z].frames.end; ++p)
        if (m.managed(m.zones[z], p)) free_[z].insert(p);
  }

  void step(unsigned order_max) {
    const unsigned what = static_cast<unsigned>(random_() % 16);
    if (what < 8)
      alloc(static_cast<unsigned>(random_() % (order_max + 1)));
    else if (what < 14)
      free();
    else if (what == 14 && Policy::kExactOrders)
      wrong_free();
    else if (random_() % 8 == 0)
      a_->drain(cpu());
  }

  void free_all() {
    while (!held_.empty() && !testing::Test::HasFatalFailure()) free();
  }

  void drained_state_is_canonical() {
    a_->drain(kAllCpusDrain);
    Found expect;
    for (std::size_t z = 0; z < free_.size(); ++z) {
      expect.merge(canonical(free_[z]));
      const ZoneCount n = a_->count(static_cast<unsigned>(z));
      ASSERT_EQ(n.free, free_[z].size());
      ASSERT_EQ(n.on_pcp, 0U);
    }
    ASSERT_EQ(census(), expect);
  }

  void counters_add_up() {
    for (std::size_t z = 0; z < free_.size(); ++z) {
      const ZoneCount n = a_->count(static_cast<unsigned>(z));
      ASSERT_EQ(n.free + n.on_pcp, free_[z].size());
      std::map<unsigned, unsigned> on_cpu;
      for (const auto& [head, order, cpu] : census())
        if (cpu != kOnNoCpu && in_zone(z, Pfn{head})) on_cpu[cpu] += 1U << order;
      for (const auto& [cpu, pages] : on_cpu) ASSERT_LE(pages, m_.zones[z].pcp_high);
    }
  }

 private:
  unsigned cpu() { return static_cast<unsigned>(random_() % m_.config.cpus); }
  bool in_zone(std::size_t z, Pfn p) const { return m_.managed(m_.zones[z], p); }
  Found census() {
    Found out;
    a_->for_each_block([&](Pfn head, Order o, unsigned c) {
      const auto at = static_cast<std::uint64_t>(head);
      EXPECT_TRUE(out.emplace(at, static_cast<unsigned>(o), c).second);
    });
    return out;
  }

  void alloc(unsigned order) {
    Request r;
    r.cpu = cpu();
    r.order = order;
    const Gfp types[] = {Gfp{}, GfpFlag::movable, GfpFlag::reclaimable};
    r.gfp = gfp_encode(GfpFlag::highmem | types[random_() % 3] | GfpFlag::memalloc, m_.config.era);
    const Pfn got = a_->alloc(r);
    if (got == kNoPfn) {
      // MEMALLOC ignores the marks, so null needs every zone without such a block (L2).
      for (const auto& zone : free_)
        for (const auto& [head, k, c] : canonical(zone)) ASSERT_LT(k, order);
      return;
    }
    ASSERT_TRUE(is_aligned(got, Order{order}));
    std::size_t z = 0;
    while (z < free_.size() && !in_zone(z, got)) ++z;
    ASSERT_LT(z, free_.size());
    for (Pfn p = got; p < got + pages_in(Order{order}); ++p) ASSERT_EQ(free_[z].erase(p), 1U);
    held_[got] = {Order{order}, z};
  }

  void free() {
    if (held_.empty()) return;
    auto it = held_.begin();
    std::advance(it, random_() % held_.size());
    const auto [head, block] = *it;
    ASSERT_EQ(a_->free(cpu(), head, static_cast<unsigned>(block.order)), FreeStatus::ok);
    for (Pfn p = head; p < head + pages_in(block.order); ++p) free_[block.zone].insert(p);
    held_.erase(it);
  }

  void wrong_free() {
    if (held_.empty()) return;
    auto it = held_.begin();
    std::advance(it, random_() % held_.size());
    const auto [head, block] = *it;
    const unsigned order = static_cast<unsigned>(block.order);
    ASSERT_EQ(a_->free(cpu(), head, order == 0 ? 1 : order - 1), FreeStatus::bad_order);
    ASSERT_EQ(a_->free(cpu(), head, 11), FreeStatus::bad_order);
    if (order > 0) {
      const std::uint64_t interior = (std::uint64_t{1} << order) - 1;
      const Pfn p = head + Pages{static_cast<std::int64_t>(1 + random_() % interior)};
      ASSERT_EQ(a_->free(cpu(), p, 0), FreeStatus::not_head);
    }
    for (const auto& zone : free_) {
      if (zone.empty()) continue;
      ASSERT_EQ(a_->free(cpu(), *zone.begin(), 0), FreeStatus::not_allocated);
      ASSERT_EQ(a_->free(cpu(), *zone.rbegin(), 3), FreeStatus::not_allocated);
    }
    for (const FrameRange& h : m_.holes)
      ASSERT_EQ(a_->free(cpu(), h.begin, 0), FreeStatus::foreign);
    ASSERT_EQ(a_->free(cpu(), Pfn{std::uint64_t{1} << 39}, 0), FreeStatus::foreign);
  }

  struct Held {
    Order order;
    std::size_t zone;
  };
  TestMachine& m_;
  Placed<Policy> a_;
  std::mt19937_64 random_;
  std::vector<std::set<Pfn>> free_;
  std::map<Pfn, Held> held_;
};

template <class Policy = StdPolicy>
void walk(TestMachine& m, std::uint64_t seed, unsigned steps, unsigned order_max) {
  Walk<Policy> w(m, seed);
  w.drained_state_is_canonical();
  for (unsigned i = 0; i < steps && !testing::Test::HasFatalFailure(); ++i) {
    w.step(order_max);
    if (i % 64 == 0) w.counters_add_up();
    if (i % 256 == 0) w.drained_state_is_canonical();
  }
  w.free_all();
  w.drained_state_is_canonical();
}

TestMachine small(Profile p, unsigned pcp_high) {
  TestMachine m(p, 3);
  m.zone(0, ZoneType::dma, 1, 300, 0, pcp_high, 3);
  m.zone(0, ZoneType::normal, 300, 2411, 0, pcp_high, 7);
  m.hole(77, 90).hole(130, 131).hole(1024, 1100);
  return m;
}

template <class Policy>
Pfn ask(Placed<Policy>& a, const TestMachine& m, Gfp gfp, unsigned order = 0, int node = -1,
        unsigned mask = 0) {
  return a->alloc({0, order, gfp_encode(gfp, m.config.era), node, mask});
}

TEST(Allocator, RandomWalkAgreesWithSetsOfFrames) {
  for (std::uint64_t seed = 1; seed <= 12 && !HasFatalFailure(); ++seed) {
    TestMachine m = small(seed % 2 == 0 ? Profile::v4_7 : Profile::v6_1_lts192,
                          seed % 3 == 0 ? 0 : static_cast<unsigned>(4 * seed));
    SCOPED_TRACE(seed);
    walk(m, seed, 3000, seed % 4 == 0 ? 3 : 10);
  }
}

TEST(Allocator, ListsOfAllOrdersAgreeToo) {
  for (const unsigned high : {200U, 3000U}) {
    TestMachine m(Profile::v6_1_lts192, 2);
    m.zone(0, ZoneType::normal, 100, 20000, 0, high, 63).hole(5000, 5001);
    walk(m, high, 3000, 10);
  }
}

TEST(Allocator, ListsKeepEveryListedOrderWithinTheHighMark) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::normal, 0, 20480, 0, 4096, 63);
  Placed<StdPolicy> a(m.finished());
  std::vector<std::pair<Pfn, unsigned>> held;
  for (unsigned order = 0; order <= kOrderMax; ++order) {
    for (int i = 0; i < 6; ++i) held.emplace_back(a->alloc({0, order, 0, -1, 0}), order);
  }
  for (const auto& [head, order] : held) ASSERT_EQ(a->free(0, head, order), FreeStatus::ok);
  std::set<unsigned> kept;
  a->for_each_block([&](Pfn, Order o, unsigned cpu) {
    if (cpu == 0) kept.insert(static_cast<unsigned>(o));
  });
  EXPECT_EQ(kept, (std::set<unsigned>{0, 1, 2, 3, 9}));
  for (std::uint32_t high = 0; high < 20000; high = high * 5 / 4 + 1) {
    const ListCapacities c = capacities_of(high);
    for (unsigned k = 0; k < kListedOrders; ++k) {
      const unsigned order = ListId{k, 0}.order();
      EXPECT_LE(std::uint32_t{c.of[k]} << order, high);
      if (k != 0 && c.of[k] != 0) EXPECT_NE(c.of[k - 1], 0U) << "the lists end before a list";
    }
    EXPECT_EQ(high != 0, c.of[0] != 0);
  }
}

TEST(Allocator, CompactOrdersNeverRefuseAnOwner) {
  for (const unsigned high : {0U, 40U, 3000U}) {
    TestMachine m(Profile::v6_1_lts192, 2);
    m.zone(0, ZoneType::normal, 100, 20000, 0, high, 63).hole(5000, 5001);
    walk<Compact<StdPolicy>>(m, high + 1, 4000, 10);
  }
}

TEST(Allocator, CompactOrdersCatchWhatTheySayTheyCatch) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::normal, 0, 8192, 0, 0).hole(4096, 4160);
  Placed<Compact<StdPolicy>> a(m.finished());
  EXPECT_LT(a.bytes(), 8192U);  // Less than a byte a frame.
  const Pfn three = ask(a, m, {}, 3);
  const Pfn nine = ask(a, m, {}, 9);
  const auto refused = [&](Pfn p, unsigned order) {
    const ZoneCount before = a->count(0);
    const FreeStatus why = a->free(0, p, order);
    EXPECT_EQ(a->count(0).free, before.free);
    return why;
  };
  EXPECT_EQ(refused(three, 2), FreeStatus::bad_order);
  EXPECT_EQ(refused(three + Pages{1}, 0), FreeStatus::not_head);
  EXPECT_EQ(refused(three, 4), FreeStatus::bad_order);
  EXPECT_EQ(refused(nine, 8), FreeStatus::bad_order);
  EXPECT_EQ(refused(nine, 10), FreeStatus::bad_order);
  EXPECT_EQ(refused(nine + Pages{64}, 6), FreeStatus::not_head);
  EXPECT_EQ(refused(Pfn{4100}, 0), FreeStatus::foreign);
  EXPECT_EQ(refused(Pfn{8192}, 0), FreeStatus::foreign);
  EXPECT_EQ(a->free(0, three, 3), FreeStatus::ok);
  EXPECT_EQ(refused(three, 3), FreeStatus::not_allocated);
  EXPECT_EQ(a->free(0, nine, 9), FreeStatus::ok);
  EXPECT_EQ(refused(nine, 9), FreeStatus::not_allocated);
}

TEST(Allocator, FreshZeroMemoryIsNotWrittenBeyondTheTrees) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::normal, 0, 1 << 20);
  Config c = m.finished();
  c.memory_is_zero = true;
  std::vector<unsigned char> memory(Allocator<StdPolicy>::footprint(c) + 64);
  void* at = memory.data();
  std::size_t room = memory.size();
  ASSERT_NE(std::align(64, Allocator<StdPolicy>::footprint(c), at, room), nullptr);
  auto* a = Allocator<StdPolicy>::place(at, room, c);
  const auto touched = static_cast<std::size_t>(
      std::ranges::count_if(memory, [](unsigned char b) { return b != 0; }));
  EXPECT_LT(touched, memory.size() / 100);
  EXPECT_EQ(a->alloc({0, 10, 0, -1, 0}), Pfn{0});
  EXPECT_EQ(a->free(0, Pfn{0}, 10), FreeStatus::ok);
}

TEST(Allocator, ZonesAcrossSeveralTreesAgreeToo) {
  TestMachine m(Profile::v6_1_lts192, 2);
  m.zone(0, ZoneType::dma, 4000, 9001, 0, 12, 4).zone(0, ZoneType::normal, 9001, 13000, 0, 0, 1);
  m.hole(4096, 4097).hole(8192, 9000);
  walk(m, 99, 4000, 10);
}

TEST(Allocator, BadZoneMaskSilentlyMeansTheLowestZone) {
  TestMachine m(Profile::v4_7);
  m.zone(0, ZoneType::dma, 0, 64).zone(0, ZoneType::normal, 64, 128);
  Placed<StdPolicy> a(m.finished());
  EXPECT_LT(ask(a, m, GfpFlag::dma | GfpFlag::highmem), Pfn{64});
  EXPECT_GE(ask(a, m, {}), Pfn{64});
}

TEST(Allocator, ThisnodeAndNodemaskBoundTheNodes) {
  TestMachine m(Profile::v6_1_lts192, 1, 2);
  m.zone(0, ZoneType::normal, 0, 64).zone(1, ZoneType::normal, 64, 128);
  Placed<StdPolicy> a(m.finished());
  EXPECT_GE(ask(a, m, {}, 0, -1, 2), Pfn{64});
  EXPECT_EQ(ask(a, m, GfpFlag::thisnode, 0, 0, 2), kNoPfn);
  for (int i = 0; i < 63; ++i) EXPECT_LT(ask(a, m, GfpFlag::thisnode, 0, 0), Pfn{64}) << i;
  // The mark is 0 and one page is left: 1 > 0 gives it, then 0 > 0 does not.
  EXPECT_NE(ask(a, m, GfpFlag::thisnode, 0, 0), kNoPfn);
  EXPECT_EQ(ask(a, m, GfpFlag::thisnode, 0, 0), kNoPfn);
  EXPECT_GE(ask(a, m, {}, 0, 0), Pfn{64});
}

TEST(Allocator, ReserveColumnIsTheMasksInV61AndTheFirstZonesInV47) {
  for (const Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    TestMachine m(p);
    m.zone(0, ZoneType::dma, 0, 64).zone(0, ZoneType::dma32, 64, 128);
    m.zones[0].lowmem_reserve[static_cast<unsigned>(ZoneType::normal)] = Pages{1000};
    m.zones[1].lowmem_reserve[static_cast<unsigned>(ZoneType::normal)] = Pages{1000};
    Placed<StdPolicy> a(m.finished());
    // NORMAL has no zone: v4.7's column is DMA32's, v6.1's stays NORMAL's.
    EXPECT_EQ(ask(a, m, {}) != kNoPfn, p == Profile::v4_7);
  }
}

TEST(Allocator, MemallocReachesTheLastPageUnlessNomemalloc) {
  for (const Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    TestMachine m(p);
    m.zone(0, ZoneType::normal, 0, 64, 1000);
    Placed<StdPolicy> a(m.finished());
    EXPECT_EQ(ask(a, m, {}), kNoPfn);
    EXPECT_EQ(ask(a, m, GfpFlag::memalloc | GfpFlag::nomemalloc), kNoPfn);
    for (int i = 0; i < 64; ++i) EXPECT_NE(ask(a, m, GfpFlag::memalloc), kNoPfn);
    EXPECT_EQ(ask(a, m, GfpFlag::memalloc), kNoPfn);
  }
}

TEST(Allocator, NullOnlyAfterOtherCpusListsAreDrained) {
  TestMachine m(Profile::v6_1_lts192, 2);
  m.zone(0, ZoneType::normal, 0, 64, 0, 64, 64);
  Placed<StdPolicy> a(m.finished());
  ASSERT_EQ(a->alloc({0, 0, 0, -1, 0}), Pfn{0});
  // CPU 0 keeps all others, and without frames 32 to 63 there is no block of 32.
  EXPECT_EQ(a->count(0).on_pcp, 63U);
  EXPECT_EQ(a->alloc({1, 5, 0, -1, 0}), Pfn{32});
}

TEST(Allocator, V47GivesUpAtOnceOnANodeWithoutMemory) {  // R-CTX-6
  for (const Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    TestMachine m(p, 1, 2);
    m.zone(0, ZoneType::normal, 0, 64);
    Placed<StdPolicy> a(m.finished());
    // MEMALLOC would rebase the scan to the CPU's node, which has memory.
    EXPECT_EQ(ask(a, m, GfpFlag::thisnode | GfpFlag::memalloc, 0, 1), kNoPfn);
  }
}

TEST(Allocator, V61GivesUpAtOnceWhereTheMaskLeavesNoZone) {  // W-10
  TestMachine m(Profile::v6_1_lts192, 1, 2);
  m.zone(0, ZoneType::normal, 0, 64).zone(1, ZoneType::normal, 64, 128);
  Placed<StdPolicy> a(m.finished());
  // MEMALLOC drops the node mask, but only where the mask left a zone to begin with.
  EXPECT_EQ(ask(a, m, GfpFlag::memalloc | GfpFlag::thisnode, 0, 0, 2), kNoPfn);
  while (ask(a, m, {}, 0, 0, 1) != kNoPfn) continue;
  EXPECT_GE(ask(a, m, GfpFlag::memalloc, 0, 0, 1), Pfn{64});
}

TEST(Allocator, ASplitBlockIsFreedInItsParts) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::normal, 0, 2048);
  const auto run = [&](auto& a) {
    for (const auto& [order, into] : {std::pair{3U, 0U}, {10U, 9U}, {9U, 2U}, {7U, 6U}}) {
      const Pfn head = ask(a, m, {}, order);
      EXPECT_EQ(a->split(head, order, order + 1), FreeStatus::bad_order);
      EXPECT_EQ(a->split(head, order, into), FreeStatus::ok);
      for (unsigned i = 0; i < 1U << (order - into); ++i) {
        const Pfn part = head + Pages{std::int64_t{i} << into};
        ASSERT_EQ(a->free(0, part, into), FreeStatus::ok) << order << " " << i;
      }
      EXPECT_EQ(a->count(0).free, 2048U);
      EXPECT_EQ(a->split(head, order, into), FreeStatus::not_allocated);
    }
  };
  Placed<StdPolicy> exact(m.finished());
  run(exact);
  Placed<Compact<StdPolicy>> compact(m.finished());
  run(compact);
}

TEST(Allocator, BatchesStopWhereOneBlockWould) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::normal, 0, 64, 0, 16, 8);
  Placed<StdPolicy> a(m.finished());
  Pfn got[65];
  EXPECT_EQ(a->alloc_bulk({0, 0, 0, -1, 0}, got, 65), 64U);
  EXPECT_EQ(std::set<Pfn>(got, got + 64).size(), 64U);
  got[40] = Pfn{99};
  EXPECT_EQ(a->free_bulk(0, got, 64, 0), 40U);
  a->drain(kAllCpusDrain);
  EXPECT_EQ(a->count(0).free, 40U);
}

TEST(Allocator, WhatDoesNotExistIsNullOrARefusal) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::normal, 0, 64);
  Placed<StdPolicy> a(m.finished());
  EXPECT_EQ(a->alloc({1, 0, 0, -1, 0}), kNoPfn);
  EXPECT_EQ(a->alloc({0, 11, 0, -1, 0}), kNoPfn);
  EXPECT_EQ(a->alloc({0, 0, 0, 1, 0}), kNoPfn);
  EXPECT_EQ(a->free(1, Pfn{0}, 0), FreeStatus::no_cpu);
  EXPECT_EQ(a->free(0, kNoPfn, 0), FreeStatus::foreign);
  EXPECT_EQ(a->drain(7), Pages{0});
  EXPECT_EQ(a->count(0).free, 64U);
}

template <class Policy>
void frees_nothing_without_zones() {
  TestMachine m(Profile::v6_1_lts192);
  Placed<Policy> a(m.finished());
  EXPECT_EQ(a->alloc({0, 0, 0, -1, 0}), kNoPfn);
  for (const Pfn p : {Pfn{0}, Pfn{1}, kNoPfn}) {
    EXPECT_EQ(a->free(0, p, 0), FreeStatus::foreign);
    EXPECT_EQ(a->would_free(p, 0), FreeStatus::foreign);
  }
}
TEST(Allocator, AMachineWithoutZonesHasNoFrames) {
  frees_nothing_without_zones<StdPolicy>();
  frees_nothing_without_zones<Compact<StdPolicy>>();
}

/// Zones that begin and end inside a row, of which each has words for the whole.
template <class Policy>
void tells_neighbours_apart() {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::dma, 0x1008, 0x1023, 0, 8, 4)
      .zone(0, ZoneType::normal, 0x1025, 0x1100, 0, 8, 4);
  Placed<Policy> a(m.finished());
  std::vector<Pfn> held;
  for (Pfn p; (p = a->alloc({0, 0, 0, -1, 0})) != kNoPfn;) held.push_back(p);
  ASSERT_EQ(held.size(), 0x1bU + 0xdbU);
  for (const std::uint64_t p : {0x1000U, 0x1007U, 0x1023U, 0x1024U, 0x1100U, 0x1101U, 0x113fU})
    EXPECT_EQ(a->free(0, Pfn{p}, 0), FreeStatus::foreign) << p;
  for (const Pfn p : held) ASSERT_EQ(a->free(0, p, 0), FreeStatus::ok);
  a->drain(kAllCpusDrain);
  EXPECT_EQ(a->count(0).free, 0x1bU);
  EXPECT_EQ(a->count(1).free, 0xdbU);
}
TEST(Allocator, ZonesThatMeetInsideARowAreToldApart) {
  tells_neighbours_apart<StdPolicy>();
  tells_neighbours_apart<Compact<StdPolicy>>();
}

TEST(Allocator, AConfigThatIsNotValidIsRefused) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::dma, 0, 64).zone(0, ZoneType::normal, 64, 128);
  const Config good = m.finished();
  EXPECT_TRUE(is_valid(good));
  const auto refused = [&](auto&& spoil) {
    std::vector<ZoneSpec> zones = m.zones;
    Config c = good;
    c.zones = zones.data();
    spoil(c, zones);
    return Allocator<StdPolicy>::footprint(c) == 0 &&
           Allocator<StdPolicy>::place(nullptr, 1 << 30, c) == nullptr;
  };
  using Zones = std::vector<ZoneSpec>;
  EXPECT_TRUE(refused([](Config&, Zones& z) { z[1].frames.begin = Pfn{63}; }));
  EXPECT_TRUE(refused([](Config&, Zones& z) { z[0].frames.end = Pfn{0}; }));
  EXPECT_TRUE(refused([](Config&, Zones& z) { z[1].type = ZoneType::dma; }));
  EXPECT_TRUE(refused([](Config&, Zones& z) { z[1].node = 1; }));
  EXPECT_TRUE(refused([](Config& c, Zones&) { c.cpus = kMaxCpus + 1; }));
  EXPECT_TRUE(refused([](Config& c, Zones&) { c.n_zones = kMaxZones + 1; }));
  EXPECT_TRUE(refused([](Config& c, Zones&) { c.node_of_cpu[0] = 1; }));
  EXPECT_TRUE(refused([](Config& c, Zones&) { c.fallback[0].nodes[0] = 3; }));
}

TEST(Allocator, ADrainReachesTheListsOfEveryCpu) {
  for (const unsigned cpus : {1U, 63U, 64U, 65U, 128U, kMaxCpus}) {
    TestMachine m(Profile::v6_1_lts192, cpus);
    m.zone(0, ZoneType::normal, 0, 64 * std::uint64_t{cpus}, 0, 8, 4);
    Placed<StdPolicy> a(m.finished());
    Request r;
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
      r.cpu = cpu;
      ASSERT_EQ(a->free(cpu, a->alloc(r), 0), FreeStatus::ok);
    }
    ASSERT_EQ(a->count(0).on_pcp, 4 * cpus) << cpus;
    EXPECT_EQ(a->drain(cpus - 1), Pages{4});
    EXPECT_EQ(a->drain(kAllCpusDrain), Pages{4 * (std::int64_t{cpus} - 1)});
    EXPECT_EQ(a->count(0).on_pcp, 0U) << cpus;
    EXPECT_EQ(a->count(0).free, 64 * std::uint64_t{cpus});
  }
}

TEST(Allocator, RoomForManyCpusCostsAMachineWithFewNothing) {
  TestMachine one(Profile::v6_1_lts192, 1), two(Profile::v6_1_lts192, 2);
  for (TestMachine* m : {&one, &two}) m->zone(0, ZoneType::normal, 0, 4096);
  const std::size_t more = Allocator<StdPolicy>::footprint(two.finished()) -
                           Allocator<StdPolicy>::footprint(one.finished());
  // What one more CPU is charged for is its own: lists, doors, and a byte for its node.
  EXPECT_EQ(more, sizeof(CpuLists<StdPolicy>) + 64 * 8 + 1);
}

TEST(Allocator, TooLittleMemoryIsRefused) {
  TestMachine m(Profile::v4_7);
  m.zone(0, ZoneType::normal, 0, 64);
  const std::size_t need = Allocator<StdPolicy>::footprint(m.finished());
  alignas(64) static unsigned char memory[1 << 16];
  ASSERT_LE(need, sizeof memory);
  EXPECT_EQ(Allocator<StdPolicy>::place(memory, need - 1, m.config), nullptr);
  EXPECT_EQ(Allocator<StdPolicy>::place(memory + 8, need, m.config), nullptr);
  EXPECT_NE(Allocator<StdPolicy>::place(memory, need, m.config), nullptr);
}

}  // namespace
}  // namespace bp::impl
