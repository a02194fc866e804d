// SPDX-License-Identifier: MIT
// What the words mean (R-GEN): pageblocks of any order, heads and tails of blocks, managed pages.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

class Words : public InKernel {};
INSTANTIATE_TEST_SUITE_P(Every, Words, testing::ValuesIn(kEveryKernel), kernel_name);

// R-GEN-5: with pageblocks of order 10, as on i386 without PAE, an isolated frame takes 1024 along.
TEST_P(Words, PageblocksHaveTheOrderOfTheMachine) {
  for (const unsigned order : {9U, 10U}) {
    TestMachine m(profile());
    m.config().pageblock_order = order;
    Kernel k(m.zone(0x1000, 0x2000).free_all());
    k->isolate(0, 0x1000_pfn);
    EXPECT_EQ(k.type_of(0x11ff), isolate);
    EXPECT_EQ(k.type_of(0x1200), order == 10 ? isolate : movable);
    EXPECT_EQ(k.type_of(0x1400), movable);
  }
}

// R-GEN-7: a block is known by its head; its other pages are inside it and no block's head.
TEST_P(Words, OnlyTheHeadIsABlock) {
  Kernel k(TestMachine(profile()).zone(0x1000, 0x1400).free(3, movable, {0x1008}));
  EXPECT_EQ(k->free_block_at(0x1008_pfn), Order{3});
  for (std::uint64_t p = 0x1009; p < 0x1010; ++p) {
    EXPECT_EQ(k->free_block_at(Pfn{p}), std::nullopt);
    EXPECT_TRUE(k->inside_free_block(Pfn{p}));
  }
  EXPECT_FALSE(k->inside_free_block(0x1010_pfn));
}

ZoneNumbers recomputed(TestMachine& m) {
  Kernel k(m);
  k->recompute_watermarks(4096);
  return k.numbers();
}

// R-GEN-11, R-CFG-1: a zone twice as large in frames, whose other half is not the allocator's, has
// the marks of the half that is.
TEST_P(Words, MarksFollowManagedPages) {
  TestMachine small(profile());
  small.zone(0x10000, 0x20000).free_all();
  TestMachine holey(profile());
  holey.zone(0x10000, 0x20000).free_all();
  holey.numbers().present *= 2;
  holey.numbers().spanned *= 2;
  const ZoneNumbers a = recomputed(small), b = recomputed(holey);
  EXPECT_GT(a.min, 0);
  EXPECT_EQ(a.min, b.min);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
}

// R-CFG-1: the marks follow what was just written.
TEST_P(Words, MarksComeAfterMinFreeKbytes) {
  TestMachine m(profile());
  Kernel k(m.zone(0x10000, 0x20000).free_all());
  k->recompute_watermarks(4096);
  EXPECT_EQ(k.numbers().min, 1024);
  k->recompute_watermarks(8192);
  EXPECT_EQ(k.numbers().min, 2048);
}

}  // namespace
}  // namespace bp::reference
