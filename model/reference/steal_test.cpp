// SPDX-License-Identifier: MIT
// What becomes of a pageblock that another type breaks into (R-MT-6..12, C7, C8): all of its free
// pages, its type, or nothing but the block.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

class Steal : public InKernel {
 protected:
  /// The second of four pageblocks has this type, 32 free pages and one; nothing else is free.
  TestMachine broken_into(Migratetype t) const {
    TestMachine m(profile());
    m.zone(0x1000, 0x1800).type(t, 0x1200, 0x1400).marks(0, 0, 0);
    return m.free(5, t, {0x1200}).free(0, t, {0x1250});
  }
  bool is_4_7() const { return profile() == Profile::v4_7; }
};
INSTANTIATE_TEST_SUITE_P(Every, Steal, testing::ValuesIn(kEveryKernel), kernel_name);

// R-MT-8, R-MT-10: 4.7 looks at free pages alone: 33 are not half of the pageblock, so it keeps its
// type; but all of them change lists, in front of the rest of the block (R-MT-7).
// Since 5.15 pages that are neither free nor movable are taken for the requester's: it is claimed.
// The moved blocks stand where they were found, and the smallest one serves.
TEST_P(Steal, UnmovableTakesThePagesOfAMovablePageblock) {
  Kernel k(broken_into(movable));
  EXPECT_EQ(k.alloc(kUnmovable), is_4_7() ? 0x1200_pfn : 0x1250_pfn);
  EXPECT_EQ(k.list(0, unmovable), is_4_7() ? Frames({0x1201, 0x1250}) : Frames({}));
  EXPECT_EQ(k.list(5, unmovable), is_4_7() ? Frames({}) : Frames({0x1200}));
  EXPECT_EQ(k.list(0, movable), Frames({}));
  EXPECT_EQ(k.type_of(0x1200), is_4_7() ? movable : unmovable);
  EXPECT_EQ(k.nr_free_pages(), 32);
}

// R-MT-10, R-MT-11, C8: pages on the LRU speak against it: with 256 of them 33 free pages and 223
// others are just half of the pageblock, with one more they are not.
TEST_P(Steal, MovablePagesKeepAPageblockFromUnmovable) {
  if (is_4_7()) return;
  for (const unsigned lru : {256U, 257U}) {
    Kernel k(broken_into(movable).lru(0x1260, lru));
    EXPECT_EQ(k.alloc(kUnmovable), 0x1250_pfn);
    EXPECT_EQ(k.type_of(0x1200), lru == 256 ? unmovable : movable) << lru;
    // Refused, up to 6.1 the free blocks change lists all the same; later nothing moves.
    const bool moved = lru == 256 || !is_since_6_12(profile());
    EXPECT_EQ(k.list(5, moved ? unmovable : movable), Frames({0x1200})) << lru;
  }
}

// R-MT-10, R-MT-11: for MOVABLE it is those pages that count.
TEST_P(Steal, MovablePagesWinAPageblockForMovable) {
  if (is_4_7()) return;
  for (const unsigned lru : {222U, 223U}) {
    Kernel k(broken_into(unmovable).lru(0x1260, lru));
    EXPECT_EQ(k.alloc(kMovable), 0x1250_pfn);
    EXPECT_EQ(k.type_of(0x1200), lru == 223 ? movable : unmovable) << lru;
  }
}

// R-MT-10: between UNMOVABLE and RECLAIMABLE only free pages count.
TEST_P(Steal, HeldPagesOfAThirdTypeDoNotCount) {
  Kernel k(broken_into(reclaimable).lru(0x1260, 255));
  EXPECT_NE(k.alloc(kUnmovable), kNoPfn);
  EXPECT_EQ(k.type_of(0x1200), reclaimable);
}

// R-MT-8, R-MT-10: free pages alone: 256 of 512 are enough, 255 are not.
TEST_P(Steal, HalfAPageblockIsEnough) {
  for (const bool half : {true, false}) {
    TestMachine m(profile());
    m.zone(0x1000, 0x1800).type(reclaimable, 0x1200, 0x1400);
    if (half) m.free(8, reclaimable, {0x1200});
    for (unsigned o = 0; !half && o < 8; ++o) m.free(o, reclaimable, {0x1200 + (1U << o)});
    Kernel k(m);
    EXPECT_NE(k.alloc(kUnmovable, 3), kNoPfn);
    EXPECT_EQ(k.type_of(0x1200), half ? unmovable : reclaimable);
  }
}

