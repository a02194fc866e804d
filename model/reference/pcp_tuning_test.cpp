// SPDX-License-Identifier: MIT
// Per-CPU lists of v6.12 and v7.1, whose size follows what was allocated and freed lately
// (R-PCP-20; C3, C4, C14). Each test sets the numbers that decide and works out what becomes of
// them.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

constexpr unsigned kU = 0, kM = 1;
constexpr std::int64_t kLastWasHighOrder = 1, kKeepsBatch = 2;  ///< Bits of PcpNumbers::flags.

class PcpTuning : public InKernel {
 protected:
  TestMachine machine() const {
    TestMachine m(profile());
    m.zone(0x1000, 0x1800);
    return m;
  }
  TestMachine free_machine() const { return machine().free_all(); }
  bool is_7_1() const { return profile() == Profile::v7_1; }
};
INSTANTIATE_TEST_SUITE_P(Since6_12, PcpTuning, testing::ValuesIn(kSince6_12), kernel_name);

// R-PCP-20, C3: each refill may double the next one, and the list grows by what it asks for.
TEST_P(PcpTuning, RefillsDoubleAndTheListGrows) {
  Kernel k(free_machine().tuned_pcp(8, 8, 64, 4));
  EXPECT_EQ(k.alloc(kMovable), 0x1000_pfn);  // Asks for 4; the list may then hold 12.
  EXPECT_EQ(k.pcp_numbers().high, 12);
  EXPECT_EQ(k.pcp_numbers().alloc_factor, 1);
  EXPECT_EQ(k.alloc_each(kMovable, 0, 4), Frames({0x1001, 0x1002, 0x1003, 0x1004}));
  EXPECT_EQ(k.pcp_numbers().high, 20);  // The last one asked for 8.
  EXPECT_EQ(k.pcp_numbers().alloc_factor, 2);
  EXPECT_EQ(k.pcp_numbers().count, 7);
}

// C3: the bound of a refill is what the grown list still takes, a batch apart. At the bound is not
// beyond it.
TEST_P(PcpTuning, RefillIsBoundByTheList) {
  for (const std::int64_t factor : {1, 3}) {
    TestMachine m = free_machine().pcp(12, 4);
    m.pcp_numbers().alloc_factor = factor;
    Kernel k(m);
    k.alloc(kMovable);
    EXPECT_EQ(k.pcp_numbers().count, 7);  // 12 - 4 pages, one of them handed out.
    EXPECT_EQ(k.pcp_numbers().alloc_factor, factor == 1 ? 2 : 3);
    EXPECT_EQ(k.pcp_numbers().high, 12);  // Bounds that are equal leave nothing to tune.
  }
}

// C3: it doubles five times at most.
TEST_P(PcpTuning, RefillsDoubleFiveTimes) {
  for (const std::int64_t factor : {4, 5}) {
    TestMachine m = free_machine().pcp(1000, 1);
    m.pcp_numbers().alloc_factor = factor;
    Kernel k(m);
    k.alloc(kMovable);
    EXPECT_EQ(k.pcp_numbers().count, (1 << factor) - 1);
    EXPECT_EQ(k.pcp_numbers().alloc_factor, 5);
  }
}

// C3: higher orders ask for a batch whatever the factor, and leave it.
TEST_P(PcpTuning, HigherOrdersAskForABatch) {
  TestMachine m = free_machine().tuned_pcp(10, 8, 100, 8);
  m.pcp_numbers().alloc_factor = 3;
  Kernel k(m);
  EXPECT_EQ(k.alloc(kMovable, 1), 0x1000_pfn);
  EXPECT_EQ(k.pcp(3 + kM), Frames({0x1002, 0x1004, 0x1006}));
  EXPECT_EQ(k.pcp_numbers().alloc_factor, 3);
  EXPECT_EQ(k.pcp_numbers().high, 18);
}

// C3: a list smaller than a batch gets single blocks. Its size is brought between its bounds first.
TEST_P(PcpTuning, SmallListGetsSingleBlocks) {
  Kernel k(free_machine().tuned_pcp(50, 2, 3, 4));
  k.alloc(kMovable);
  EXPECT_EQ(k.pcp_numbers().count, 0);
  EXPECT_EQ(k.pcp_numbers().high, 3);
}

// C3, R-LIST-13: while the zone is below its high mark lists do not grow.
TEST_P(PcpTuning, NoGrowthBelowTheHighMark) {
  Kernel k(free_machine().flag(ZoneFlag::below_high).tuned_pcp(8, 8, 64, 4));
  k.alloc(kMovable);
  EXPECT_EQ(k.pcp_numbers().high, 8);
}

// C3: an atomic request of higher order refills in 6.12 alone; the tuning happens in both. It finds
// its block in the zone's lists.
TEST_P(PcpTuning, AtomicRequestDoesNotRefill) {
  TestMachine m = machine().free(4, movable, {0x1000}).tuned_pcp(8, 4, 64, 4).marks(4, 100, 200);
  Kernel k(m);
  EXPECT_EQ(k.alloc(gfp_atomic(profile()), 1), 0x1000_pfn);
  EXPECT_EQ(k.pcp(3 + kU), is_7_1() ? Frames({}) : Frames({0x1002}));
  EXPECT_EQ(k.pcp_numbers().high, 8);  // The failed first look says: below the high mark.
  EXPECT_TRUE(k.has(ZoneFlag::below_high));
}

