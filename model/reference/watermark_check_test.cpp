// SPDX-License-Identifier: MIT
// The watermark check (R-WMARK): how many pages are left of what is free, how far flags lower the
// mark, and which lists count as a block. Free pages are exact: the check turns on the last one.
#include "model/reference/watermark_check.h"

#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

/// One zone, as the check sees it.
class Checked {
 public:
  explicit Checked(const TestMachine& m)
      : a_(m.build(), rules_under_test(m.build().config.profile)) {}
  bool ok(std::int64_t mark, AllocFlags f = {}, unsigned order = 0, unsigned column = 0) {
    return is_watermark_ok(a_, zone(), Order{order}, mark, column, f);
  }
  bool ok_fast(std::int64_t mark, AllocFlags f = {}) {
    return is_watermark_ok_fast(a_, zone(), Order{0}, mark, 0, f, false, false);
  }
  std::int64_t mark(Mark m) { return a_.rules.mark_of(zone(), m); }

 private:
  const Zone& zone() const { return a_.zones[0]; }
  Allocator a_;
};

TestMachine free_pages(Profile p, std::uint64_t pages) {
  TestMachine m(p);
  return m.with_cma().zone(0x1000, 0x1800).free_range(0x1000, 0x1000 + pages);
}

class WatermarkCheck : public InKernel {
 protected:
  bool is_4_7() const { return profile() == Profile::v4_7; }
  /// The pages that the flags leave of this mark: as many are refused, one more is accepted.
  void expect_mark(AllocFlags f, std::int64_t lowered, std::int64_t mark = 101) const {
    const auto pages = static_cast<std::uint64_t>(lowered);
    EXPECT_FALSE(Checked(free_pages(profile(), pages)).ok(mark, f)) << lowered;
    EXPECT_TRUE(Checked(free_pages(profile(), pages + 1)).ok(mark, f)) << lowered;
  }
};
INSTANTIATE_TEST_SUITE_P(Every, WatermarkCheck, testing::ValuesIn(kEveryKernel), kernel_name);

// R-WMARK-1, R-WMARK-6, R-WMARK-7, R-WMARK-14: more than the mark.
TEST_P(WatermarkCheck, MoreThanTheMark) { expect_mark({}, 101); }

// R-WMARK-3, R-WMARK-4, R-WMARK-9, R-WMARK-15, R-WMARK-17, R-WMARK-18: HIGH takes half off, and
// HARDER a quarter of the rest; since 6.1 nothing without HIGH.
TEST_P(WatermarkCheck, HighAndHarderLowerTheMark) {
  expect_mark({.high = true}, 51);
  expect_mark({.harder = true}, is_since_6_1(profile()) ? 101 : 76);
  expect_mark({.high = true, .harder = true}, 39);
}

// R-WMARK-15, R-WMARK-17: an OOM victim gets half since 5.15, in 5.15 instead of HARDER's quarter.
TEST_P(WatermarkCheck, VictimsGetHalf) {
  if (is_4_7()) return;
  expect_mark({.oom = true}, 51);
  expect_mark({.high = true, .oom = true}, 26);
  expect_mark({.high = true, .harder = true, .oom = true}, is_since_6_1(profile()) ? 20 : 26);
  expect_mark({.harder = true, .oom = true}, 51);
}

// R-WMARK-2: of the block asked for all pages but one are taken off before the comparison.
TEST_P(WatermarkCheck, BlockItselfIsTakenOff) {
  EXPECT_FALSE(Checked(free_pages(profile(), 108)).ok(101, {}, 3));
  EXPECT_TRUE(Checked(free_pages(profile(), 109)).ok(101, {}, 3));
}

