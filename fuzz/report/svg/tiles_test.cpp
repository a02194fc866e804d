// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/tiles.h"

#include <gtest/gtest.h>

#include "fuzz/report/made_state.h"

namespace bp::svg {
namespace {

constexpr Tiling kOne{Order{9}, 1, 1, 1000};

double area(const Box& b) { return b.width * b.height; }

bool overlap(const Box& a, const Box& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

TEST(AlignedBlocks, AreTheFewestThatCover) {
  EXPECT_EQ(aligned_blocks(Pfn{1}, Pfn{0x400}, Order{9}),
            (std::vector<Block>{{Pfn{1}, Order{0}},
                                {Pfn{2}, Order{1}},
                                {Pfn{4}, Order{2}},
                                {Pfn{8}, Order{3}},
                                {Pfn{0x10}, Order{4}},
                                {Pfn{0x20}, Order{5}},
                                {Pfn{0x40}, Order{6}},
                                {Pfn{0x80}, Order{7}},
                                {Pfn{0x100}, Order{8}},
                                {Pfn{0x200}, Order{9}}}));
  EXPECT_TRUE(aligned_blocks(Pfn{5}, Pfn{5}, Order{9}).empty());
}

/// A block's halves are buddies: they lie inside it, apart, and fill it.
TEST(Tiling, ABlockIsItsTwoHalvesSideBySide) {
  for (unsigned order = 1; order <= 9; ++order) {
    const Order half{order - 1};
    for (Pfn head{0x200}; head < Pfn{0x400}; head += pages_in(Order{order})) {
      const Box whole = kOne.box({head, Order{order}});
      const Box first = kOne.box({head, half});
      const Box second = kOne.box({head + pages_in(half), half});
      ASSERT_FALSE(overlap(first, second));
      ASSERT_TRUE(overlap(whole, first) && overlap(whole, second));
      ASSERT_EQ(area(first) + area(second), area(whole));
      ASSERT_TRUE(second.x + second.width == whole.x + whole.width &&
                  second.y + second.height == whole.y + whole.height);
    }
  }
}

TEST(Tiling, ALineOfTilesFillsItsWidthAndNoMore) {
  for (const double scale : {6.0, 3.0, 1.0, 0.5}) {
    const Tiling t{Order{9}, scale, 2, 1100};
    const auto tiles = static_cast<double>(t.tiles_per_line());
    EXPECT_LE(tiles * (t.tile_width() + t.gap) - t.gap, t.line_width);
    EXPECT_GT((tiles + 1) * (t.tile_width() + t.gap) - t.gap, t.line_width);
    EXPECT_EQ(t.lines(Pfn{1}, Pfn{512 * t.tiles_per_line()}), 1U);
    EXPECT_EQ(t.lines(Pfn{1}, Pfn{512 * t.tiles_per_line() + 1}), 2U);
  }
}

TEST(Tiling, SumsUpWhatIsSmallerThanAPixel) {
  EXPECT_EQ((Tiling{Order{9}, 2, 1, 1000}.cell()), Order{0});
  EXPECT_EQ((Tiling{Order{9}, 0.5, 1, 1000}.cell()), Order{2});
  EXPECT_EQ((Tiling{Order{9}, 0.25, 1, 1000}.cell()), Order{4});
}

TEST(Tiling, SmallMachinesAreDrawnLargeAndLargeOnesInTilesOfManyPageblocks) {
  reference::KernelState s;
  const auto fit = [&](std::int64_t frames) {
    s.zones = {made_zone(0, 0, ZoneType::normal, 0, frames)};
    return fit_tiling(s, 1100, 500);
  };
  const Tiling small = fit(4096);
  EXPECT_EQ(small.scale, 6);
  EXPECT_EQ(small.tile, Order{9});
  const Tiling large = fit(std::int64_t{1} << 26);
  EXPECT_LE(large.height(Pfn{0}, Pfn{1 << 26}), 500);
  EXPECT_GE(large.tile, Order{10});
  EXPECT_GE(large.tile_width(), 8);
}

}  // namespace
}  // namespace bp::svg
