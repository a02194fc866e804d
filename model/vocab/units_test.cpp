// SPDX-License-Identifier: MIT
#include "model/vocab/units.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace bp {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) { a + b; };

// A position and a count are different types: the wrong sums do not compile.
static_assert(Addable<Pfn, Pages> && Addable<Pages, Pages>);
static_assert(!Addable<Pfn, Pfn> && !Addable<Pages, Pfn> && !Addable<Pfn, int>);
static_assert(!std::is_convertible_v<Pfn, std::uint64_t> &&
              !std::is_convertible_v<std::uint64_t, Pfn>);

TEST(Units, PfnArithmeticKeepsUnits) {
  EXPECT_EQ(Pfn{8} + Pages{4}, Pfn{12});
  EXPECT_EQ(Pfn{12} - Pfn{8}, Pages{4});
  EXPECT_EQ(Pfn{8} - Pfn{12}, Pages{-4});
}

// R-GEN-1: frames beyond 32 bits, as on a 32-bit kernel with PAE they would be.
TEST(Units, FramesAreCountedIn64Bits) {
  EXPECT_EQ(Pfn{0xffffffff} + Pages{1}, Pfn{0x1'0000'0000});
  EXPECT_EQ(Pfn{0x1'0000'0000} - Pfn{1}, Pages{0xffffffff});
}

TEST(Units, AlignmentFollowsTheOrder) {
  EXPECT_TRUE(is_aligned(Pfn{1024}, Order{10}));
  EXPECT_FALSE(is_aligned(Pfn{512}, Order{10}));
  EXPECT_EQ(align_down(Pfn{1023}, Order{9}), Pfn{512});
  EXPECT_EQ(align_up(Pfn{513}, Order{9}), Pfn{1024});
  EXPECT_EQ(align_up(Pfn{512}, Order{9}), Pfn{512});
}

}  // namespace
}  // namespace bp
