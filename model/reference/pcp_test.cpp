// SPDX-License-Identifier: MIT
// Per-CPU lists (R-PCP): what stands on which list, how a list is filled and which end gives.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

// Numbers of lists of single pages (R-PCP-1); order o of them begins at 3 * o.
constexpr unsigned kU = 0, kM = 1, kR = 2;
constexpr unsigned kHuge = 12;

class PcpLists : public InKernel {};
INSTANTIATE_TEST_SUITE_P(Every, PcpLists, testing::ValuesIn(kEveryKernel), kernel_name);

// R-PCP-3, R-PCP-4, R-PCP-12: an empty list is filled with a batch, in the order of taking, and the
// first page is handed out. What is on the list counts neither as free nor as given.
TEST_P(PcpLists, RefillListsABatchInTheOrderOfTaking) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).free_all().pcp(8, 4));
  EXPECT_EQ(k.alloc(kMovable), 0x1000_pfn);
  EXPECT_EQ(k.pcp(kM), Frames({0x1001, 0x1002, 0x1003}));
  EXPECT_EQ(k.pcp_numbers().count, 3);
  EXPECT_EQ(k.nr_free_pages(), 1020);
}

// R-RMQ-1, R-PCP-3: a list that has a page is not refilled.
TEST_P(PcpLists, TakesTheFirstPageOfTheList) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).free(3, movable, {0x1100}).pcp(8, 4);
  Kernel k(m.on_pcp(kM, 0, movable, {0x1009, 0x1007}));
  EXPECT_EQ(k.alloc_each(kMovable, 0, 2), Frames({0x1009, 0x1007}));
  EXPECT_EQ(k.pcp_numbers().count, 0);
  EXPECT_EQ(k.nr_free_pages(), 8);
}

// R-PCP-1, B-36: each requestable type has a list of its own.
TEST_P(PcpLists, EachTypeHasItsOwnList) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1600).type(unmovable, 0x1200, 0x1400).type(reclaimable, 0x1400, 0x1600);
  Kernel k(m.free(3, movable, {0x1100}).pcp(8, 4));
  k.free_held_each({0x1401, 0x1201, 0x1001});
  EXPECT_EQ(k.pcp(kU), Frames({0x1201}));
  EXPECT_EQ(k.pcp(kM), Frames({0x1001}));
  EXPECT_EQ(k.pcp(kR), Frames({0x1401}));
  EXPECT_EQ(k.alloc(kReclaimable), 0x1401_pfn);
  EXPECT_EQ(k.alloc(kUnmovable), 0x1201_pfn);
}

// R-PCP-6, R-PCP-13: the page freed last is taken first.
TEST_P(PcpLists, FreedPageIsTheHottest) {
  TestMachine m(profile());
  Kernel k(m.zone(0x1000, 0x1400).free(3, movable, {0x1100}).pcp(8, 4));
  k.free_held_each({0x1001, 0x1003});
  EXPECT_EQ(k.pcp(kM), Frames({0x1003, 0x1001}));
  EXPECT_EQ(k.pcp_numbers().count, 2);
  EXPECT_EQ(k.alloc(kMovable), 0x1003_pfn);
}

// R-PCP-6, R-PCP-15, R-HA-6, R-CMA-5: pages of the reserve and of contiguous memory stand on the
// MOVABLE list, so a MOVABLE request can get them; they go back to their own lists.
TEST_P(PcpLists, PagesOfReservesStandOnTheMovableList) {
  TestMachine m(profile());
  m.with_cma().zone(0x1000, 0x1600);
  m.type(highatomic, 0x1200, 0x1400).type(cma, 0x1400, 0x1600);
  Kernel k(m.free(3, movable, {0x1100}).pcp(8, 4));
  k.free_held_each({0x1201, 0x1203, 0x1401});
  EXPECT_EQ(k.pcp(kM), Frames({0x1401, 0x1203, 0x1201}));
  EXPECT_EQ(k.alloc(kMovable), 0x1401_pfn);
  k.free(0x1401);
  k->drain_all(0);
  EXPECT_EQ(k.list(0, cma), Frames({0x1401}));
  EXPECT_EQ(k.list(0, highatomic), Frames({0x1203, 0x1201}));
  EXPECT_EQ(k.stat(Stat::cma), 1);
}