// R-WMARK-6, B-11: what the zone keeps from requests that could go higher is added.
TEST_P(WatermarkCheck, ReserveOfTheColumnIsAdded) {
  TestMachine m = free_pages(profile(), 151).reserve({0, 49});
  EXPECT_TRUE(Checked(m).ok(101, {}, 0, 1));
  EXPECT_FALSE(Checked(m.reserve({0, 50})).ok(101, {}, 0, 1));
  EXPECT_TRUE(Checked(m).ok(101, {}, 0, 0));
}

// R-WMARK-5, R-WMARK-17, R-CMA-2: without the CMA flag free CMA pages are not there.
TEST_P(WatermarkCheck, CmaPagesNeedTheirFlag) {
  TestMachine m = free_pages(profile(), 50);
  m.type(cma, 0x1200, 0x1400).free_range(0x1200, 0x1200 + 100);
  EXPECT_FALSE(Checked(m).ok(50));
  EXPECT_TRUE(Checked(m).ok(49));
  EXPECT_TRUE(Checked(m).ok(149, {.cma = true}));
  EXPECT_FALSE(Checked(m).ok_fast(50));
  EXPECT_TRUE(Checked(m).ok_fast(149, {.cma = true}));
}

/// 600 free pages, of them 512 in the reserve.
TestMachine with_reserve(Profile p) {
  TestMachine m = free_pages(p, 88).type(highatomic, 0x1200, 0x1400).free(9, highatomic, {0x1200});
  m.numbers().highatomic = 512;
  return m;
}

// R-WMARK-4, R-WMARK-15, R-WMARK-17, R-AF-6: the highatomic reserve is kept from everybody without
// a flag that opens it.
TEST_P(WatermarkCheck, ReserveIsKept) {
  Checked c(with_reserve(profile()));
  EXPECT_FALSE(c.ok(88));
  EXPECT_TRUE(c.ok(87));
  EXPECT_TRUE(c.ok(500, {.harder = true}));
  EXPECT_EQ(c.ok(500, {.oom = true}), !is_4_7());
  EXPECT_EQ(c.ok(500, {.high = true}), is_since_6_1(profile()));
  EXPECT_EQ(c.ok(500, {.highatomic = true}), is_since_6_1(profile()));
}

// R-WMARK-4, R-WMARK-17: all of the reserve, used or not, up to 6.1; what is free of it later.
TEST_P(WatermarkCheck, ReserveInUse) {
  TestMachine m = free_pages(profile(), 600 - 512).type(highatomic, 0x1200, 0x1400);
  m.free_range(0x1400, 0x1600).numbers().highatomic = 512;
  EXPECT_EQ(Checked(m).ok(500), is_since_6_12(profile()));
}

// R-WMARK-10, R-WMARK-11, R-WMARK-16: the short test of 4.7 forgets the reserve.
TEST_P(WatermarkCheck, ShortTestForgetsTheReserveIn4_7) {
  Checked c(with_reserve(profile()));
  EXPECT_EQ(c.ok_fast(599), is_4_7());
  EXPECT_FALSE(c.ok_fast(600));
  EXPECT_TRUE(c.ok_fast(87));
}

// R-WMARK-12, R-WMARK-16, B-01: less than nothing is not very much. Drift can make it so.
TEST_P(WatermarkCheck, LessThanNothingIsRefused) {
  TestMachine m = free_pages(profile(), 100);
  m.numbers().stat[static_cast<unsigned>(Stat::cma)] = 150;
  EXPECT_FALSE(Checked(m).ok_fast(10));
  TestMachine r = free_pages(profile(), 100);
  r.numbers().highatomic = r.numbers().free_highatomic = 512;
  EXPECT_EQ(Checked(r).ok_fast(10), is_4_7());
}

// R-WMARK-13, C-1, M-4: a check reads what is folded, and no counter below zero.
TEST_P(WatermarkCheck, CountersAreReadAsFolded) {
  TestMachine m = free_pages(profile(), 100);
  m.pcp_numbers().diff[static_cast<unsigned>(Stat::free)] = 20;
  EXPECT_FALSE(Checked(m).ok(100));
  m.numbers().stat[static_cast<unsigned>(Stat::cma)] = -150;
  EXPECT_FALSE(Checked(m).ok(100));
}

