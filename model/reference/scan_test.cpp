// SPDX-License-Identifier: MIT
// Which zone serves (R-LIST, R-ZONE, R-CTX-1): the order of a zonelist, its columns of
// lowmem_reserve, THISNODE, the high mark. 4.7's turns stand in fair_test.cpp.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum ZoneType;

constexpr unsigned kDma32 = 1, kNormal = 2;  ///< Indices on x86-64.

class Scan : public InKernel {
 protected:
  /// DMA32 from 0x1000, NORMAL from 0x2000, both with so many free pages.
  TestMachine two_zones(std::uint64_t dma32_pages, std::uint64_t normal_pages) const {
    TestMachine m(profile());
    m.x86_64().zone(dma32, 0x1000, 0x2000).free_range(0x1000, 0x1000 + dma32_pages);
    return m.zone(normal, 0x2000, 0x3000).free_range(0x2000, 0x2000 + normal_pages);
  }
  /// Two nodes with a CPU and a NORMAL zone each, the second's from 0x3000.
  TestMachine two_nodes(std::uint64_t pages0, std::uint64_t pages1) const {
    TestMachine m(profile());
    m.cpus({0, 1}).zone(normal, 0x1000, 0x2000, 0).free_range(0x1000, 0x1000 + pages0);
    return m.zone(normal, 0x3000, 0x4000, 1).free_range(0x3000, 0x3000 + pages1);
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Scan, testing::ValuesIn(kEveryKernel), kernel_name);

bool is_in(Pfn p, std::uint64_t begin, std::uint64_t end) {
  return Pfn{begin} <= p && p < Pfn{end};
}

// R-LIST-4, R-LIST-7, R-ZONE-4, R-ZONE-12: a zone below its mark is passed over for the next lower.
TEST_P(Scan, NextZoneWhereTheFirstIsBelowItsMark) {
  TestMachine m = two_zones(200, 100).marks(99, 99, 99);
  EXPECT_TRUE(is_in(Kernel(m).alloc(kUnmovable), 0x2000, 0x3000));
  EXPECT_TRUE(is_in(Kernel(m.marks(100, 100, 100)).alloc(kUnmovable), 0x1000, 0x2000));
}

// R-LIST-7: ... or where it has no block.
TEST_P(Scan, NextZoneWhereTheFirstHasNoBlock) {
  EXPECT_TRUE(is_in(Kernel(two_zones(512, 300)).alloc(kUnmovable, 9), 0x1000, 0x2000));
}

// R-LIST-5, R-SLOW-7: an attempt without watermarks takes the first zone that has a page.
TEST_P(Scan, FailedCheckIsIgnoredWithoutWatermarks) {
  TestMachine m = two_zones(200, 1).marks(1000, 1000, 1000);
  Kernel k(m.in(dma32).marks(1000, 1000, 1000));
  EXPECT_TRUE(is_in(k.alloc(kGfpNowait | GfpFlag::memalloc), 0x2000, 0x3000));
}

// R-WMARK-6, R-CTX-1, R-CFG-8, B-11: a lower zone keeps a reserve from requests that could have
// gone higher, by the column of their zone.
TEST_P(Scan, LowerZoneKeepsAReserve) {
  const auto served = [&](std::uint64_t free_pages, Gfp g) {
    TestMachine m = two_zones(free_pages, 0).in(dma32).reserve({0, 0, 100, 300});
    return Kernel(m).alloc(g) != kNoPfn;
  };
  EXPECT_FALSE(served(100, kGfpKernel));
  EXPECT_TRUE(served(101, kGfpKernel));
  EXPECT_TRUE(served(1, kGfpKernel | GfpFlag::dma32));
  // MOVABLE is not there: the first zone of the list is NORMAL, the highest allowed is MOVABLE.
  EXPECT_EQ(served(101, kGfpKernel | kHighuserMovable), profile() == Profile::v4_7);
}

// R-CTX-1, W-16, N-2, B-26: 4.7 reads the column of the first zone of the list, later kernels that
// of the highest zone allowed. It shows where another node has a zone that the first lacks.
TEST_P(Scan, ColumnOfAnotherNodesZone) {
  TestMachine m(profile());
  m.x86_64().cpus({0, 1}).zone(dma32, 0x1000, 0x2000, 0);
  m.zone(dma32, 0x2000, 0x3000, 1).free_range(0x2000, 0x2000 + 100).reserve({0, 0, 500, 500});
  Kernel k(m.zone(normal, 0x3000, 0x4000, 1));
  EXPECT_EQ(k.alloc(kGfpKernel) != kNoPfn, profile() == Profile::v4_7);
}

// R-GFP-6, R-ZONE-3, R-ZONE-5, R-ZONE-10: the own node first, then others; with THISNODE no other.
TEST_P(Scan, OwnNodeFirst) {
  EXPECT_TRUE(is_in(Kernel(two_nodes(100, 100)).alloc(kUnmovable), 0x1000, 0x2000));
  EXPECT_TRUE(is_in(Kernel(two_nodes(0, 100)).alloc(kUnmovable), 0x3000, 0x4000));
  EXPECT_EQ(Kernel(two_nodes(0, 100)).alloc(kUnmovable | GfpFlag::thisnode), kNoPfn);
  EXPECT_TRUE(
      is_in(Kernel(two_nodes(100, 100)).alloc(kUnmovable | GfpFlag::thisnode), 0x1000, 0x2000));
}

// R-API-7, R-API-8, R-API-10: without a node it is the CPU's, with one it is that one.
TEST_P(Scan, NodeOfTheCallOrOfTheCpu) {
  Kernel k(two_nodes(100, 100));
  EXPECT_TRUE(is_in(k->alloc({.cpu = 1, .gfp = kUnmovable}).head, 0x3000, 0x4000));
  EXPECT_TRUE(is_in(k->alloc({.cpu = 1, .node = 0, .gfp = kUnmovable}).head, 0x1000, 0x2000));
}

// R-CTX-9: where no zone is allowed nothing is found.
TEST_P(Scan, NoZoneIsAllowed) {
  TestMachine m(profile());
  Kernel k(m.x86_64().zone(normal, 0x1000, 0x2000).free_all());
  EXPECT_EQ(k.alloc(GfpFlag::dma32), kNoPfn);
  EXPECT_EQ(k.alloc(GfpFlag::dma32 | kGfpNowait | GfpFlag::memalloc), kNoPfn);
}

// R-LIST-13, C15: since 6.12 the high mark is tried first; a zone that is not above it is marked,
// and serves by the mark asked for.
TEST_P(Scan, ZoneThatIsNotAboveItsHighMark) {
  for (const std::uint64_t pages : {100U, 101U}) {
    TestMachine m(profile());
    Kernel k(m.zone(0x1000, 0x2000).free_range(0x1000, 0x1000 + pages).marks(10, 20, 100));
    EXPECT_NE(k.alloc(kUnmovable), kNoPfn);
    EXPECT_EQ(k.has(ZoneFlag::below_high), is_since_6_12(profile()) && pages == 100) << pages;
  }
}

// R-LIST-13: every zone that is passed on the way is marked.
TEST_P(Scan, EveryZonePassedIsMarked) {
  Kernel k(two_zones(200, 10).marks(10, 20, 100).in(dma32).marks(10, 20, 199));
  EXPECT_TRUE(is_in(k.alloc(kUnmovable), 0x1000, 0x2000));
  EXPECT_EQ(k.in(0, kNormal).has(ZoneFlag::below_high), is_since_6_12(profile()));
  EXPECT_FALSE(k.in(0, kDma32).has(ZoneFlag::below_high));
}

}  // namespace
}  // namespace bp::reference