// C3: ... but takes a block that is there.
TEST_P(PcpTuning, AtomicRequestTakesWhatIsThere) {
  TestMachine m = machine().free(4, movable, {0x1000}).pcp(8, 4).marks(4, 100, 200);
  Kernel k(m.on_pcp(3 + kU, 1, unmovable, {0x1100}));
  EXPECT_EQ(k.alloc(gfp_atomic(profile()), 1), 0x1100_pfn);
}

// R-PCP-20, C3: an allocation halves the count of frees, a free the factor of refills.
TEST_P(PcpTuning, EachSideHalvesTheOther) {
  TestMachine m = machine().free(4, movable, {0x1000}).pcp(100, 4);
  m.on_pcp(kM, 0, movable, {0x1101, 0x1103});
  m.pcp_numbers().free_count = 13;
  m.pcp_numbers().alloc_factor = 5;
  Kernel k(m);
  k.alloc(kMovable);  // From a list that is not empty.
  EXPECT_EQ(k.pcp_numbers().free_count, 6);
  EXPECT_EQ(k.pcp_numbers().alloc_factor, 5);
  k.free(0x1101);
  EXPECT_EQ(k.pcp_numbers().free_count, 7);
  EXPECT_EQ(k.pcp_numbers().alloc_factor, 2);
}

// C3: frees are counted up to 32 batches; the one that passes the bound still counts.
TEST_P(PcpTuning, CountOfFreesIsBound) {
  for (const std::int64_t count : {63, 64}) {
    TestMachine m = machine().pcp(1000, 2);
    m.pcp_numbers().free_count = count;
    Kernel k(m);
    k.free_held(0x1000, 3);
    EXPECT_EQ(k.pcp_numbers().free_count, count == 63 ? 71 : 64);
  }
}

// C3: a full list gives as many as were freed lately, if a batch stays; 7.1 in batches, each of
// which ends with the block that completes it.
TEST_P(PcpTuning, SurplusGoesInBatchesSince7_1) {
  TestMachine m = machine().pcp(8, 1);
  m.on_pcp(3 + kM, 1, movable, {0x1100, 0x1110, 0x1120, 0x1130});
  Kernel k(m);
  k.free_held(0x1140, 1);  // Two pages lately: two batches of one, a block each.
  EXPECT_EQ(k.pcp_numbers().count, is_7_1() ? 6 : 8);
}

// C3: a list that is full because of many frees grows for them, within its bounds.
TEST_P(PcpTuning, FullListGrowsWithTheFrees) {
  TestMachine m = machine().tuned_pcp(4, 2, 9, 2);
  m.on_pcp(kM, 0, movable, {0x1101, 0x1103, 0x1105}).pcp_numbers().free_count = 4;
  Kernel k(m);
  k.free_held(0x1107);  // Five lately, and a batch: 7 of at most 9.
  EXPECT_EQ(k.pcp_numbers().high, 7);
  EXPECT_EQ(k.pcp_numbers().count, 2);  // Of the old size all but a batch goes.
}

// C3: somebody reclaims: the list shrinks by what was freed lately, down to its lower bound.
TEST_P(PcpTuning, ReclaimShrinksTheList) {
  TestMachine m = machine().flag(ZoneFlag::reclaim_active).tuned_pcp(50, 10, 100, 2);
  m.pcp_numbers().free_count = 29;
  Kernel k(m);
  k.free_held(0x1100);
  EXPECT_EQ(k.pcp_numbers().high, 20);
  k.free_held(0x1102);
  EXPECT_EQ(k.pcp_numbers().high, 10);
}

// C3, R-LIST-13: below the high mark a list shrinks and gives back all but a batch; the flag goes
// when the zone is above the mark again.
TEST_P(PcpTuning, BelowTheHighMarkAllButABatchGoes) {
  TestMachine m = machine().free(4, movable, {0x1200}).marks(2, 4, 20);
  m.flag(ZoneFlag::below_high).tuned_pcp(50, 4, 100, 2);
  m.on_pcp(kM, 0, movable, {0x1101, 0x1103, 0x1105, 0x1107}).pcp_numbers().free_count = 20;
  Kernel k(m);
  k.free_held(0x1109);  // 3 of 5 go: 16 + 3 free pages are not above 20.
  EXPECT_EQ(k.pcp_numbers().high, 29);
  EXPECT_EQ(k.pcp_numbers().count, 2);
  EXPECT_TRUE(k.has(ZoneFlag::below_high));
  k.free_held_each({0x110b, 0x110d});
  EXPECT_EQ(k.nr_free_pages(), 21);
  EXPECT_FALSE(k.has(ZoneFlag::below_high));
}

