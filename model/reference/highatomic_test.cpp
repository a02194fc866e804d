// SPDX-License-Identifier: MIT
// The highatomic reserve (R-HA): when a pageblock is reserved, how many may be, and how one is
// given back. Who may use it is in rmqueue_test.cpp.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

class Highatomic : public InKernel {
 protected:
  bool is_old() const { return !is_since_6_12(profile()); }
  /// Since 6.12 only a zone of 51200 pages has a reserve. The low mark is far away, so that urgent
  /// requests are served as such.
  TestMachine machine(std::uint64_t pages = 0) const {
    if (pages == 0) pages = is_old() ? 0x1000 : 51200;
    TestMachine m(profile());
    m.zone(0x1000, 0x1000 + pages).marks(0, 1'000'000, 1'000'000);
    return m;
  }
  Gfp atomic() const { return gfp_atomic(profile()) | GfpFlag::movable; }
};
INSTANTIATE_TEST_SUITE_P(Every, Highatomic, testing::ValuesIn(kEveryKernel), kernel_name);

// R-HA-1, R-HA-3, R-LIST-7: an urgent block makes its pageblock part of the reserve, with all that
// is free in it.
TEST_P(Highatomic, UrgentBlockReservesItsPageblock) {
  Kernel k(machine().free(9, movable, {0x1200}));
  EXPECT_EQ(k.alloc(atomic(), 4), 0x1200_pfn);
  EXPECT_EQ(k.type_of(0x1200), highatomic);
  EXPECT_EQ(k.numbers().highatomic, 512);
  EXPECT_EQ(k.list(8, highatomic), Frames({0x1300}));
  EXPECT_EQ(k.list(4, highatomic), Frames({0x1210}));
  EXPECT_EQ(k.list(8, movable), Frames({}));
  EXPECT_EQ(k.numbers().free_highatomic, is_old() ? 0 : 496);
  EXPECT_EQ(k.nr_free_pages(), 496);
}

// R-HA-1: a single page does not, nor does a block for who is not urgent.
TEST_P(Highatomic, OthersReserveNothing) {
  Kernel k(machine().free(9, movable, {0x1200}));
  k.alloc(atomic());
  k.alloc(kMovable | kGfpNowait, 4);
  k.alloc(kMovable | kGfpKernel, 4);
  EXPECT_EQ(k.numbers().highatomic, 0);
  EXPECT_EQ(k.type_of(0x1200), movable);
}

// R-HA-1, C18, B-28: up to 6.12 a block from a per-CPU list reserves too, in 7.1 not.
TEST_P(Highatomic, BlockFromAPcpList) {
  if (profile() == Profile::v4_7) return;  // It has no such lists.
  TestMachine m = machine().free(4, movable, {0x1400}).pcp(100, 1);
  Kernel k(m.on_pcp(3 + 1, 1, movable, {0x1210}));
  EXPECT_EQ(k.alloc(atomic(), 1), 0x1210_pfn);
  EXPECT_EQ(k.numbers().highatomic, profile() == Profile::v7_1 ? 0 : 512);
}

// R-HA-2: up to 6.1 a hundredth of the zone and a pageblock, as a bound that may be passed: three
// pageblocks of 102400 pages (1024 + 512). Later two, and nothing where a hundredth is less than a
// pageblock.
TEST_P(Highatomic, Cap) {
  TestMachine m = machine(102400);
  for (std::uint64_t p = 0x1200; p < 0x2200; p += 0x200) m.free(8, movable, {p});
  Kernel k(m);
  for (unsigned i = 0; i < 8; ++i) k.alloc(atomic(), 8);
  EXPECT_EQ(k.numbers().highatomic, is_old() ? 3 * 512 : 2 * 512);
}

// R-HA-2: the hundredth is not rounded before the bound is compared up to 6.1, and rounded up to
// pageblocks later.
TEST_P(Highatomic, CapOfAnUnevenHundredth) {
  TestMachine m = machine(51300);  // 513 pages.
  for (std::uint64_t p = 0x1200; p < 0x2200; p += 0x200) m.free(8, movable, {p});
  Kernel k(m);
  for (unsigned i = 0; i < 8; ++i) k.alloc(atomic(), 8);
  EXPECT_EQ(k.numbers().highatomic, is_old() ? 3 * 512 : 2 * 512);
}

// R-HA-2: a small zone has a reserve up to 6.1.
TEST_P(Highatomic, SmallZone) {
  Kernel k(machine(51199).free(9, movable, {0x1200}));
  k.alloc(atomic(), 4);
  EXPECT_EQ(k.numbers().highatomic, is_old() ? 512 : 0);
}

// R-HA-3: a pageblock that is reserved already, or CMA, is not reserved.
TEST_P(Highatomic, OnlyRequestablePageblocks) {
  for (const Migratetype t : {highatomic, cma}) {
    TestMachine m = machine().with_cma().type(t, 0x1200, 0x1400).free(8, t, {0x1200});
    m.numbers().highatomic = t == highatomic ? 512 : 0;
    Kernel k(m);
    EXPECT_EQ(k.alloc(atomic(), 4), 0x1200_pfn);
    EXPECT_EQ(k.numbers().highatomic, t == highatomic ? 512 : 0);
    EXPECT_EQ(k.type_of(0x1200), t);
  }
}

