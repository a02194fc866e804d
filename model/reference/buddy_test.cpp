// SPDX-License-Identifier: MIT
// Splitting and merging (R-BUDDY): which half is given out, with whom a freed block merges, and at
// which end of which list it then stands.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

class Buddy : public InKernel {};
INSTANTIATE_TEST_SUITE_P(Every, Buddy, testing::ValuesIn(kEveryKernel), kernel_name);

// R-BUDDY-3, R-BUDDY-4: a block of 1024 pages is halved until a page is left. The upper halves are
// listed, the lowest page is given out.
TEST_P(Buddy, SplitListsEachUpperHalf) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).free_all());
  EXPECT_EQ(k.alloc(kMovable), 0x1000_pfn);
  EXPECT_EQ(k.list(0, movable), Frames({0x1001}));
  EXPECT_EQ(k.list(1, movable), Frames({0x1002}));
  EXPECT_EQ(k.list(2, movable), Frames({0x1004}));
  EXPECT_EQ(k.list(8, movable), Frames({0x1100}));
  EXPECT_EQ(k.list(9, movable), Frames({0x1200}));
  EXPECT_EQ(k.list(10, movable), Frames({}));
  EXPECT_EQ(k.nr_free_pages(), 1023);
}

// R-BUDDY-5: what follows from it.
TEST_P(Buddy, PagesOfOneBlockComeInAscendingOrder) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).free_all());
  EXPECT_EQ(k.alloc_each(kMovable, 0, 5), Frames({0x1000, 0x1001, 0x1002, 0x1003, 0x1004}));
  EXPECT_EQ(k.alloc(kMovable, 2), 0x1008_pfn);  // 0x1005 to 0x1007 are too small.
}

// R-BUDDY-3: the smallest order that has a block, and of its list the first one.
TEST_P(Buddy, TakesHeadOfSmallestFit) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).free(3, movable, {0x1020}).free(2, movable, {0x1010, 0x1008});
  Kernel k(m.free(1, movable, {0x1040}));
  EXPECT_EQ(k.alloc_each(kMovable, 2, 3), Frames({0x1010, 0x1008, 0x1020}));
  EXPECT_EQ(k.list(2, movable), Frames({0x1024}));
  EXPECT_EQ(k.alloc(kMovable, 3), kNoPfn);
}

// R-BUDDY-2, R-GEN-2: whatever its order, a block starts at a multiple of its size.
TEST_P(Buddy, BlocksAreAligned) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x3000).free_all());
  for (unsigned o = 0; o <= kOrderMax; ++o)
    EXPECT_TRUE(is_aligned(k.alloc(kMovable, o), Order{o})) << o;
}

// R-BUDDY-1, R-BUDDY-6, R-BUDDY-7: one page completes a pair, the pair a block of four, and so on
// up to order 10.
TEST_P(Buddy, LastPageMergesAllTheWayUp) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400);
  for (unsigned o = 0; o < kOrderMax; ++o) m.free(o, movable, {0x1000 + (1U << o)});
  Kernel k(m);
  k.free_held(0x1000);
  EXPECT_EQ(k.list(10, movable), Frames({0x1000}));
  for (unsigned o = 0; o < kOrderMax; ++o) EXPECT_EQ(k.nr_free(o), 0) << o;
  EXPECT_EQ(k.nr_free_pages(), 1024);
}

// R-BUDDY-7: the buddy's first page being free is not enough; it must be as large.
TEST_P(Buddy, SmallerBuddyDoesNotMerge) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).free(0, movable, {0x1002}));
  k.free_held(0x1000, 1);
  EXPECT_EQ(k.list(1, movable), Frames({0x1000}));
  EXPECT_EQ(k.list(0, movable), Frames({0x1002}));
}

