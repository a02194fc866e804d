// SPDX-License-Identifier: MIT
// NOFRAGMENT (R-MT-20, R-LIST-11) and watermark boosts (R-MT-15; C7, C12): what 5.x and later do to
// keep pageblocks of one type.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

constexpr ZoneType kDma = ZoneType::dma, kDma32 = ZoneType::dma32, kNormal = ZoneType::normal;
constexpr unsigned kNormalIndex = 2;
constexpr std::uint64_t kInDma32 = 0x1000, kInNormal = 0x2000;

class NoFragment : public InKernel {
 protected:
  /// DMA32 has an UNMOVABLE block, NORMAL a small MOVABLE one.
  TestMachine machine(unsigned order_in_normal = 5) const {
    TestMachine m(profile());
    m.x86_64().zone(kDma32, 0x1000, 0x1800).type(unmovable, 0x1000, 0x1200);
    m.free(5, unmovable, {kInDma32});
    return m.zone(kNormal, 0x2000, 0x2800).free(order_in_normal, movable, {kInNormal});
  }
  bool is_7_1() const { return profile() == Profile::v7_1; }
};
INSTANTIATE_TEST_SUITE_P(Since5_15, NoFragment, testing::ValuesIn(kSince5_15), kernel_name);

// R-MT-20, R-CTX-11, R-MT-10, R-MT-12: rather than break into another type the next zone is used.
TEST_P(NoFragment, PrefersALowerZone) {
  Kernel k(machine());
  EXPECT_EQ(k.alloc(kGfpKernel), Pfn{kInDma32});
  EXPECT_EQ(k.in(0, kNormalIndex).list(5, movable), Frames({kInNormal}));
}

// R-MT-10, R-MT-12: a whole pageblock may be taken: that mixes nothing.
TEST_P(NoFragment, TakesWholePageblocks) {
  EXPECT_EQ(Kernel(machine(9)).alloc(kGfpKernel), Pfn{kInNormal});
}

// R-LIST-11: where no zone has a block of the type, the pass is made again and mixes.
TEST_P(NoFragment, IsGivenUpAtTheEndOfTheList) {
  Kernel k(machine());
  EXPECT_EQ(k.alloc(kGfpKernel, 5), Pfn{kInDma32});
  EXPECT_EQ(k.alloc(kGfpKernel, 5), Pfn{kInNormal});
}

// R-LIST-11: ... by the first attempt: the slow path would reserve for such a request, or wake
// kswapd.
TEST_P(NoFragment, IsGivenUpByTheFirstAttempt) {
  TestMachine m(profile());
  m.x86_64().zone(kDma32, 0x1000, 0x1800).config().boost_factor = 0;
  Kernel k(m.zone(kNormal, 0x2000, 0x2800).free(5, movable, {kInNormal}).marks(0, 0, 100));
  EXPECT_EQ(k.alloc(gfp_atomic(profile()), 5), Pfn{kInNormal});
  EXPECT_EQ(k.in(0, kNormalIndex).numbers().highatomic, 0);
  EXPECT_FALSE(k.node().kswapd_running);
}

// R-MT-20: it is for requests that begin in a NORMAL zone with DMA32 below it.
TEST_P(NoFragment, OnlyAboveDma32) {
  TestMachine no_dma32(profile());
  no_dma32.configured({kDma, kNormal, ZoneType::movable});
  no_dma32.zone(kDma, 0x0, 0x800).type(unmovable, 0x0, 0x200).free(5, unmovable, {0x0});
  no_dma32.zone(kNormal, 0x2000, 0x2800).free(5, movable, {kInNormal});
  EXPECT_EQ(Kernel(no_dma32).alloc(kGfpKernel), Pfn{kInNormal});

  TestMachine m(profile());
  m.x86_64().zone(kDma, 0x0, 0x800).type(unmovable, 0x0, 0x200).free(5, unmovable, {0x0});
  m.zone(kDma32, 0x1000, 0x1800).free(5, movable, {kInDma32});
  EXPECT_EQ(Kernel(m).alloc(kGfpKernel | GfpFlag::dma32), Pfn{kInDma32});
}

