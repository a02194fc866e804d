// SPDX-License-Identifier: MIT
// Isolated pageblocks and blocks taken by their frame (R-ISO; M-1, C-2, C10, W-12..15). Four
// pageblocks from 0x1000 on; what is free is said.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

class Isolation : public InKernel {
 protected:
  TestMachine machine() const {
    TestMachine m(profile());
    return m.with_cma().zone(0x1000, 0x1800);
  }
  bool is_4_7() const { return profile() == Profile::v4_7; }
};
INSTANTIATE_TEST_SUITE_P(Every, Isolation, testing::ValuesIn(kEveryKernel), kernel_name);

// R-ISO-1, R-GEN-13, R-CMA-2: the pageblock's free blocks change lists and leave the counters.
TEST_P(Isolation, TakesAPageblockOutOfUse) {
  for (const Migratetype t : {unmovable, cma}) {
    TestMachine m = machine().type(t, 0x1200, 0x1400).free(3, t, {0x1210}).free(4, t, {0x1240});
    Kernel k(m.free(3, t, {0x1260}).free(3, movable, {0x1410}));
    k->isolate(0, 0x1234_pfn);
    EXPECT_EQ(k.type_of(0x1200), isolate);
    EXPECT_EQ(k.numbers().isolated, 1);
    EXPECT_EQ(k.list(3, t), Frames({}));
    // 4.7 moves each to the head.
    EXPECT_EQ(k.list(3, isolate), is_4_7() ? Frames({0x1260, 0x1210}) : Frames({0x1210, 0x1260}));
    EXPECT_EQ(k.nr_free(3), 3);
    EXPECT_EQ(k.nr_free_pages(), 8);
    EXPECT_EQ(k.stat(Stat::cma), 0);
  }
}

// R-ISO-1: 4.7 drains the zone's per-CPU lists, after the pageblock has its new type.
TEST_P(Isolation, DrainsIn4_7) {
  Kernel k(machine().pcp(100, 4).on_pcp(1, 0, movable, {0x1210}));
  k->isolate(0, 0x1200_pfn);
  EXPECT_EQ(k.pcp(1), is_4_7() ? Frames({}) : Frames({0x1210}));
  EXPECT_EQ(k.list(0, isolate), is_4_7() ? Frames({0x1210}) : Frames({}));
}

// R-ISO-4, R-MT-9, C10, W-12: a free block that reaches in from below: up to 5.15 it is not seen
// and stays, counted; later it is taken apart at the boundary.
TEST_P(Isolation, SecondHalfOfALargeBlock) {
  Kernel k(machine().free(10, movable, {0x1400}));
  k->isolate(0, 0x1600_pfn);
  const bool splits = is_since_6_1(profile());
  EXPECT_EQ(k.list(10, movable), splits ? Frames({}) : Frames({0x1400}));
  EXPECT_EQ(k.list(9, movable), splits ? Frames({0x1400}) : Frames({}));
  EXPECT_EQ(k.list(9, isolate), splits ? Frames({0x1600}) : Frames({}));
  EXPECT_EQ(k.nr_free_pages(), splits ? 512 : 1024);
}

// R-ISO-4, R-MT-9, C10, W-12: one that begins here and reaches further: up to 5.15 all of it is
// taken.
TEST_P(Isolation, FirstHalfOfALargeBlock) {
  Kernel k(machine().free(10, movable, {0x1400}));
  k->isolate(0, 0x1400_pfn);
  const bool splits = is_since_6_1(profile());
  EXPECT_EQ(k.list(10, isolate), splits ? Frames({}) : Frames({0x1400}));
  EXPECT_EQ(k.list(9, movable), splits ? Frames({0x1600}) : Frames({}));
  EXPECT_EQ(k.list(9, isolate), splits ? Frames({0x1400}) : Frames({}));
  EXPECT_EQ(k.nr_free_pages(), splits ? 512 : 0);
}

// R-ISO-2, R-ISO-4, R-GEN-6: at the end the pageblock gets the type that is asked for; since 6.12
// it has never lost its own.
TEST_P(Isolation, EndsWithTheTypeAskedFor) {
  Kernel k(machine().type(unmovable, 0x1200, 0x1400).free(3, unmovable, {0x1210}));
  k->isolate(0, 0x1200_pfn);
  k->unisolate(0, 0x1200_pfn, reclaimable);
  const Migratetype t = is_since_6_12(profile()) ? unmovable : reclaimable;
  EXPECT_EQ(k.type_of(0x1200), t);
  EXPECT_EQ(k.list(3, t), Frames({0x1210}));
  EXPECT_EQ(k.nr_free_pages(), 8);
  EXPECT_EQ(k.numbers().isolated, 0);
}

