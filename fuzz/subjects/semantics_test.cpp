// SPDX-License-Identifier: MIT
// What both sequential subjects owe: splitting and merging, zone order, masks, marks and reserves,
// the scans of the slow path, and checked frees. Every number was worked out from the rules by
// hand.
#include <gtest/gtest.h>

#include <string>

#include "fuzz/subjects/registry.h"
#include "fuzz/subjects/test_bench.h"

namespace bp::test {
namespace {

using F = GfpFlag;

class Semantics : public testing::TestWithParam<const bp_subject*> {
 protected:
  const bp_subject& subject() const { return *GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(Subjects, Semantics, testing::Values(&naive_subject(), &locked_subject()),
                         [](const auto& param) { return std::string(param.param->name); });

TEST_P(Semantics, FramesOfASplitBlockComeInAscendingOrder) {  // R-BUDDY-5
  Instance s(subject(), one_zone(1024));
  for (std::uint64_t pfn = 0; pfn < 1024; ++pfn) ASSERT_EQ(s.alloc(0, kKernel), pfn);
  EXPECT_EQ(s.alloc(0, kKernel), std::nullopt);
}

TEST_P(Semantics, SplitLeavesTheUpperHalves) {  // R-BUDDY-4
  Instance s(subject(), one_zone(1024));
  ASSERT_EQ(s.alloc(7, kKernel), 0U);
  const std::set<Block> expect{{128, 7, BP_ON_BUDDY}, {256, 8, BP_ON_BUDDY}, {512, 9, BP_ON_BUDDY}};
  EXPECT_EQ(s.census(), expect);
  EXPECT_EQ(s.counters(0).free, 1024U - 128);
}

TEST_P(Semantics, FreshMachineIsMergedAsFarAsItGoes) {
  bp_machine m = empty_machine();
  add_zone(m, 0, kNormal, 1, 2050);
  m.holes[0] = {6, 7};
  m.n_holes = 1;
  Instance s(subject(), m);
  const std::uint32_t b = BP_ON_BUDDY;
  const std::set<Block> expect{{1, 0, b},   {2, 1, b},     {4, 1, b},   {7, 0, b},   {8, 3, b},
                               {16, 4, b},  {32, 5, b},    {64, 6, b},  {128, 7, b}, {256, 8, b},
                               {512, 9, b}, {1024, 10, b}, {2048, 1, b}};
  EXPECT_EQ(s.census(), expect);
  EXPECT_EQ(s.counters(0).free, 2048U);
}

TEST_P(Semantics, FreesInAnyOrderMergeBackToTheFreshMachine) {
  bp_machine m = empty_machine();
  m.cpus = 2;
  add_zone(m, 0, kDma, 1, 700);
  add_zone(m, 0, kNormal, 700, 3000);
  m.zones[0].pcp_high = m.zones[1].pcp_high = 12;
  m.zones[0].pcp_batch = m.zones[1].pcp_batch = 4;
  Instance s(subject(), m);
  const std::set<Block> fresh = s.census();

  std::vector<std::pair<std::uint64_t, std::uint32_t>> held;
  std::uint32_t random = 1;
  const auto next = [&random] { return random = random * 1664525U + 1013904223U, random >> 16; };
  for (int round = 0; round < 20000; ++round) {
    const std::uint32_t cpu = next() % 2;
    if (next() % 2 == 0) {
      const std::uint32_t order = next() % 8 == 0 ? next() % 11 : next() % 2;
      if (const auto pfn = s.alloc(order, kKernel, cpu)) held.emplace_back(*pfn, order);
    } else if (!held.empty()) {
      const std::size_t i = next() % held.size();
      ASSERT_EQ(s.free(held[i].first, held[i].second, cpu), BP_OK);
      held[i] = held.back();
      held.pop_back();
    }
  }
  for (const auto& [pfn, order] : held) ASSERT_EQ(s.free(pfn, order), BP_OK);
  s.drain();
  EXPECT_EQ(s.census(), fresh);
  EXPECT_EQ(s.counters(0).free + s.counters(1).free, 2999U);
}

TEST_P(Semantics, BuddyBeyondTheZoneIsLeftAlone) {  // R-BUDDY-7
  bp_machine m = empty_machine();
  add_zone(m, 0, kDma, 0, 3);
  add_zone(m, 0, kNormal, 3, 8);
  Instance s(subject(), m);
  const std::set<Block> fresh = s.census();
  const auto pfn = s.alloc(0, kKernel | F::dma);
  ASSERT_TRUE(pfn);
  ASSERT_EQ(s.free(*pfn, 0), BP_OK);
  s.drain();
  EXPECT_EQ(s.census(), fresh);  // 2 and 3 are buddies, and of two zones.
}

TEST_P(Semantics, ZonesAreTriedDownwards) {  // R-ZONE-4, R-ZONE-12
  bp_machine m = empty_machine();
  add_zone(m, 0, kDma, 0, 16);
  add_zone(m, 0, kDma32, 16, 32);
  add_zone(m, 0, kNormal, 32, 48);
  Instance s(subject(), m);
  EXPECT_EQ(s.alloc(4, kKernel), 32U);
  EXPECT_EQ(s.alloc(4, kKernel), 16U);
  EXPECT_EQ(s.alloc(4, kKernel | F::dma32), 0U);
  EXPECT_EQ(s.alloc(0, kKernel), std::nullopt);
}

TEST_P(Semantics, MaskBoundsTheZone) {
  bp_machine m = empty_machine();
  add_zone(m, 0, kDma, 0, 64);
  add_zone(m, 0, kDma32, 64, 128);
  add_zone(m, 0, kNormal, 128, 192);
  add_zone(m, 0, kMovable, 192, 256);
  struct Row {
    Gfp bits;
    std::uint64_t zone_begin;
  };
  const Row rows[] = {
      {Gfp{}, 128},
      {F::dma, 0},
      {F::highmem, 128},  // Not configured: NORMAL.
      {F::dma32, 64},
      {F::movable, 128},  // MOVABLE alone is NORMAL,
      {F::movable | F::dma, 0},
      {F::movable | F::highmem, 192},  // and with HIGHMEM it is MOVABLE.
      {F::movable | F::dma32, 64},
      {F::dma | F::highmem, 0},  // The illegal ones: index 0.
      {F::dma | F::dma32, 0},
      {F::highmem | F::dma32, 0},
      {F::dma | F::highmem | F::dma32 | F::movable, 0},
  };
  for (const Row& row : rows) {
    Instance s(subject(), m);
    EXPECT_EQ(s.alloc(0, kKernel | row.bits), row.zone_begin)
        << "mask " << gfp_encode(row.bits, Era::e3);
  }
}

TEST_P(Semantics, MissingZoneTypesDegradeToNormal) {
  bp_machine m = empty_machine();
  m.zone_config = ZoneConfig{.dma32 = true}.bits();
  add_zone(m, 0, kDma32, 0, 64);
  add_zone(m, 0, kNormal, 64, 128);
  Instance s(subject(), m);
  EXPECT_EQ(s.alloc(0, kKernel | F::dma), 64U);
  EXPECT_EQ(s.alloc(0, kKernel | F::dma32), 0U);
  EXPECT_LT(s.alloc(0, kKernel | F::dma | F::highmem), 64U);  // Illegal: index 0 is DMA32 here.

  m.zone_config = 0;
  m.zones[0].type = kNormal;
  m.n_zones = 1;
  Instance bare(subject(), m);
  EXPECT_EQ(bare.alloc(0, kKernel | F::dma32), 0U);
  EXPECT_LT(bare.alloc(0, kKernel | F::dma | F::dma32), 64U);
}

TEST_P(Semantics, LowMarkStopsTheFastPathAndMinMarkTheSlowOne) {  // R-WMARK-2, 6
  bp_machine m = one_zone(64);
  set_marks(m.zones[0], 20, 30);
  Instance s(subject(), m);
  // Order 0 needs strictly more than the mark before the allocation: 64 - 20 = 44 pages.
  for (int i = 0; i < 44; ++i) ASSERT_TRUE(s.alloc(0, kKernel)) << i;
  EXPECT_FALSE(s.alloc(0, kKernel));
}

TEST_P(Semantics, HigherOrdersSubtractAllButOnePage) {  // R-WMARK-2
  bp_machine m = one_zone(64);
  set_marks(m.zones[0], 32, 32);
  Instance s(subject(), m);
  EXPECT_TRUE(s.alloc(4, kKernel));   // 64 - 15 = 49 > 32
  EXPECT_TRUE(s.alloc(4, kKernel));   // 48 - 15 = 33 > 32
  EXPECT_FALSE(s.alloc(0, kKernel));  // 32 is not > 32
}

// Pages that a request gets out of 256 whose min mark is 101: R-WMARK-9 gives the effective mark.
int pages_until_null(const bp_subject& subject, std::uint32_t profile, Era era, Gfp gfp) {
  bp_machine m = one_zone(256);
  m.profile = profile;
  m.era = static_cast<std::uint32_t>(era);
  set_marks(m.zones[0], 101, 126);
  Instance s(subject, m);
  int pages = 0;
  while (s.alloc(0, gfp)) ++pages;
  return pages;
}

TEST_P(Semantics, EffectiveMinMarkOfV4_7) {  // R-AF-1, R-WMARK-3, 4, 9
  const auto left = [&](Era era, Gfp gfp) {
    return 256 - pages_until_null(subject(), BP_PROFILE_V4_7, era, gfp);
  };
  EXPECT_EQ(left(Era::e1, kKernel), 101);
  EXPECT_EQ(left(Era::e1, kNoWait), 101);  // HARDER needs ATOMIC.
  EXPECT_EQ(left(Era::e1, kNoWait | F::high), 51);
  EXPECT_EQ(left(Era::e1, kNoWait | F::atomic), 76);
  EXPECT_EQ(left(Era::e1, kNoWait | F::atomic | F::high), 39);
  EXPECT_EQ(left(Era::e1, kNoWait | F::atomic | F::high | F::nomemalloc), 51);
  EXPECT_EQ(left(Era::e1, kKernel | F::atomic | F::high), 51);  // R-SLOW-2.
  EXPECT_EQ(left(Era::e1, kKernel | F::memalloc), 0);
  EXPECT_EQ(left(Era::e1, kKernel | F::memalloc | F::nomemalloc), 101);  // L-10.
  EXPECT_EQ(left(Era::e0, F::wait), 101);
  EXPECT_EQ(left(Era::e0, Gfp{}), 76);  // F-1: who cannot wait is atomic.
  EXPECT_EQ(left(Era::e0, F::high), 39);
}

TEST_P(Semantics, EffectiveMinMarkOfV6_1) {  // R-AF-4, R-WMARK-17, 18, R-SLOW-33, 35
  const auto left = [&](Era era, Gfp gfp) {
    return 256 - pages_until_null(subject(), BP_PROFILE_V6_1_LTS192, era, gfp);
  };
  EXPECT_EQ(left(Era::e3, kKernel), 101);
  EXPECT_EQ(left(Era::e3, kNoWait), 101);  // NON_BLOCK alone lowers nothing.
  EXPECT_EQ(left(Era::e3, kKernel | F::high), 51);
  EXPECT_EQ(left(Era::e3, kNoWait | F::high), 39);
  EXPECT_EQ(left(Era::e3, kNoWait | F::high | F::nomemalloc), 51);
  EXPECT_EQ(left(Era::e3, kNoWait | F::atomic), 101);  // ATOMIC has no part in it.
  EXPECT_EQ(left(Era::e3, kNoWait | F::memalloc), 0);
  EXPECT_EQ(left(Era::e3, kKernel | F::nofail), 51);
  EXPECT_EQ(left(Era::e3, kNoWait | F::nofail), 101);
  EXPECT_EQ(left(Era::e0, Gfp{} | F::high), 39);
  EXPECT_EQ(left(Era::e0, F::wait | F::high), 51);
}

TEST_P(Semantics, EffectiveMinMarkOfV5_15) {  // R-AF-1, R-WMARK-15, R-SLOW-35
  const auto left = [&](Era era, Gfp gfp) {
    return 256 - pages_until_null(subject(), BP_PROFILE_V5_15, era, gfp);
  };
  EXPECT_EQ(left(Era::e2p, kKernel), 101);
  EXPECT_EQ(left(Era::e2p, kNoWait), 101);
  EXPECT_EQ(left(Era::e2p, kNoWait | F::high), 51);  // HARDER needs ATOMIC, as in v4.7,
  EXPECT_EQ(left(Era::e2p, kNoWait | F::atomic), 76);
  EXPECT_EQ(left(Era::e2p, kNoWait | F::atomic | F::high), 39);
  EXPECT_EQ(left(Era::e2p, kNoWait | F::atomic | F::high | F::nomemalloc), 51);
  EXPECT_EQ(left(Era::e2p, kKernel | F::atomic | F::high), 51);
  EXPECT_EQ(left(Era::e2p, kKernel | F::memalloc), 0);
  EXPECT_EQ(left(Era::e2p, kKernel | F::nofail), 76);  // and is what NOFAIL gets at last.
  EXPECT_EQ(left(Era::e0, Gfp{}), 76);
}

// Their slow paths were rewritten, and still come to the same marks.
TEST_P(Semantics, EffectiveMinMarkOfV6_12AndV7_1) {  // R-AF-4, R-SLOW-36
  for (const auto& [profile, era] :
       {std::pair{BP_PROFILE_V6_12, Era::e4}, std::pair{BP_PROFILE_V7_1, Era::e5}}) {
    const auto left = [&](Gfp gfp) {
      return 256 - pages_until_null(subject(), static_cast<std::uint32_t>(profile), era, gfp);
    };
    EXPECT_EQ(left(kKernel), 101);
    EXPECT_EQ(left(kNoWait), 101);
    EXPECT_EQ(left(kKernel | F::high), 51);
    EXPECT_EQ(left(kNoWait | F::high), 39);
    EXPECT_EQ(left(kNoWait | F::high | F::nomemalloc), 51);
    EXPECT_EQ(left(kNoWait | F::memalloc), 0);
    EXPECT_EQ(left(kKernel | F::nofail), 51);
  }
}

TEST_P(Semantics, ReserveKeepsLowZonesForThoseWhoNeedThem) {  // R-WMARK-6, R-CFG-8
  bp_machine m = empty_machine();
  add_zone(m, 0, kDma, 0, 64);
  add_zone(m, 0, kNormal, 64, 128);
  m.zones[0].lowmem_reserve[kNormal] = 40;
  Instance s(subject(), m);
  for (int i = 0; i < 64 + 24; ++i) ASSERT_TRUE(s.alloc(0, kKernel)) << i;
  EXPECT_FALSE(s.alloc(0, kKernel));
  EXPECT_EQ(s.counters(0).free + s.counters(0).on_pcp, 40U);
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(s.alloc(0, kKernel | F::dma)) << i;
}

// The mask allows MOVABLE, which this machine has on node 1 only: v4.7 reads the column of the
// first zone of the list, v6.1 that of the mask (R-CTX-1, W-16).
TEST_P(Semantics, ReserveColumnDiffersByProfile) {
  const Gfp user = kKernel | F::highmem | F::movable;
  for (const std::uint32_t profile : {BP_PROFILE_V4_7, BP_PROFILE_V6_1_LTS192}) {
    bp_machine m = empty_machine();
    m.profile = profile;
    m.era = static_cast<std::uint32_t>(profile == BP_PROFILE_V4_7 ? Era::e1 : Era::e3);
    add_zone(m, 0, kNormal, 0, 64);
    m.zones[0].lowmem_reserve[kMovable] = 60;
    Instance s(subject(), m);
    int pages = 0;
    while (s.alloc(0, user)) ++pages;
    EXPECT_EQ(pages, profile == BP_PROFILE_V4_7 ? 64 : 4);
  }
}

TEST_P(Semantics, EmptyZoneGivesNothingAndStillLeadsTheList) {
  const Gfp user = kKernel | F::highmem | F::movable;
  bp_machine m = empty_machine();
  m.profile = BP_PROFILE_V4_7;
  m.era = static_cast<std::uint32_t>(Era::e1);
  add_zone(m, 0, kNormal, 0, 64);
  add_zone(m, 0, kMovable, 64, 128);
  m.zones[0].lowmem_reserve[kMovable] = 60;
  m.holes[0] = {64, 128};
  m.n_holes = 1;
  Instance s(subject(), m);
  int pages = 0;
  while (s.alloc(0, user)) ++pages;
  EXPECT_EQ(pages, 4);
}

TEST_P(Semantics, NodesInTheOrderOfTheList) {
  Instance s(subject(), two_nodes());
  EXPECT_EQ(s.alloc(10, kKernel, 1), 1024U);  // No node: that of the CPU.
  EXPECT_EQ(s.alloc(10, kKernel, 1), 0U);
  EXPECT_FALSE(s.alloc(0, kKernel, 1));
  Instance t(subject(), two_nodes());
  EXPECT_EQ(t.alloc(10, kKernel, 1, 0), 0U);
}

TEST_P(Semantics, ThisNodeAndNodemaskRestrict) {
  Instance s(subject(), two_nodes());
  EXPECT_EQ(s.alloc(10, kKernel, 0, 0, 2), 1024U);
  EXPECT_FALSE(s.alloc(0, kKernel, 0, 0, 2));
  EXPECT_FALSE(s.alloc(0, kKernel | F::thisnode, 0, 1));
  EXPECT_EQ(s.alloc(10, kKernel | F::thisnode, 0, 0), 0U);
}

TEST_P(Semantics, NodemaskIsKeptInV4_7AndDroppedForReservesInV6_1) {  // R-SLOW-5, R-SLOW-33
  for (const Gfp gfp : {kNoWait | F::high, kKernel | F::memalloc}) {
    Instance s(subject(), two_nodes());
    ASSERT_TRUE(s.alloc(10, kKernel, 0, 0));
    EXPECT_EQ(s.alloc(10, gfp, 0, 0, 1), 1024U);

    bp_machine old = two_nodes();
    old.profile = BP_PROFILE_V4_7;
    old.era = static_cast<std::uint32_t>(Era::e1);
    Instance t(subject(), old);
    ASSERT_TRUE(t.alloc(10, kKernel, 0, 0));
    EXPECT_FALSE(t.alloc(10, gfp, 0, 0, 1));
  }
  Instance s(subject(), two_nodes());  // A blocking request without reserves stays where it was.
  ASSERT_TRUE(s.alloc(10, kKernel, 0, 0));
  EXPECT_FALSE(s.alloc(10, kKernel | F::high, 0, 0, 1));
}

TEST_P(Semantics, MaskThatLeavesNoZoneFailsAtOnceInV6_1) {  // W-10
  bp_machine m = two_nodes();
  m.zones[1].type = kMovable;  // Node 1 has no zone that GFP_KERNEL may use.
  Instance s(subject(), m);
  EXPECT_FALSE(s.alloc(0, kKernel | F::memalloc, 0, 0, 2));
}

TEST_P(Semantics, V4_7StartsOverFromTheNodeOfTheCpu) {  // R-SLOW-5
  bp_machine m = two_nodes();
  m.profile = BP_PROFILE_V4_7;
  m.era = static_cast<std::uint32_t>(Era::e1);
  for (bp_zone& z : m.zones) set_marks(z, 100, 1024);  // Nobody passes the fast path.
  const Gfp atomic = kNoWait | F::atomic;
  {
    Instance s(subject(), m);
    EXPECT_EQ(s.alloc(0, kNoWait, 1, 0), 0U);
    EXPECT_EQ(s.alloc(0, atomic, 1, 0), 1024U);
    EXPECT_EQ(s.alloc(0, atomic | F::thisnode, 1, 0), 1025U);
    EXPECT_FALSE(s.alloc(0, atomic | F::thisnode, 1, 0, 1));
  }
  m.profile = BP_PROFILE_V6_1_LTS192;
  m.era = static_cast<std::uint32_t>(Era::e3);
  Instance s(subject(), m);
  EXPECT_EQ(s.alloc(0, atomic | F::high, 1, 0), 0U);
}

// L-11: CPU 1 sits on node 1, which has no memory; CPU 0 sits on node 0.
TEST_P(Semantics, ThisNodeOnANodeWithoutMemoryIsNull) {
  bp_machine m = empty_machine();
  m.cpus = 2;
  m.n_nodes = 2;
  m.node_of_cpu[1] = 1;
  m.n_fallback[1] = 1;
  add_zone(m, 0, kNormal, 0, 64);
  for (const std::uint32_t profile : {BP_PROFILE_V4_7, BP_PROFILE_V6_1_LTS192}) {
    m.profile = profile;
    m.era = static_cast<std::uint32_t>(profile == BP_PROFILE_V4_7 ? Era::e1 : Era::e3);
    Instance s(subject(), m);
    EXPECT_EQ(s.alloc(0, kNoWait, 1), 0U);
    // R-CTX-6: not even with reserves, which v4.7 would take from the node of the CPU that runs.
    EXPECT_FALSE(s.alloc(0, kNoWait | F::thisnode | F::atomic | F::high, 0, 1));
    EXPECT_FALSE(s.alloc(0, kNoWait | F::thisnode | F::memalloc, 0, 1));
  }
}

TEST_P(Semantics, ZoneThatPassesAndGivesNothingIsPassedBy) {
  bp_machine m = empty_machine();
  add_zone(m, 0, kDma, 0, 64);
  add_zone(m, 0, kNormal, 64, 66);  // Never a block of order 2.
  Instance s(subject(), m);
  EXPECT_EQ(s.alloc(2, kKernel | F::memalloc), 0U);
  EXPECT_FALSE(s.alloc(7, kKernel | F::memalloc));
}

TEST_P(Semantics, EachWrongFreeHasItsStatusAndChangesNothing) {
  bp_machine m = one_zone(64);
  m.holes[0] = {60, 62};
  m.n_holes = 1;
  m.zones[0].pcp_high = 4;
  Instance s(subject(), m);
  const auto block = s.alloc(3, kKernel);
  const auto page = s.alloc(0, kKernel);
  ASSERT_TRUE(block && page);
  const std::set<Block> before = s.census();
  EXPECT_EQ(s.free(*block, 2), BP_BAD_ORDER);
  EXPECT_EQ(s.free(*block, 0), BP_BAD_ORDER);
  EXPECT_EQ(s.free(*page, 1), BP_BAD_ORDER);
  EXPECT_EQ(s.free(*block + 1, 0), BP_NOT_HEAD);
  EXPECT_EQ(s.free(*block + 4, 2), BP_NOT_HEAD);
  EXPECT_EQ(s.free(32, 0), BP_NOT_ALLOCATED);
  EXPECT_EQ(s.free(33, 4), BP_NOT_ALLOCATED);
  EXPECT_EQ(s.free(60, 0), BP_FOREIGN);
  EXPECT_EQ(s.free(64, 0), BP_FOREIGN);
  EXPECT_EQ(s.free(~std::uint64_t{0}, 10), BP_FOREIGN);
  EXPECT_EQ(s.census(), before);

  EXPECT_EQ(s.free(*page, 0), BP_OK);
  EXPECT_EQ(s.free(*page, 0), BP_NOT_ALLOCATED);
  EXPECT_EQ(s.free(*block, 3), BP_OK);
  EXPECT_EQ(s.free(*block, 3), BP_NOT_ALLOCATED);
  s.drain();
  EXPECT_EQ(s.free(*page, 0), BP_NOT_ALLOCATED);
}

TEST_P(Semantics, FreshInstanceKnowsNothingOfTheOneBefore) {
  for (int round = 0; round < 3; ++round) {
    Instance s(subject(), one_zone(64U << round));
    EXPECT_EQ(s.free(0, 0), BP_NOT_ALLOCATED);
    EXPECT_EQ(s.census().size(), 1U);
    ASSERT_EQ(s.alloc(0, kKernel), 0U);
  }
}

}  // namespace
}  // namespace bp::test
