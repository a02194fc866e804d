// SPDX-License-Identifier: MIT
#include "model/rules/migratetype.h"

#include <gtest/gtest.h>

namespace bp::rules {
namespace {

using enum GfpFlag;

// R-MT-1, G-11, L-2: three types can be asked for, and a mask that has both flags asks for none.
TEST(Migratetype, FollowsTheTwoMobilityFlags) {
  EXPECT_EQ(migratetype_of({}), Migratetype::unmovable);
  EXPECT_EQ(migratetype_of(movable), Migratetype::movable);
  EXPECT_EQ(migratetype_of(reclaimable), Migratetype::reclaimable);
  EXPECT_EQ(migratetype_of(movable | reclaimable), std::nullopt);
}

// P-MT-3: no other flag matters.
TEST(Migratetype, IgnoresEveryOtherFlag) {
  for (unsigned f = 0; f < kGfpFlags; ++f) {
    const Gfp flag = GfpFlag{static_cast<std::uint8_t>(f)};
    if (flag == Gfp{movable} || flag == Gfp{reclaimable}) continue;
    EXPECT_EQ(migratetype_of(flag), Migratetype::unmovable);
    EXPECT_EQ(migratetype_of(flag | movable), Migratetype::movable);
  }
}

// P-MT-1 and P-MT-4: from E1 on the number is the two bits shifted down; E0 has the two swapped.
TEST(Migratetype, NumbersFollowTheEra) {
  for (unsigned e = 0; e < kEras; ++e) {
    const auto era = Era{static_cast<std::uint8_t>(e)};
    EXPECT_EQ(migratetype_number(Migratetype::unmovable, era), 0U);
    if (era == Era::e0) {
      EXPECT_EQ(migratetype_number(Migratetype::reclaimable, era), 1U);
      EXPECT_EQ(migratetype_number(Migratetype::movable, era), 2U);
    } else {
      EXPECT_EQ(migratetype_number(Migratetype::movable, era), gfp_encode(movable, era) >> 3);
      EXPECT_EQ(migratetype_number(Migratetype::reclaimable, era),
                gfp_encode(reclaimable, era) >> 3);
    }
  }
}

}  // namespace
}  // namespace bp::rules