// R-MT-20: on several nodes that DMA32 zone must have pages.
TEST_P(NoFragment, OnlyAboveAPopulatedDma32OfTheNode) {
  TestMachine m(profile());
  m.x86_64().cpus({0, 1}).zone(kDma32, 0x1000, 0x1800, 0).type(unmovable, 0x1000, 0x1200);
  m.free(5, unmovable, {kInDma32}).zone(kNormal, 0x2000, 0x2800, 1).free(5, movable, {kInNormal});
  EXPECT_EQ(Kernel(m).alloc_on(1, kGfpKernel), Pfn{kInNormal});
}

// R-LIST-11: a mixed pageblock here is better than a pure one on another node.
TEST_P(NoFragment, IsGivenUpAtTheEdgeOfTheNode) {
  TestMachine m(profile());
  m.x86_64().cpus({0, 1}).zone(kDma32, 0x1000, 0x1800, 0).zone(kNormal, 0x2000, 0x2800, 0);
  m.free(5, movable, {kInNormal}).zone(kNormal, 0x3000, 0x3800, 1);
  Kernel k(m.type(unmovable, 0x3000, 0x3200).free(5, unmovable, {0x3000}));
  EXPECT_EQ(k.alloc(kGfpKernel), Pfn{kInNormal});
}

// R-AF-4, R-MT-20: attempts after the first mix at once.
TEST_P(NoFragment, LaterAttemptsMix) {
  TestMachine m = machine().marks(0, 1000, 2000);
  EXPECT_EQ(Kernel(m.in(kDma32).marks(0, 1000, 2000)).alloc(kGfpKernel), Pfn{kInNormal});
}

// R-MT-20, R-LIST-11, R-AF-4, R-SLOW-36: in 7.1's defrag_mode nobody mixes in any attempt, but for
// MEMALLOC, whose second attempt drops the flag (C7).
TEST(NoFragmentOfV7_1, DefragModeNeverMixes) {
  TestMachine m(Profile::v7_1);
  m.zone(0x2000, 0x2800).free(5, movable, {kInNormal}).config().defrag_mode = true;
  EXPECT_EQ(Kernel(m).alloc(kGfpKernel, 5), kNoPfn);
  EXPECT_EQ(Kernel(m.marks(1000, 1000, 1000)).alloc(kGfpNowait | GfpFlag::memalloc, 5),
            Pfn{kInNormal});
}

class Boost : public InKernel {
 protected:
  /// An UNMOVABLE request breaks into a RECLAIMABLE pageblock, half of it free; others are held.
  TestMachine machine(std::int64_t high, std::uint64_t end = 0x2000) const {
    TestMachine m(profile());
    m.zone(0x1000, end).type(reclaimable, 0x1000, 0x1200).marks(0, 0, high);
    return m.free(8, reclaimable, {0x1000}).flag(ZoneFlag::below_high);
  }
  std::int64_t boost_after(const TestMachine& m) const {
    Kernel k(m);
    EXPECT_NE(k.alloc(kUnmovable), kNoPfn);
    return k.numbers().boost;
  }
  bool wakes() const { return is(profile(), {Profile::v5_15, Profile::v7_1}); }
};
INSTANTIATE_TEST_SUITE_P(Since5_15, Boost, testing::ValuesIn(kSince5_15), kernel_name);

// R-MT-15, R-MT-10, C7: breaking into a pageblock raises the marks by a pageblock...
TEST_P(Boost, APageblockMore) { EXPECT_EQ(boost_after(machine(1000)), 512); }

// R-MT-15: ... up to one and a half of the high mark, but at least a pageblock.
TEST_P(Boost, UpToItsBound) {
  TestMachine m = machine(400);
  m.numbers().boost = 200;
  EXPECT_EQ(boost_after(m), 600);
  EXPECT_EQ(boost_after(machine(10)), 512);
}