// R-BUDDY-7, R-PCP-10: a page on a per-CPU list is nobody's buddy.
TEST_P(Buddy, PageOnPcpListDoesNotMerge) {
  TestMachine m(profile());
  Kernel k(m.zone(0x1000, 0x1400).on_pcp(1, 0, movable, {0x1400 - 2}));
  k->adopt(0x13fc_pfn, Order{1}, 1, false);
  k.free(0x13fc, 1);
  EXPECT_EQ(k.list(2, movable), Frames({}));
}

// R-GEN-3, R-BUDDY-7, B-42: two halves make an order 10; two of order 10 stay two.
TEST_P(Buddy, NothingMergesAboveOrder10) {
  TestMachine m(profile());
  Kernel k(m.zone(0x0, 0x800).free(9, movable, {0x200}).free(10, movable, {0x400}));
  k.free_held(0x0, 9);
  EXPECT_EQ(k.list(10, movable), Frames({0x0, 0x400}));
  EXPECT_EQ(k.nr_free(10), 2);
}

// R-BUDDY-7, R-ZONE-16, B-41: zones that meet inside a pair keep its halves apart.
TEST_P(Buddy, ZonesDoNotMerge) {
  TestMachine m(profile());
  m.x86_64().zone(ZoneType::dma32, 0x1000, 0x1200);
  Kernel k(m.zone(ZoneType::normal, 0x1200, 0x1400).free(9, movable, {0x1200}));
  k.free_held(0x1000, 9);
  EXPECT_EQ(k.in(0, 1).list(9, movable), Frames({0x1000}));
  EXPECT_EQ(k.in(0, 2).list(9, movable), Frames({0x1200}));
}

// R-BUDDY-8: kernels up to 6.1 can have a block on the list of a type that its pageblock is not of.
// Merging does not mind: the result stands where the freed block belongs.
TEST_P(Buddy, MergedBlockGoesByTypeOfFreedOne) {
  if (is_since_6_12(profile())) return;  // There, lists and pageblocks agree (R-MT-13).
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).free(0, unmovable, {0x1001}));
  k.free_held(0x1000);
  EXPECT_EQ(k.list(1, movable), Frames({0x1000}));
  EXPECT_EQ(k.list(0, unmovable), Frames({}));
}

// R-BUDDY-9, B-17: pageblocks of two requestable types merge. Up to 6.1 both keep their types, so
// half of the block stands on a list that is not its own; then the other half is retyped.
TEST_P(Buddy, RequestableTypesMergeAcrossPageblocks) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).type(unmovable, 0x1000, 0x1200).free(9, movable, {0x1200});
  Kernel k(m);
  k.free_held(0x1000, 9);
  EXPECT_EQ(k.list(10, unmovable), Frames({0x1000}));
  EXPECT_EQ(k.type_of(0x1200), is_since_6_12(profile()) ? unmovable : movable);
}

// R-BUDDY-9, C6: the reserve for atomic requests and contiguous memory merge with anything up to
// 5.15, and with nothing but themselves since.
TEST_P(Buddy, ReservesMergeOnlyUpTo5_15) {
  for (const Migratetype reserve : {highatomic, cma}) {
    TestMachine m(profile());
    m.with_cma().zone(0x1000, 0x1400).type(reserve, 0x1200, 0x1400);
    Kernel k(m.free(9, reserve, {0x1200}));
    k.free_held(0x1000, 9);
    if (is_since_6_1(profile())) {
      EXPECT_EQ(k.list(9, movable), Frames({0x1000}));
      EXPECT_EQ(k.list(9, reserve), Frames({0x1200}));
    } else {
      EXPECT_EQ(k.list(10, movable), Frames({0x1000}));
      EXPECT_EQ(k.type_of(0x1200), reserve);
    }
  }
}

