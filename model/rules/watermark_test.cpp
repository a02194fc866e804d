// SPDX-License-Identifier: MIT
#include "model/rules/watermark.h"

#include <gtest/gtest.h>

namespace bp::rules {
namespace {

constexpr Profile kBoth[] = {Profile::v4_7, Profile::v6_1_lts192};

WatermarkInput input(std::int64_t free, std::int64_t mark, std::int64_t reserve, unsigned order,
                     AllocFlags f = {}) {
  return {Pages{free}, Pages{0}, Pages{0}, Pages{mark}, Pages{reserve}, Order{order}, f};
}

// R-WMARK-9: m = 101.
TEST(Watermark, EffectiveMarkOf101) {
  EXPECT_EQ(effective_mark(Profile::v4_7, Pages{101}, {}), Pages{101});
  EXPECT_EQ(effective_mark(Profile::v4_7, Pages{101}, {.high = true}), Pages{51});
  EXPECT_EQ(effective_mark(Profile::v4_7, Pages{101}, {.harder = true}), Pages{76});
  EXPECT_EQ(effective_mark(Profile::v4_7, Pages{101}, {.high = true, .harder = true}), Pages{39});
}

// R-WMARK-18: NON_BLOCK alone lowers nothing; OOM halves what is left.
TEST(Watermark, V6_1LowersForMinReserveFirst) {
  const Profile p = Profile::v6_1_lts192;
  EXPECT_EQ(effective_mark(p, Pages{101}, {.harder = true}), Pages{101});
  EXPECT_EQ(effective_mark(p, Pages{101}, {.high = true, .harder = true}), Pages{39});
  EXPECT_EQ(effective_mark(p, Pages{101}, {.high = true, .oom = true}), Pages{26});
}

// R-WMARK-2, R-WMARK-6: strictly above, before an order-0 page is taken.
TEST(Watermark, AtTheMarkNothingIsGiven) {
  for (Profile p : kBoth) {
    EXPECT_FALSE(above_mark(p, input(110, 100, 10, 0)));
    EXPECT_TRUE(above_mark(p, input(111, 100, 10, 0)));
    EXPECT_FALSE(above_mark(p, input(117, 100, 10, 3)));
    EXPECT_TRUE(above_mark(p, input(118, 100, 10, 3)));
  }
}

// R-WMARK-11 against R-WMARK-16: only 4.7's short test forgets the highatomic reserve.
TEST(Watermark, FastTestOfV4_7IgnoresHighatomic) {
  WatermarkInput in = input(150, 100, 0, 0);
  in.highatomic = Pages{60};
  EXPECT_TRUE(above_mark(Profile::v4_7, in));
  EXPECT_FALSE(above_mark(Profile::v6_1_lts192, in));
  in.flags.harder = true;  // May use those pages.
  EXPECT_TRUE(above_mark(Profile::v6_1_lts192, in));
}

TEST(Watermark, CmaPagesCountOnlyForThoseWhoMayUseThem) {
  for (Profile p : kBoth) {
    WatermarkInput in = input(150, 100, 0, 0);
    in.free_cma = Pages{60};
    EXPECT_FALSE(above_mark(p, in));
    in.flags.cma = true;
    EXPECT_TRUE(above_mark(p, in));
  }
}

// P-WM-1 and P-WM-2 over a grid: monotone in free pages, antitone in the mark.
TEST(Watermark, MonotoneOverAGrid) {
  for (Profile p : kBoth) {
    for (unsigned bits = 0; bits < 4; ++bits) {
      const AllocFlags f{.high = (bits & 1) != 0, .harder = (bits & 2) != 0};
      for (unsigned order : {0U, 1U, 10U}) {
        for (std::int64_t mark = 0; mark < 40; ++mark) {
          for (std::int64_t free = 0; free < 1200; free += 7) {
            const bool now = above_mark(p, input(free, mark, 3, order, f));
            EXPECT_LE(now, above_mark(p, input(free + 1, mark, 3, order, f)));
            EXPECT_GE(now, above_mark(p, input(free, mark + 1, 3, order, f)));
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace bp::rules
