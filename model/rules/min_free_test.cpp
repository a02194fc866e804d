// SPDX-License-Identifier: MIT
#include "model/rules/min_free.h"

#include <gtest/gtest.h>

namespace bp::rules {
namespace {

Pages mebibytes(std::int64_t n) { return Pages{(n << 20) >> kPageShift}; }

// R-CFG-3, its vectors; the bound of 4.7 shows from 1 TiB on, the later one from 16 TiB on.
TEST(MinFree, GrowsWithTheRootOfLowMemory) {
  for (const Profile p : {Profile::v4_7, Profile::v5_15, Profile::v7_1}) {
    EXPECT_EQ(computed_min_free_kbytes(mebibytes(16), p), 512);
    EXPECT_EQ(computed_min_free_kbytes(mebibytes(64), p), 1024);
    EXPECT_EQ(computed_min_free_kbytes(mebibytes(1024), p), 4096);
    EXPECT_EQ(computed_min_free_kbytes(mebibytes(8 << 10), p), 11585);
    EXPECT_EQ(computed_min_free_kbytes(mebibytes(64 << 10), p), 32768);
    EXPECT_EQ(computed_min_free_kbytes(mebibytes(1 << 20), p), p == Profile::v4_7 ? 65536 : 131072);
    EXPECT_EQ(computed_min_free_kbytes(mebibytes(16 << 20), p),
              p == Profile::v4_7 ? 65536 : 262144);
    EXPECT_EQ(computed_min_free_kbytes(Pages{0}, p), 128);
  }
}

// R-CFG-2: of zones up to NORMAL, what lies above their high marks, and never less than none.
TEST(MinFree, CountsLowMemoryAboveTheHighMarks) {
  const std::vector<ZoneSize> zones{
      {.type = ZoneType::dma, .managed = Pages{100}},
      {.type = ZoneType::normal, .managed = Pages{5000}},
      {.type = ZoneType::highmem, .managed = Pages{7000}},
      {.node = 1, .type = ZoneType::normal, .managed = Pages{3000}},
      {.node = 1, .type = ZoneType::movable, .managed = Pages{9000}},
  };
  const std::vector<Pages> none(5);
  EXPECT_EQ(pages_above_high(zones, none), Pages{8100});
  const std::vector<Pages> high{Pages{200}, Pages{500}, Pages{1}, Pages{300}, Pages{1}};
  EXPECT_EQ(pages_above_high(zones, high), Pages{7200});
}

// M-2: 5 GB with and without movablecore; MOVABLE counts in 4.7 only.
TEST(MinFree, HugePagesAskForRoomInEachZone) {
  const std::vector<ZoneSize> zones{{.type = ZoneType::dma, .managed = Pages{3976}},
                                    {.type = ZoneType::dma32, .managed = Pages{765952}},
                                    {.type = ZoneType::normal, .managed = Pages{262144}},
                                    {.type = ZoneType::movable, .managed = Pages{262144}}};
  const Order block{9};
  EXPECT_EQ(thp_min_free_kbytes(zones, Pages{1032072}, block, Profile::v4_7), 90112);
  EXPECT_EQ(thp_min_free_kbytes(zones, Pages{1032072}, block, Profile::v6_1_lts192), 67584);
  // At most 5 % of what lies above the high marks.
  EXPECT_EQ(thp_min_free_kbytes(zones, Pages{100000}, block, Profile::v4_7), 20000);
}

}  // namespace
}  // namespace bp::rules