// R-BUDDY-9: ... and so it is the other way round: the freed block is the reserve's.
TEST_P(Buddy, FreedReserveMergesOnlyUpTo5_15) {
  TestMachine m(profile());
  m.with_cma().zone(0x1000, 0x1400).type(cma, 0x1000, 0x1200).free(9, movable, {0x1200});
  Kernel k(m);
  k.free_held(0x1000, 9);
  EXPECT_EQ(k.nr_free(10), is_since_6_1(profile()) ? 0 : 1);
}

// R-BUDDY-9, B-07, B-09: an isolated pageblock merges with no other, whichever of both is freed.
TEST_P(Buddy, IsolatedPageblockMergesWithNone) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).type(isolate, 0x1200, 0x1600).free(9, isolate, {0x1200});
  m.free(9, movable, {0x1600}).numbers().isolated = 2;
  Kernel k(m);
  k.free_held(0x1000, 9);  // Its buddy is isolated,
  k.free_held(0x1400, 9);  // this one is isolated itself.
  EXPECT_EQ(k.nr_free(10), 0);
  EXPECT_EQ(k.list(9, movable), Frames({0x1000, 0x1600}));
  EXPECT_EQ(k.list(9, isolate), Frames({0x1400, 0x1200}));
  EXPECT_EQ(k.nr_free_pages(), 1024);
}

// R-BUDDY-10, B-25: there is no buddy to ask at order 10, not even whether it is isolated.
TEST_P(Buddy, LargestBlockAsksNoBuddy) {
  TestMachine m(profile());
  m.zone(0x0, 0x800).type(isolate, 0x400, 0x600).numbers().isolated = 1;
  Kernel k(m);
  k.free_held(0x0, 10);
  EXPECT_EQ(k.list(10, movable), Frames({0x0}));
}

// R-BUDDY-11: the page's pair could soon merge with the free pair beside it. Such a page is put
// where it is taken last, so that the pair has time to come together.
TEST_P(Buddy, BlockThatMaySoonGrowGoesToTheTail) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).free(0, movable, {0x1010}).free(1, movable, {0x1002});
  Kernel k(m);
  k.free_held(0x1000);
  EXPECT_EQ(k.list(0, movable), Frames({0x1010, 0x1000}));
  k.free_held(0x1020);  // 0x1022 is held.
  EXPECT_EQ(k.list(0, movable), Frames({0x1020, 0x1010, 0x1000}));
}

// R-BUDDY-11, R-ZONE-16: a free pair of the next zone is no reason to wait.
TEST_P(Buddy, PairOfTheNextZoneIsNoReasonToWait) {
  TestMachine m(profile());
  m.x86_64().zone(ZoneType::dma32, 0x1000, 0x1006).free(0, movable, {0x1000});
  Kernel k(m.zone(ZoneType::normal, 0x1006, 0x1400).free(1, movable, {0x1006}));
  k.in(0, 1).free_held(0x1004);
  EXPECT_EQ(k.list(0, movable), Frames({0x1004, 0x1000}));
}

// R-BUDDY-8, R-BUDDY-9, R-MT-14: while grouping is disabled, the type that a merge gives to the
// lower pageblock is stored as UNMOVABLE even in 7.1. The lists go by the freed block's type, and a
// buddy on the list of another type merges there as well.
TEST_P(Buddy, MergesWithoutGrouping) {
  if (!is_since_6_12(profile())) return;
  TestMachine m(profile());
  m.zone(0x1000, 0x1400).type(unmovable, 0x1000, 0x1200).free(9, unmovable, {0x1000});
  Kernel k(m);
  k->set_grouping_disabled(true);
  k.free_held(0x1200, 9);
  EXPECT_EQ(k.list(10, movable), Frames({0x1000}));
  EXPECT_EQ(k.type_of(0x1000), unmovable);
  k->set_grouping_disabled(false);
  EXPECT_EQ(k.alloc(kMovable, 8), 0x1000_pfn);
  k.free(0x1000, 8);
  EXPECT_EQ(k.nr_free(10), 1);
}