// R-PCP-6, R-PCP-15, R-ISO-3: a page of an isolated pageblock goes straight to the free lists.
TEST_P(PcpLists, PageOfIsolatedPageblockPassesThemBy) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).type(isolate, 0x1000, 0x1200).pcp(8, 4).numbers().isolated = 1;
  Kernel k(m);
  k.free_held(0x1001);
  EXPECT_EQ(k.pcp_numbers().count, 0);
  EXPECT_EQ(k.list(0, isolate), Frames({0x1001}));
}

// R-PCP-5: where another type was broken into, the pages stand on the list that was asked for.
TEST_P(PcpLists, PagesOfAnotherTypeStandOnTheListAskedFor) {
  Kernel k(
      TestMachine(profile()).zone(0x1000, 0x1400).free(0, movable, {0x1001, 0x1003}).pcp(8, 2));
  EXPECT_EQ(k.alloc(kUnmovable), 0x1001_pfn);
  EXPECT_EQ(k.pcp(kU), Frames({0x1003}));
  EXPECT_EQ(k.pcp(kM), Frames({}));
}

// R-PCP-4: a refill that finds less than a batch is content with that.
TEST_P(PcpLists, RefillEndsWhereThereIsNoMore) {
  TestMachine m(profile());
  Kernel k(m.zone(0x1000, 0x1400).free(0, movable, {0x1001, 0x1003}).pcp(8, 4));
  EXPECT_EQ(k.alloc(kMovable), 0x1001_pfn);
  EXPECT_EQ(k.pcp_numbers().count, 1);
  EXPECT_EQ(k.nr_free_pages(), 0);
}

// R-PCP-4, R-CMA-5: CMA pages that a refill takes leave both counters; draining brings them back.
TEST_P(PcpLists, CmaPagesAreCountedThereAndBack) {
  TestMachine m(profile());
  m.with_cma().zone(0x1000, 0x1400).type(cma, 0x1000, 0x1200).free(3, cma, {0x1000}).pcp(8, 4);
  Kernel k(m);
  EXPECT_EQ(k.alloc(kMovable), 0x1000_pfn);
  EXPECT_EQ(k.pcp(kM), Frames({0x1001, 0x1002, 0x1003}));
  EXPECT_EQ(k.nr_free_pages(), 4);
  EXPECT_EQ(k.stat(Stat::cma), 4);
  k->drain_all(0);
  EXPECT_EQ(k.nr_free_pages(), 7);
  EXPECT_EQ(k.stat(Stat::cma), 7);
}

// R-FREE-2, R-PCP-11: 4.7 keeps single pages; orders 0 to 3 since 5.15, and that of a pageblock.
TEST_P(PcpLists, OrdersThatAreKept) {
  for (unsigned o = 0; o <= kOrderMax; ++o) {
    Kernel k(TestMachine(profile()).zone(0x0, 0x800).pcp(4096, 4));
    k.free_held(0x400, o);
    const bool kept = o == 0 || (is_since_5_15(profile()) && (o <= 3 || o == 9));
    EXPECT_EQ(k.pcp_numbers().count, kept ? 1 << o : 0) << o;
    EXPECT_EQ(k.nr_free(o), kept ? 0 : 1) << o;
  }
}

// R-PCP-11: without transparent huge pages there is no list for pageblocks.
TEST_P(PcpLists, HugeBlocksAreNotKeptWithoutHugePages) {
  TestMachine m(profile());
  m.zone(0x0, 0x800).pcp(4096, 4).config().thp = false;
  Kernel k(m);
  k.free_held(0x400, 9);
  EXPECT_EQ(k.list(9, movable), Frames({0x400}));
}

class PcpOrders : public InKernel {};
INSTANTIATE_TEST_SUITE_P(Since5_15, PcpOrders, testing::ValuesIn(kSince5_15), kernel_name);

// R-PCP-11, R-PCP-12, C2: a refill of a higher order is as many blocks less, but two; its pages are
// counted, not its blocks.
TEST_P(PcpOrders, RefillOfHigherOrders) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).free_all().pcp(100, 8));
  EXPECT_EQ(k.alloc(kMovable, 3), 0x1000_pfn);  // 8 >> 3 is one block.
  EXPECT_EQ(k.pcp(3 * 3 + kM), Frames({0x1008}));
  EXPECT_EQ(k.alloc(kMovable, 1), 0x1010_pfn);
  EXPECT_EQ(k.pcp(3 * 1 + kM), Frames({0x1012, 0x1014, 0x1016}));
  EXPECT_EQ(k.alloc(kMovable, 2), 0x1018_pfn);
  EXPECT_EQ(k.pcp(3 * 2 + kM), Frames({0x101c}));
  EXPECT_EQ(k.pcp_numbers().count, 8 + 3 * 2 + 4);
  EXPECT_EQ(k.nr_free_pages(), 1024 - 2 * 8 - 4 * 2 - 2 * 4);
}

