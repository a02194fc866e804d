// SPDX-License-Identifier: MIT
// The rest of the interface (R-API): references and tails, bulks (W-6), exact sizes (W-7), and what
// recomputed watermarks entail (R-CFG).
#include <gtest/gtest.h>

#include <array>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

class Interface : public InKernel {
 protected:
  TestMachine machine() const {
    TestMachine m(profile());
    return m.zone(0x1000, 0x1800);
  }
  bool is_4_7() const { return profile() == Profile::v4_7; }
};
INSTANTIATE_TEST_SUITE_P(Every, Interface, testing::ValuesIn(kEveryKernel), kernel_name);

// R-API-1, R-API-2, R-API-9, R-PREP-4: one head, a block of the order asked for, one reference.
TEST_P(Interface, BlockHasOneReference) {
  Kernel k(machine().free_all());
  const Pfn p = k.alloc(kMovable, 3);
  EXPECT_TRUE(k->is_allocated(p));
  EXPECT_EQ(k->references(p), 1U);
  EXPECT_EQ(k.nr_free_pages(), 2048 - 8);
}

// R-API-11: a block goes back with its last reference.
TEST_P(Interface, LastReferenceFrees) {
  Kernel k(machine().free(4, movable, {0x1400}));
  k->adopt(0x1000_pfn, Order{5}, 2, true);
  k.free(0x1000, 5);
  EXPECT_EQ(k->references(0x1000_pfn), 1U);
  EXPECT_EQ(k.nr_free_pages(), 16);  // Its tails belong to the head (W-8).
  k.free(0x1000, 5);
  EXPECT_EQ(k.list(5, movable), Frames({0x1000}));
}

// R-API-11, W-8, B-24: of a block that is not compound the tails go at once since 5.15, the largest
// first; the head stays as a page. 4.7 frees nothing, and then the head alone is known.
TEST_P(Interface, TailsOfASharedBlock) {
  Kernel k(machine().pcp(100, 4));
  k->adopt(0x1000_pfn, Order{2}, 1, false);
  k->get(0x1000_pfn);
  k.free(0x1000, 2);
  EXPECT_TRUE(k->is_allocated(0x1000_pfn));
  EXPECT_EQ(k.pcp(3 + 1), is_4_7() ? Frames({}) : Frames({0x1002}));
  EXPECT_EQ(k.pcp(1), is_4_7() ? Frames({}) : Frames({0x1001}));
  if (is_4_7()) return;
  k.free(0x1000);
  EXPECT_EQ(k.pcp(1), Frames({0x1000, 0x1001}));
}

// R-API-11, W-8: ... by the way that each order has: larger ones go to the zone.
TEST_P(Interface, LargeTailsGoToTheZone) {
  if (is_4_7()) return;
  Kernel k(machine());
  k->adopt(0x1000_pfn, Order{6}, 2, false);
  k.free(0x1000, 6);
  EXPECT_EQ(k.list(5, movable), Frames({0x1020}));
  EXPECT_EQ(k.list(4, movable), Frames({0x1010}));
  EXPECT_EQ(k.nr_free_pages(), 63);
}

// W-6: a bulk fills the gaps in order, from one zone's per-CPU list.
TEST_P(Interface, BulkFillsTheGaps) {
  Kernel k(machine().free(5, movable, {0x1000}).pcp(100, 4));
  std::array<Pfn, 5> pages = {kNoPfn, 0x1700_pfn, kNoPfn, kNoPfn, kNoPfn};
  EXPECT_EQ(k->alloc_bulk({.gfp = kMovable}, pages), 5U);
  EXPECT_EQ(pages, (std::array{0x1000_pfn, 0x1700_pfn, 0x1001_pfn, 0x1002_pfn, 0x1003_pfn}));
}

// W-6: what is there at the beginning is passed over; with nothing to do nothing is done.
TEST_P(Interface, BulkOfNothing) {
  Kernel k(machine().free(5, movable, {0x1000}));
  std::array<Pfn, 2> pages = {0x1700_pfn, 0x1701_pfn};
  EXPECT_EQ(k->alloc_bulk({.gfp = kMovable}, pages), 2U);
  EXPECT_EQ(k.nr_free_pages(), 32);
}

// W-6: the zone must stay above low with all that were asked for, those already there included;
// else it is one plain page.
TEST_P(Interface, BulkAsksForAll) {
  for (const std::uint64_t free_pages : {14U, 15U}) {
    Kernel k(machine().free_range(0x1000, 0x1000 + free_pages).marks(0, 10, 20));
    std::array<Pfn, 4> pages = {0x1700_pfn, kNoPfn, kNoPfn, kNoPfn};
    EXPECT_EQ(k->alloc_bulk({.gfp = kMovable}, pages), free_pages == 15 ? 4U : 2U);
  }
}

// W-6: a bulk ends with what there is.
TEST_P(Interface, BulkEndsWhereThereIsNoMore) {
  Kernel k(machine().free(1, movable, {0x1000}).drift(100));
  std::array<Pfn, 4> pages = {kNoPfn, kNoPfn, kNoPfn, kNoPfn};
  EXPECT_EQ(k->alloc_bulk({.gfp = kMovable}, pages), 2U);
}

// W-6: all from the preferred node, or one plain page from wherever.
TEST_P(Interface, BulkStaysOnItsNode) {
  TestMachine m(profile());
  m.cpus({0, 1}).zone(ZoneType::normal, 0x1000, 0x2000, 0);
  Kernel k(m.zone(ZoneType::normal, 0x3000, 0x4000, 1).free_all());
  std::array<Pfn, 4> pages = {kNoPfn, kNoPfn, kNoPfn, kNoPfn};
  EXPECT_EQ(k->alloc_bulk({.gfp = kMovable}, pages), 1U);
  EXPECT_EQ(pages[0], 0x3000_pfn);
}

