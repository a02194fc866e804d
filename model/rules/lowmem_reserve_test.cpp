// SPDX-License-Identifier: MIT
#include "model/rules/lowmem_reserve.h"

#include <gtest/gtest.h>

namespace bp::rules {
namespace {

constexpr Profile kAll[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                            Profile::v7_1};

ReserveRow row(std::array<std::int64_t, kZoneTypes> numbers) {
  ReserveRow out;
  for (unsigned i = 0; i < kZoneTypes; ++i) out[i] = Pages{numbers[i]};
  return out;
}

ReserveRow default_row(std::span<const ZoneSize> zones, std::size_t i, Profile p) {
  return lowmem_reserve(zones, zones[i], default_reserve_ratio(zones[i].type, p), p);
}

// R-CFG-9, both vectors.
TEST(LowmemReserve, Vectors) {
  const std::vector<ZoneSize> x86{{.type = ZoneType::dma, .managed = Pages{3976}},
                                  {.type = ZoneType::dma32, .managed = Pages{765952}},
                                  {.type = ZoneType::normal, .managed = Pages{3276800}}};
  const std::vector<ZoneSize> i386{{.type = ZoneType::dma, .managed = Pages{3976}},
                                   {.type = ZoneType::normal, .managed = Pages{218112}},
                                   {.type = ZoneType::highmem, .managed = Pages{57344}}};
  for (const Profile p : kAll) {
    EXPECT_EQ(default_row(x86, 0, p), row({0, 2992, 15792, 15792, 15792, 15792}));
    EXPECT_EQ(default_row(x86, 1, p), row({0, 0, 12800, 12800, 12800, 12800}));
    EXPECT_EQ(default_row(x86, 2, p), row({0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(default_row(i386, 0, p), row({0, 0, 852, 1076, 1076, 1076}));
    EXPECT_EQ(default_row(i386, 1, p), row({0, 0, 0, 1792, 1792, 1792}));
  }
}

// R-CFG-8: below 1 a ratio acts as 1 in 4.7, and clears the row later.
TEST(LowmemReserve, RatioZero) {
  const std::vector<ZoneSize> zones{{.type = ZoneType::dma, .managed = Pages{1000}},
                                    {.type = ZoneType::normal, .managed = Pages{5000}}};
  for (const Profile p : kAll) {
    EXPECT_EQ(lowmem_reserve(zones, zones[0], 0, p)[2], Pages{p == Profile::v4_7 ? 5000 : 0});
  }
}

// R-CFG-8: HIGHMEM keeps a 32nd of MOVABLE in 4.7, and nothing later.
TEST(LowmemReserve, HighmemUnderMovable) {
  const std::vector<ZoneSize> zones{{.type = ZoneType::normal, .managed = Pages{1000}},
                                    {.type = ZoneType::highmem, .managed = Pages{2000}},
                                    {.type = ZoneType::movable, .managed = Pages{3200}}};
  for (const Profile p : kAll) {
    EXPECT_EQ(default_row(zones, 1, p)[4], Pages{p == Profile::v4_7 ? 100 : 0});
    EXPECT_EQ(default_row(zones, 0, p)[4], Pages{162});
  }
}

// R-CFG-8: an empty zone keeps nothing, from 5.15 on.
TEST(LowmemReserve, EmptyZone) {
  const std::vector<ZoneSize> zones{{.type = ZoneType::dma, .managed = Pages{0}},
                                    {.type = ZoneType::normal, .managed = Pages{5120}}};
  for (const Profile p : kAll) {
    EXPECT_EQ(lowmem_reserve(zones, zones[0], 256, p)[2], Pages{p == Profile::v4_7 ? 20 : 0});
  }
}

// R-CFG-8: only zones of the same node count.
TEST(LowmemReserve, OtherNodesDoNotCount) {
  const std::vector<ZoneSize> zones{{.node = 0, .type = ZoneType::dma, .managed = Pages{1000}},
                                    {.node = 1, .type = ZoneType::normal, .managed = Pages{5000}}};
  EXPECT_EQ(lowmem_reserve(zones, zones[0], 1, Profile::v7_1), ReserveRow{});
}

// R-CFG-10.
TEST(LowmemReserve, ZoneKeepsItsHighMarkAndLargestReserve) {
  EXPECT_EQ(reserved_of(Pages{3979}, Pages{295}, row({0, 0, 857, 993, 993, 993})), Pages{1288});
  EXPECT_EQ(reserved_of(Pages{1000}, Pages{295}, row({0, 0, 857, 993, 993, 993})), Pages{1000});
}

}  // namespace
}  // namespace bp::rules
