// SPDX-License-Identifier: MIT
#include "model/rules/gfp_zone.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace bp::rules {
namespace {

constexpr GfpFlag kZoneFlags[] = {GfpFlag::dma, GfpFlag::highmem, GfpFlag::dma32, GfpFlag::movable};

Gfp of_nibble(unsigned nibble) {
  Gfp gfp;
  for (unsigned bit = 0; bit < 4; ++bit) {
    if ((nibble >> bit & 1) != 0) gfp |= kZoneFlags[bit];
  }
  return gfp;
}

// One configuration: the zones of nibbles 0 to f, where d is DMA, 3 DMA32, n NORMAL,
// h HIGHMEM, m MOVABLE and an x stands for a bad mask; then the configured zones in index order.
struct Expect {
  ZoneConfig config;
  std::string_view rows;
  std::string_view order;
};

constexpr std::array<Expect, kZoneConfigs> kExpect = {{
    {{false, false, false, false}, "nnnxnxxxnnmxnxxx", "nm"},
    {{false, false, false, true}, "nnnxnxxxnnmxnxxx", "nmv"},
    {{false, false, true, false}, "nnhxnxxxnnmxnxxx", "nhm"},
    {{false, false, true, true}, "nnhxnxxxnnmxnxxx", "nhmv"},
    {{false, true, false, false}, "nnnx3xxxnnmx3xxx", "3nm"},
    {{false, true, false, true}, "nnnx3xxxnnmx3xxx", "3nmv"},
    {{false, true, true, false}, "nnhx3xxxnnmx3xxx", "3nhm"},
    {{false, true, true, true}, "nnhx3xxxnnmx3xxx", "3nhmv"},
    {{true, false, false, false}, "ndnxnxxxndmxnxxx", "dnm"},
    {{true, false, false, true}, "ndnxnxxxndmxnxxx", "dnmv"},
    {{true, false, true, false}, "ndhxnxxxndmxnxxx", "dnhm"},
    {{true, false, true, true}, "ndhxnxxxndmxnxxx", "dnhmv"},
    {{true, true, false, false}, "ndnx3xxxndmx3xxx", "d3nm"},
    {{true, true, false, true}, "ndnx3xxxndmx3xxx", "d3nmv"},
    {{true, true, true, false}, "ndhx3xxxndmx3xxx", "d3nhm"},
    {{true, true, true, true}, "ndhx3xxxndmx3xxx", "d3nhmv"},
}};

ZoneType type_of(char c) {
  constexpr std::string_view kLetters = "d3nhmv";
  return ZoneType{static_cast<std::uint8_t>(kLetters.find(c))};
}

// G-7, G-8, G-9
TEST(GfpZone, SixteenRowsInSixteenConfigurations) {
  for (const Expect& e : kExpect) {
    for (unsigned nibble = 0; nibble < 16; ++nibble) {
      const Gfp gfp = of_nibble(nibble);
      const char row = e.rows[nibble];
      const ZoneType expect = type_of(row == 'x' ? e.order[0] : row);
      EXPECT_EQ(is_bad(gfp), row == 'x') << nibble;
      EXPECT_EQ(highest_zone(gfp, e.config), expect) << nibble << " in " << e.config.bits();
    }
  }
}

// G-5
TEST(GfpZone, IndexCountsConfiguredTypesOnly) {
  for (const Expect& e : kExpect) {
    for (unsigned i = 0; i < e.order.size(); ++i) {
      EXPECT_TRUE(e.config.has(type_of(e.order[i])));
      EXPECT_EQ(zone_index(type_of(e.order[i]), e.config), i) << e.order;
    }
  }
}

// The rule reads four flags and no other.
TEST(GfpZone, OtherFlagsDoNotMatter) {
  for (unsigned f = 0; f < kGfpFlags; ++f) {
    const auto flag = GfpFlag{static_cast<std::uint8_t>(f)};
    if (of_nibble(0xf).has(flag)) continue;
    for (unsigned nibble = 0; nibble < 16; ++nibble) {
      const Gfp gfp = of_nibble(nibble);
      EXPECT_EQ(is_bad(gfp | flag), is_bad(gfp));
      for (const Expect& e : kExpect) {
        EXPECT_EQ(highest_zone(gfp | flag, e.config), highest_zone(gfp, e.config));
      }
    }
  }
}

}  // namespace
}  // namespace bp::rules
