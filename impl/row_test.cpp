// SPDX-License-Identifier: MIT
// The word functions against bit-by-bit loops, for all orders.
#include "impl/row.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <vector>

#include "impl/page_count.h"

namespace bp::impl {
namespace {

bool run_at(std::uint64_t w, unsigned bit, unsigned k) {
  if (bit % (1U << k) != 0) return false;
  for (unsigned i = 0; i < 1U << k; ++i)
    if ((w >> (bit + i) & 1) == 0) return false;
  return true;
}

bool maximal_at(std::uint64_t w, unsigned bit, unsigned k, unsigned cap) {
  const unsigned parent = bit & ~((2U << k) - 1);
  return run_at(w, bit, k) && (k == cap || !run_at(w, parent, k + 1));
}

/// Words of every density, and those at the edges.
std::vector<std::uint64_t> words() {
  std::vector<std::uint64_t> all = {0,
                                    ~std::uint64_t{0},
                                    1,
                                    std::uint64_t{1} << 63,
                                    0x00000000ffffffff,
                                    0xffffffff00000000,
                                    0x7fffffffffffffff};
  std::mt19937_64 random{7};
  for (int i = 0; i < 2000; ++i) {
    std::uint64_t w = random();
    for (int d = i % 6; d > 0; --d) w |= random();
    for (unsigned k = 0; k < 6; ++k)  // whole aligned runs, so that large orders occur
      if (random() % 3 == 0) w |= run_mask(random() % 2 * 32, k);
    all.push_back(w);
  }
  return all;
}

TEST(Row, FreeRunsAreTheAlignedRuns) {
  for (const std::uint64_t w : words())
    for (unsigned k = 0; k <= kRowOrder; ++k)
      for (unsigned bit = 0; bit < kRowBits; ++bit)
        ASSERT_EQ((free_runs(w, k) >> bit & 1) != 0, run_at(w, bit, k)) << w << " " << bit;
}

TEST(Row, MaximalRunsAreTheCanonicalDecomposition) {
  for (const std::uint64_t w : words())
    for (const unsigned cap : {4U, 5U, 6U}) {
      std::uint64_t covered = 0;
      for (unsigned k = 0; k <= cap; ++k)
        for (unsigned bit = 0; bit < kRowBits; ++bit) {
          const bool in = (maximal_runs(w, k, cap) >> bit & 1) != 0;
          ASSERT_EQ(in, maximal_at(w, bit, k, cap)) << w << " " << bit << " " << k;
          if (!in) continue;
          const std::uint64_t mask = run_mask(std::uint64_t{bit}, k);
          ASSERT_TRUE(none_free(covered, mask));
          covered |= mask;
        }
      ASSERT_EQ(covered, w);
    }
}

TEST(Row, TightestRunIsFreeAndNoSmallerMaximalRunWouldDo) {
  for (const std::uint64_t w : words())
    for (const unsigned cap : {4U, 5U})
      for (unsigned k = 0; k <= cap; ++k) {
        unsigned expect = Run::kNone;
        for (unsigned j = cap + 1; j-- > k;)
          for (unsigned bit = 0; bit < kRowBits; ++bit)
            if (maximal_at(w, bit, j, cap)) expect = j;
        const auto run = tightest_run(w, k, cap);
        ASSERT_EQ(run.fit, expect) << w << " " << k;
        if (run.found()) {
          ASSERT_TRUE(run_at(w, run.bit, k));
          ASSERT_TRUE(maximal_at(w, run.bit >> expect << expect, expect, cap));
        }
      }
}

TEST(Row, ClaimAndReleaseAreInverse) {
  for (const std::uint64_t w : words())
    for (unsigned k = 0; k <= 5; ++k) {
      const auto run = tightest_run(w, k, 5);
      if (!run.found()) continue;
      const std::uint64_t mask = run_mask(std::uint64_t{run.bit}, k);
      ASSERT_TRUE(all_free(w, mask));
      ASSERT_TRUE(none_free(claimed(w, mask), mask));
      ASSERT_EQ(released(claimed(w, mask), mask), w);
    }
}

TEST(Row, LowestBitsTakesThatManyFromBelow) {
  for (const std::uint64_t w : words())
    for (unsigned n = 1; n <= 64; ++n) {
      const std::uint64_t got = lowest_bits(w, n);
      ASSERT_EQ(got & ~w, 0U);
      ASSERT_EQ(std::popcount(got), std::min<int>(std::popcount(w), static_cast<int>(n)));
      if (got == w) continue;
      ASSERT_LT(std::bit_width(got), std::countr_zero(w & ~got) + 1);
    }
}

TEST(Row, BitsInCountsThem) {
  for (const std::uint64_t w : words())
    ASSERT_EQ(bits_in(w), static_cast<unsigned>(std::popcount(w)));
}

TEST(PageCount, CountAndTickDoNotDisturbEachOther) {
  std::uint64_t word = 0;
  std::int64_t count = 0;
  std::uint64_t ticks = 0;
  std::mt19937_64 random{3};
  for (int i = 0; i < 10000; ++i) {
    const auto n = static_cast<std::int64_t>(random() % 4096) - 2048;
    const std::uint64_t tick = random() % 2;
    word += static_cast<std::uint64_t>(n) + (tick << kCountBits);
    count += n;
    ticks += tick;
    ASSERT_EQ(count_in(word), count);
    ASSERT_EQ(tick_in(word), ticks);
  }
}

}  // namespace
}  // namespace bp::impl
