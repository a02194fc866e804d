// SPDX-License-Identifier: MIT
// How much a full per-CPU list gives back and in which order (R-PCP-6..9, R-PCP-13, R-PCP-14;
// C2..C4). v7.1's tuning stands in pcp_tuning_test.cpp.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

constexpr unsigned kU = 0, kM = 1, kR = 2;

class PcpFree : public InKernel {};
INSTANTIATE_TEST_SUITE_P(Every, PcpFree, testing::ValuesIn(kEveryKernel), kernel_name);

// R-PCP-6, R-PCP-7, R-PCP-13, R-PCP-14: at its size, not before, a list gives a batch back, from
// the cold end.
TEST_P(PcpFree, FullListGivesABatchBack) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).pcp(4, 2));
  k.free_held_each({0x1010, 0x1020, 0x1030});
  EXPECT_EQ(k.pcp_numbers().count, 3);
  k.free_held(0x1040);
  EXPECT_EQ(k.pcp(kM), Frames({0x1040, 0x1030}));
  EXPECT_EQ(k.list(0, movable), Frames({0x1020, 0x1010}));
  EXPECT_EQ(k.pcp_numbers().count, 2);
  EXPECT_EQ(k.nr_free_pages(), 2);
}

/// Two pages on each list of single pages, all of MOVABLE pageblocks. With a pageblock isolated
/// elsewhere all go back by the type of their pageblock: the free list tells the order of freeing.
TestMachine two_of_each(Profile p) {
  TestMachine m(p);
  m.zone(0x1000, 0x1400).type(isolate, 0x1200, 0x1400).numbers().isolated = 1;
  m.on_pcp(kU, 0, unmovable, {0x1010, 0x1020}).on_pcp(kM, 0, movable, {0x1030, 0x1040});
  return m.on_pcp(kR, 0, reclaimable, {0x1050, 0x1060});
}

// R-PCP-7, R-PCP-8, C2, R-PCP-14: 4.7 takes a page of each list in turn, MOVABLE first. 5.15 does
// too, but its many empty lists add to the share of the next one. Since 6.1 a list is emptied
// before the next. The list freed to last is the first one here.
TEST_P(PcpFree, DrainGoesThroughTheLists) {
  Kernel k(two_of_each(profile()));
  k->drain_all(0);
  if (profile() == Profile::v4_7) {
    EXPECT_EQ(k.list(0, movable), Frames({0x1010, 0x1050, 0x1030, 0x1020, 0x1060, 0x1040}));
  } else if (profile() == Profile::v5_15) {
    EXPECT_EQ(k.list(0, movable), Frames({0x1050, 0x1030, 0x1010, 0x1020, 0x1060, 0x1040}));
  } else {
    EXPECT_EQ(k.list(0, movable), Frames({0x1050, 0x1060, 0x1030, 0x1040, 0x1010, 0x1020}));
  }
}

// R-PCP-8, R-PCP-14: up to 5.15 a list that was empty adds to the share of the next: after two
// steps UNMOVABLE gives both its pages.
TEST_P(PcpFree, EmptyListAddsToTheShareOfTheNext) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).type(isolate, 0x1200, 0x1400).numbers().isolated = 1;
  m.on_pcp(kU, 0, unmovable, {0x1010, 0x1020, 0x1030}).on_pcp(kM, 0, movable, {0x1040, 0x1050});
  Kernel k(m);
  k->drain_all(0);
  if (profile() == Profile::v4_7) {
    EXPECT_EQ(k.list(0, movable), Frames({0x1010, 0x1040, 0x1020, 0x1030, 0x1050}));
  } else if (profile() == Profile::v5_15) {
    EXPECT_EQ(k.list(0, movable), Frames({0x1040, 0x1010, 0x1020, 0x1030, 0x1050}));
  } else {
    EXPECT_EQ(k.list(0, movable), Frames({0x1040, 0x1050, 0x1010, 0x1020, 0x1030}));
  }
}

// R-PCP-7, R-PCP-21, R-FREE-3, R-FREE-4, R-ISO-3, W-14, B-08: up to 6.1 a page goes back by the
// type with which it came, unless a pageblock is isolated; later kernels always look.
TEST_P(PcpFree, PageGoesBackByItsCachedTypeUpTo6_1) {
  for (const bool isolated : {false, true}) {
    TestMachine m(profile());
    m.zone(0x1000, 0x1400).type(unmovable, 0x1000, 0x1200);
    if (isolated) m.type(isolate, 0x1200, 0x1400).numbers().isolated = 1;
    Kernel k(m.on_pcp(kM, 0, movable, {0x1010}));
    k->drain_all(0);
    const bool looks = isolated || is_since_6_12(profile());
    EXPECT_EQ(k.list(0, looks ? unmovable : movable), Frames({0x1010})) << isolated;
  }
}

