// SPDX-License-Identifier: MIT
// Who wakes kswapd, and what follows from its running (R-SLOW-3, C9, C11; R-LIST-12). 5.15 and 7.1
// look at it; no recording of 6.1 and 6.12 says who runs.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

constexpr ZoneType kDma32 = ZoneType::dma32, kNormal = ZoneType::normal;

class Kswapd : public InKernel {
 protected:
  /// A NORMAL zone with so many free pages; marks 10, 100, 200.
  TestMachine machine(std::uint64_t pages) const {
    TestMachine m(profile());
    m.zone(0x1000, 0x2000).free_range(0x1000, 0x1000 + pages);
    return m.marks(10, 100, 200);
  }
};
constexpr Profile kWithKswapd[] = {Profile::v5_15, Profile::v7_1};
INSTANTIATE_TEST_SUITE_P(In, Kswapd, testing::ValuesIn(kWithKswapd), kernel_name);

// R-SLOW-3, R-SLOW-31, C11: a request that the first attempt does not serve wakes kswapd, with its
// order and its highest zone.
TEST_P(Kswapd, IsWokenByTheSlowPath) {
  Kernel k(machine(101));
  EXPECT_NE(k.alloc(kGfpKernel | GfpFlag::movable), kNoPfn);
  EXPECT_FALSE(k.node().kswapd_running);
  EXPECT_NE(k.alloc(kGfpKernel | GfpFlag::movable, 2), kNoPfn);
  EXPECT_TRUE(k.node().kswapd_running);
  EXPECT_EQ(k.node().kswapd_order, 2);
  EXPECT_EQ(k.node().kswapd_zone, 0);
}

// R-SLOW-3: ... if it may.
TEST_P(Kswapd, IsNotWokenWithoutTheFlag) {
  Kernel k(machine(50));
  EXPECT_NE(k.alloc(kUnmovable), kNoPfn);
  EXPECT_FALSE(k.node().kswapd_running);
}

// C11: a node that failed sixteen times is hopeless.
TEST_P(Kswapd, LeavesAHopelessNodeAlone) {
  for (const std::int64_t failures : {15, 16}) {
    TestMachine m = machine(50);
    m.nodes()[0].kswapd_failures = failures;
    Kernel k(m);
    k.alloc(kGfpKernel);
    EXPECT_EQ(k.node().kswapd_running, failures == 15) << failures;
  }
}

/// A zone whose counter says more than there is: a request that passes its check finds nothing.
TestMachine empty_zone(Profile p, std::int64_t counted) {
  TestMachine m(p);
  return m.zone(0x1000, 0x2000).marks(10, 100, 200).drift(counted);
}

// C11: a balanced node needs no kswapd; balanced is above the high mark, not the low one.
TEST_P(Kswapd, IsNotWokenForABalancedNode) {
  for (const std::int64_t counted : {200, 201}) {
    Kernel k(empty_zone(profile(), counted));
    EXPECT_EQ(k.alloc(kGfpKernel), kNoPfn);
    EXPECT_EQ(k.node().kswapd_running, counted == 200) << counted;
  }
}

// C11: a node is balanced with one balanced zone, whichever.
TEST_P(Kswapd, OneBalancedZoneIsEnough) {
  TestMachine m(profile());
  m.x86_64().zone(kDma32, 0x1000, 0x2000).marks(10, 100, 200).drift(300);
  Kernel k(m.zone(kNormal, 0x2000, 0x3000).marks(10, 100, 200));
  EXPECT_EQ(k.alloc(kGfpKernel), kNoPfn);
  EXPECT_FALSE(k.node().kswapd_running);
}

// C11: a zone above the request's highest does not count.
TEST_P(Kswapd, OnlyZonesOfTheRequestCount) {
  TestMachine m(profile());
  m.x86_64().zone(kDma32, 0x1000, 0x2000).marks(10, 100, 200);
  Kernel k(m.zone(kNormal, 0x2000, 0x3000).marks(10, 100, 200).drift(300));
  EXPECT_EQ(k.alloc(kGfpKernel | GfpFlag::dma32), kNoPfn);
  EXPECT_TRUE(k.node().kswapd_running);
}

// C11: a boost needs kswapd though the node is balanced, boost included.
TEST_P(Kswapd, IsWokenForABoost) {
  TestMachine m = empty_zone(profile(), 1000);
  m.numbers().boost = 5;
  Kernel k(m);
  EXPECT_EQ(k.alloc(kGfpKernel), kNoPfn);
  EXPECT_TRUE(k.node().kswapd_running);
}

// C12, R-MT-15: a boost on the way of the first attempt, of a balanced node: who may wake kswapd
// tells of it.
TEST_P(Kswapd, HearsOfABoostAtOnce) {
  TestMachine m(profile());
  m.zone(0x1000, 0x2000).free(8, Migratetype::movable, {0x1000}).marks(0, 0, 100);
  Kernel k(m);
  EXPECT_NE(k.alloc(kGfpNowait), kNoPfn);
  EXPECT_EQ(k.numbers().boost, 512);
  EXPECT_TRUE(k.node().kswapd_running);
}

