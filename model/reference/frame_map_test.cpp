// SPDX-License-Identifier: MIT
// Where frames stand in the tables: beside one another where zones are, nowhere where none is.
#include "model/reference/frame_map.h"

#include <gtest/gtest.h>

namespace bp::reference {
namespace {

ZoneState zone(std::uint64_t begin, std::uint64_t end) {
  ZoneState z;
  z.numbers.start = static_cast<std::int64_t>(begin);
  z.numbers.spanned = static_cast<std::int64_t>(end - begin);
  return z;
}

TEST(FrameMap, HoldsTheBuddiesOfTheFirstAndOfTheLastFrame) {
  const FrameMap map({zone(0x1380, 0x1381)});
  EXPECT_EQ(map.size(), 0x800U);
  EXPECT_TRUE(map.holds(Pfn{0x1000}) && map.holds(Pfn{0x17ff}));
  EXPECT_FALSE(map.holds(Pfn{0xfff}) || map.holds(Pfn{0x1800}) || map.holds(kNoPfn));
  EXPECT_EQ(map.position(Pfn{0x1380}), 0x380U);
}

TEST(FrameMap, ZonesThatTouchShareARun) {
  const FrameMap map({zone(0x1000, 0x8000), zone(1, 0x1000), zone(0, 0)});
  EXPECT_EQ(map.size(), 0x8000U);
  EXPECT_EQ(map.position(Pfn{0x7fff}), 0x7fffU);
}

TEST(FrameMap, WhatLiesBetweenZonesCostsNothing) {
  const std::uint64_t far = 0xfffffff580;
  const FrameMap map({zone(far, far + 1), zone(0x400, 0x1000)});
  EXPECT_EQ(map.size(), 0x1800U);
  EXPECT_FALSE(map.holds(Pfn{0x100000}));
  for (const Pfn p : {Pfn{0}, Pfn{0xfff}, Pfn{far}, Pfn{far + 0x27f}})
    EXPECT_EQ(map.frame(map.position(p)), p);
  EXPECT_TRUE(is_aligned(Pfn{map.position(align_down(Pfn{far}, Order{10}))}, Order{10}));
}

TEST(FrameMap, AMachineWithoutMemoryHasNone) {
  const FrameMap map({zone(0, 0)});
  EXPECT_EQ(map.size(), 0U);
  EXPECT_FALSE(map.holds(Pfn{0}));
}

}  // namespace
}  // namespace bp::reference