// C3: after enough frees, the second block of orders 1 to 3 in a row sends all back.
TEST_P(PcpTuning, BurstOfHigherOrdersGoesThrough) {
  for (const unsigned o : {1U, 3U}) {
    TestMachine m = machine().tuned_pcp(90, 40, 100, 2).on_pcp(kM, 0, movable, {0x1101});
    m.pcp_numbers().free_count = 22;  // A batch, and in 7.1 half of the lower bound.
    Kernel k(m);
    k.free_held(0x1200, o);
    EXPECT_EQ(k.pcp_numbers().flags, kLastWasHighOrder);
    EXPECT_EQ(k.pcp_numbers().count, 1 + (1 << o));
    k.free_held(0x1300, o);
    EXPECT_EQ(k.pcp_numbers().count, 0) << o;
    EXPECT_EQ(k.pcp_numbers().high, 40);  // Less 64, but not below the bound.
  }
}

// C3: ... as 6.12 counts frees, after a batch of them; in 7.1 after half of the lower bound more.
TEST_P(PcpTuning, BurstBeginsLaterIn7_1) {
  TestMachine m = machine().tuned_pcp(90, 40, 100, 2).on_pcp(kM, 0, movable, {0x1101});
  m.pcp_numbers().free_count = 21;
  m.pcp_numbers().flags = kLastWasHighOrder;
  Kernel k(m);
  k.free_held(0x1200, 1);
  EXPECT_EQ(k.pcp_numbers().count, is_7_1() ? 3 : 0);
}

// C3: a single page or a pageblock in between ends the burst; neither is part of one.
TEST_P(PcpTuning, OtherOrdersEndABurst) {
  for (const unsigned o : {0U, 9U}) {
    TestMachine m = machine().tuned_pcp(4000, 40, 4096, 2).on_pcp(kM, 0, movable, {0x1101});
    m.pcp_numbers().free_count = 60;
    m.pcp_numbers().flags = kLastWasHighOrder;
    Kernel k(m);
    k.free_held(0x1200, o);
    EXPECT_EQ(k.pcp_numbers().flags, 0);
    EXPECT_EQ(k.pcp_numbers().count, 1 + (1 << o)) << o;
  }
}

// C3: a CPU whose cache keeps a batch does so until there is one.
TEST_P(PcpTuning, BurstKeepsABatchWhereTheCacheDoes) {
  TestMachine m = machine().tuned_pcp(90, 2, 100, 4);
  m.pcp_numbers().free_count = 60;
  m.pcp_numbers().flags = kLastWasHighOrder | kKeepsBatch;
  Kernel k(m);
  k.free_held(0x1200, 1);
  EXPECT_EQ(k.pcp_numbers().count, 2);
  k.free_held(0x1210, 1);
  EXPECT_EQ(k.pcp_numbers().count, 0);
}

// C3: at most 32 batches of a burst go at once.
TEST_P(PcpTuning, BurstGoesInPartsOf32Batches) {
  TestMachine m = machine().tuned_pcp(90, 40, 1000, 1);
  m.pcp_numbers().free_count = 60;
  m.pcp_numbers().flags = kLastWasHighOrder;
  std::uint64_t p = 0x1400;
  for (unsigned i = 0; i < 34; ++i, p += 2) m.on_pcp(kM, 0, movable, {p});
  Kernel k(m);
  k.free_held(0x1200, 1);
  // In 7.1 a batch of one page takes the block of two.
  EXPECT_EQ(k.pcp_numbers().count, is_7_1() ? 3 : 4);
}

// C14: a tick takes an eighth off the size; what no longer fits goes back, in batches.
TEST_P(PcpTuning, TickShrinksTheList) {
  TestMachine m = machine().tuned_pcp(40, 4, 100, 2);
  std::uint64_t p = 0x1400;
  for (unsigned i = 0; i < 38; ++i, p += 2) m.on_pcp(kM, 0, movable, {p});
  Kernel k(m);
  k->tick(0, false);
  EXPECT_EQ(k.pcp_numbers().high, 40);  // Only where ageing is asked for.
  k->tick(0, true);
  EXPECT_EQ(k.pcp_numbers().high, 35);
  EXPECT_EQ(k.pcp_numbers().count, 35);
}

// C14: a tick frees 32 batches at most, whatever that leaves of the size.
TEST_P(PcpTuning, TickLeavesAllBut32Batches) {
  TestMachine m = machine().tuned_pcp(38, 0, 100, 1);
  std::uint64_t p = 0x1400;
  for (unsigned i = 0; i < 70; ++i, p += 2) m.on_pcp(kM, 0, movable, {p});
  Kernel k(m);
  k->tick(0, true);
  EXPECT_EQ(k.pcp_numbers().high, 38);
  EXPECT_EQ(k.pcp_numbers().count, 38);
}

// C14: the size does not fall below its lower bound.
TEST_P(PcpTuning, TickKeepsTheLowerBound) {
  Kernel k(machine().tuned_pcp(20, 19, 100, 2));
  k->tick(0, true);
  EXPECT_EQ(k.pcp_numbers().high, 19);
}

}  // namespace
}  // namespace bp::reference
