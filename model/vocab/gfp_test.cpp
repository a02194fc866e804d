// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <bit>

#include "model/vocab/gfp_text.h"

namespace bp {
namespace {

std::vector<Era> all_eras() {
  std::vector<Era> eras;
  for (unsigned e = 0; e < kEras; ++e) eras.push_back(Era{static_cast<std::uint8_t>(e)});
  return eras;
}

// P-GFP-10: the flags of one era are disjoint single bits.
// G-1
TEST(Gfp, FlagsOfAnEraAreDisjointBits) {
  for (Era e : all_eras()) {
    std::uint32_t seen = 0;
    for (unsigned f = 0; f < kGfpFlags; ++f) {
      const int bit = gfp_bit(GfpFlag{static_cast<std::uint8_t>(f)}, e);
      if (bit == kNoBit) continue;
      EXPECT_EQ(seen >> bit & 1, 0U)
          << gfp_flag_name(GfpFlag{static_cast<std::uint8_t>(f)}) << " in " << era_name(e);
      seen |= std::uint32_t{1} << bit;
    }
  }
}

// Every composite is made of flags its era knows, and prints as itself (G-3).
TEST(Gfp, CompositesPrintAsThemselves) {
  for (Era e : all_eras()) {
    for (const GfpComposite& c : gfp_composites()) {
      const std::int64_t raw = c.raw[static_cast<unsigned>(e)];
      if (raw < 0) continue;
      const auto mask = static_cast<std::uint32_t>(raw);
      EXPECT_EQ(mask & ~gfp_known_bits(e), 0U) << c.name << " in " << era_name(e);
      const GfpParse parsed = gfp_parse(c.name, e);
      EXPECT_EQ(parsed.fault, "");
      EXPECT_EQ(gfp_encode(parsed.gfp, e), mask);
      if (std::popcount(mask) > 1 && c.name != "__GFP_RECLAIM") {
        EXPECT_EQ(gfp_text(parsed.gfp, e), c.name);
      }
    }
  }
}

// One number, five meanings (G-2, G-4).
TEST(Gfp, OneNumberNamesDifferentFlagsPerEra) {
  const std::uint32_t raw = 0x200da;
  EXPECT_EQ(gfp_text(gfp_decode(raw, Era::e0), Era::e0), "GFP_HIGHUSER_MOVABLE");
  EXPECT_TRUE(gfp_decode(raw, Era::e1).has_all(GfpFlag::hardwall | GfpFlag::reclaimable));
  EXPECT_TRUE(gfp_decode(raw, Era::e3).has_all(GfpFlag::memalloc | GfpFlag::reclaimable));
}

TEST(Gfp, RawNumbersNeedTheirEra) {
  EXPECT_EQ(gfp_parse("0xcc0", Era::e3).fault, "a raw gfp number needs its era, as in E3:0xcc0");
  EXPECT_EQ(gfp_parse("E3:0xcc0", Era::e3).gfp, gfp_parse("GFP_KERNEL", Era::e3).gfp);
  EXPECT_EQ(gfp_parse("E1:0x24000c0", Era::e3).gfp, gfp_parse("GFP_KERNEL", Era::e3).gfp);
  EXPECT_EQ(gfp_parse("E0:0x10", Era::e3).fault, "'E0:0x10' has flags that do not exist in era E3");
  EXPECT_EQ(gfp_parse("GFP_KERNEL|__GFP_COLD", Era::e3).at, 11U);
}

TEST(Gfp, EveryMaskOfAnEraPrintsAndParses) {
  std::uint32_t raw = 1;
  for (Era e : all_eras()) {
    for (int i = 0; i < 5000; ++i) {
      raw = raw * 1664525U + 1013904223U;  // A fixed sequence: no run differs from another.
      const Gfp g = gfp_decode(raw & gfp_known_bits(e), e);
      const GfpParse back = gfp_parse(gfp_text(g, e), e);
      ASSERT_EQ(back.fault, "");
      ASSERT_EQ(back.gfp, g) << gfp_text(g, e);
    }
  }
}

// G-3: what a composite stands for changed with the kernels, not only its number.
TEST(GfpText, CompositesStandForOtherFlagsInOtherEras) {
  using enum GfpFlag;
  const auto mask = [](std::string_view name, Era e) { return gfp_parse(name, e).gfp; };
  EXPECT_EQ(mask("GFP_NOWAIT", Era::e0), Gfp{});
  EXPECT_EQ(mask("GFP_NOWAIT", Era::e3), Gfp{kswapd_reclaim});
  EXPECT_EQ(mask("GFP_NOWAIT", Era::e4), kswapd_reclaim | nowarn);
  EXPECT_EQ(mask("GFP_ATOMIC", Era::e0), Gfp{high});
  EXPECT_EQ(mask("GFP_ATOMIC", Era::e3), high | atomic | kswapd_reclaim);
  EXPECT_EQ(mask("GFP_ATOMIC", Era::e4), high | kswapd_reclaim);
}

}  // namespace
}  // namespace bp