// C11: in defrag_mode kswapd is asked for pageblocks, and only free pageblocks count.
TEST(KswapdOfV7_1, IsAskedForPageblocksInDefragMode) {
  TestMachine m(Profile::v7_1);
  m.zone(0x1000, 0x2000).marks(10, 100, 200).drift(1000).config().defrag_mode = true;
  Kernel k(m);
  EXPECT_EQ(k.alloc(kGfpKernel), kNoPfn);
  EXPECT_EQ(k.node().kswapd_order, 9);
  EXPECT_TRUE(k.node().kswapd_running);
}

/// Both nodes have plenty; somebody woke the first one's kswapd.
TestMachine awake_first_node(Profile p, std::uint64_t pages1) {
  TestMachine m(p);
  m.cpus({0, 1}).zone(kNormal, 0x1000, 0x2000, 0).free_all();
  m.zone(kNormal, 0x2000, 0x3000, 1).free_range(0x2000, 0x2000 + pages1);
  m.nodes()[0].kswapd_running = true;
  return m;
}

// R-LIST-12, C11: 7.1 passes over a node whose kswapd runs, as long as another one serves.
TEST_P(Kswapd, AwakeNodeIsPassedOver) {
  const bool passes_over = profile() == Profile::v7_1;
  EXPECT_EQ(Kernel(awake_first_node(profile(), 0x400)).alloc(kMovable),
            passes_over ? 0x2000_pfn : 0x1000_pfn);
  EXPECT_EQ(Kernel(awake_first_node(profile(), 0)).alloc(kMovable), 0x1000_pfn);
}

// R-LIST-12: a machine of one node has nowhere else to go.
TEST_P(Kswapd, SingleNodeIsNotPassedOver) {
  TestMachine m = machine(300);
  m.nodes()[0].kswapd_running = true;
  EXPECT_NE(Kernel(m).alloc(kUnmovable), kNoPfn);
}

/// CPU 0 asks for a page that the counter promises and no list has.
std::int64_t factor_after_failure(Profile p, Gfp g) {
  TestMachine m = empty_zone(p, 1000).pcp(100, 4);
  m.nodes()[0].kswapd_failures = 16;
  m.pcp_numbers().free_factor = 64;
  m.pcp_numbers().free_count = 64;
  Kernel k(m);
  EXPECT_EQ(k.alloc(g), kNoPfn);
  return p == Profile::v7_1 || p == Profile::v6_12 ? k.pcp_numbers().free_count
                                                   : k.pcp_numbers().free_factor;
}

// C9, R-SLOW-33, R-SLOW-32: the number of attempts, told by a number that each one halves. Of those
// after the first 5.15 and 6.1 make two, 7.1 makes the second one for a reason only.
class Attempts : public InKernel {};
constexpr Profile kWithTraces[] = {Profile::v5_15, Profile::v6_1_lts192, Profile::v7_1};
INSTANTIATE_TEST_SUITE_P(In, Attempts, testing::ValuesIn(kWithTraces), kernel_name);

TEST_P(Attempts, AreCounted) {
  const bool single = profile() == Profile::v7_1;
  EXPECT_EQ(factor_after_failure(profile(), kGfpKernel), single ? 16 : 8);
  EXPECT_EQ(factor_after_failure(profile(), kGfpNowait), single ? 16 : 8);
  EXPECT_EQ(factor_after_failure(profile(), gfp_atomic(profile())), 8);
  EXPECT_EQ(factor_after_failure(profile(), kGfpNowait | GfpFlag::memalloc), 8);
}

// C9, C12, R-SLOW-33: a second attempt without watermarks keeps KSWAPD, but not in 5.15. It breaks
// into NORMAL; the boost is told to kswapd, which had nothing to do before: DMA32 is balanced.
TEST_P(Attempts, SecondOneKeepsKswapdSince6_1) {
  if (profile() == Profile::v6_1_lts192) return;
  TestMachine m(profile());
  m.x86_64().zone(kDma32, 0x1000, 0x2000).marks(10, 100, 200).drift(900);
  m.zone(kNormal, 0x2000, 0x3000).free(8, Migratetype::movable, {0x2000}).marks(300, 400, 500);
  Kernel k(m);
  EXPECT_EQ(k.alloc(kGfpNowait | GfpFlag::memalloc), 0x2000_pfn);
  EXPECT_EQ(k.node().kswapd_running, profile() == Profile::v7_1);
}

// R-SLOW-33, C9: the same of 6.1, by a mark that only such a request takes away.
TEST_P(Attempts, SecondOneAnswersABoostSince6_1) {
  TestMachine m(profile());
  m.zone(0x2000, 0x3000).free(8, Migratetype::movable, {0x2000}).marks(300, 400, 500);
  Kernel k(m.flag(ZoneFlag::boosted));
  EXPECT_EQ(k.alloc(kGfpNowait | GfpFlag::movable | GfpFlag::memalloc), 0x2000_pfn);
  EXPECT_FALSE(k.has(ZoneFlag::boosted));
}

}  // namespace
}  // namespace bp::reference
