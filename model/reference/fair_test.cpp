// SPDX-License-Identifier: MIT
// 4.7: the zones of a node take turns, so that their pages age alike (R-LIST-2, 8, 10; C-1; M-3).
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum ZoneType;

constexpr unsigned kDma32 = 1, kNormal = 2;

/// DMA32 from 0x1000 and NORMAL from 0x2000, all free; a new turn is 4 pages.
TestMachine two_zones() {
  TestMachine m(Profile::v4_7);
  m.x86_64().zone(dma32, 0x1000, 0x2000).free_all().marks(0, 10, 14).turn(4);
  return m.zone(normal, 0x2000, 0x3000).free_all().marks(0, 10, 14).turn(4);
}

/// How many of the next pages come from NORMAL before one does not; 1000: all.
unsigned pages_of_normal(Kernel& k) {
  unsigned n = 0;
  while (n < 1000 && k.alloc(kMovable) >= 0x2000_pfn) ++n;
  return n;
}

// R-LIST-2, R-LIST-8, R-LIST-10, R-CTX-2: four pages of NORMAL, four of DMA32, then both again.
TEST(Fair, ZonesTakeTurns) {
  Kernel k(two_zones());
  EXPECT_EQ(k.alloc_each(kMovable, 0, 10), Frames({0x2000, 0x2001, 0x2002, 0x2003, 0x1000, 0x1001,
                                                   0x1002, 0x1003, 0x2004, 0x2005}));
  EXPECT_FALSE(k.in(0, kDma32).has(ZoneFlag::fair_depleted));
  EXPECT_EQ(k.in(0, kDma32).stat(Stat::fair), 4);
  EXPECT_EQ(k.in(0, kNormal).stat(Stat::fair), 2);
}

// R-LIST-10: a block counts its pages, and more than there is left is used up all the same.
TEST(Fair, BlocksCountTheirPages) {
  Kernel k(two_zones().turn(9));
  EXPECT_EQ(k.alloc(kMovable, 3), 0x2000_pfn);
  EXPECT_FALSE(k.in(0, kNormal).has(ZoneFlag::fair_depleted));
  EXPECT_EQ(k.alloc(kMovable, 3), 0x2008_pfn);
  EXPECT_EQ(k.in(0, kNormal).stat(Stat::fair), -7);
  EXPECT_TRUE(k.in(0, kNormal).has(ZoneFlag::fair_depleted));
}

// R-LIST-10, C-1: single pages are counted in the CPU's part; beyond the threshold it is folded
// with half a threshold more. Five pages then count seven, and the next seven another seven.
TEST(Fair, SinglePagesOverstep) {
  Kernel k(two_zones().turn(8).threshold(4));
  k.alloc_each(kMovable, 0, 5);
  EXPECT_EQ(k.in(0, kNormal).stat(Stat::fair), 1);
  EXPECT_EQ(k.pcp_numbers().diff[static_cast<unsigned>(Stat::fair)], 2);
  EXPECT_EQ(pages_of_normal(k), 7U);
}

// C-1: blocks do not overstep.
TEST(Fair, BlocksDoNotOverstep) {
  Kernel k(two_zones().turn(20).threshold(4));
  k.alloc(kMovable, 2);
  EXPECT_EQ(k.in(0, kNormal).stat(Stat::fair), 20);
  k.alloc(kMovable, 1);
  EXPECT_EQ(k.in(0, kNormal).stat(Stat::fair), 14);
}

// C-1, N-5: a new turn goes through the CPU's part as well. Below the threshold it does not arrive,
// and the zone is used up again by the next page.
TEST(Fair, NewTurnMayNotArrive) {
  TestMachine m = two_zones().turn(0).flag(ZoneFlag::fair_depleted).threshold(100);
  Kernel k(m.in(dma32).flag(ZoneFlag::fair_depleted));
  EXPECT_EQ(k.alloc(kMovable), 0x2000_pfn);
  EXPECT_EQ(k.in(0, kNormal).stat(Stat::fair), 0);
  EXPECT_TRUE(k.in(0, kNormal).has(ZoneFlag::fair_depleted));
  EXPECT_FALSE(k.in(0, kDma32).has(ZoneFlag::fair_depleted));
}