// R-BUDDY-11, mutant order 8 is the last one that looks ahead.
TEST_P(Buddy, Order9DoesNotLookAhead) {
  TestMachine m(profile());
  m.zone(0x1000, 0x2000).free(8, movable, {0x1800}).free(9, movable, {0x1200});
  Kernel k(m);
  k.free_held(0x1000, 8);
  EXPECT_EQ(k.list(8, movable), Frames({0x1800, 0x1000}));

  TestMachine larger(profile());
  larger.zone(0x0, 0x1000).free(9, movable, {0x800}).free(10, movable, {0x400});
  Kernel l(larger);
  l.free_held(0x0, 9);
  EXPECT_EQ(l.list(9, movable), Frames({0x0, 0x800}));
}

// R-BUDDY-15, R-BUDDY-9: a block of two pageblocks goes back whole by the first one's type, since
// 6.12 pageblock by pageblock: the second one then merges and its type wins.
TEST_P(Buddy, FreedPairOfPageblocksOfTwoTypes) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).type(unmovable, 0x1000, 0x1200));
  k.free_held(0x1000, 10);
  const bool apart = is_since_6_12(profile());
  EXPECT_EQ(k.list(10, apart ? movable : unmovable), Frames({0x1000}));
  EXPECT_EQ(k.type_of(0x1000), apart ? movable : unmovable);
  EXPECT_EQ(k.type_of(0x1200), movable);
}

// R-BUDDY-15: with CMA in the second half only the later kernels notice.
TEST_P(Buddy, FreedPairWithCmaInIt) {
  Kernel k(TestMachine(profile()).with_cma().zone(0x1000, 0x1400).type(cma, 0x1200, 0x1400));
  k.free_held(0x1000, 10);
  EXPECT_EQ(k.nr_free_pages(), 1024);
  if (is_since_6_12(profile())) {
    EXPECT_EQ(k.list(9, movable), Frames({0x1000}));
    EXPECT_EQ(k.list(9, cma), Frames({0x1200}));
    EXPECT_EQ(k.stat(Stat::cma), 512);
  } else {
    EXPECT_EQ(k.list(10, movable), Frames({0x1000}));
    EXPECT_EQ(k.stat(Stat::cma), 0);
  }
}

// R-BUDDY-17: the parts of a block that was split are blocks, with a reference each.
TEST_P(Buddy, SplitPageMakesSinglePages) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).free_all());
  ASSERT_EQ(k.alloc(kMovable, 2), 0x1000_pfn);
  k->split(0x1000_pfn, Order{2});
  EXPECT_EQ(k->references(0x1003_pfn), 1U);
  k.free(0x1002);
  k.free(0x1001);
  EXPECT_EQ(k.list(0, movable), Frames({0x1001, 0x1002}));
  k.free(0x1003);
  k.free(0x1000);
  EXPECT_EQ(k.list(10, movable), Frames({0x1000}));
}

// R-BUDDY-18: kernels find out late or never; here it ends the program.
TEST(BuddyDeathTest, FreeingAFreeBlockIsTheCallersError) {
  Kernel k(TestMachine(Profile::v6_1_lts192).zone(0x1000, 0x1400).free_all());
  EXPECT_DEATH(k.free(0x1000, 10), "only an allocated block is freed");
}

// R-GEN-12, R-GEN-13, R-ISO-3: a free block of an isolated pageblock is a block of its order, and
// no free page.
TEST_P(Buddy, IsolatedBlocksAreListedAndNotCounted) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).type(isolate, 0x1000, 0x1200).free(3, movable, {0x1400});
  m.numbers().isolated = 1;
  Kernel k(m);
  k.free_held(0x1010, 3);
  EXPECT_EQ(k.list(3, isolate), Frames({0x1010}));
  EXPECT_EQ(k.nr_free(3), 2);
  EXPECT_EQ(k.nr_free_pages(), 8);
}

}  // namespace
}  // namespace bp::reference