// R-HA-3, R-MT-9: at the edge of a zone nothing can be moved. Up to 6.1 the pageblock is counted
// all the same.
TEST_P(Highatomic, PageblockAtTheEdgeOfAZone) {
  const std::uint64_t pages = is_old() ? 0x300 : 51200 + 0x100;
  const std::uint64_t last = (0x1000 + pages) & ~std::uint64_t{0x1ff};
  Kernel k(machine(pages).free(6, movable, {last}));
  EXPECT_EQ(k.alloc(atomic(), 4), Pfn{last});
  EXPECT_EQ(k.numbers().highatomic, is_old() ? 512 : 0);
  EXPECT_EQ(k.type_of(last), is_old() ? highatomic : movable);
  EXPECT_EQ(k.list(5, movable), Frames({last + 32}));
}

// R-HA-3, B-21: later kernels reserve all pageblocks of a larger block, earlier ones the first.
TEST_P(Highatomic, BlockOfTwoPageblocks) {
  TestMachine m = machine(is_old() ? 0 : 102400).free(10, movable, {0x1400});
  m.config().thp = false;
  Kernel k(m);
  EXPECT_EQ(k.alloc(atomic(), 10), 0x1400_pfn);
  EXPECT_EQ(k.numbers().highatomic, is_old() ? 512 : 1024);
  EXPECT_EQ(k.type_of(0x1600), is_old() ? movable : highatomic);
}

/// Two reserved pageblocks; something is free in the second.
class Unreserve : public Highatomic {
 protected:
  TestMachine reserved(std::int64_t pages) const {
    TestMachine m(profile());
    m.zone(0x1000, 0x1800).type(highatomic, 0x1200, 0x1600).numbers().highatomic = pages;
    return m.free(3, highatomic, {0x1410}).free(5, highatomic, {0x1440});
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Unreserve, testing::ValuesIn(kEveryKernel), kernel_name);

// R-HA-4, R-HA-5, R-HA-7: the pageblock of the smallest free block goes to the type that needs it.
TEST_P(Unreserve, GivesAPageblockBack) {
  Kernel k(reserved(1024));
  EXPECT_TRUE(k->unreserve_highatomic(0, -1, kReclaimable, false));
  EXPECT_EQ(k.numbers().highatomic, 512);
  EXPECT_EQ(k.type_of(0x1400), reclaimable);
  EXPECT_EQ(k.type_of(0x1200), highatomic);
  EXPECT_EQ(k.list(3, reclaimable), Frames({0x1410}));
  EXPECT_EQ(k.list(5, reclaimable), Frames({0x1440}));
}

// R-HA-4, B-05: the last pageblock stays, unless it is asked for by force; 4.7 knows no force.
TEST_P(Unreserve, LastPageblockNeedsForce) {
  Kernel k(reserved(512));
  EXPECT_FALSE(k->unreserve_highatomic(0, -1, kReclaimable, false));
  EXPECT_EQ(k.numbers().highatomic, 512);
  const bool forced = is_since_5_15(profile());
  EXPECT_EQ(k->unreserve_highatomic(0, -1, kReclaimable, true), forced);
  EXPECT_EQ(k.numbers().highatomic, forced ? 0 : 512);
}

// R-HA-4, B-03: a stray block of a pageblock that is no longer reserved is not counted again since
// 5.15.
TEST_P(Unreserve, StrayBlockIsNotCounted) {
  Kernel k(reserved(1024).type(movable, 0x1400, 0x1600));
  EXPECT_TRUE(k->unreserve_highatomic(0, -1, kReclaimable, false));
  EXPECT_EQ(k.numbers().highatomic, is_since_5_15(profile()) ? 1024 : 512);
}

// R-HA-4, B-05: where nothing can be moved 4.7 believes that it was; since 5.15 the next order is
// tried.
TEST_P(Unreserve, GoesOnWhereNothingMoves) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1700).type(highatomic, 0x1200, 0x1700).numbers().highatomic = 1024;
  Kernel k(m.free(0, highatomic, {0x1610}).free(5, highatomic, {0x1240}));
  EXPECT_TRUE(k->unreserve_highatomic(0, -1, kReclaimable, false));
  const bool goes_on = is_since_5_15(profile());
  EXPECT_EQ(k.list(5, reclaimable), goes_on ? Frames({0x1240}) : Frames({}));
  EXPECT_EQ(k.numbers().highatomic, goes_on ? 0 : 512);
}

// R-HA-4: zones of the request's list, no others.
TEST_P(Unreserve, OnlyOfZonesTheRequestMayUse) {
  TestMachine m(profile());
  m.x86_64().zone(ZoneType::dma32, 0x1000, 0x1800);
  m.zone(ZoneType::normal, 0x2000, 0x2800).type(highatomic, 0x2200, 0x2600);
  m.free(3, highatomic, {0x2410}).numbers().highatomic = 1024;
  Kernel k(m);
  EXPECT_FALSE(k->unreserve_highatomic(0, -1, GfpFlag::dma32, false));
  EXPECT_TRUE(k->unreserve_highatomic(0, -1, kUnmovable, false));
}

}  // namespace
}  // namespace bp::reference