// R-PCP-11: blocks that stand on a list keep their order.
TEST_P(PcpOrders, ListedBlocksKeepTheirOrder) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).pcp(100, 8).on_pcp(3 * 2 + kM, 2, movable, {0x1010, 0x1020});
  Kernel k(m.free(3, movable, {0x1100}));
  EXPECT_EQ(k.alloc(kMovable, 2), 0x1010_pfn);
  EXPECT_EQ(k.pcp_numbers().count, 4);
  k->drain_all(0);
  EXPECT_EQ(k.list(2, movable), Frames({0x1020}));
}

// R-PCP-12: a batch of one is one block of any order.
TEST_P(PcpOrders, BatchOfOneIsOneBlock) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).free_all().pcp(100, 1));
  EXPECT_EQ(k.alloc(kMovable, 2), 0x1000_pfn);
  EXPECT_EQ(k.pcp_numbers().count, 0);
}

// R-PCP-11, C1: pageblocks of three types have three lists in 5.15 and two since: movable or not.
TEST_P(PcpOrders, ListsOfHugeBlocks) {
  TestMachine m(profile());
  m.zone(0x0, 0x800).type(unmovable, 0x0, 0x200).type(reclaimable, 0x400, 0x600).pcp(4096, 8);
  Kernel k(m);
  k.free_held(0x0, 9);
  k.free_held(0x200, 9);
  k.free_held(0x400, 9);
  const bool by_type = profile() == Profile::v5_15;
  EXPECT_EQ(k.pcp(kHuge), by_type ? Frames({0x0}) : Frames({0x400, 0x0}));
  EXPECT_EQ(k.pcp(kHuge + 1), Frames({0x200}));
  EXPECT_EQ(k.pcp(kHuge + 2), by_type ? Frames({0x400}) : Frames({}));
  EXPECT_EQ(k.pcp_numbers().count, 3 * 512);
}

// W-17: with pageblocks of order 10 it is order 10 that has the lists, and order 9 has none.
TEST_P(PcpOrders, HugeIsTheOrderOfAPageblock) {
  TestMachine m(profile());
  m.config().pageblock_order = 10;
  Kernel k(m.zone(0x0, 0x800).pcp(4096, 8));
  k.free_held(0x0, 10);
  k.free_held(0x400, 9);
  EXPECT_EQ(k.pcp(kHuge + 1), Frames({0x0}));
  EXPECT_EQ(k.list(9, movable), Frames({0x400}));
}

// v4.7 tells hot pages from cold ones.

Kernel held_4_7() {
  TestMachine m(Profile::v4_7);
  return Kernel(m.zone(0x1000, 0x1400).free(3, movable, {0x1100}).pcp(8, 4));
}

// R-PCP-6: a cold page is freed to the end that is taken from last.
TEST(PcpOfV4_7, ColdPageIsFreedToTheTail) {
  Kernel k = held_4_7();
  for (const Pfn p : {0x1001_pfn, 0x1003_pfn, 0x1005_pfn}) {
    k->adopt(p, Order{0}, 1, false);
    k->free(0, p, Order{0}, p == 0x1003_pfn);
  }
  EXPECT_EQ(k.pcp(kM), Frames({0x1005, 0x1001, 0x1003}));
}

// R-RMQ-1, R-PCP-3: who asks for a cold page gets the last one.
TEST(PcpOfV4_7, ColdRequestTakesTheTail) {
  Kernel k = held_4_7();
  k.free_held_each({0x1001, 0x1003, 0x1005});
  EXPECT_EQ(k.alloc(kMovable | GfpFlag::cold), 0x1001_pfn);
  EXPECT_EQ(k.alloc(kMovable), 0x1005_pfn);
}

// R-PCP-4: a cold refill stands in reverse, so that the page that is taken is the first one again.
TEST(PcpOfV4_7, ColdRefillStandsInReverse) {
  Kernel k(TestMachine(Profile::v4_7).zone(0x1000, 0x1400).free_all().pcp(8, 4));
  EXPECT_EQ(k.alloc(kMovable | GfpFlag::cold), 0x1000_pfn);
  EXPECT_EQ(k.pcp(kM), Frames({0x1003, 0x1002, 0x1001}));
}

}  // namespace
}  // namespace bp::reference