// R-MT-15: without a high mark there is nothing to raise; factor 0 switches it off.
TEST_P(Boost, NotWithoutAHighMarkOrAFactor) {
  EXPECT_EQ(boost_after(machine(0)), 0);
  TestMachine off = machine(1000);
  off.config().boost_factor = 0;
  EXPECT_EQ(boost_after(off), 0);
}

// R-MT-15, B-40, F-3: a zone of less than four pageblocks is spared.
TEST_P(Boost, SmallZonesAreSpared) {
  EXPECT_EQ(boost_after(machine(1000, 0x1800)), 512);
  EXPECT_EQ(boost_after(machine(1000, 0x17ff)), 0);
}

// R-MT-15, C12, W-19: where the request may wake kswapd the boost is told to it at once.
TEST_P(Boost, IsToldToKswapd) {
  Kernel k(machine(1000));
  EXPECT_NE(k.alloc(kGfpNowait), kNoPfn);
  EXPECT_FALSE(k.has(ZoneFlag::boosted));
  EXPECT_EQ(k.node().kswapd_running, wakes());
}

// C12, W-19: ... not by a request that may not: its boost is nobody's news.
TEST_P(Boost, IsNotToldByWhoMayNotWakeKswapd) {
  Kernel k(machine(1000));
  EXPECT_NE(k.alloc(kUnmovable), kNoPfn);
  EXPECT_FALSE(k.has(ZoneFlag::boosted));
  EXPECT_FALSE(k.node().kswapd_running);
}

/// A zone that was boosted by somebody, and a page to take.
TestMachine boosted(Profile p) {
  TestMachine m(p);
  m.zone(0x1000, 0x2000).free(8, movable, {0x1000}).flag(ZoneFlag::boosted);
  m.numbers().boost = 100;
  return m;
}

// C12, W-19: the next request that may wake kswapd does so and clears the mark; in 5.15 whoever
// takes a page.
TEST_P(Boost, NextRequestAnswers) {
  Kernel k(boosted(profile()));
  k.alloc(kMovable);
  EXPECT_EQ(k.has(ZoneFlag::boosted), profile() != Profile::v5_15);
  EXPECT_EQ(k.node().kswapd_running, profile() == Profile::v5_15);
  k.alloc(kMovable | kGfpNowait);
  EXPECT_FALSE(k.has(ZoneFlag::boosted));
  EXPECT_EQ(k.node().kswapd_running, wakes());
}

// C12, W-19: a request answers even if it finds no page: the counter is higher than what is there.
TEST_P(Boost, RequestThatFindsNothingAnswers) {
  TestMachine m(profile());
  m.zone(0x1000, 0x2000).drift(1000).flag(ZoneFlag::boosted);
  Kernel k(m);
  EXPECT_EQ(k.alloc(kUnmovable), kNoPfn);
  EXPECT_EQ(k.has(ZoneFlag::boosted), profile() != Profile::v5_15);
  EXPECT_EQ(k.alloc(kGfpNowait), kNoPfn);
  EXPECT_FALSE(k.has(ZoneFlag::boosted));
}

// C12: ... in 5.15 not where it was the zone's lists that had no block. An OOM victim passes the
// check for a block of the reserve, and is not given it.
TEST(BoostOfV5_15, RequestThatFindsNoBlockDoesNotAnswer) {
  TestMachine m(Profile::v5_15);
  m.zone(0x1000, 0x2000).type(highatomic, 0x1000, 0x1200).free(4, highatomic, {0x1000});
  Kernel k(m.flag(ZoneFlag::boosted).marks(10, 2000, 3000).drift(1000));
  EXPECT_EQ(k->alloc({.gfp = kGfpKernel, .order = 4, .task = {.oom_victim = true}}).head, kNoPfn);
  EXPECT_TRUE(k.has(ZoneFlag::boosted));
}

}  // namespace
}  // namespace bp::reference
