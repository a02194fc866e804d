// SPDX-License-Identifier: MIT
// Ranges of the reference as a subject: done where a kernel's callers could do it, refused whole
// where they could not. One zone of four pageblocks, the last a hole.
#include <gtest/gtest.h>

#include <string>

#include "fuzz/subjects/registry.h"
#include "fuzz/subjects/test_bench.h"

namespace bp::test {
namespace {

class ReferenceRanges : public testing::TestWithParam<std::uint32_t> {
 protected:
  ReferenceRanges() {
    bp_machine m = one_zone(2048);
    m.profile = GetParam();
    m.highatomic = 1;
    m.holes[0] = {1536, 2048};
    m.n_holes = 1;
    s_.emplace(reference_subject(), m);
  }
  bool is_since_6_1() const {
    return GetParam() != BP_PROFILE_V4_7 && GetParam() != BP_PROFILE_V5_15;
  }
  bool is_since_6_12() const { return is_since_6_1() && GetParam() != BP_PROFILE_V6_1_LTS192; }

  bp_status range(std::uint32_t action, std::uint64_t begin, std::uint64_t end) {
    return reference_subject().range(s_->self(), action, begin, end);
  }
  std::uint32_t type_at(std::uint64_t p) { return reference_subject().type_at(s_->self(), p); }
  std::uint64_t free_pages() { return s_->counters(0).free; }

  std::optional<Instance> s_;
};
INSTANTIATE_TEST_SUITE_P(Kernels, ReferenceRanges,
                         testing::Values(BP_PROFILE_V4_7, BP_PROFILE_V5_15, BP_PROFILE_V6_1_LTS192,
                                         BP_PROFILE_V6_12, BP_PROFILE_V7_1));

// R-ISO-4: half of a free block of order 10, which up to 5.15 would be isolated wrongly.
TEST_P(ReferenceRanges, HalfOfAFreeBlockIsIsolatedWhereItCanBeSplit) {
  EXPECT_EQ(range(BP_RANGE_ISOLATE, 512, 1024), is_since_6_1() ? BP_OK : BP_BUSY);
  EXPECT_EQ(free_pages(), is_since_6_1() ? 1024U : 1536U);
  EXPECT_EQ(type_at(512), is_since_6_1() ? BP_TYPE_ISOLATE : BP_TYPE_MOVABLE);
  EXPECT_EQ(type_at(0), BP_TYPE_MOVABLE);
  EXPECT_EQ(range(BP_RANGE_UNISOLATE, 512, 1024), is_since_6_1() ? BP_OK : BP_BUSY);
  EXPECT_EQ(free_pages(), 1536U);
}

// W-15: a block that is freed while half of it is isolated goes whole to one list, up to 6.1.
TEST_P(ReferenceRanges, HalfOfABlockInUseIsIsolatedWhereItIsFreedByHalves) {
  ASSERT_EQ(s_->alloc(10, kKernel | GfpFlag::movable), 0U);
  EXPECT_EQ(range(BP_RANGE_ISOLATE, 512, 1024), is_since_6_12() ? BP_OK : BP_BUSY);
  EXPECT_EQ(s_->free(0, 10), BP_OK);
  EXPECT_EQ(free_pages(), is_since_6_12() ? 1024U : 1536U);
}

TEST_P(ReferenceRanges, ARangeIsTakenOutOfTheMiddle) {
  const std::set<Block> fresh = s_->census();
  EXPECT_EQ(range(BP_RANGE_ALLOC, 512, 1536), BP_OK);
  EXPECT_EQ(free_pages(), 512U);
  EXPECT_EQ(type_at(512), BP_TYPE_MOVABLE);
  EXPECT_EQ(range(BP_RANGE_ALLOC, 0, 1024), BP_BUSY) << "half of it is in use";
  EXPECT_EQ(free_pages(), 512U) << "nothing of it is taken";
  EXPECT_EQ(s_->free(512, 9), BP_OK);
  EXPECT_EQ(s_->free(1024, 9), BP_OK);
  s_->drain();
  EXPECT_EQ(s_->census(), fresh);
}

TEST_P(ReferenceRanges, WhatIsOfflineIsNobodysUntilItJoins) {
  const std::set<Block> fresh = s_->census();
  EXPECT_EQ(range(BP_RANGE_OFFLINE, 0, 512), BP_OK);
  EXPECT_EQ(free_pages(), 1024U);
  EXPECT_EQ(type_at(0), BP_TYPE_ISOLATE);
  EXPECT_EQ(type_at(512), BP_TYPE_MOVABLE);
  for (const std::uint32_t a :
       {BP_RANGE_ISOLATE, BP_RANGE_UNISOLATE, BP_RANGE_OFFLINE, BP_RANGE_ALLOC})
    EXPECT_EQ(range(a, 0, 512), BP_BUSY) << a;
  EXPECT_EQ(s_->free(0, 9), BP_FOREIGN);
  EXPECT_EQ(range(BP_RANGE_ONLINE, 0, 1024), BP_BUSY) << "half of it is there";
  EXPECT_EQ(range(BP_RANGE_ONLINE, 0, 512), BP_OK);
  EXPECT_EQ(s_->census(), fresh);
}

TEST_P(ReferenceRanges, AHoleJoins) {
  EXPECT_EQ(type_at(1536), BP_TYPE_ISOLATE);
  EXPECT_EQ(range(BP_RANGE_ISOLATE, 1536, 2048), BP_BUSY);
  EXPECT_EQ(range(BP_RANGE_ONLINE, 1536, 2048), BP_OK);
  EXPECT_EQ(type_at(1536), BP_TYPE_MOVABLE);
  EXPECT_EQ(free_pages(), 2048U);
  EXPECT_EQ(range(BP_RANGE_ALLOC, 1536, 2048), BP_OK);
  EXPECT_EQ(s_->free(1536, 9), BP_OK);
}

TEST_P(ReferenceRanges, APageInUseKeepsARangeThere) {
  ASSERT_EQ(s_->alloc(0, kKernel | GfpFlag::movable).has_value(), true);
  const std::uint64_t before = free_pages();
  EXPECT_EQ(range(BP_RANGE_OFFLINE, 0, 1536), BP_BUSY);
  EXPECT_EQ(range(BP_RANGE_ALLOC, 0, 1536), BP_BUSY);
  EXPECT_EQ(range(BP_RANGE_ALLOC, 0, 4096), BP_BAD_RANGE);
  EXPECT_EQ(free_pages(), before);
}

}  // namespace
}  // namespace bp::test