// R-PCP-7, R-ISO-3: ... and what came from a pageblock that was isolated since stays uncounted.
TEST_P(PcpFree, PageOfAPageblockIsolatedSinceIsNotCounted) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).type(isolate, 0x1000, 0x1200).numbers().isolated = 1;
  Kernel k(m.on_pcp(kM, 0, movable, {0x1010}));
  k->drain_all(0);
  EXPECT_EQ(k.list(0, isolate), Frames({0x1010}));
  EXPECT_EQ(k.nr_free_pages(), 0);
}

// R-PCP-7, R-PCP-14, C2, C3: up to 5.15 lists give in turn; since 6.1 the list just freed to is
// emptied first, and then those above it, around to the first.
TEST_P(PcpFree, FullListsGiveByKernelsOrder) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1600)
      .type(unmovable, 0x1200, 0x1400)
      .type(reclaimable, 0x1400, 0x1600)
      .pcp(6, 3);
  m.on_pcp(kU, 0, unmovable, {0x1210}).on_pcp(kM, 0, movable, {0x1010, 0x1020, 0x1030});
  Kernel k(m.on_pcp(kR, 0, reclaimable, {0x1410}));
  k.free_held(0x1420);
  EXPECT_EQ(k.pcp(kU), Frames({}));
  if (is_until_5_15(profile())) {
    EXPECT_EQ(k.pcp(kM), Frames({0x1010, 0x1020}));
    EXPECT_EQ(k.pcp(kR), Frames({0x1420}));
  } else {
    EXPECT_EQ(k.pcp(kM), Frames({0x1010, 0x1020, 0x1030}));
    EXPECT_EQ(k.pcp(kR), Frames({}));
  }
}

// R-PCP-9: drain_pages empties a zone's lists, drain_zone_pages takes a batch.
TEST_P(PcpFree, DrainOfABatchAndOfAll) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).pcp(100, 2);
  Kernel k(m.on_pcp(kM, 0, movable, {0x1010, 0x1020, 0x1030}));
  k->drain_batch(0, ZoneRef{0, 0});
  EXPECT_EQ(k.pcp(kM), Frames({0x1010}));
  k->drain_batch(0, ZoneRef{0, 0});
  EXPECT_EQ(k.pcp(kM), Frames({}));
  EXPECT_EQ(k.nr_free_pages(), 3);
}

// R-PCP-9, mutant 15: ... all of them, not a batch.
TEST_P(PcpFree, DrainsLeaveNothing) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).pcp(100, 1);
  for (unsigned way = 0; way < 3; ++way) {
    Kernel k(TestMachine(m).on_pcp(kM, 0, movable, {0x1010, 0x1020, 0x1030}));
    if (way == 0) k->drain_all(0);
    if (way == 1) k->drain_local(0);
    if (way == 2) k->drain_zone(0, ZoneRef{0, 0});
    EXPECT_EQ(k.pcp_numbers().count, 0) << way;
    EXPECT_EQ(k.nr_free_pages(), 3) << way;
  }
}

// R-PCP-13, C2, W-1: while somebody reclaims lists are kept to four batches.
TEST_P(PcpFree, ListsAreShortWhileSomebodyReclaims) {
  TestMachine m(profile());
  Kernel k(m.zone(0x1000, 0x1400).pcp(100, 2));
  k->set_reclaim_active(ZoneRef{0, 0}, true);
  k.free_held_pages(0x1000, 7);
  EXPECT_EQ(k.pcp_numbers().count, 7);
  k.free_held(0x1007);
  // A batch of the eight goes; 7.1 gives as many as were freed lately, if a batch stays.
  const std::int64_t later = is_since_6_12(profile()) ? 2 : 6;
  EXPECT_EQ(k.pcp_numbers().count, profile() == Profile::v4_7 ? 8 : later);
}

// R-PCP-13, C3: a size below a batch gives one page at a time. 4.7 asks for a batch.
TEST_P(PcpFree, SizeBelowABatchGivesSinglePages) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).pcp(2, 4));
  k.free_held_each({0x1010, 0x1020});
  EXPECT_EQ(k.pcp_numbers().count, profile() == Profile::v4_7 ? 0 : 1);
}

