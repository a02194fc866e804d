// SPDX-License-Identifier: MIT
// Masks of reports: symbols are believed, numbers are read in the layout of their version.
#include "fuzz/explain/mask.h"

#include <gtest/gtest.h>

namespace bp::explain {
namespace {

using enum GfpFlag;

// F-2: the two layouts that logs have beside the eras.
TEST(ExplainMask, NumbersAreReadInTheirVersionsLayout) {
  EXPECT_EQ(read_mask(0xd0, "", {{3, 10}}).gfp, Gfp{wait | io | fs});
  EXPECT_EQ(read_mask(0x2080020, "", {{4, 4}}).gfp, Gfp{high | atomic | kswapd_reclaim});
  EXPECT_EQ(read_mask(0x1400000, "", {{4, 13}}).gfp, Gfp{direct_reclaim | kswapd_reclaim});
  EXPECT_EQ(read_mask(0x480020, "", {{4, 19}}).gfp, Gfp{high | atomic | kswapd_reclaim});
  EXPECT_EQ(read_mask(0x6000c0, "", {{4, 15}}).gfp, Gfp{io | fs | direct_reclaim | kswapd_reclaim});
  EXPECT_EQ(read_mask(0xcc0, "", {{5, 4}}).gfp, Gfp{io | fs | direct_reclaim | kswapd_reclaim});
}

TEST(ExplainMask, ANumberWithoutAVersionIsNotRead) {
  const ReadMask m = read_mask(0x200da, "", std::nullopt);
  EXPECT_FALSE(m.gfp);
  EXPECT_FALSE(m.notes.empty());
  EXPECT_FALSE(read_mask(std::nullopt, "", {{5, 4}}).gfp);
}

TEST(ExplainMask, SymbolsAreBelievedAgainstTheNumber) {
  const ReadMask m = read_mask(0x16040c0, "GFP_KERNEL|__GFP_COMP|__GFP_NOTRACK", {{4, 4}});
  ASSERT_TRUE(m.gfp);
  EXPECT_TRUE(m.gfp->has_all(direct_reclaim | kswapd_reclaim | comp));
  EXPECT_EQ(m.notes.size(), 1U);
  EXPECT_TRUE(read_mask(0x24000c0, "GFP_KERNEL", {{4, 9}}).notes.empty());
}

TEST(ExplainMask, ACutSymbolIsNoFlag) {
  EXPECT_FALSE(read_mask(0xcc0, "GFP_KERN", {{5, 4}}).gfp);
  EXPECT_TRUE(read_mask(0xcc0, "GFP_KERNEL|0x8000000", {{5, 4}}).gfp);
}

TEST(ExplainMask, NumberAndSymbolsTellTheVersion) {
  using rules::KernelAge;
  EXPECT_EQ(ages_of_mask(0x480020, "GFP_ATOMIC"), std::vector{KernelAge::v4_15});
  EXPECT_EQ(ages_of_mask(0x2280020, "GFP_ATOMIC|__GFP_NOTRACK"), std::vector{KernelAge::v4_4});
  EXPECT_TRUE(ages_of_mask(0x1, "GFP_ATOMIC").empty());
}

}  // namespace
}  // namespace bp::explain