// R-MT-6: for MOVABLE the candidate must be of half a pageblock's order, rounded down: 4 of 9.
TEST_P(Steal, MovableNeedsALargeCandidate) {
  for (const unsigned order : {3U, 4U}) {
    TestMachine m(profile());
    m.zone(0x1000, 0x1800).type(unmovable, 0x1200, 0x1400).lru(0x1260, 260);
    Kernel k(m.free(order, unmovable, {0x1200}).free(2, unmovable, {0x1250}));
    EXPECT_NE(k.alloc(kMovable, 2), kNoPfn);
    // Only then the pageblock's other block goes too.
    const bool all = k.list(2, unmovable) == Frames({}) && k.list(order, unmovable) == Frames({});
    EXPECT_EQ(all, order == 4) << order;
  }
}

// R-MT-6: the others steal by any candidate.
TEST_P(Steal, UnmovableStealsByASmallCandidate) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).free(1, movable, {0x1200}).free(1, movable, {0x1250});
  Kernel k(m);
  EXPECT_EQ(k.alloc(kUnmovable, 1), 0x1200_pfn);
  EXPECT_EQ(k.list(1, unmovable), Frames({0x1250}));
}

// R-MT-8, R-MT-10, R-MT-12, C7, B-21: a block of at least a pageblock changes hands with all of its
// pageblocks, and boosts nothing.
TEST_P(Steal, WholePageblocksChangeHands) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).free(10, movable, {0x1400}).marks(0, 0, 1000);
  Kernel k(m.flag(ZoneFlag::below_high));
  EXPECT_EQ(k.alloc(kUnmovable), 0x1400_pfn);
  EXPECT_EQ(k.type_of(0x1400), unmovable);
  EXPECT_EQ(k.type_of(0x1600), unmovable);
  EXPECT_EQ(k.list(9, unmovable), Frames({0x1600}));
  EXPECT_EQ(k.list(0, unmovable), Frames({0x1401}));
  EXPECT_EQ(k.numbers().boost, 0);
  EXPECT_EQ(k.nr_free_pages(), 1023);
  EXPECT_EQ(k.stat(Stat::blocks), profile() == Profile::v7_1 ? 512 : 0);
}

// R-MT-8, R-MT-10: 4.7 moves blocks to the head of their new lists, later kernels to the tail.
TEST_P(Steal, MovedBlocksStandInFrontIn4_7) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).type(unmovable, 0x1400, 0x1600).type(reclaimable, 0x1200, 0x1400);
  m.free(0, unmovable, {0x1410}).free(2, reclaimable, {0x1200}).free(0, reclaimable, {0x1250});
  Kernel k(m);
  EXPECT_EQ(k.alloc(kUnmovable, 2), 0x1200_pfn);
  if (is_since_6_12(profile())) {
    EXPECT_EQ(k.list(0, unmovable), Frames({0x1410}));  // 5 pages are too few: one block was taken.
  } else {
    EXPECT_EQ(k.list(0, unmovable), is_4_7() ? Frames({0x1250, 0x1410}) : Frames({0x1410, 0x1250}));
  }
}

// R-MT-12, C7: ... and to the tail too when 7.1 claims.
TEST_P(Steal, ClaimedBlocksStandBehind) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).type(unmovable, 0x1400, 0x1600);
  m.free(0, unmovable, {0x1410}).free(2, movable, {0x1200}).free(0, movable, {0x1250});
  Kernel k(m);
  EXPECT_EQ(k.alloc(kUnmovable, 2), 0x1200_pfn);
  EXPECT_EQ(k.list(0, unmovable), is_4_7() ? Frames({0x1250, 0x1410}) : Frames({0x1410, 0x1250}));
}

