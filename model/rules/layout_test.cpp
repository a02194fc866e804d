// SPDX-License-Identifier: MIT
#include "model/rules/layout.h"

#include <gtest/gtest.h>

namespace bp::rules {
namespace {

/// One node with these zones, one after the other, of these managed sizes.
Machine machine_with(Profile p, ZoneConfig c,
                     std::initializer_list<std::pair<ZoneType, std::int64_t>> zones) {
  Machine m;
  m.profile = p;
  m.era = era_of(p);
  m.zones = c;
  m.nodes.push_back({});
  m.nodes[0].cpu_end = 1;
  Pfn at{4096};
  for (const auto& [type, managed] : zones) {
    m.nodes[0].zones.push_back({type, {at, at + Pages{managed}}, {}});
    at += Pages{managed};
  }
  return m;
}

Watermarks marks(std::int64_t min, std::int64_t low, std::int64_t high) {
  return {Pages{min}, Pages{low}, Pages{high}};
}

std::array<Pages, kZoneTypes> reserve(std::array<std::int64_t, kZoneTypes> row) {
  std::array<Pages, kZoneTypes> pages;
  for (unsigned i = 0; i < kZoneTypes; ++i) pages[i] = Pages{row[i]};
  return pages;
}

// R-CFG-9, first vector: an x86-64 machine of 16 GB, in both profiles.
TEST(Layout, MarksAndReservesOfAnX86Machine) {
  for (Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    Machine m = machine_with(
        p, {.dma = true, .dma32 = true},
        {{ZoneType::dma, 3976}, {ZoneType::dma32, 765952}, {ZoneType::normal, 3276800}});
    m.min_free_kbytes = 65536;
    const Layout l = lay_out(m);
    EXPECT_EQ(l.zones[0].marks, marks(16, 20, 24));
    EXPECT_EQ(l.zones[1].marks, marks(3101, 3876, 4651));
    EXPECT_EQ(l.zones[2].marks, marks(13266, 16582, 19898));
    EXPECT_EQ(l.zones[0].lowmem_reserve, reserve({0, 2992, 15792, 15792, 15792, 15792}));
    EXPECT_EQ(l.zones[1].lowmem_reserve, reserve({0, 0, 12800, 12800, 12800, 12800}));
    EXPECT_EQ(l.zones[2].lowmem_reserve, reserve({0, 0, 0, 0, 0, 0}));
  }
}

// R-CFG-9, second vector: an i386 machine of 1 GB; high memory has a mark of its own.
TEST(Layout, MarksAndReservesWithHighMemory) {
  Machine m =
      machine_with(Profile::v4_7, {.dma = true, .highmem = true},
                   {{ZoneType::dma, 3976}, {ZoneType::normal, 218112}, {ZoneType::highmem, 57344}});
  m.min_free_kbytes = 3786;
  const Layout l = lay_out(m);
  EXPECT_EQ(l.zones[0].marks, marks(16, 20, 24));
  EXPECT_EQ(l.zones[1].marks, marks(929, 1161, 1393));
  EXPECT_EQ(l.zones[2].marks, marks(56, 117, 178));
  EXPECT_EQ(l.zones[0].lowmem_reserve, reserve({0, 0, 852, 1076, 1076, 1076}));
  EXPECT_EQ(l.zones[1].lowmem_reserve, reserve({0, 0, 0, 1792, 1792, 1792}));
}

// P-LM-4: a ratio of 0 acts as 1 in 4.7 and as "none" later.
TEST(Layout, RatioZeroMeansOneInV4_7AndNoneLater) {
  for (Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    Machine m = machine_with(p, {.dma = true}, {{ZoneType::dma, 1000}, {ZoneType::normal, 5000}});
    for (unsigned i = 0; i < kZoneTypes; ++i) m.lowmem_reserve_ratio.push_back(0);
    const Pages expected{p == Profile::v4_7 ? 5000 : 0};
    EXPECT_EQ(lay_out(m).zones[0].lowmem_reserve[static_cast<unsigned>(ZoneType::normal)],
              expected);
  }
}

// R-CFG-14, columns v4.7 and v6.1.
TEST(Layout, BatchesOfPerCpuLists) {
  const std::pair<std::int64_t, std::array<std::int64_t, 2>> vectors[] = {
      {4096, {1, 1}}, {16384, {3, 3}}, {65536, {15, 15}}, {262144, {31, 63}}};
  for (const auto& [managed, batch] : vectors) {
    for (unsigned p = 0; p < batch.size(); ++p) {
      const auto profile = Profile{static_cast<std::uint8_t>(p)};
      EXPECT_EQ(
          lay_out(machine_with(profile, {}, {{ZoneType::normal, managed}})).zones[0].pcp_batch,
          Pages{batch[p]})
          << managed << " managed, profile " << profile_name(profile);
    }
  }
  // R-CFG-11: high comes from the raw batch, which is 0 for a small zone.
  EXPECT_EQ(lay_out(machine_with(Profile::v4_7, {}, {{ZoneType::normal, 4096}})).zones[0].pcp_high,
            Pages{0});
}

TEST(Layout, HolesAreNotManaged) {
  Machine m = machine_with(Profile::v4_7, {}, {{ZoneType::normal, 1000}});
  m.nodes[0].holes.push_back({Pfn{4100}, Pfn{4110}});
  EXPECT_EQ(lay_out(m).zones[0].managed, Pages{990});
}

Machine nodes_at(Profile p, std::initializer_list<std::initializer_list<int>> distances) {
  Machine m;
  m.profile = p;
  Pfn at{0};
  for (const auto& row : distances) {
    Node n;
    for (int d : row) n.distance.push_back(static_cast<std::uint8_t>(d));
    n.zones.push_back({ZoneType::normal, {at, at + Pages{64}}, {}});
    at += Pages{64};
    m.nodes.push_back(n);
  }
  return m;
}

std::vector<int> order_of(const Layout& l, std::size_t node) {
  return {l.fallback[node].begin(), l.fallback[node].end()};
}

// R-ZONE-7: nearest first, the lower id among equals; R-ZONE-8: a node that came first at its
// distance is charged, so that the next list starts with another.
TEST(Layout, NodeOrderIsNearestFirstAndTakesTurns) {
  const Layout near =
      lay_out(nodes_at(Profile::v6_1_lts192, {{10, 30, 20}, {30, 10, 20}, {20, 20, 10}}));
  EXPECT_EQ(order_of(near, 0), (std::vector<int>{0, 2, 1}));
  EXPECT_EQ(order_of(near, 1), (std::vector<int>{1, 2, 0}));
  const Layout turns =
      lay_out(nodes_at(Profile::v6_1_lts192,
                       {{10, 20, 20, 20}, {20, 10, 20, 20}, {20, 20, 10, 20}, {20, 20, 20, 10}}));
  EXPECT_EQ(order_of(turns, 0), (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(order_of(turns, 1),
            (std::vector<int>{1, 2, 3, 0}));  // The ids below the local node pay 1.
  EXPECT_EQ(order_of(turns, 3), (std::vector<int>{3, 0, 1, 2}));
}

TEST(Layout, NodesWithoutMemoryAreLeftOut) {
  Machine m = nodes_at(Profile::v4_7, {{10, 20, 20}, {20, 10, 20}, {20, 20, 10}});
  m.nodes[1].zones.clear();
  const Layout l = lay_out(m);
  EXPECT_EQ(order_of(l, 1), (std::vector<int>{2, 0}));
  EXPECT_EQ(order_of(l, 0), (std::vector<int>{0, 2}));
}

}  // namespace
}  // namespace bp::rules
