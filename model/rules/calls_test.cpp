// SPDX-License-Identifier: MIT
#include "model/rules/calls.h"

#include <gtest/gtest.h>

#include "model/vocab/gfp_text.h"

namespace bp::rules {
namespace {

/// Three nodes with a CPU each: NORMAL everywhere, HIGHMEM on node 0, nothing but MOVABLE on
/// node 1.
Machine three_nodes(Profile p) {
  Machine m;
  m.profile = p;
  m.era = era_of(p);
  m.zones.highmem = true;
  m.cpus = 3;
  Pfn at{0};
  for (std::uint8_t n = 0; n < 3; ++n) {
    Node node;
    node.cpu_begin = n;
    node.cpu_end = static_cast<std::uint8_t>(n + 1);
    const auto add = [&](ZoneType t) {
      node.zones.push_back({t, {at, at + Pages{256}}, {}});
      at += Pages{256};
    };
    if (n != 1) add(ZoneType::normal);
    if (n == 0) add(ZoneType::highmem);
    if (n == 1) add(ZoneType::movable);
    m.nodes.push_back(node);
  }
  return m;
}

Op call(const Machine& m, Call c, const char* mask, unsigned cpu = 0) {
  const GfpParse g = gfp_parse(mask, m.era);
  EXPECT_EQ(g.fault, "");
  Op op = Op::alloc(cpu, Order{0}, g.gfp);
  op.call = c;
  return op;
}

OpTask task(TaskFlag f) {
  OpTask t;
  t.flags = static_cast<std::uint8_t>(1U << static_cast<unsigned>(f));
  return t;
}
OpTask task(Policy p, unsigned nodes) {
  OpTask t;
  t.policy = p;
  t.policy_nodes = static_cast<std::uint8_t>(nodes);
  return t;
}

Op resolved(const Machine& m, const Op& op, const OpTask& t = {}) {
  RunningTask running{t};
  return resolve(m, lay_out(m), op, running);
}

// R-API-3: HIGHMEM is cleared, and only asserted not to be there in v4.7.
TEST(Calls, AnAddressIsNotOfHighmem) {
  for (const Call c : {Call::free_pages, Call::free_page, Call::zeroed_page}) {
    const Machine now = three_nodes(Profile::v5_15), old = three_nodes(Profile::v4_7);
    EXPECT_FALSE(resolved(now, call(now, c, "GFP_HIGHUSER")).gfp.has(GfpFlag::highmem));
    EXPECT_TRUE(resolved(old, call(old, c, "GFP_HIGHUSER")).gfp.has(GfpFlag::highmem));
  }
}

// R-API-4, R-API-5, W-7.
TEST(Calls, ChangeTheMask) {
  const Machine m = three_nodes(Profile::v6_1_lts192);
  EXPECT_TRUE(resolved(m, call(m, Call::zeroed_page, "GFP_KERNEL")).gfp.has(GfpFlag::zero));
  EXPECT_TRUE(resolved(m, call(m, Call::dma_pages, "GFP_KERNEL")).gfp.has(GfpFlag::dma));
  Op exact = call(m, Call::exact, "GFP_KERNEL|__GFP_COMP|__GFP_HIGHMEM");
  for (const auto& [pages, order] : {std::pair{1, 0}, {2, 1}, {5, 3}, {8, 3}, {1024, 10}}) {
    exact.pages = static_cast<std::uint16_t>(pages);
    const Op op = resolved(m, exact);
    EXPECT_EQ(op.order, Order{static_cast<unsigned>(order)}) << pages;
    EXPECT_FALSE(op.gfp.has(GfpFlag::comp) || op.gfp.has(GfpFlag::highmem));
  }
}

// R-API-7, R-ZONE-14: node 1 has no memory that the kernel could use for itself.
TEST(Calls, NoNodeIsTheNearestWithMemory) {
  const Machine m = three_nodes(Profile::v6_1_lts192);
  EXPECT_EQ(resolved(m, call(m, Call::node, "GFP_KERNEL", 2)).node, 2);
  EXPECT_NE(resolved(m, call(m, Call::node, "GFP_KERNEL", 1)).node, 1);
  EXPECT_EQ(resolved(m, call(m, Call::alloc, "GFP_KERNEL", 1)).node, kNoNode);
}

// R-API-10.
TEST(Calls, PoliciesFindTheNode) {
  const Machine m = three_nodes(Profile::v6_1_lts192);
  const Op op = call(m, Call::pages, "GFP_HIGHUSER", 0);
  EXPECT_EQ(resolved(m, op).node, 0);
  EXPECT_EQ(resolved(m, op, task(Policy::preferred, 4)).node, 2);
  const Op bound = resolved(m, op, task(Policy::bind, 4));
  EXPECT_EQ(bound.node, 0);
  EXPECT_EQ(bound.nodemask, 4);
  RunningTask turns{task(Policy::interleave, 5)};
  for (const int node : {0, 2, 0, 2}) EXPECT_EQ(resolve(m, lay_out(m), op, turns).node, node);
}

// W-9: a request that cannot reach the highest zone is not bound.
TEST(Calls, BindIsForThoseThatReachTheHighestZone) {
  const Machine m = three_nodes(Profile::v6_1_lts192);
  const OpTask t = task(Policy::bind, 4);
  EXPECT_EQ(resolved(m, call(m, Call::pages, "GFP_KERNEL"), t).nodemask, 0);
  EXPECT_EQ(resolved(m, call(m, Call::pages, "GFP_HIGHUSER"), t).nodemask, 4);
}

// A zone without a page is nobody's highest.
TEST(Calls, BindGoesByZonesWithPages) {
  Machine m = three_nodes(Profile::v6_1_lts192);
  m.nodes[0].holes.push_back(m.nodes[0].zones[1].frames);
  EXPECT_EQ(resolved(m, call(m, Call::pages, "GFP_KERNEL"), task(Policy::bind, 4)).nodemask, 4);
}

// R-API-8.
TEST(Calls, WhoNamesANodeHasNoPolicy) {
  const Machine m = three_nodes(Profile::v6_1_lts192);
  for (const Call c : {Call::node, Call::node_raw, Call::bulk}) {
    Op op = call(m, c, "GFP_KERNEL");
    op.node = 2;
    op.pages = c == Call::bulk ? 4 : 0;
    EXPECT_EQ(resolved(m, op, task(Policy::preferred, 1)).node, 2);
  }
}

TEST(Calls, InterruptsAndThisnodeHaveNoPolicy) {
  const Machine m = three_nodes(Profile::v6_1_lts192);
  OpTask t = task(Policy::preferred, 4);
  EXPECT_EQ(resolved(m, call(m, Call::pages, "GFP_KERNEL|__GFP_THISNODE"), t).node, 0);
  t.flags = 1U << static_cast<unsigned>(TaskFlag::interrupt);
  EXPECT_EQ(resolved(m, call(m, Call::pages, "GFP_KERNEL"), t).node, 0);
}

// R-GFP-4.
TEST(Calls, TheTasksScopeChangesTheMaskButInV4_7) {
  const Machine m = three_nodes(Profile::v6_1_lts192), old = three_nodes(Profile::v4_7);
  const char* const mask = "GFP_HIGHUSER_MOVABLE";
  const auto with = [&](const Machine& on, TaskFlag f) {
    return resolved(on, call(on, Call::alloc, mask), task(f)).gfp;
  };
  EXPECT_FALSE(with(m, TaskFlag::pin).has(GfpFlag::movable));
  EXPECT_FALSE(with(m, TaskFlag::noio).has(GfpFlag::io) ||
               with(m, TaskFlag::noio).has(GfpFlag::fs));
  EXPECT_TRUE(with(m, TaskFlag::nofs).has(GfpFlag::io));
  EXPECT_FALSE(with(m, TaskFlag::nofs).has(GfpFlag::fs));
  EXPECT_TRUE(with(old, TaskFlag::noio).has(GfpFlag::io));
}

}  // namespace
}  // namespace bp::rules
