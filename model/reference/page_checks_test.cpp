// SPDX-License-Identifier: MIT
// Pages that fail their checks (R-PREP, R-FREE-1; M-5, M-6, B-02, B-32, B-33): where they are
// found, and what their loss leaves behind.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

class PageChecks : public InKernel {
 protected:
  TestMachine machine() const {
    TestMachine m(profile());
    return m.zone(0x1000, 0x1400);
  }
  bool is_4_7() const { return profile() == Profile::v4_7; }
};
INSTANTIATE_TEST_SUITE_P(Every, PageChecks, testing::ValuesIn(kEveryKernel), kernel_name);

// R-PREP-2, R-PREP-5, R-PREP-6, R-PCP-2, R-PCP-4, B-02, M-6: a refill drops a bad page for good. It
// is no longer free; 4.7 counts it as listed.
TEST_P(PageChecks, RefillDropsBadPages) {
  Kernel k(machine().free(3, movable, {0x1000}).pcp(8, 4));
  k->mark_bad(0x1001_pfn);
  EXPECT_EQ(k.alloc(kMovable), 0x1000_pfn);
  EXPECT_EQ(k.pcp(1), Frames({0x1002, 0x1003}));
  EXPECT_EQ(k.pcp_numbers().count, is_4_7() ? 3 : 2);
  EXPECT_EQ(k.nr_free_pages(), 4);
}

// R-PREP-1, R-PREP-3: one bad page of a block is enough.
TEST_P(PageChecks, BlockWithABadPageIsDropped) {
  if (is_4_7()) return;  // It has no lists of blocks.
  Kernel k(machine().free(4, movable, {0x1000}).pcp(8, 4));
  k->mark_bad(0x1003_pfn);
  EXPECT_EQ(k.alloc(kMovable, 1), 0x1000_pfn);
  EXPECT_EQ(k.pcp(3 + 1), Frames({}));
  EXPECT_EQ(k.nr_free_pages(), 12);
}

// R-PREP-5, M-5: a single page that goes bad while it is held is listed like any other and can be
// handed out again. It is found when it goes back to the zone: lost, and off the list's count.
TEST_P(PageChecks, BadPageIsFoundWhenItGoesBack) {
  Kernel k(machine().free(3, movable, {0x1100}).pcp(8, 4));
  k->mark_bad(0x1010_pfn);
  k.free_held(0x1010);
  EXPECT_EQ(k.alloc(kMovable), 0x1010_pfn);
  k.free(0x1010);
  k->drain_all(0);
  EXPECT_EQ(k.pcp_numbers().count, 0);
  EXPECT_EQ(k.list(0, movable), Frames({}));
  EXPECT_EQ(k.nr_free_pages(), 8);
}

// R-FREE-1, M-5: of a block that is freed to the zone's lists every page is looked at. With a bad
// one nothing happens.
TEST_P(PageChecks, BlockWithABadPageIsNotFreed) {
  Kernel k(machine());
  k->mark_bad(0x1013_pfn);
  k.free_held(0x1010, 4);
  EXPECT_EQ(k.nr_free(4), 0);
  EXPECT_EQ(k.nr_free_pages(), 0);
}

// R-RMQ-2, R-RMQ-3, R-PREP-6, B-32, B-33: in 4.7 a bad block is dropped and the next one taken; one
// block leaves the counter, so it stays too high.
TEST(PageChecksOfV4_7, BlockTakenFromTheZoneIsLookedAt) {
  Kernel k(TestMachine(Profile::v4_7).zone(0x1000, 0x1400).free(4, movable, {0x1000, 0x1020}));
  k->mark_bad(0x1003_pfn);
  EXPECT_EQ(k.alloc(kMovable, 4), 0x1020_pfn);
  EXPECT_EQ(k.nr_free_pages(), 16);
  EXPECT_EQ(k.nr_free(4), 0);
  EXPECT_EQ(k.alloc(kMovable, 4), kNoPfn);
}

}  // namespace
}  // namespace bp::reference