// W-6: the task's scope is not applied: a task that pins gets MOVABLE pages of a bulk.
TEST_P(Interface, BulkIgnoresTheTasksScope) {
  Kernel k(machine().type(unmovable, 0x1000, 0x1200).free_all());
  std::array<Pfn, 2> pages = {kNoPfn, kNoPfn};
  EXPECT_EQ(k->alloc_bulk({.gfp = kMovable, .task = {.pin = true}}, pages), 2U);
  EXPECT_EQ(pages[0], 0x1200_pfn);
}

// W-6: a refill as for any page, but no allocation halves the free factor.
TEST_P(Interface, BulkLeavesTheFreeFactor) {
  TestMachine m = machine().free(5, movable, {0x1000}).pcp(100, 4);
  m.pcp_numbers().free_factor = 3;
  Kernel k(m);
  std::array<Pfn, 2> pages = {kNoPfn, kNoPfn};
  k->alloc_bulk({.gfp = kMovable}, pages);
  EXPECT_EQ(k.pcp_numbers().free_factor, 3);
}

// W-7: an exact size is a block of the next order; what is beyond goes back page by page, to the
// zone, and behind the others.
TEST_P(Interface, ExactSizeGivesItsTailBack) {
  TestMachine m = machine().free(0, movable, {0x1110}).free(3, movable, {0x1000}).pcp(100, 1);
  Kernel k(m);
  EXPECT_EQ(k->alloc_exact({.gfp = kMovable}, 5).head, 0x1000_pfn);
  EXPECT_EQ(k.list(0, movable), Frames({0x1110, 0x1005}));
  EXPECT_EQ(k.list(1, movable), Frames({0x1006}));
  EXPECT_EQ(k.pcp_numbers().count, 0);
  for (const Pfn p : {0x1000_pfn, 0x1004_pfn}) EXPECT_EQ(k->references(p), 1U);
  EXPECT_EQ(k.nr_free_pages(), 4);
}

// R-API-15, W-7: the next order is the least that holds the pages.
TEST_P(Interface, ExactSizeOfAWholeBlockAsksForNoMore) {
  Kernel k(machine().free(2, movable, {0x1000}));
  EXPECT_EQ(k->alloc_exact({.gfp = kMovable}, 4).head, 0x1000_pfn);
  EXPECT_EQ(k.nr_free_pages(), 0);
}

// W-7: without COMP, so that its pages are freed one by one, and without HIGHMEM, since its address
// is handed out.
TEST_P(Interface, ExactSizeIsAddressable) {
  TestMachine m(profile());
  m.zone(ZoneType::normal, 0x1000, 0x1400).free_all();
  Kernel k(m.zone(ZoneType::movable, 0x1400, 0x1800).free_all());
  EXPECT_EQ(k->alloc_exact({.gfp = kHighuserMovable | GfpFlag::comp}, 4).head, 0x1000_pfn);
  k->get(0x1000_pfn);
  k.free(0x1000);
  EXPECT_EQ(k->references(0x1000_pfn), 1U);
}

// R-CFG-4, R-CFG-5, R-CFG-6: one zone has all of min_free; a thousandth of it is the least distance
// of the marks. A boost ends.
TEST_P(Interface, RecomputedMarks) {
  TestMachine m(profile());
  m.zone(0x10000, 0x20000).marks(1, 2, 3).numbers().boost = 7;
  Kernel k(m);
  k->recompute_watermarks(4096);
  EXPECT_EQ(k.numbers().min, 1024);
  EXPECT_EQ(k.numbers().low, 1024 + 256);
  EXPECT_EQ(k.numbers().high, 1024 + 2 * 256);
  EXPECT_EQ(k.numbers().boost, 0);
}

// R-GEN-11: marks follow the managed pages, whatever the zone spans.
TEST_P(Interface, MarksFollowManagedPages) {
  TestMachine m(profile());
  m.zone(0x10000, 0x20000).numbers().managed = 0x8000;
  Kernel k(m);
  k->recompute_watermarks(40);
  EXPECT_EQ(k.numbers().min, 10);
  EXPECT_EQ(k.numbers().low, 10 + 32);  // A thousandth of 32768.
}

// L-15, R-PREP-4: COMP changes nothing for a single page.
TEST_P(Interface, CompoundSinglePage) {
  Kernel k(machine().free_all());
  const Pfn p = k.alloc(kMovable | GfpFlag::comp);
  k->get(p);
  k.free(static_cast<std::uint64_t>(p));
  EXPECT_EQ(k->references(p), 1U);
  k.free(static_cast<std::uint64_t>(p));
  EXPECT_EQ(k.nr_free_pages(), 2048);
}

// R-CFG-12, R-CFG-13, R-CFG-14: since 5.15 the per-CPU lists are sized anew: a batch of 15 for
// 65536 pages; as many pages as the low mark shared by the CPUs. 6.12 and 7.1 let them grow to an
// eighth of the zone.
TEST_P(Interface, RecomputedMarksResizeTheLists) {
  TestMachine m(profile());
  m.cpus({0, 0}).zone(0x10000, 0x20000).pcp(77, 7);
  Kernel k(m);
  k->recompute_watermarks(4096);
  const bool bounds = is_since_6_12(profile());
  EXPECT_EQ(k.pcp_numbers().batch, is_4_7() ? 7 : 15);
  EXPECT_EQ(k.pcp_numbers().high, is_4_7() || bounds ? 77 : 640);
  EXPECT_EQ(k.pcp_numbers().high_min, bounds ? 640 : 77);
  EXPECT_EQ(k.pcp_numbers().high_max, bounds ? 4096 : 77);
}

}  // namespace
}  // namespace bp::reference