// C4: a batch that is more than half of the size crosses the bounds of a share. Up to 6.1 the upper
// bound wins; 7.1 looks at it first, so a small share becomes a batch.
TEST_P(PcpFree, CrossedBoundsOfAShare) {
  if (profile() == Profile::v4_7) return;
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).pcp(6, 4);
  const auto count_after = [&](std::initializer_list<std::uint64_t> there,
                               std::initializer_list<std::uint64_t> freed) {
    Kernel k(TestMachine(m).on_pcp(kM, 0, movable, there));
    k.free_held_each(freed);
    return k.pcp_numbers().count;
  };
  EXPECT_EQ(count_after({0x1010, 0x1020, 0x1030}, {0x1040, 0x1050, 0x1060}), 4);
  const bool by_order_of_tests = is_since_6_12(profile());
  EXPECT_EQ(count_after({0x1010, 0x1020, 0x1030, 0x1040, 0x1050}, {0x1060}),
            by_order_of_tests ? 2 : 4);
}

// The share of 5.15 and 6.1 doubles while pages are only freed.
class PcpShare : public InKernel {};
INSTANTIATE_TEST_SUITE_P(Doubles, PcpShare, testing::ValuesIn(k5_15And6_1), kernel_name);

// R-PCP-13, C2: 2, 4, 8 pages go back, then what is beyond a batch.
TEST_P(PcpShare, DoublesWithEachFullList) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).pcp(16, 2));
  std::uint64_t next = 0x1000;
  for (const std::int64_t left : {14, 12, 8, 2}) {
    const auto missing = static_cast<std::uint64_t>(16 - k.pcp_numbers().count);
    k.free_held_pages(next, missing);
    next += missing;
    EXPECT_EQ(k.pcp_numbers().count, left);
  }
  EXPECT_EQ(k.pcp_numbers().free_factor, 3);  // 2 << 3 is no longer below 16 - 2.
}

// R-PCP-13, C2: five times at most, in 6.1.
TEST_P(PcpShare, DoublesFiveTimesAtMostIn6_1) {
  for (const std::int64_t factor : {2, 4, 5}) {
    TestMachine m(profile());
    m.zone(0x1000, 0x1400).pcp(64, 1).pcp_numbers().free_factor = factor;
    Kernel k(m);
    k.free_held_pages(0x1000, 64);
    EXPECT_EQ(k.pcp_numbers().count, 64 - (1 << factor));
    const bool bound = factor == 5 && profile() == Profile::v6_1_lts192;
    EXPECT_EQ(k.pcp_numbers().free_factor, bound ? 5 : factor + 1);
  }
}

// R-PCP-12, C2: an allocation halves the factor.
TEST_P(PcpShare, AllocationHalvesTheFactor) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).free(3, movable, {0x1100}).pcp(64, 1).pcp_numbers().free_factor = 3;
  Kernel k(m.on_pcp(kM, 0, movable, {0x1010}));
  EXPECT_EQ(k.alloc(kMovable), 0x1010_pfn);
  EXPECT_EQ(k.pcp_numbers().free_factor, 1);
}

// R-PCP-13, C2: in 6.1 a block of orders 1 to 3 that is freed after a full list empties the lists.
TEST_P(PcpShare, HigherOrdersOfABurstGoThroughIn6_1) {
  for (const unsigned o : {0U, 1U, 3U, 9U}) {
    TestMachine m(profile());
    m.zone(0x1000, 0x1600).pcp(4096, 2).pcp_numbers().free_factor = 1;
    Kernel k(m.on_pcp(kM, 0, movable, {0x1010}));
    k.free_held(0x1200, o);
    const bool through = profile() == Profile::v6_1_lts192 && o >= 1 && o <= 3;
    EXPECT_EQ(k.pcp_numbers().count, through ? 0 : 1 + (1 << o)) << o;
  }
}

// R-PCP-13: ... but not without a full list before.
TEST_P(PcpShare, FirstHigherOrderStays) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).pcp(100, 2));
  k.free_held(0x1010, 2);
  EXPECT_EQ(k.pcp_numbers().count, 4);
}

// R-PCP-13: without a size nothing stays.
TEST_P(PcpShare, NoSizeKeepsNothing) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).pcp(0, 1));
  k->set_reclaim_active(ZoneRef{0, 0}, true);
  k.free_held(0x1010);
  EXPECT_EQ(k.pcp_numbers().count, 0);
}

}  // namespace
}  // namespace bp::reference
