// SPDX-License-Identifier: MIT
// Isolated ranges that are taken, leave the machine and join it (R-ISO-4). Four pageblocks from
// 0x1000 on; what is free is said.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

constexpr PfnRange kUpper{0x1600_pfn, 0x1800_pfn};

/// Both halves of a free block of order 10 are isolated.
class Ranges : public InKernel {
 protected:
  Kernel isolated() const {
    Kernel k(TestMachine(profile()).zone(0x1000, 0x1800).free(10, movable, {0x1400}));
    k->isolate(0, 0x1400_pfn);
    k->isolate(0, 0x1600_pfn);
    EXPECT_EQ(k.nr_free_pages(), 0);
    return k;
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Ranges, testing::ValuesIn(kEveryKernel), kernel_name);

// R-ISO-4: a free block that reaches out of the range goes back with the rest of it.
TEST_P(Ranges, TakingOneLeavesTheRestOfABlock) {
  Kernel k = isolated();
  k->take_range(0, kUpper, Order{8});
  EXPECT_EQ(k.list(9, isolate), Frames({0x1400}));
  EXPECT_EQ(k->allocated_order(0x1600_pfn), Order{8});
  EXPECT_EQ(k->allocated_order(0x1700_pfn), Order{8});
  k->unisolate(0, 0x1400_pfn, movable);
  k->unisolate(0, 0x1600_pfn, movable);
  EXPECT_EQ(k.list(9, movable), Frames({0x1400}));
  EXPECT_EQ(k.nr_free_pages(), 512);
  EXPECT_EQ(k.numbers().isolated, 0);
  // What was taken is freed like any other block.
  k.free(0x1600, 8);
  k.free(0x1700, 8);
  EXPECT_EQ(k.list(10, movable), Frames({0x1400}));
  EXPECT_EQ(k.nr_free_pages(), 1024);
}

// R-ISO-1: nobody gets what is offline, and it is not counted; joining, it merges again.
TEST_P(Ranges, WhatLeavesIsNoMemoryUntilItJoins) {
  Kernel k = isolated();
  k->offline(0, kUpper);
  k->unisolate(0, 0x1400_pfn, movable);
  EXPECT_EQ(k.list(9, movable), Frames({0x1400}));
  EXPECT_EQ(k.nr_free(9), 1);
  EXPECT_EQ(k.nr_free_pages(), 512);
  EXPECT_EQ(k.type_of(0x1600), isolate);
  EXPECT_EQ(k.numbers().isolated, 0);
  EXPECT_FALSE(k->inside_free_block(0x1600_pfn) || k->is_allocated(0x1600_pfn));
  k->online(0, kUpper);
  EXPECT_EQ(k.type_of(0x1600), movable);
  EXPECT_EQ(k.list(10, movable), Frames({0x1400}));
  EXPECT_EQ(k.nr_free_pages(), 1024);
}

// R-BUDDY-9, R-BUDDY-15: pageblock by pageblock, since they may be of other types.
TEST_P(Ranges, WhatJoinsIsMovable) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1800).type(unmovable, 0x1400, 0x1800));
  k->online(0, kUpper);
  EXPECT_EQ(k.type_of(0x1400), unmovable);
  EXPECT_EQ(k.list(9, movable), Frames({0x1600}));
}

}  // namespace
}  // namespace bp::reference
