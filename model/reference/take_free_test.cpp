// SPDX-License-Identifier: MIT
// Which isolations are refused (M-1, W-12), and blocks that are taken off the free lists by their
// frame and put back (R-ISO-5).
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

class TakeFree : public InKernel {
 protected:
  bool is_4_7() const { return profile() == Profile::v4_7; }
  /// Whether a block of order 3 may be taken out of 100 free pages.
  bool may_take(std::int64_t min, std::int64_t low, Migratetype others = movable) const {
    TestMachine m(profile());
    m.with_cma().zone(0x1000, 0x1800).type(others, 0x1400, 0x1600).marks(min, low, 1000);
    Kernel k(m.free(3, movable, {0x1200}).free_range(0x1400, 0x1400 + 92));
    return !k->take_free_block(0, 0x1200_pfn);
  }
};
INSTANTIATE_TEST_SUITE_P(Every, TakeFree, testing::ValuesIn(kEveryKernel), kernel_name);

// R-ISO-5: above the low mark and the block in 4.7, above the min mark and the block later.
TEST_P(TakeFree, NeedsPagesAboveAMark) {
  EXPECT_TRUE(may_take(0, 91));
  EXPECT_EQ(may_take(0, 92), !is_4_7());
  EXPECT_EQ(may_take(92, 91), is_4_7());
  EXPECT_FALSE(may_take(92, 92));
}

// R-ISO-5: free CMA pages count for it since 5.15.
TEST_P(TakeFree, CmaPagesCountForTheMark) { EXPECT_EQ(may_take(50, 50, cma), !is_4_7()); }

// R-ISO-5: the block is held then and counts as free no longer. What is no block is not taken.
TEST_P(TakeFree, BlockIsHeldThen) {
  TestMachine m(profile());
  Kernel k(m.zone(0x1000, 0x1800).free(3, movable, {0x1200}).free(4, movable, {0x1400}));
  EXPECT_EQ(k->take_free_block(0, 0x1200_pfn), std::nullopt);
  EXPECT_EQ(k.list(3, movable), Frames({}));
  EXPECT_EQ(k.nr_free_pages(), 16);
  EXPECT_TRUE(k->is_allocated(0x1200_pfn));
  EXPECT_EQ(k->take_free_block(0, 0x1200_pfn), TakeFault::not_free);
  EXPECT_EQ(k->take_free_block(0, 0x1401_pfn), TakeFault::not_free);
}

// R-ISO-5: from an isolated pageblock without any mark, and uncounted.
TEST_P(TakeFree, IsolatedBlockNeedsNoMark) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).type(isolate, 0x1200, 0x1400).free(3, isolate, {0x1200});
  Kernel k(m.free(3, movable, {0x1400}).marks(1000, 1000, 1000));
  EXPECT_EQ(k->take_free_block(0, 0x1400_pfn), TakeFault::denied);
  EXPECT_EQ(k->take_free_block(0, 0x1200_pfn), std::nullopt);
  EXPECT_EQ(k.nr_free_pages(), 8);
}

/// The type of a pageblock of this type after a block of this order was taken out of it.
Migratetype type_after(Profile p, Migratetype t, unsigned order) {
  TestMachine m(p);
  m.with_cma().zone(0x1000, 0x1800).type(t, 0x1200, 0x1400).free(order, t, {0x1200});
  Kernel k(m.free(10, movable, {0x1400}));
  EXPECT_EQ(k->take_free_block(0, 0x1200_pfn), std::nullopt);
  return k.type_of(0x1200);
}

// R-ISO-5: half a pageblock that is taken makes it MOVABLE, but for isolated and CMA pageblocks,
// since 6.1 also reserved ones.
TEST_P(TakeFree, HalfAPageblockBecomesMovable) {
  EXPECT_EQ(type_after(profile(), unmovable, 7), unmovable);
  EXPECT_EQ(type_after(profile(), unmovable, 8), movable);
  EXPECT_EQ(type_after(profile(), reclaimable, 9), movable);
  EXPECT_EQ(type_after(profile(), cma, 9), cma);
  EXPECT_EQ(type_after(profile(), isolate, 9), isolate);
  EXPECT_EQ(type_after(profile(), highatomic, 9), is_since_6_1(profile()) ? highatomic : movable);
}

// R-ISO-5: it is put back by its pageblock's type, behind the others.
TEST_P(TakeFree, PutBackStandsLast) {
  TestMachine m(profile());
  Kernel k(m.zone(0x1000, 0x1800).free(3, movable, {0x1200, 0x1400}));
  EXPECT_EQ(k->take_free_block(0, 0x1200_pfn), std::nullopt);
  k->put_back(0, 0x1200_pfn, Order{3});
  EXPECT_EQ(k.list(3, movable), Frames({0x1400, 0x1200}));
  EXPECT_EQ(k.nr_free_pages(), 16);
}

// M-1, R-ISO-1: 4.7 refuses to isolate a pageblock with a block of ours in it, if it is not MOVABLE
// or CMA. Free pages, those on per-CPU lists and the inside of a larger block are no reason.
TEST(RefusalOfV4_7, BlocksOfOurs) {
  TestMachine m(Profile::v4_7);
  m.with_cma().zone(0x0, 0x2000).type(unmovable, 0x0, 0x1000).type(cma, 0x1400, 0x1600);
  m.free(9, unmovable, {0x0}).free_range(0x200, 0x3fe).on_pcp(0, 0, unmovable, {0x3fe, 0x3ff});
  Kernel k(m.free_range(0x400, 0x5ff));
  for (const std::uint64_t p : {0x1010U, 0x1410U}) k->adopt(Pfn{p}, Order{0}, 1, false);
  k->adopt(0x5ff_pfn, Order{0}, 1, false);
  k->adopt(0x800_pfn, Order{10}, 1, true);
  EXPECT_EQ(k->refuses_isolation(0x0_pfn), false);
  EXPECT_EQ(k->refuses_isolation(0x210_pfn), false);
  EXPECT_EQ(k->refuses_isolation(0x400_pfn), true);
  EXPECT_EQ(k->refuses_isolation(0x800_pfn), true);
  EXPECT_EQ(k->refuses_isolation(0xa00_pfn), false);
  EXPECT_EQ(k->refuses_isolation(0x600_pfn), std::nullopt);  // Pages that nobody said are held.
  EXPECT_EQ(k->refuses_isolation(0x1000_pfn), false);
  EXPECT_EQ(k->refuses_isolation(0x1400_pfn), false);
}

// R-ISO-1: 4.7 isolates an isolated pageblock again, and counts it again.
TEST(RefusalOfV4_7, SecondIsolationIsCounted) {
  Kernel k(TestMachine(Profile::v4_7).zone(0x1000, 0x1800).free_all());
  k->isolate(0, 0x1200_pfn);
  k->isolate(0, 0x1200_pfn);
  EXPECT_EQ(k.numbers().isolated, 2);
}

// W-12, R-ISO-1: later kernels refuse that; whether they refuse anything else depends on pages that
// only they know.
TEST_P(TakeFree, SecondIsolationIsRefusedSince5_15) {
  if (is_4_7()) return;
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1800).free_all());
  EXPECT_EQ(k->refuses_isolation(0x1200_pfn), std::nullopt);
  k->isolate(0, 0x1200_pfn);
  EXPECT_EQ(k->refuses_isolation(0x1200_pfn), true);
}

}  // namespace
}  // namespace bp::reference
