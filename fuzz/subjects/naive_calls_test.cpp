// SPDX-License-Identifier: MIT
// The kernel's interfaces as the naive subject has them, worked out by hand.
#include <gtest/gtest.h>

#include "fuzz/subjects/registry.h"
#include "fuzz/subjects/test_bench.h"

namespace bp::test {
namespace {

using F = GfpFlag;

/// What a call gave.
std::vector<bp_block> call(Instance& s, std::uint32_t interface, Gfp gfp, std::uint32_t order = 0,
                           std::uint32_t pages = 0) {
  const bp_call c{{0, order, gfp_encode(gfp, Era::e3), -1, 0}, interface, pages};
  std::vector<bp_block> blocks(64);
  blocks.resize(naive_subject().call(s.self(), &c, blocks.data()));
  return blocks;
}

void put_task(Instance& s, const bp_task& t) { naive_subject().task(s.self(), 0, &t); }

TEST(NaiveCalls, AddressesAndZeros) {
  Instance s(naive_subject(), one_zone(64));
  const auto zeros = call(s, BP_CALL_GET_ZEROED_PAGE, kKernel);
  ASSERT_EQ(zeros.size(), 1U);
  EXPECT_EQ(zeros[0].address, BP_DIRECT_MAP + zeros[0].pfn * 4096);
  EXPECT_EQ(zeros[0].zeroed, 1U);
  const auto pages = call(s, BP_CALL_ALLOC_PAGES, kKernel, 2);
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].address, 0U);
  EXPECT_EQ(naive_subject().free_address(s.self(), 0, zeros[0].address, 0), BP_OK);
  EXPECT_EQ(naive_subject().free_address(s.self(), 0, 4096, 0), BP_FOREIGN);
}

TEST(NaiveCalls, InterleaveTakesTurns) {
  Instance s(naive_subject(), two_nodes());
  put_task(s, {0, BP_POLICY_INTERLEAVE, 3});
  for (const std::uint64_t node : {0U, 1U, 0U, 1U}) {
    const auto page = call(s, BP_CALL_ALLOC_PAGE, kKernel);
    ASSERT_EQ(page.size(), 1U);
    EXPECT_EQ(page[0].pfn / 1024, node);
  }
  put_task(s, {BP_TASK_INTERRUPT, BP_POLICY_PREFERRED, 2});
  EXPECT_EQ(call(s, BP_CALL_ALLOC_PAGE, kKernel)[0].pfn / 1024, 0U);
  put_task(s, {0, BP_POLICY_BIND, 2});
  EXPECT_EQ(call(s, BP_CALL_ALLOC_PAGE, kKernel)[0].pfn / 1024, 1U);
}

TEST(NaiveCalls, ExactKeepsWhatWasAskedFor) {
  Instance s(naive_subject(), one_zone(64));
  const auto exact = call(s, BP_CALL_EXACT, kKernel | F::comp, 0, 5);
  ASSERT_EQ(exact.size(), 1U);
  EXPECT_EQ(s.counters(0).free, 59U);
  EXPECT_EQ(s.free(exact[0].pfn + 4, 0), BP_OK);
  EXPECT_EQ(s.free(exact[0].pfn + 5, 0), BP_NOT_ALLOCATED);
}

TEST(NaiveCalls, BulkGivesWhatThereIs) {
  Instance s(naive_subject(), one_zone(8));
  EXPECT_EQ(call(s, BP_CALL_BULK, kKernel, 0, 5).size(), 5U);
  EXPECT_EQ(call(s, BP_CALL_BULK, kKernel, 0, 5).size(), 3U);
  EXPECT_EQ(call(s, BP_CALL_BULK, kKernel, 0, 5).size(), 0U);
}

TEST(NaiveCalls, ReferencesKeepABlock) {  // R-API-11
  Instance s(naive_subject(), one_zone(64));
  const auto head = s.alloc(3, kKernel);
  ASSERT_TRUE(head);
  EXPECT_EQ(naive_subject().get(s.self(), *head), BP_OK);
  EXPECT_EQ(naive_subject().get(s.self(), *head + 1), BP_NOT_HEAD);
  EXPECT_EQ(s.free(*head, 3), BP_OK);
  EXPECT_EQ(s.counters(0).free, 63U);
  EXPECT_EQ(s.free(*head, 0), BP_OK);
  EXPECT_EQ(s.counters(0).free, 64U);
}

TEST(NaiveCalls, SplitMakesSinglePages) {  // R-BUDDY-17
  Instance s(naive_subject(), one_zone(64));
  const auto head = s.alloc(2, kKernel);
  const auto compound = s.alloc(2, kKernel | F::comp);
  ASSERT_TRUE(head && compound);
  EXPECT_EQ(naive_subject().split(s.self(), *head, 1), BP_BAD_ORDER);
  EXPECT_EQ(naive_subject().split(s.self(), *head, 2), BP_OK);
  EXPECT_EQ(naive_subject().split(s.self(), *compound, 2), BP_BAD_ORDER);
  EXPECT_EQ(s.free(*head + 3, 0), BP_OK);
  EXPECT_EQ(s.free(*head, 2), BP_BAD_ORDER);
}

TEST(NaiveCalls, TasksReachDeeper) {  // R-AF-4, R-AF-5
  const auto left = [](std::uint32_t flags, Gfp gfp) {
    bp_machine m = one_zone(256);
    set_marks(m.zones[0], 101, 126);
    Instance s(naive_subject(), m);
    put_task(s, {flags, BP_POLICY_NONE, 0});
    while (s.alloc(0, gfp)) {
    }
    return s.counters(0).free;
  };
  EXPECT_EQ(left(0, kKernel), 101U);
  EXPECT_EQ(left(BP_TASK_REALTIME, kKernel), 51U);
  EXPECT_EQ(left(BP_TASK_REALTIME, kNoWait), 101U);
  EXPECT_EQ(left(BP_TASK_OOM_VICTIM, kKernel), 51U);
  EXPECT_EQ(left(BP_TASK_MEMALLOC, kKernel), 0U);
  EXPECT_EQ(left(BP_TASK_MEMALLOC | BP_TASK_INTERRUPT, kKernel), 101U);
}

}  // namespace
}  // namespace bp::test