// R-ISO-2: of a pageblock that is not isolated nothing ends.
TEST_P(Isolation, EndOfNone) {
  Kernel k(machine().free(3, movable, {0x1210}));
  k->unisolate(0, 0x1200_pfn, reclaimable);
  EXPECT_EQ(k.type_of(0x1200), movable);
  EXPECT_EQ(k.numbers().isolated, 0);
}

// R-MT-14, R-ZONE-15: while grouping is disabled the pageblock becomes UNMOVABLE.
TEST_P(Isolation, EndsUnmovableWithoutGrouping) {
  if (is_since_6_12(profile())) return;
  Kernel k(machine());
  k->set_grouping_disabled(true);
  k->isolate(0, 0x1200_pfn);
  k->unisolate(0, 0x1200_pfn, reclaimable);
  EXPECT_EQ(k.type_of(0x1200), unmovable);
}

// R-ISO-2, W-13, C10: a free pageblock merges again with the free one beside it.
TEST_P(Isolation, FreePageblockMergesAtTheEnd) {
  Kernel k(machine().free(9, movable, {0x1000, 0x1200}));
  k->isolate(0, 0x1200_pfn);
  EXPECT_EQ(k.list(9, isolate), Frames({0x1200}));
  k->unisolate(0, 0x1200_pfn, movable);
  EXPECT_EQ(k.list(10, movable), Frames({0x1000}));
  EXPECT_EQ(k.nr_free_pages(), 1024);
}

// R-ISO-2, C10: ... and is put behind the others in that, since 5.15.
TEST_P(Isolation, MergedPageblockStandsLast) {
  TestMachine m(profile());
  Kernel k(m.zone(0x1000, 0x2000).free(9, movable, {0x1000, 0x1200}).free(10, movable, {0x1800}));
  k->isolate(0, 0x1200_pfn);
  k->unisolate(0, 0x1200_pfn, movable);
  EXPECT_EQ(k.list(10, movable), is_4_7() ? Frames({0x1000, 0x1800}) : Frames({0x1800, 0x1000}));
}

// R-ISO-2, W-13, C10: ... also where it cannot merge.
TEST_P(Isolation, LonePageblockStandsLast) {
  Kernel k(machine().free(9, movable, {0x1200, 0x1600}));
  k->isolate(0, 0x1200_pfn);
  k->unisolate(0, 0x1200_pfn, movable);
  EXPECT_EQ(k.list(9, movable), is_4_7() ? Frames({0x1200, 0x1600}) : Frames({0x1600, 0x1200}));
}

// R-ISO-2: smaller blocks change lists one by one.
TEST_P(Isolation, SmallBlocksMoveBack) {
  Kernel k(machine().free(3, movable, {0x1200}).free(2, movable, {0x1210}));
  k->isolate(0, 0x1200_pfn);
  k->unisolate(0, 0x1200_pfn, movable);
  EXPECT_EQ(k.list(3, movable), Frames({0x1200}));
  EXPECT_EQ(k.list(2, movable), Frames({0x1210}));
  EXPECT_EQ(k.nr_free_pages(), 12);
}

// C-2, C10, R-ISO-2: a block of order 10 is pulled in 4.7 alone. It is taken out like any block, so
// its other pageblock becomes MOVABLE (R-ISO-5).
TEST_P(Isolation, LargestBlockIsPulledIn4_7) {
  if (is_since_6_1(profile())) return;  // There, isolating has taken it apart.
  Kernel k(machine().type(unmovable, 0x1600, 0x1800).free(10, movable, {0x1400}));
  k->isolate(0, 0x1400_pfn);
  k->unisolate(0, 0x1400_pfn, reclaimable);
  EXPECT_EQ(k.type_of(0x1400), reclaimable);
  EXPECT_EQ(k.type_of(0x1600), is_4_7() ? movable : unmovable);
  EXPECT_EQ(k.list(10, reclaimable), Frames({0x1400}));
  EXPECT_EQ(k.nr_free_pages(), 1024);
}