// R-LIST-8: new turns come when the other zones have nothing, too; a zone below its mark has no
// page in either pass.
TEST(Fair, NewTurnWhereTheOthersHaveNothing) {
  TestMachine m = two_zones().turn(0).flag(ZoneFlag::fair_depleted);
  Kernel k(m.in(dma32).marks(0x2000, 0x2000, 0x2004));
  EXPECT_EQ(k.alloc(kMovable), 0x2000_pfn);
  EXPECT_EQ(k.in(0, kNormal).stat(Stat::fair), 3);
}

// R-LIST-2, R-LIST-8: before another node is used, the zones of this one get new turns.
TEST(Fair, NodeIsNotLeftForATurn) {
  TestMachine m(Profile::v4_7);
  m.cpus({0, 1}).zone(normal, 0x1000, 0x2000, 0).free_all().marks(0, 10, 14).turn(0);
  m.flag(ZoneFlag::fair_depleted);
  Kernel k(m.zone(normal, 0x3000, 0x4000, 1).free_all().marks(0, 10, 14).turn(4));
  EXPECT_EQ(k.alloc(kMovable), 0x1000_pfn);
}

// R-LIST-2: a node whose zones are merely below their marks is left.
TEST(Fair, NodeBelowItsMarksIsLeft) {
  TestMachine m(Profile::v4_7);
  m.cpus({0, 1}).zone(normal, 0x1000, 0x2000, 0).free_all().marks(0, 0x2000, 0x2004).turn(4);
  TestMachine& both = m.zone(normal, 0x3000, 0x4000, 1).free_all().marks(0, 10, 14).turn(0);
  Kernel k(both);
  EXPECT_EQ(k.alloc(kMovable), 0x3000_pfn);
  EXPECT_EQ(k.alloc(kMovable), 0x3001_pfn);  // Other nodes' turns are not asked for.
}

// R-CTX-2, R-LIST-10: later attempts do not wait for turns. An urgent request for the other node
// goes home, where NORMAL's turn is over.
TEST(Fair, SlowPathDoesNotWaitForTurns) {
  TestMachine m(Profile::v4_7);
  m.x86_64().cpus({0, 1}).zone(dma32, 0x1000, 0x2000, 0).free_all().marks(0, 0x2000, 0x2000);
  m.zone(normal, 0x2000, 0x3000, 0).free_all().marks(0, 0x2000, 0x2000).turn(0);
  m.flag(ZoneFlag::fair_depleted).zone(normal, 0x3000, 0x4000, 1).marks(0, 10, 14);
  Kernel k(m);
  EXPECT_EQ(k.alloc_on(1, gfp_atomic(Profile::v4_7) | GfpFlag::movable), 0x2000_pfn);
}

// M-3, R-LIST-9, R-SLOW-1: a request above order 10 finds nothing, but its first attempt can bring
// new turns.
TEST(Fair, HopelessOrderBringsNewTurns) {
  Kernel k(two_zones().turn(0).flag(ZoneFlag::fair_depleted));
  EXPECT_EQ(k.alloc(kMovable, 11), kNoPfn);
  EXPECT_EQ(k.in(0, kNormal).stat(Stat::fair), 4);
  EXPECT_FALSE(k.has(ZoneFlag::fair_depleted));
}

// R-CFG-7: recomputed watermarks bring new turns: of 0x1000 pages each zone gets half of min_free
// (16 pages), and a quarter of that, but at least a thousandth of its pages, between the marks.
TEST(Fair, RecomputedWatermarksBringNewTurns) {
  Kernel k(two_zones().turn(0));
  k->recompute_watermarks(16 * 4);
  EXPECT_EQ(k.in(0, kNormal).numbers().min, 8);
  EXPECT_EQ(k.numbers().low, 12);
  EXPECT_EQ(k.numbers().high, 16);
  EXPECT_EQ(k.stat(Stat::fair), 4);
}

}  // namespace
}  // namespace bp::reference