/// A block of this order on one list alone, and enough single pages.
TestMachine one_block(Profile p, unsigned order, Migratetype t) {
  TestMachine m(p);
  m.with_cma().zone(0x1000, 0x1800).type(t, 0x1400, 0x1800).free(order, t, {0x1400});
  for (std::uint64_t head = 0x1000; head < 0x1200; head += 2) m.free(0, movable, {head});
  return m;
}

// R-WMARK-8, R-WMARK-15, R-WMARK-17, B-06: for a higher order there must be a block on a list that
// the request may use. For HARDER 4.7 believes any list.
TEST_P(WatermarkCheck, ListsThatCount) {
  const auto ok = [&](Migratetype t, AllocFlags f) {
    return Checked(one_block(profile(), 4, t)).ok(0, f, 3);
  };
  for (const Migratetype t : {unmovable, movable, reclaimable}) EXPECT_TRUE(ok(t, {}));
  for (const Migratetype t : {cma, highatomic, isolate}) EXPECT_FALSE(ok(t, {}));
  EXPECT_TRUE(ok(cma, {.cma = true}));
  EXPECT_EQ(ok(highatomic, {.harder = true}), is_until_5_15(profile()));
  EXPECT_EQ(ok(highatomic, {.oom = true}), !is_4_7());
  EXPECT_EQ(ok(highatomic, {.high = true, .harder = true, .highatomic = true}), true);
  EXPECT_EQ(ok(isolate, {.harder = true}), is_4_7());
  EXPECT_EQ(ok(cma, {.harder = true}), is_4_7());
}

// R-WMARK-8, B-42: every order from the one asked for up to 10, and none below.
TEST_P(WatermarkCheck, OrdersThatCount) {
  for (unsigned order = 3; order <= kOrderMax; ++order)
    EXPECT_TRUE(Checked(one_block(profile(), order, movable)).ok(0, {}, 3)) << order;
  EXPECT_FALSE(Checked(one_block(profile(), 2, movable)).ok(0, {}, 3));
  EXPECT_FALSE(Checked(one_block(profile(), 2, movable)).ok(0, {.harder = true}, 3));
}

// R-WMARK-20: the boost is part of every mark since 5.0.
TEST_P(WatermarkCheck, BoostIsPartOfEveryMark) {
  TestMachine m = free_pages(profile(), 1).marks(10, 20, 30);
  m.numbers().boost = 512;
  Checked c(m);
  const std::int64_t boost = is_4_7() ? 0 : 512;
  EXPECT_EQ(c.mark(Mark::min), 10 + boost);
  EXPECT_EQ(c.mark(Mark::low), 20 + boost);
  EXPECT_EQ(c.mark(Mark::high), 30 + boost);
}

// R-WMARK-19, C13: single pages at the min mark get it without its boost: for ATOMIC up to 6.1, for
// HIGH later.
TEST_P(WatermarkCheck, UrgentSinglePagesIgnoreTheBoost) {
  if (is_4_7()) return;
  const auto gets = [&](Gfp g, unsigned order = 0) {
    TestMachine m = free_pages(profile(), 100).marks(10, 20, 30);
    m.numbers().boost = 512;
    return Kernel(m).alloc(g, order) != kNoPfn;
  };
  EXPECT_TRUE(gets(gfp_atomic(profile())));
  EXPECT_EQ(gets(GfpFlag::high), is_since_6_12(profile()));
  EXPECT_EQ(gets(GfpFlag::atomic), !is_since_6_12(profile()));
  EXPECT_FALSE(gets(kGfpNowait));
  EXPECT_FALSE(gets(kGfpKernel));
  EXPECT_FALSE(gets(gfp_atomic(profile()), 1));
}

}  // namespace
}  // namespace bp::reference
