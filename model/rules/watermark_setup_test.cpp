// SPDX-License-Identifier: MIT
#include "model/rules/watermark_setup.h"

#include <gtest/gtest.h>

namespace bp::rules {
namespace {

constexpr Profile kAll[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                            Profile::v7_1};

std::vector<ZoneSize> node_of(std::initializer_list<std::pair<ZoneType, std::int64_t>> zones,
                              Profile p) {
  std::vector<ZoneSize> out;
  for (const auto& [type, managed] : zones) {
    out.push_back({.type = type, .managed = Pages{managed}, .low_memory = true});
  }
  set_low_memory(out, p);
  return out;
}

void expect_marks(const ZoneMarks& m, std::int64_t min, std::int64_t low, std::int64_t high) {
  EXPECT_EQ(m.min, Pages{min});
  EXPECT_EQ(m.low, Pages{low});
  EXPECT_EQ(m.high, Pages{high});
}

// R-CFG-9, first vector: an x86-64 machine of 16 GB.
TEST(WatermarkSetup, MarksOfAnX86Machine) {
  for (const Profile p : kAll) {
    const auto zones = node_of({{ZoneType::dma, 3976},
                                {ZoneType::dma32, 765952},
                                {ZoneType::normal, 3276800},
                                {ZoneType::movable, 0}},
                               p);
    const auto marks = marks_of_all(zones, pages_min_of(65536), 10, p);
    expect_marks(marks[0], 16, 20, 24);
    expect_marks(marks[1], 3101, 3876, 4651);
    expect_marks(marks[2], 13266, 16582, 19898);
    const std::int64_t empty = p == Profile::v6_12 || p == Profile::v7_1 ? 32 : 0;
    expect_marks(marks[3], empty, empty, empty);
  }
}

// R-CFG-9, second vector: i386 with 1 GB. High memory has a min of its own and the others' delta.
TEST(WatermarkSetup, MarksWithHighMemory) {
  for (const Profile p : kAll) {
    const auto zones =
        node_of({{ZoneType::dma, 3976}, {ZoneType::normal, 218112}, {ZoneType::highmem, 57344}}, p);
    const auto marks = marks_of_all(zones, pages_min_of(3786), 10, p);
    expect_marks(marks[0], 16, 20, 24);
    expect_marks(marks[1], 929, 1161, 1393);
    expect_marks(marks[2], 56, 117, 178);
  }
}

// R-CFG-6: there is a promo mark from 6.1 on.
TEST(WatermarkSetup, PromoIsOneMoreStepAndNewInSixOne) {
  for (const Profile p : kAll) {
    const auto marks = marks_of_all(node_of({{ZoneType::normal, 100000}}, p), Pages{400}, 10, p);
    const bool has = p != Profile::v4_7 && p != Profile::v5_15;
    EXPECT_EQ(marks[0].promo, Pages{has ? 700 : 0});
  }
}

// R-CFG-6: a scale factor above the quarter of the share wins, in 1/10000 of the zone.
TEST(WatermarkSetup, ScaleFactorSetsTheDistance) {
  const auto zones = node_of({{ZoneType::normal, 100000}}, Profile::v6_1_lts192);
  expect_marks(marks_of_all(zones, Pages{400}, 100, Profile::v6_1_lts192)[0], 400, 1400, 2400);
}

// R-CFG-5: MOVABLE cut from HIGHMEM is high memory; cut from NORMAL it is not, before 6.12.
TEST(WatermarkSetup, MovableIsHighMemoryWhereItWasCutFromIt) {
  for (const Profile p : kAll) {
    const bool always = p == Profile::v6_12 || p == Profile::v7_1;
    const auto cut = node_of({{ZoneType::normal, 1000}, {ZoneType::movable, 5000}}, p);
    EXPECT_EQ(cut[1].low_memory, !always);
    const auto high = node_of({{ZoneType::highmem, 1}, {ZoneType::movable, 5000}}, p);
    EXPECT_FALSE(high[1].low_memory);
    const auto empty = node_of({{ZoneType::highmem, 0}, {ZoneType::movable, 5000}}, p);
    EXPECT_EQ(empty[1].low_memory, !always);
  }
}

// R-CFG-4: the share is of the low memory of all nodes, and only of that.
TEST(WatermarkSetup, TheShareIsOfTheLowMemoryOfAllNodes) {
  std::vector<ZoneSize> zones{{.node = 0, .type = ZoneType::normal, .managed = Pages{30000}},
                              {.node = 1, .type = ZoneType::normal, .managed = Pages{10000}},
                              {.node = 1, .type = ZoneType::movable, .managed = Pages{40000}}};
  set_low_memory(zones, Profile::v7_1);
  const auto late = marks_of_all(zones, Pages{800}, 10, Profile::v7_1);
  EXPECT_EQ(late[0].min, Pages{600});
  EXPECT_EQ(late[1].min, Pages{200});
  EXPECT_EQ(late[2].min, Pages{39});
  set_low_memory(zones, Profile::v6_1_lts192);
  const auto early = marks_of_all(zones, Pages{800}, 10, Profile::v6_1_lts192);
  EXPECT_EQ(early[0].min, Pages{300});
  EXPECT_EQ(early[2].min, Pages{400});
}

// P-CFG-5: nothing to share out where there is no low memory.
TEST(WatermarkSetup, NoLowMemoryNoShare) {
  const auto zones = node_of({{ZoneType::highmem, 1 << 20}}, Profile::v6_1_lts192);
  expect_marks(marks_of_all(zones, Pages{800}, 10, Profile::v6_1_lts192)[0], 128, 1176, 2224);
}

}  // namespace
}  // namespace bp::rules
