// SPDX-License-Identifier: MIT
// The packed table against values printed from the kernel's own macros, and the
// configurations of corpus/kernel/gfp-headers.txt. That it is right for every mask is proved in
// proofs/; here it is held against numbers from elsewhere.
#include "impl/gfp_table.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "model/vocab/machine.h"

namespace bp::impl {
namespace {

struct Expect {
  ZoneConfig config;
  unsigned count;
  unsigned shift;
  std::uint64_t word;
};

constexpr Expect kExpect[] = {
    {{false, false, false, false}, 2, 1, 0x400},     {{false, false, false, true}, 3, 2, 0x100000},
    {{false, false, true, false}, 3, 2, 0x200010},   {{false, false, true, true}, 4, 2, 0x200010},
    {{false, true, false, false}, 3, 2, 0x250015},   {{false, true, false, true}, 4, 2, 0x250015},
    {{false, true, true, false}, 4, 2, 0x350025},    {{false, true, true, true}, 5, 2, 0x350025},
    {{true, false, false, false}, 3, 2, 0x1210111},  {{true, false, false, true}, 4, 2, 0x1210111},
    {{true, false, true, false}, 4, 2, 0x1310121},   {{true, false, true, true}, 5, 2, 0x1310121},
    {{true, true, false, false}, 4, 2, 0x1320122},   {{true, true, false, true}, 5, 2, 0x1320122},
    {{true, true, true, false}, 5, 3, 0x11020010c2}, {{true, true, true, true}, 6, 3, 0x11020010c2},
};
static_assert(std::size(kExpect) == kZoneConfigs);

// G-6, G-10
TEST(GfpTable, EveryConfigurationHasTheTableOfTheKernelsMacros) {
  for (const Expect& e : kExpect) {
    const GfpZoneTable table = gfp_zone_table(e.config);
    EXPECT_EQ(zone_indices(e.config).count, e.count) << e.config.bits();
    EXPECT_EQ(table.shift, e.shift) << e.config.bits();
    EXPECT_EQ(table.word, e.word) << e.config.bits();
  }
}

// A row of the recordings: its zones, in index order, give back the configuration.
struct Recorded {
  std::string kernel;
  std::string zones;
  unsigned shift = 0;
  std::uint64_t word = 0;
  std::uint32_t bad = 0;
};

ZoneConfig config_of(const std::string& zones) {
  ZoneConfig config;
  std::istringstream names(zones);
  for (std::string name; std::getline(names, name, ',');) {
    const auto type = zone_named(name);
    if (!type) {
      ADD_FAILURE() << "'" << name << "' is no zone type";
      continue;
    }
    if (*type == ZoneType::dma) config.dma = true;
    if (*type == ZoneType::dma32) config.dma32 = true;
    if (*type == ZoneType::highmem) config.highmem = true;
    if (*type == ZoneType::device) config.device = true;
  }
  return config;
}

TEST(GfpTable, AgreesWithTheHeadersOfShippedKernels) {
  std::ifstream file(BP_SOURCE_DIR "/corpus/kernel/gfp-headers.txt");
  ASSERT_TRUE(file) << "corpus/kernel/gfp-headers.txt cannot be read";
  unsigned rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    Recorded r;
    std::istringstream words(line);
    words >> r.kernel >> r.zones >> r.shift >> std::hex >> r.word >> r.bad;
    ASSERT_TRUE(words) << line;
    const GfpZoneTable table = gfp_zone_table(config_of(r.zones));
    EXPECT_EQ(table.shift, r.shift) << line;
    EXPECT_EQ(table.word, r.word) << line;
    EXPECT_EQ(kGfpZoneBad, r.bad) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 17U);
}

// x86-64: a caller's view, with masks of several flags above the zone modifiers.
TEST(GfpTable, LooksUpWholeMasks) {
  constexpr GfpZoneTable kTable = gfp_zone_table({.dma = true, .dma32 = true});
  const auto index = [&](std::uint32_t gfp) {
    return gfp_zone_index(gfp, kTable.word, kTable.shift);
  };
  EXPECT_EQ(index(0xcc0), 2U);       // GFP_KERNEL
  EXPECT_EQ(index(0xcc8), 2U);       // GFP_KERNEL|__GFP_MOVABLE
  EXPECT_EQ(index(0x100cca), 3U);    // GFP_HIGHUSER_MOVABLE
  EXPECT_EQ(index(0xcc4), 1U);       // GFP_KERNEL|__GFP_DMA32
  EXPECT_EQ(index(0xfffffff1), 0U);  // __GFP_DMA and everything above the modifiers
  EXPECT_EQ(gfp_zone_bad(0xcc5U), 1U);
  EXPECT_EQ(gfp_zone_bad(0xfffffffaU), 0U);
}

}  // namespace
}  // namespace bp::impl
