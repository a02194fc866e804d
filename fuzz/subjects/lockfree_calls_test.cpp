// SPDX-License-Identifier: MIT
// The kernel's interfaces over the allocator in impl, worked out by hand from the rules.
#include <gtest/gtest.h>

#include "fuzz/subjects/registry.h"
#include "fuzz/subjects/test_bench.h"

namespace bp::test {
namespace {

using F = GfpFlag;

const bp_subject& subject() { return lockfree_subject(); }

/// What a call on CPU 0 gave.
std::vector<bp_block> call(Instance& s, std::uint32_t interface, Gfp gfp, std::uint32_t order = 0,
                           std::uint32_t pages = 0) {
  const bp_call c{{0, order, gfp_encode(gfp, Era::e3), -1, 0}, interface, pages};
  std::vector<bp_block> blocks(64);
  blocks.resize(subject().call(s.self(), &c, blocks.data()));
  return blocks;
}

std::uint64_t pfn_of(Instance& s, std::uint32_t interface, Gfp gfp) {
  const auto blocks = call(s, interface, gfp);
  return blocks.size() == 1 ? blocks[0].pfn : ~std::uint64_t{0};
}

void put_task(Instance& s, const bp_task& t) { subject().task(s.self(), 0, &t); }

std::uint64_t not_allocated(Instance& s) {
  const bp_counters c = s.counters(0);
  return c.free + c.on_pcp;
}

TEST(LockfreeCalls, AddressesAreThoseOfTheDirectMapAndHighmemHasNone) {  // R-API-3, 12
  bp_machine m = empty_machine();
  m.zone_config = ZoneConfig{.highmem = true}.bits();
  add_zone(m, 0, kNormal, 0, 64);
  add_zone(m, 0, kHighmem, 64, 128);
  Instance s(subject(), m);
  const auto page = call(s, BP_CALL_GET_FREE_PAGE, kKernel | F::highmem);
  ASSERT_EQ(page.size(), 1U);
  EXPECT_LT(page[0].pfn, 64U) << "what gives an address clears HIGHMEM";
  EXPECT_EQ(page[0].address, BP_DIRECT_MAP + page[0].pfn * 4096);
  EXPECT_EQ(subject().free_address(s.self(), 0, page[0].address, 0), BP_OK);
  EXPECT_EQ(subject().free_address(s.self(), 0, 4096, 0), BP_FOREIGN);

  m.profile = BP_PROFILE_V4_7;
  Instance old(subject(), m);
  const auto high = call(old, BP_CALL_GET_FREE_PAGE, kKernel | F::highmem);
  ASSERT_EQ(high.size(), 1U);
  EXPECT_GE(high[0].pfn, 64U);
  EXPECT_EQ(high[0].address, 0U);
}

TEST(LockfreeCalls, ZerosComeFromTheAllocatorsOwnCall) {  // R-API-4, 6
  Instance s(subject(), one_zone(64));
  EXPECT_EQ(call(s, BP_CALL_GET_ZEROED_PAGE, kKernel)[0].zeroed, 1U);
  EXPECT_EQ(call(s, BP_CALL_ALLOC_PAGES, kKernel, 2)[0].zeroed, 0U);
  for (const bp_block& b : call(s, BP_CALL_BULK, kKernel | F::zero, 0, 9)) EXPECT_EQ(b.zeroed, 1U);
}

TEST(LockfreeCalls, PoliciesChooseNodes) {  // R-API-10
  Instance s(subject(), two_nodes());
  put_task(s, {0, BP_POLICY_INTERLEAVE, 3, 0});
  for (const std::uint64_t node : {0U, 1U, 0U, 1U})
    EXPECT_EQ(pfn_of(s, BP_CALL_ALLOC_PAGE, kKernel) / 1024, node);
  EXPECT_EQ(pfn_of(s, BP_CALL_NODE, kKernel) / 1024, 0U) << "a named node is no policy's";
  put_task(s, {0, BP_POLICY_PREFERRED, 2, 0});
  EXPECT_EQ(pfn_of(s, BP_CALL_CURRENT, kKernel) / 1024, 1U);
  EXPECT_EQ(pfn_of(s, BP_CALL_CURRENT, kKernel | F::thisnode) / 1024, 0U);
  put_task(s, {BP_TASK_INTERRUPT, BP_POLICY_PREFERRED, 2, 0});
  EXPECT_EQ(pfn_of(s, BP_CALL_ALLOC_PAGE, kKernel) / 1024, 0U);
  put_task(s, {0, BP_POLICY_BIND, 2, 0});
  EXPECT_EQ(call(s, BP_CALL_ALLOC_PAGES, kKernel, 10).size(), 0U) << "a page of it is in use";
  EXPECT_EQ(pfn_of(s, BP_CALL_ALLOC_PAGES, kKernel) / 1024, 1U);
}

TEST(LockfreeCalls, BindIsForZonesFromThePolicyZoneUp) {  // W-9
  bp_machine m = two_nodes();
  m.zones[0].type = kDma32;  // Node 0 has DMA32, node 1 NORMAL.
  Instance s(subject(), m);
  put_task(s, {0, BP_POLICY_BIND, 2, 0});
  EXPECT_EQ(pfn_of(s, BP_CALL_ALLOC_PAGES, kKernel) / 1024, 1U);
  EXPECT_EQ(pfn_of(s, BP_CALL_ALLOC_PAGES, kKernel | F::dma32) / 1024, 0U);
}

TEST(LockfreeCalls, NodeMinusOneIsTheNearestWithMemory) {  // R-API-7
  bp_machine m = two_nodes();
  m.zones[0] = m.zones[1];  // Node 0 has none.
  m.n_zones = 1;
  m.n_fallback[0] = m.n_fallback[1] = 1;
  m.fallback[0][0] = m.fallback[1][0] = 1;
  Instance s(subject(), m);
  EXPECT_EQ(pfn_of(s, BP_CALL_NODE, kKernel | F::thisnode) / 1024, 1U);
  EXPECT_EQ(call(s, BP_CALL_NODE_RAW, kKernel | F::thisnode).size(), 0U);
}

TEST(LockfreeCalls, ExactKeepsWhatWasAskedFor) {
  Instance s(subject(), one_zone(64));
  const auto exact = call(s, BP_CALL_EXACT, kKernel | F::comp, 0, 5);
  ASSERT_EQ(exact.size(), 1U);
  EXPECT_EQ(not_allocated(s), 59U);
  EXPECT_EQ(s.free(exact[0].pfn + 4, 0), BP_OK);
  EXPECT_EQ(s.free(exact[0].pfn + 5, 0), BP_NOT_ALLOCATED);
}

TEST(LockfreeCalls, BulkGivesWhatThereIs) {
  Instance s(subject(), one_zone(8));
  EXPECT_EQ(call(s, BP_CALL_BULK, kKernel, 0, 5).size(), 5U);
  EXPECT_EQ(call(s, BP_CALL_BULK, kKernel, 0, 5).size(), 3U);
  EXPECT_EQ(call(s, BP_CALL_BULK, kKernel, 0, 5).size(), 0U);
}

/// Pages that are free after the first of two owners gave its block of order 3 back.
std::uint64_t free_after_one_put(std::uint32_t profile, Gfp gfp) {
  bp_machine m = one_zone(64);
  m.profile = profile;
  Instance s(subject(), m);
  const std::uint64_t head = s.alloc(3, gfp).value();
  EXPECT_EQ(subject().get(s.self(), head), BP_OK);
  EXPECT_EQ(subject().get(s.self(), head + 1), BP_NOT_HEAD);
  EXPECT_EQ(subject().get(s.self(), 63), BP_NOT_ALLOCATED);
  EXPECT_EQ(s.free(head, 2), BP_BAD_ORDER) << "a wrong free takes no reference";
  EXPECT_EQ(s.free(head, 3), BP_OK);
  const std::uint64_t left = not_allocated(s);
  EXPECT_EQ(s.free(head, left == 56 ? 3 : 0), BP_OK);
  EXPECT_EQ(not_allocated(s), 64U);
  EXPECT_EQ(s.free(head, 0), BP_NOT_ALLOCATED);
  return left;
}

TEST(LockfreeCalls, ReferencesKeepABlock) {  // R-API-11, W-8
  EXPECT_EQ(free_after_one_put(BP_PROFILE_V6_1_LTS192, kKernel), 63U);
  EXPECT_EQ(free_after_one_put(BP_PROFILE_V6_1_LTS192, kKernel | F::comp), 56U);
  EXPECT_EQ(free_after_one_put(BP_PROFILE_V4_7, kKernel), 56U);
}

TEST(LockfreeCalls, SplitMakesSinglePages) {  // R-BUDDY-17
  Instance s(subject(), one_zone(64));
  const auto head = s.alloc(2, kKernel), compound = s.alloc(2, kKernel | F::comp);
  ASSERT_TRUE(head && compound);
  EXPECT_EQ(subject().split(s.self(), *head, 1), BP_BAD_ORDER);
  EXPECT_EQ(subject().split(s.self(), *head, 2), BP_OK);
  EXPECT_EQ(subject().split(s.self(), *compound, 2), BP_BAD_ORDER);
  EXPECT_EQ(s.free(*head + 3, 0), BP_OK);
  EXPECT_EQ(s.free(*head, 2), BP_BAD_ORDER);
}

TEST(LockfreeCalls, PinKeepsPagesOutOfMovableMemory) {  // R-GFP-4
  bp_machine m = empty_machine();
  m.zone_config = ZoneConfig{.highmem = true}.bits();
  add_zone(m, 0, kNormal, 0, 64);
  add_zone(m, 0, kMovable, 64, 128);
  Instance s(subject(), m);
  const Gfp user = kKernel | F::highmem | F::movable;
  EXPECT_GE(pfn_of(s, BP_CALL_ALLOC_PAGE, user), 64U);
  put_task(s, {BP_TASK_PIN, BP_POLICY_NONE, 0, 0});
  EXPECT_LT(pfn_of(s, BP_CALL_ALLOC_PAGE, user), 64U);
}

/// What a task leaves of 256 pages whose min mark is 101.
std::uint64_t left_by(std::uint32_t profile, Era era, std::uint32_t flags, Gfp gfp) {
  bp_machine m = one_zone(256);
  m.profile = profile;
  m.era = static_cast<std::uint32_t>(era);
  set_marks(m.zones[0], 101, 126);
  Instance s(subject(), m);
  put_task(s, {flags, BP_POLICY_NONE, 0, 0});
  while (s.alloc(0, gfp)) {
  }
  return s.counters(0).free;
}

TEST(LockfreeCalls, TasksReachDeeperFromV6_1) {  // R-AF-4, R-AF-5
  const auto left = [](std::uint32_t flags, Gfp gfp) {
    return left_by(BP_PROFILE_V6_1_LTS192, Era::e3, flags, gfp);
  };
  EXPECT_EQ(left(0, kKernel), 101U);
  EXPECT_EQ(left(BP_TASK_REALTIME, kKernel), 51U);
  EXPECT_EQ(left(BP_TASK_REALTIME, kNoWait), 101U);
  EXPECT_EQ(left(BP_TASK_REALTIME | BP_TASK_INTERRUPT, kKernel), 101U);
  EXPECT_EQ(left(BP_TASK_OOM_VICTIM, kKernel), 51U);
  EXPECT_EQ(left(BP_TASK_OOM_VICTIM, kKernel | F::nomemalloc), 101U);
  EXPECT_EQ(left(BP_TASK_MEMALLOC, kKernel), 0U);
  EXPECT_EQ(left(BP_TASK_MEMALLOC, kKernel | F::nomemalloc), 101U);
  EXPECT_EQ(left(BP_TASK_MEMALLOC | BP_TASK_INTERRUPT, kKernel), 101U);
  EXPECT_EQ(left(BP_TASK_MEMALLOC | BP_TASK_INTERRUPT | BP_TASK_SOFTIRQ, kKernel), 0U);
}

TEST(LockfreeCalls, TasksReachDeeperBefore) {  // R-AF-1, R-AF-2, R-AF-5
  for (const std::uint32_t profile : {BP_PROFILE_V4_7, BP_PROFILE_V5_15}) {
    const bool old = profile == BP_PROFILE_V4_7;
    const auto left = [&](std::uint32_t flags, Gfp gfp) {
      return left_by(profile, old ? Era::e1 : Era::e2p, flags, gfp);
    };
    EXPECT_EQ(left(BP_TASK_REALTIME, kKernel), 76U);
    EXPECT_EQ(left(BP_TASK_REALTIME, kNoWait), 76U);
    EXPECT_EQ(left(BP_TASK_REALTIME, kNoWait | F::atomic | F::nomemalloc), 101U);
    EXPECT_EQ(left(BP_TASK_OOM_VICTIM, kKernel), old ? 0U : 51U);
    EXPECT_EQ(left(BP_TASK_MEMALLOC, kKernel), 0U);
  }
}

}  // namespace
}  // namespace bp::test