// W-13, C10: since 6.1 order 10 is never pulled. Two isolated pageblocks that merged are one.
TEST_P(Isolation, IsolatedPairEndsInHalves) {
  Kernel k(machine().free(9, movable, {0x1400}));
  k->isolate(0, 0x1400_pfn);
  k->isolate(0, 0x1600_pfn);
  k.free_held(0x1600, 9);
  EXPECT_EQ(k.list(10, isolate), Frames({0x1400}));
  k->unisolate(0, 0x1600_pfn, movable);
  if (is_since_6_12(profile())) {
    // The pair is taken apart, as when isolating.
    EXPECT_EQ(k.list(9, isolate), Frames({0x1400}));
    EXPECT_EQ(k.list(9, movable), Frames({0x1600}));
    EXPECT_EQ(k.nr_free_pages(), 512);
  } else {
    EXPECT_EQ(k.list(10, isolate), Frames({0x1400}));
    EXPECT_EQ(k.nr_free_pages(), 0);
  }
  k->unisolate(0, 0x1400_pfn, movable);
  EXPECT_EQ(k.list(10, movable), Frames({0x1400}));
  EXPECT_EQ(k.nr_free_pages(), 1024);
}

// C10: ... in 7.1 also where its first half comes first. It is not pulled whole (R-ISO-2).
TEST_P(Isolation, IsolatedPairEndsWithItsHeadFirst) {
  if (!is_since_6_12(profile())) return;
  Kernel k(machine().free(9, movable, {0x1400}));
  k->isolate(0, 0x1400_pfn);
  k->isolate(0, 0x1600_pfn);
  k.free_held(0x1600, 9);
  k->unisolate(0, 0x1400_pfn, movable);
  EXPECT_EQ(k.list(9, movable), Frames({0x1400}));
  EXPECT_EQ(k.list(9, isolate), Frames({0x1600}));
  EXPECT_EQ(k.nr_free_pages(), 512);
}

// W-13, C-2: a block of order 10 that was freed into an isolated first pageblock is on its list,
// whole, up to 6.1. Since 5.15 it is not pulled when that ends: the other half keeps its type.
TEST_P(Isolation, LargestBlockIsNotPulledSince5_15) {
  if (is_since_6_12(profile())) return;
  Kernel k(machine().type(unmovable, 0x1600, 0x1800));
  k->isolate(0, 0x1400_pfn);
  k.free_held(0x1400, 10);
  EXPECT_EQ(k.list(10, isolate), Frames({0x1400}));
  k->unisolate(0, 0x1400_pfn, movable);
  EXPECT_EQ(k.type_of(0x1600), is_4_7() ? movable : unmovable);
  EXPECT_EQ(k.list(10, movable), Frames({0x1400}));
}

// W-15: up to 6.1 a block goes by its head: freed while its second pageblock is isolated it is
// counted whole; once it is split, the end of the isolation counts that half again.
TEST_P(Isolation, HalfOfABlockIsCountedTwiceUpTo6_1) {
  Kernel k(machine().free(3, movable, {0x1010}));
  k->isolate(0, 0x1600_pfn);
  k.free_held(0x1400, 10);
  const bool twice = !is_since_6_12(profile());
  EXPECT_EQ(k.nr_free_pages(), 8 + (twice ? 1024 : 512));
  EXPECT_EQ(k.alloc(kMovable, 8), 0x1400_pfn);
  k->unisolate(0, 0x1600_pfn, movable);
  EXPECT_EQ(k.nr_free_pages(), 8 + 1024 - 256 + (twice ? 512 : 0));
}

// R-MT-9, R-ISO-1: since 6.12 a pageblock that is not whole in its zone is not isolated.
TEST_P(Isolation, PageblockAtTheEdgeOfAZone) {
  TestMachine m(profile());
  Kernel k(m.zone(0x1000, 0x1300).free(3, movable, {0x1210}));
  k->isolate(0, 0x1200_pfn);
  EXPECT_EQ(k.numbers().isolated, is_since_6_12(profile()) ? 0 : 1);
  // Earlier kernels isolate it, and move nothing.
  EXPECT_EQ(k.list(3, movable), Frames({0x1210}));
}

}  // namespace
}  // namespace bp::reference