// R-MT-9: a pageblock that ends beyond its zone is left alone but for the block.
TEST_P(Steal, NothingMovesAtTheEndOfAZone) {
  TestMachine m(profile());
  Kernel k(m.zone(0x1000, 0x1300).free(5, movable, {0x1200}).free(0, movable, {0x1250}));
  // 7.1 cannot claim it, so it takes the smallest block.
  EXPECT_EQ(k.alloc(kUnmovable), is_since_6_12(profile()) ? 0x1250_pfn : 0x1200_pfn);
  EXPECT_EQ(k.list(0, movable), is_since_6_12(profile()) ? Frames({}) : Frames({0x1250}));
  EXPECT_EQ(k.type_of(0x1200), movable);
}

// R-MT-9, B-18: one that begins below its zone: up to 6.1 the candidate and what lies above it
// moves; later nothing.
TEST_P(Steal, OnlyAPartMovesAtTheStartOfAZone) {
  TestMachine m(profile());
  m.zone(0x1100, 0x1400).free(5, movable, {0x1120}).free(0, movable, {0x1110, 0x1150});
  Kernel k(m);
  const Pfn got = k.alloc(kUnmovable);
  if (is_since_6_12(profile())) {
    EXPECT_EQ(got, 0x1110_pfn);
    EXPECT_EQ(k.list(5, movable), Frames({0x1120}));
    EXPECT_EQ(k.type_of(0x1120), movable);
  } else {
    EXPECT_EQ(got, is_4_7() ? 0x1120_pfn : 0x1150_pfn);
    EXPECT_EQ(k.list(0, movable), Frames({0x1110}));
  }
}

// R-MT-10, B-04: in 5.15 and 6.1 a stray block of a reserved pageblock goes alone.
TEST_P(Steal, ReservedPageblockIsSpared) {
  if (!is(profile(), {Profile::v5_15, Profile::v6_1_lts192})) return;
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).type(highatomic, 0x1200, 0x1400);
  Kernel k(m.free(5, movable, {0x1200}).free(0, movable, {0x1250}));
  EXPECT_EQ(k.alloc(kUnmovable), 0x1200_pfn);
  EXPECT_EQ(k.list(0, movable), Frames({0x1250}));
  EXPECT_EQ(k.type_of(0x1200), highatomic);
}

// W-15: 6.1 retypes an isolated pageblock if it is the second one of a block that is broken.
TEST(StealOfV6_1, IsolatedSecondPageblockIsRetyped) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0x1000, 0x1800).type(isolate, 0x1600, 0x1800).numbers().isolated = 1;
  Kernel k(m.free(10, movable, {0x1400}));
  EXPECT_EQ(k.alloc(kUnmovable), 0x1400_pfn);
  EXPECT_EQ(k.type_of(0x1600), unmovable);
  EXPECT_EQ(k.numbers().isolated, 1);
}

// R-MT-12: a refill of 7.1 goes on as its last block was found: a refused claim is not tried again,
// and after a claim the own lists have blocks.
TEST_P(Steal, RefillRemembersHow) {
  if (!is_since_6_12(profile())) return;
  TestMachine m = broken_into(movable).lru(0x1260, 300).marks(0, 0, 4000).pcp(8, 3);
  Kernel refused(m.flag(ZoneFlag::below_high));
  EXPECT_EQ(refused.alloc(kUnmovable), 0x1250_pfn);
  EXPECT_EQ(refused.pcp(0), Frames({0x1200, 0x1201}));
  // Of the orders 0 and 5 both were refused, once each.
  EXPECT_EQ(refused.numbers().boost, 2 * 512);
}

// R-MT-12: after CMA and a claim it is the claimed blocks' turn, not the next pageblock's.
TEST_P(Steal, RefillReturnsToItsOwnLists) {
  if (!is_since_6_12(profile())) return;
  TestMachine m(profile());
  m.with_cma().zone(0x1000, 0x1800).type(cma, 0x1200, 0x1400).type(unmovable, 0x1400, 0x1800);
  m.free(0, cma, {0x1200}).free(8, unmovable, {0x1400, 0x1600}).pcp(8, 3);
  Kernel k(m);
  EXPECT_EQ(k.alloc(kMovable), 0x1200_pfn);
  EXPECT_EQ(k.pcp(1), Frames({0x1400, 0x1401}));
  EXPECT_EQ(k.type_of(0x1600), unmovable);
}

}  // namespace
}  // namespace bp::reference
