// SPDX-License-Identifier: MIT
// Where a request goes whose own type has nothing left (R-MT, R-CMA): which type, which order, and
// CMA. What becomes of the pageblock stands in steal_test.cpp.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

class Fallback : public InKernel {
 protected:
  /// A pageblock of each requestable type from 0x1200 on.
  TestMachine three_types() const {
    TestMachine m(profile());
    m.with_cma().zone(0x1000, 0x1800).type(unmovable, 0x1200, 0x1400);
    m.type(movable, 0x1400, 0x1600).type(reclaimable, 0x1600, 0x1800);
    return m;
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Fallback, testing::ValuesIn(kEveryKernel), kernel_name);

// R-MT-2, R-MT-5: each type has two others to go to, in an order of its own.
TEST_P(Fallback, TypesInTheirOrder) {
  const auto one_each = [&] {
    TestMachine m = three_types();
    m.free(0, unmovable, {0x1210}).free(0, movable, {0x1410}).free(0, reclaimable, {0x1610});
    return Kernel(m);
  };
  EXPECT_EQ(one_each().alloc_each(kUnmovable, 0, 3), Frames({0x1210, 0x1610, 0x1410}));
  EXPECT_EQ(one_each().alloc_each(kReclaimable, 0, 3), Frames({0x1610, 0x1210, 0x1410}));
  EXPECT_EQ(one_each().alloc_each(kMovable, 0, 3), Frames({0x1410, 0x1610, 0x1210}));
}

// R-MT-2, R-CMA-1, R-CMA-3: nobody breaks into the reserve or an isolated pageblock, and CMA serves
// MOVABLE requests alone.
TEST_P(Fallback, ReservesAreNoFallback) {
  for (const Migratetype t : {highatomic, isolate, cma}) {
    TestMachine m(profile());
    m.with_cma().zone(0x1000, 0x1400).type(t, 0x1200, 0x1400).free(3, t, {0x1200});
    Kernel k(m.threshold(0));
    EXPECT_EQ(k.alloc(kGfpKernel), kNoPfn);
    EXPECT_EQ(k.alloc(kGfpKernel | kMovable), t == cma ? 0x1200_pfn : kNoPfn);
    EXPECT_EQ(k.alloc(kGfpKernel | kReclaimable, 1), kNoPfn);
  }
}

// R-MT-7, R-MT-10, R-MT-12: the largest block is broken, so that it happens seldom.
TEST_P(Fallback, LargestBlockFirst) {
  Kernel k(three_types().free(2, movable, {0x1410}).free(6, movable, {0x1040}));
  EXPECT_EQ(k.alloc(kUnmovable, 1), 0x1040_pfn);
}

// R-MT-7, R-MT-10: ... and a larger one of the second type before a smaller one of the first.
TEST_P(Fallback, OrderBeforeType) {
  Kernel k(three_types().free(2, reclaimable, {0x1610}).free(6, movable, {0x1440}));
  EXPECT_EQ(k.alloc(kUnmovable, 1), 0x1440_pfn);
}

// R-MT-6, R-MT-10, R-MT-12: MOVABLE gets no more than the block where that is small, and since 5.15
// takes the smallest then.
TEST_P(Fallback, MovableTakesASmallBlock) {
  Kernel k(three_types().free(1, unmovable, {0x1210}).free(3, unmovable, {0x1220}));
  EXPECT_EQ(k.alloc(kMovable), profile() == Profile::v4_7 ? 0x1220_pfn : 0x1210_pfn);
}

// R-MT-10, R-MT-12: ... that is as large as the request.
TEST_P(Fallback, MovableTakesTheSmallestThatFits) {
  TestMachine m = three_types();
  m.free(0, unmovable, {0x1208}).free(1, unmovable, {0x1210}).free(2, unmovable, {0x1214});
  Kernel k(m.free(3, unmovable, {0x1220}));
  EXPECT_EQ(k.alloc(kMovable, 2), profile() == Profile::v4_7 ? 0x1220_pfn : 0x1214_pfn);
}

// R-MT-7, R-MT-10, R-MT-12, R-MT-13: what is left of a broken block is the requester's up to 6.1,
// whatever its pageblock's type; later it stays where it was.
TEST_P(Fallback, RestOfABrokenBlock) {
  Kernel k(three_types().free(2, unmovable, {0x1210}));
  EXPECT_EQ(k.alloc(kMovable), 0x1210_pfn);
  const Migratetype rest = is_since_6_12(profile()) ? unmovable : movable;
  EXPECT_EQ(k.list(0, rest), Frames({0x1211}));
  EXPECT_EQ(k.list(1, rest), Frames({0x1212}));
  EXPECT_EQ(k.type_of(0x1210), unmovable);
  EXPECT_EQ(k.nr_free_pages(), 3);
}

// R-BUDDY-3, R-MT-3: the own type's smallest block goes before everything else.
TEST_P(Fallback, OwnTypeFirst) {
  TestMachine m = three_types();
  m.free(9, unmovable, {0x1200}).free(1, movable, {0x1410}).free(4, movable, {0x1420});
  EXPECT_EQ(Kernel(m).alloc(kMovable), 0x1410_pfn);
}

/// CMA pages and MOVABLE pages, in blocks of order 3.
TestMachine with_cma_blocks(Profile p, unsigned cma_blocks) {
  TestMachine m(p);
  m.with_cma().zone(0x1000, 0x1600).type(cma, 0x1200, 0x1400).type(unmovable, 0x1400, 0x1600);
  for (unsigned i = 0; i < cma_blocks; ++i) m.free(3, cma, {0x1200 + 16 * i});
  return m;
}

// R-MT-3, R-MT-4, R-CMA-1: CMA comes after the own lists and before another type's.
TEST_P(Fallback, CmaBeforeOtherTypes) {
  TestMachine m = with_cma_blocks(profile(), 1);
  Kernel k(m.free(9, unmovable, {0x1400}).free(0, movable, {0x1010}));
  EXPECT_EQ(k.alloc_each(kMovable, 0, 2), Frames({0x1010, 0x1200}));
}

// R-MT-4: since 5.15, CMA comes first once it is more than half of what is free.
TEST_P(Fallback, CmaFirstWhereItIsMoreThanHalf) {
  Kernel half(with_cma_blocks(profile(), 1).free(3, movable, {0x1010}));
  EXPECT_EQ(half.alloc(kMovable), 0x1010_pfn);
  Kernel more(with_cma_blocks(profile(), 2).free(3, movable, {0x1010}));
  EXPECT_EQ(more.alloc(kMovable), profile() == Profile::v4_7 ? 0x1010_pfn : 0x1200_pfn);
}

// R-CMA-2, R-RMQ-3: a CMA block that is handed out leaves both counters.
TEST_P(Fallback, CmaBlockLeavesBothCounters) {
  Kernel k(with_cma_blocks(profile(), 2));
  EXPECT_EQ(k.alloc(kMovable, 3), 0x1200_pfn);
  EXPECT_EQ(k.alloc(kMovable, 2), 0x1210_pfn);
  EXPECT_EQ(k.nr_free_pages(), 4);
  EXPECT_EQ(k.stat(Stat::cma), 4);
}

// R-RMQ-3: ... also past the per-CPU lists, where another place does the counting.
TEST_P(Fallback, LargeCmaBlockLeavesBothCounters) {
  TestMachine m(profile());
  Kernel k(m.with_cma().zone(0x1000, 0x1400).type(cma, 0x1200, 0x1400).free(9, cma, {0x1200}));
  EXPECT_EQ(k.alloc(kMovable, 8), 0x1200_pfn);
  EXPECT_EQ(k.nr_free_pages(), 256);
  EXPECT_EQ(k.stat(Stat::cma), 256);
}

// R-MT-4, R-SLOW-7: 4.7 asks for the type alone. An attempt without watermarks has no CMA flag and
// gets CMA pages all the same, but not the reserve.
TEST(FallbackOfV4_7, CmaByTypeAlone) {
  Kernel k(with_cma_blocks(Profile::v4_7, 1).marks(100, 200, 300));
  EXPECT_EQ(k.alloc(kMovable | GfpFlag::memalloc), 0x1200_pfn);

  TestMachine m(Profile::v4_7);
  m.zone(0x1000, 0x1400).type(highatomic, 0x1200, 0x1400).free(3, highatomic, {0x1200});
  Kernel l(m.marks(100, 200, 300));
  EXPECT_EQ(l.alloc(kMovable | GfpFlag::memalloc, 1), kNoPfn);
}

// R-CTX-7, R-CMA-1: the flag counts in the check of the first attempt: a zone with nothing but CMA
// pages serves before a lower one.
TEST_P(Fallback, ZoneOfCmaPagesServesMovable) {
  TestMachine m(profile());
  m.with_cma().x86_64().zone(ZoneType::dma32, 0x1000, 0x2000).free_all();
  m.zone(ZoneType::normal, 0x2000, 0x3000).type(cma, 0x2000, 0x2200).free(8, cma, {0x2000});
  EXPECT_EQ(Kernel(m.marks(0, 50, 100)).alloc(kMovable), 0x2000_pfn);
}

// R-ZONE-15, R-MT-14: while grouping is disabled every request is for UNMOVABLE, and so is every
// pageblock that changes type.
TEST_P(Fallback, WithoutGroupingAllIsUnmovable) {
  TestMachine m = three_types();
  m.free(3, unmovable, {0x1210}).free(3, movable, {0x1410});
  Kernel k(m);
  k->set_grouping_disabled(true);
  EXPECT_EQ(k.alloc(kMovable, 3), 0x1210_pfn);
  EXPECT_EQ(k.alloc(kMovable, 3), 0x1410_pfn);  // One block is enough for the pageblock (R-MT-8).
  EXPECT_EQ(k.type_of(0x1410), unmovable);
  EXPECT_EQ(k.alloc(kMovable, 3), kNoPfn);
}

}  // namespace
}  // namespace bp::reference
