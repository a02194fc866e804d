// SPDX-License-Identifier: MIT
// The rules of kernels by version, against figures of real failure reports worked out by hand.
#include "model/rules/kernel_age.h"

#include <gtest/gtest.h>

namespace bp::rules {
namespace {

using enum GfpFlag;

constexpr Gfp kAtomicE0 = high;
constexpr Gfp kKernelE0 = wait | io | fs;
constexpr Gfp kAtomic = high | atomic | kswapd_reclaim;
constexpr Gfp kKernel = direct_reclaim | kswapd_reclaim | io | fs;
constexpr Gfp kNowait = kswapd_reclaim;

TEST(KernelAge, VersionsFallIntoAges) {
  EXPECT_EQ(age_of({3, 18}), KernelAge::before_4_4);
  EXPECT_EQ(age_of({4, 4}), KernelAge::v4_4);
  EXPECT_EQ(age_of({4, 14}), KernelAge::v4_4);
  EXPECT_EQ(age_of({4, 19}), KernelAge::v4_15);
  EXPECT_EQ(age_of({5, 15}), KernelAge::v5_9);
  EXPECT_EQ(age_of({6, 1}), KernelAge::v6_1);
  EXPECT_EQ(age_of({6, 2}), KernelAge::v5_9);
  EXPECT_EQ(age_of({6, 8}), KernelAge::v6_3);
  EXPECT_EQ(age_of({7, 1}), KernelAge::v6_12);
  EXPECT_FALSE(has_column_of_mask({5, 7}));
  EXPECT_TRUE(has_column_of_mask({5, 8}));
}

// F-1, R-AF-1, R-AF-6: who gets HARDER differs.
TEST(KernelAge, HarderFollowsFromTheMask) {
  EXPECT_TRUE(flags_at_min(KernelAge::before_4_4, kAtomicE0, Order{1}).harder);
  EXPECT_FALSE(flags_at_min(KernelAge::before_4_4, kKernelE0, Order{1}).harder);
  EXPECT_FALSE(flags_at_min(KernelAge::v4_4, kNowait, Order{0}).harder);
  EXPECT_TRUE(flags_at_min(KernelAge::v4_4, kAtomic, Order{0}).harder);
  EXPECT_TRUE(flags_at_min(KernelAge::v6_12, kNowait, Order{0}).harder);
  EXPECT_FALSE(flags_at_min(KernelAge::v6_12, kKernel, Order{0}).harder);
  EXPECT_TRUE(flags_at_min(KernelAge::v6_12, high | kswapd_reclaim, Order{3}).highatomic);
  EXPECT_FALSE(flags_at_min(KernelAge::v6_12, high | kswapd_reclaim, Order{0}).highatomic);
}

// R-AF-2, 5.
TEST(KernelAge, WhoReclaimsIgnoresMarks) {
  for (const KernelAge a : kKernelAges) {
    const AllocFlags at_min = flags_at_min(a, kKernel | kKernelE0, Order{0});
    EXPECT_TRUE(flags_with_reserves(a, kKernel, {.memalloc = true}, at_min).no_watermarks);
    EXPECT_EQ(flags_with_reserves(a, kKernel | nomemalloc, {.memalloc = true}, at_min), at_min);
    EXPECT_EQ(flags_with_reserves(a, kKernel, {.memalloc = true, .in_interrupt = true}, at_min),
              at_min);
  }
  const AllocFlags at_min = flags_at_min(KernelAge::v6_1, kKernel, Order{0});
  EXPECT_TRUE(flags_with_reserves(KernelAge::v6_1, kKernel, {.oom_victim = true}, at_min).oom);
}

// R-WMARK-21: 3.13, order 4, GFP_KERNEL: two zones that hold the block refuse it.
TEST(KernelAge, HalvingRefusesZonesWithSmallBlocks) {
  const std::int64_t dma32[] = {17854, 2829, 1547, 58};
  const WatermarkInput in{.free = Pages{30388},
                          .free_cma = Pages{0},
                          .highatomic = Pages{0},
                          .mark = Pages{13840},
                          .reserve = Pages{694},
                          .order = Order{4},
                          .flags = {}};
  const HalvingCheck c =
      check_by_halving(in, [&](Order o) { return dma32[static_cast<unsigned>(o)]; });
  EXPECT_FALSE(c.passes);
  EXPECT_EQ(c.refused_after, 2);
  EXPECT_EQ(c.left, Pages{673});
  EXPECT_EQ(c.mark, Pages{1730});
}

// R-WMARK-21: 3.12, GFP_ATOMIC of order 1: CMA is taken away in the first comparison only.
TEST(KernelAge, HalvingForgetsCmaAfterTheFirst) {
  const WatermarkInput in{.free = Pages{3286},
                          .free_cma = Pages{1982},
                          .highatomic = Pages{0},
                          .mark = Pages{501},
                          .reserve = Pages{0},
                          .order = Order{1},
                          .flags = {.high = true, .harder = true}};
  const HalvingCheck c = check_by_halving(in, [](Order) { return 2584; });
  EXPECT_TRUE(c.passes);
  EXPECT_EQ(c.left, Pages{701});
  EXPECT_EQ(c.mark, Pages{94});
  EXPECT_EQ(check_by_halving({.free = Pages{2100},
                              .free_cma = Pages{1982},
                              .highatomic = Pages{0},
                              .mark = Pages{501},
                              .reserve = Pages{0},
                              .order = Order{1},
                              .flags = {}},
                             [](Order) { return 0; })
                .refused_after,
            -1);
}

// R-WMARK-10, R-WMARK-15: 4.19, order 0, GFP_ATOMIC over a reserve.
TEST(KernelAge, FourNineteenForgetsTheReserveEarly) {
  const WatermarkRules& r = *watermark_rules(KernelAge::v4_15);
  const WatermarkInput in{.free = Pages{2000},
                          .free_cma = Pages{0},
                          .highatomic = Pages{1900},
                          .mark = Pages{1000},
                          .reserve = Pages{0},
                          .order = Order{0},
                          .flags = {}};
  EXPECT_TRUE(passes_fast(r, in));
  EXPECT_FALSE(passes_full(r, in));
  EXPECT_FALSE(passes_fast(*watermark_rules(KernelAge::v5_9), in));
  EXPECT_EQ(r.extra_lists({.harder = true}), ExtraLists::highatomic);
  EXPECT_EQ(watermark_rules(KernelAge::before_4_4), nullptr);
}

// R-RMQ-1, 2, 5; R-CMA-1; R-ISO-1.
TEST(KernelAge, WhichListsMayBeTakenFrom) {
  for (const KernelAge a : kKernelAges) {
    EXPECT_TRUE(may_take_from(a, Migratetype::reclaimable, Order{0}, {}));
    EXPECT_FALSE(may_take_from(a, Migratetype::isolate, Order{0}, {.cma = true}));
    EXPECT_TRUE(may_take_from(a, Migratetype::cma, Order{9}, {.cma = true}));
    EXPECT_FALSE(may_take_from(a, Migratetype::cma, Order{9}, {.no_watermarks = true}));
    EXPECT_FALSE(may_take_from(a, Migratetype::highatomic, Order{4}, {}));
    EXPECT_TRUE(may_take_from(a, Migratetype::highatomic, Order{4}, {.harder = true}));
  }
  EXPECT_FALSE(may_take_from(KernelAge::v4_4, Migratetype::highatomic, Order{0}, {.harder = true}));
  EXPECT_TRUE(may_take_from(KernelAge::v6_1, Migratetype::highatomic, Order{0}, {.harder = true}));
}

}  // namespace
}  // namespace bp::rules
