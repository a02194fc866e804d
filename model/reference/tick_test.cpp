// SPDX-License-Identifier: MIT
// Counters that are folded now and then (W-4, C-1, C5, C14), in what steps they change, and what a
// tick and a drain of several CPUs do (R-PCP-9, W-5).
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

constexpr auto kFree = static_cast<unsigned>(Stat::free);

class Counting : public InKernel {
 protected:
  TestMachine machine() const {
    TestMachine m(profile());
    return m.zone(0x1000, 0x1800);
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Counting, testing::ValuesIn(kEveryKernel), kernel_name);

// W-4, C-1, R-GEN-10, R-WMARK-13: a change goes to the CPU's part; beyond the threshold, not at it,
// the part goes to the zone's.
TEST_P(Counting, PartIsFoldedBeyondItsThreshold) {
  Kernel k(machine().free(9, movable, {0x1000}).threshold(32));
  k.alloc(kMovable, 5);
  EXPECT_EQ(k.stat(Stat::free), 512);
  EXPECT_EQ(k.pcp_numbers().diff[kFree], -32);
  k.alloc(kMovable);
  EXPECT_EQ(k.stat(Stat::free), 512 - 33);
  EXPECT_EQ(k.pcp_numbers().diff[kFree], 0);
}

// C-1, C5, R-PCP-4, R-BUDDY-16: a refill changes the counter once up to 6.1, block by block later:
// of four pages three are folded and one is not.
TEST_P(Counting, StepsOfARefill) {
  Kernel k(machine().free(9, movable, {0x1000}).threshold(2).pcp(8, 4));
  k.alloc(kMovable);
  const bool each = is_since_6_12(profile());
  EXPECT_EQ(k.stat(Stat::free), 512 - (each ? 3 : 4));
  EXPECT_EQ(k.pcp_numbers().diff[kFree], each ? -1 : 0);
}

// C-1: pages that go back change it one by one.
TEST_P(Counting, StepsOfABulkFree) {
  Kernel k(
      machine().threshold(2).pcp(100, 4).on_pcp(1, 0, movable, {0x1010, 0x1020, 0x1030, 0x1040}));
  k->drain_all(0);
  EXPECT_EQ(k.stat(Stat::free), 3);
  EXPECT_EQ(k.pcp_numbers().diff[kFree], 1);
}

// C-1, C5: isolation takes all blocks off in one step up to 6.1, one by one later.
TEST_P(Counting, StepsOfAnIsolation) {
  Kernel k(machine().free(1, movable, {0x1210, 0x1220}).free(9, movable, {0x1000}).threshold(3));
  k->isolate(0, 0x1200_pfn);
  k.alloc(kMovable, 9);
  EXPECT_EQ(k.stat(Stat::free) + k.pcp_numbers().diff[kFree], 0);
  EXPECT_EQ(k.pcp_numbers().diff[kFree], 0);
  k->unisolate(0, 0x1200_pfn, movable);
  EXPECT_EQ(k.stat(Stat::free), 4);
}

// C5: a pageblock that is claimed leaves the counters and comes back to them, type by type, since
// 6.12: what the CPU held back is folded on the way.
TEST_P(Counting, StepsOfAClaim) {
  TestMachine m = machine().type(unmovable, 0x1200, 0x1400).free(8, unmovable, {0x1200});
  m.threshold(16).pcp_numbers().diff[kFree] = 3;
  Kernel k(m);
  k.alloc(kMovable);
  const bool steps = is_since_6_12(profile());
  EXPECT_EQ(k.stat(Stat::free), steps ? 256 + 3 : 256);
  EXPECT_EQ(k.pcp_numbers().diff[kFree], steps ? -1 : 2);
}

// R-BUDDY-16, C5: 7.1 counts the pages of free pageblocks apart.
TEST_P(Counting, PagesOfFreePageblocks) {
  const bool counts = profile() == Profile::v7_1;
  Kernel k(machine().free(9, movable, {0x1200, 0x1600}).free(8, movable, {0x1000}));
  EXPECT_EQ(k.stat(Stat::blocks), counts ? 1024 : 0);
  k.alloc(kMovable, 10);
  k.free_held(0x1100, 8);  // Completes two pageblocks.
  EXPECT_EQ(k.list(10, movable), Frames({0x1000}));
  EXPECT_EQ(k.stat(Stat::blocks), counts ? 1536 : 0);
  k->isolate(0, 0x1600_pfn);
  EXPECT_EQ(k.stat(Stat::blocks), counts ? 1024 : 0);
  k.alloc(kMovable, 8);
  EXPECT_EQ(k.stat(Stat::blocks), counts ? 512 : 0);
}

// R-BUDDY-16, R-WMARK-17: what is free in the reserve, since 6.12.
TEST_P(Counting, FreePagesOfTheReserve) {
  Kernel k(machine().type(highatomic, 0x1200, 0x1400).free(4, highatomic, {0x1200}));
  k.free_held(0x1240, 3);
  EXPECT_EQ(k.numbers().free_highatomic, is_since_6_12(profile()) ? 24 : 0);
}

// R-BUDDY-6, R-CMA-2: freed CMA pages are free pages, and CMA pages.
TEST_P(Counting, FreedCmaPages) {
  Kernel k(machine().with_cma().type(cma, 0x1200, 0x1400));
  k.free_held(0x1240, 3);
  EXPECT_EQ(k.nr_free_pages(), 8);
  EXPECT_EQ(k.stat(Stat::cma), 8);
}

class Tick : public InKernel {
 protected:
  /// Two nodes with a NORMAL zone each, from 0x1000 and 0x3000; CPU 0 is on the first.
  TestMachine two_nodes() const {
    TestMachine m(profile());
    m.cpus({0, 1}).zone(ZoneType::normal, 0x1000, 0x2000, 0);
    return m.zone(ZoneType::normal, 0x3000, 0x4000, 1).pcp(100, 2);
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Tick, testing::ValuesIn(kEveryKernel), kernel_name);

// C14, W-5: a tick folds what the CPU holds back, of every zone, and of this CPU alone.
TEST_P(Tick, FoldsThePartsOfItsCpu) {
  TestMachine m = two_nodes().threshold(100);
  m.now().pcp[0].numbers.diff = {5, 2, 0, 0};
  m.now().pcp[1].numbers.diff = {7, 0, 0, 0};
  Kernel k(m);
  k.in(1, 0);
  k->tick(0, false);
  EXPECT_EQ(k.stat(Stat::free), 5);
  EXPECT_EQ(k.stat(Stat::cma), 2);
  EXPECT_EQ(k.pcp_numbers(0).diff[kFree], 0);
  EXPECT_EQ(k.pcp_numbers(1).diff[kFree], 7);
}

// C14, W-5: three ticks after the last change a remote zone's list gives a batch back.
TEST_P(Tick, RemoteListAgesInThreeTicks) {
  TestMachine m = two_nodes().on_pcp(1, 0, movable, {0x3010, 0x3020, 0x3030}).threshold(100);
  m.pcp_numbers().diff[kFree] = 1;
  Kernel k(m);
  k.in(1, 0);
  k->tick(0, true);
  EXPECT_EQ(k.pcp_numbers().expire, 2);
  k->tick(0, true);
  EXPECT_EQ(k.pcp_numbers().count, 3);
  k->tick(0, true);
  EXPECT_EQ(k.pcp_numbers().expire, 0);
  EXPECT_EQ(k.pcp_numbers().count, 1);
  k->tick(0, true);  // Giving back was a change: it begins again.
  EXPECT_EQ(k.pcp_numbers().expire, 2);
}

// C14, W-5: an own zone's list does not age; an empty one neither.
TEST_P(Tick, OwnListDoesNotAge) {
  TestMachine m = two_nodes().on_pcp(1, 0, movable, {0x3010}, 1);
  m.pcp_numbers(0).expire = m.pcp_numbers(1).expire = 1;
  Kernel k(m);
  k.in(1, 0);
  k->tick(1, true);
  EXPECT_EQ(k.pcp_numbers(1).expire, 0);
  EXPECT_EQ(k.pcp_numbers(1).count, 1);
  k->tick(0, true);
  EXPECT_EQ(k.pcp_numbers(0).expire, 1);
}

// C14: only if ageing is asked for.
TEST_P(Tick, FoldingAloneDoesNotAge) {
  TestMachine m = two_nodes().on_pcp(1, 0, movable, {0x3010});
  m.pcp_numbers().expire = 1;
  Kernel k(m);
  k.in(1, 0);
  k->tick(0, false);
  EXPECT_EQ(k.pcp_numbers().count, 1);
}

// W-5, R-PCP-9: CPUs are drained one after the other by the caller, whose counter parts change.
TEST_P(Tick, DrainOfAllCpus) {
  TestMachine m = two_nodes().on_pcp(1, 0, movable, {0x3010}, 0).on_pcp(1, 0, movable, {0x3020}, 1);
  Kernel k(m.threshold(100));
  k.in(1, 0);
  k->drain_all(1);
  EXPECT_EQ(k.list(0, movable), Frames({0x3020, 0x3010}));
  EXPECT_EQ(k.pcp_numbers(0).diff[kFree], 0);
  EXPECT_EQ(k.pcp_numbers(1).diff[kFree], 2);
}

// R-PCP-9: or one CPU's lists of all zones, or all CPUs' lists of one zone.
TEST_P(Tick, DrainOfOneCpuOrOneZone) {
  TestMachine m = two_nodes().on_pcp(1, 0, movable, {0x3010}, 0).on_pcp(1, 0, movable, {0x3020}, 1);
  Kernel local(m);
  local.in(1, 0);
  local->drain_local(1);
  EXPECT_EQ(local.list(0, movable), Frames({0x3020}));
  Kernel zone(m);
  zone.in(1, 0);
  zone->drain_zone(0, ZoneRef{0, 0});
  EXPECT_EQ(zone.list(0, movable), Frames({}));
  zone->drain_zone(0, ZoneRef{1, 0});
  EXPECT_EQ(zone.list(0, movable), Frames({0x3020, 0x3010}));
}

}  // namespace
}  // namespace bp::reference
