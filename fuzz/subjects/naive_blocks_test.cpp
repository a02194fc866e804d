// SPDX-License-Identifier: MIT
// Whose block the naive subject takes, worked out from the rules by hand. A zone of four
// pageblocks, in which what is free is said; the last one is a CMA area.
#include "fuzz/subjects/naive_blocks.h"

#include <gtest/gtest.h>

#include "fuzz/subjects/test_bench.h"

namespace bp::naive {
namespace {

constexpr Wanted kUnmovable{BP_TYPE_UNMOVABLE}, kMovable{BP_TYPE_MOVABLE},
    kReclaimable{BP_TYPE_RECLAIMABLE};

class Blocks {
 public:
  explicit Blocks(std::uint32_t profile = BP_PROFILE_V6_1_LTS192) : blocks_(machine(profile), 0) {}
  Blocks& free(std::uint64_t head, std::uint32_t order) {
    blocks_.heads[order].insert(head);
    blocks_.nr_free += size_of(order);
    return *this;
  }
  std::optional<std::uint64_t> take(std::uint32_t order, const Wanted& w) {
    const auto found = blocks_.take_off(order, w);
    return found ? std::optional(found->head) : std::nullopt;
  }
  FreeBlocks* operator->() { return &blocks_; }

 private:
  static bp_machine machine(std::uint32_t profile) {
    bp_machine m = test::one_zone(2048);
    m.profile = profile;
    m.cma[0] = {1536, 2048};
    m.n_cma = 1;
    return m;
  }
  FreeBlocks blocks_;
};

TEST(NaiveBlocks, OwnPageblocksComeFirst) {  // R-MT-3
  Blocks b;
  b.free(0, 9).free(512, 3);
  EXPECT_EQ(b.take(0, kReclaimable), 0U) << "the largest, and it changes hands";
  EXPECT_EQ(b->type(0), BP_TYPE_RECLAIMABLE);
  EXPECT_EQ(b.free(0, 5).take(3, kReclaimable), 0U);
  EXPECT_EQ(b.take(3, kMovable), 512U);
}

TEST(NaiveBlocks, CmaIsForMovableRequestsBeforeOtherTypes) {  // R-CMA-1, R-MT-3
  Blocks b;
  b.free(1536, 9);
  EXPECT_EQ(b->free_cma(), 512U);
  EXPECT_FALSE(b->has(0, kUnmovable));
  EXPECT_EQ(b.take(0, kUnmovable), std::nullopt);
  EXPECT_EQ(b.take(0, kMovable), 1536U);
  EXPECT_EQ(b->type(1536), BP_TYPE_CMA);
}

TEST(NaiveBlocks, CmaComesFirstWhileItIsMost) {  // R-MT-4
  EXPECT_EQ(Blocks().free(0, 8).free(1536, 9).take(0, kMovable), 1536U);
  EXPECT_EQ(Blocks().free(0, 9).free(1536, 9).take(0, kMovable), 0U) << "it is half";
  EXPECT_EQ(Blocks(BP_PROFILE_V4_7).free(0, 8).free(1536, 9).take(0, kMovable), 0U);
}

TEST(NaiveBlocks, HalfOfALargestBlockMayBeAnothersOwn) {  // R-CMA-3
  Blocks b;
  b.free(1024, 10);
  EXPECT_FALSE(b->is_of_one_kind(1024));
  EXPECT_EQ(b.take(10, kUnmovable), std::nullopt);
  EXPECT_EQ(b.take(8, kUnmovable), 1024U);
  EXPECT_EQ(b->type(1024), BP_TYPE_UNMOVABLE);
  EXPECT_TRUE(b->heads[9].contains(1536));
  EXPECT_EQ(Blocks().free(1024, 10).take(10, kMovable), 1024U);
}

// R-MT-7, R-MT-10: up to 6.1 the largest is broken up; R-MT-12: later the smallest that fits.
TEST(NaiveBlocks, KernelsDifferInWhichSizeTheyBreakUp) {
  for (const std::uint32_t p : {BP_PROFILE_V4_7, BP_PROFILE_V6_1_LTS192}) {
    Blocks b(p);
    EXPECT_EQ(b.free(8, 3).free(512, 7).take(0, kUnmovable), 512U);
    EXPECT_EQ(b->type(512), BP_TYPE_MOVABLE) << "a quarter of it is free";
  }
  EXPECT_EQ(Blocks(BP_PROFILE_V7_1).free(8, 3).free(512, 7).take(0, kUnmovable), 8U);
}

TEST(NaiveBlocks, HalfFreePageblocksChangeHands) {  // R-MT-8
  for (const std::uint32_t p : {BP_PROFILE_V4_7, BP_PROFILE_V7_1}) {
    Blocks b(p);
    EXPECT_EQ(b.free(0, 7).free(256, 7).take(0, kUnmovable), 0U);
    EXPECT_EQ(b->type(0), BP_TYPE_UNMOVABLE);
  }
}

TEST(NaiveBlocks, WhatIsSetApartIsTakenOffWhole) {
  Blocks b;
  b.free(512, 3).free(768, 8).free(1024, 10);
  EXPECT_EQ(b->take_off_all(512), 264U);
  EXPECT_EQ(b->take_off_all(1024), 512U);
  EXPECT_TRUE(b->heads[9].contains(1536));
  EXPECT_EQ(b.take(0, kUnmovable), std::nullopt);
}

}  // namespace
}  // namespace bp::naive
