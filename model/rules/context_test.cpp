// SPDX-License-Identifier: MIT
#include "model/rules/context.h"

#include <gtest/gtest.h>

#include "model/vocab/gfp_text.h"

namespace bp::rules {
namespace {

/// Two nodes with a CPU each; DMA32 and NORMAL on both.
Machine two_nodes(Profile p) {
  Machine m;
  m.profile = p;
  m.era = era_of(p);
  m.zones.dma32 = true;
  m.cpus = 2;
  Pfn at{0};
  for (std::uint8_t n = 0; n < 2; ++n) {
    Node node;
    node.cpu_begin = n;
    node.cpu_end = static_cast<std::uint8_t>(n + 1);
    for (ZoneType t : {ZoneType::dma32, ZoneType::normal}) {
      node.zones.push_back({t, {at, at + Pages{256}}, {}});
      at += Pages{256};
    }
    m.nodes.push_back(node);
  }
  return m;
}

Op alloc(const Machine& m, const char* mask, int node = kNoNode, unsigned nodes = 0,
         unsigned order = 0) {
  const GfpParse g = gfp_parse(mask, m.era);
  EXPECT_EQ(g.fault, "");
  return Op::alloc(0, Order{order}, g.gfp, node, nodes);
}

/// Of a task that is nothing special.
Attempts attempts(const Machine& m, const Layout& l, const Op& op, ZoneType highest) {
  return rules::attempts(m, l, op, highest, {});
}

std::vector<int> zones(const Zonelist& l) { return {l.begin(), l.end()}; }

// R-ZONE-4, R-ZONE-5: zones of the local node from the highest down, then the other node's.
TEST(Zonelist, NodeByNodeFromTheHighestZoneDown) {
  const Layout l = lay_out(two_nodes(Profile::v4_7));
  EXPECT_EQ(zones(zonelist(l, {.node = 1, .highest = ZoneType::normal})),
            (std::vector<int>{3, 2, 1, 0}));
  EXPECT_EQ(zones(zonelist(l, {.node = 1, .highest = ZoneType::dma32})), (std::vector<int>{2, 0}));
  EXPECT_EQ(zones(zonelist(l, {.node = 1, .fallback = false, .highest = ZoneType::normal})),
            (std::vector<int>{3, 2}));
  EXPECT_EQ(zones(zonelist(l, {.node = 1, .highest = ZoneType::normal, .nodemask = 1})),
            (std::vector<int>{1, 0}));
}

TEST(Attempts, OrdinaryRequestTriesLowThenMin) {
  for (unsigned n = 0; n < kProfiles; ++n) {
    const auto p = Profile{static_cast<std::uint8_t>(n)};
    const Machine m = two_nodes(p);
    const Attempts a = attempts(m, lay_out(m), alloc(m, "GFP_KERNEL", 1), ZoneType::normal);
    EXPECT_EQ(a[0].mark, Mark::low);
    EXPECT_EQ(a[1].mark, Mark::min);
    EXPECT_EQ(a[1].flags, AllocFlags{});
    EXPECT_EQ(a[1].list.node, 1U);
  }
}

// R-AF-1, R-SLOW-5: an atomic request of 4.7 goes by the list of the node it runs on.
TEST(Attempts, AtomicOfV4_7ReachesDeeperOnItsOwnNode) {
  const Machine m = two_nodes(Profile::v4_7);
  const Attempts a = attempts(m, lay_out(m), alloc(m, "GFP_ATOMIC", 1), ZoneType::normal);
  EXPECT_EQ(a.size(), 2U);
  EXPECT_EQ(a[1].flags, (AllocFlags{.high = true, .harder = true}));
  EXPECT_EQ(a[0].list.node, 1U);
  EXPECT_EQ(a[1].list.node, 0U);
}

// R-SLOW-2: ATOMIC together with DIRECT_RECLAIM is dropped.
TEST(Attempts, AtomicThatMayBlockIsNotAtomic) {
  const Machine m = two_nodes(Profile::v4_7);
  const Attempts a =
      attempts(m, lay_out(m), alloc(m, "GFP_ATOMIC|__GFP_DIRECT_RECLAIM", 1), ZoneType::normal);
  EXPECT_EQ(a[1].flags, (AllocFlags{.high = true}));
  EXPECT_EQ(a[1].list.node, 1U);
}

// L-10: NOMEMALLOC wins over MEMALLOC.
TEST(Attempts, MemallocIgnoresWatermarksUnlessForbidden) {
  for (Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    const Machine m = two_nodes(p);
    const Attempts open =
        attempts(m, lay_out(m), alloc(m, "GFP_KERNEL|__GFP_MEMALLOC"), ZoneType::normal);
    EXPECT_TRUE(open[2].flags.no_watermarks);
    const Attempts shut = attempts(
        m, lay_out(m), alloc(m, "GFP_KERNEL|__GFP_MEMALLOC|__GFP_NOMEMALLOC"), ZoneType::normal);
    for (const Attempt& a : shut) EXPECT_FALSE(a.flags.no_watermarks);
  }
}

// R-AF-6: v6.1's GFP_NOWAIT is NON_BLOCK without MIN_RESERVE, and keeps its node mask.
TEST(Attempts, V6_1DropsTheNodeMaskOnlyWithReserves) {
  const Machine m = two_nodes(Profile::v6_1_lts192);
  const Attempts nowait = attempts(m, lay_out(m), alloc(m, "GFP_NOWAIT", 0, 2), ZoneType::normal);
  EXPECT_EQ(nowait[1].flags, (AllocFlags{.harder = true}));
  EXPECT_EQ(nowait.size(), 2U);
  const Attempts atomic =
      attempts(m, lay_out(m), alloc(m, "GFP_ATOMIC", 0, 2, 1), ZoneType::normal);
  EXPECT_EQ(atomic[1].flags, (AllocFlags{.high = true, .harder = true, .highatomic = true}));
  EXPECT_EQ(atomic[1].list.nodemask, 2U);
  EXPECT_EQ(atomic[2].list.nodemask, 0U);
}

// W-10: node 0's zones are above the mask's highest zone, so nothing is tried, not even without the
// mask.
TEST(Attempts, V6_1GivesUpWhenTheMaskLeavesNoZone) {
  Machine m = two_nodes(Profile::v6_1_lts192);
  m.nodes[0].zones[0].type = ZoneType::normal, m.nodes[0].zones[1].type = ZoneType::movable;
  const Op atomic = alloc(m, "GFP_ATOMIC|__GFP_DMA32", 1, 1);
  EXPECT_TRUE(attempts(m, lay_out(m), atomic, ZoneType::dma32).empty());
  m.profile = Profile::v4_7;
  EXPECT_FALSE(attempts(m, lay_out(m), atomic, ZoneType::dma32).empty());
}

// R-CTX-6: 4.7 looks at the node's list as it is, before the slow path could take another node's.
TEST(Attempts, V4_7GivesUpOnANodeWithoutMemory) {
  Machine m = two_nodes(Profile::v4_7);
  m.nodes[1].zones.clear();
  EXPECT_TRUE(
      attempts(m, lay_out(m), alloc(m, "GFP_ATOMIC|__GFP_THISNODE", 1), ZoneType::normal).empty());
  EXPECT_FALSE(attempts(m, lay_out(m), alloc(m, "GFP_ATOMIC", 1), ZoneType::normal).empty());
}

// R-AF-1, R-SLOW-33: what drops the node mask is ATOMIC, whatever its priority.
TEST(Attempts, V5_15DropsTheNodeMaskForAtomic) {
  const Machine m = two_nodes(Profile::v5_15);
  const auto made = [&](const char* mask, unsigned order = 0) {
    return attempts(m, lay_out(m), alloc(m, mask, 0, 2, order), ZoneType::normal);
  };
  const Attempts high = made("__GFP_HIGH", 1);
  ASSERT_EQ(high.size(), 2U);
  EXPECT_EQ(high[1].flags, (AllocFlags{.high = true}));
  const Attempts atomic = made("__GFP_ATOMIC", 1);
  ASSERT_EQ(atomic.size(), 3U);
  EXPECT_EQ(atomic[1].flags, (AllocFlags{.harder = true}));
  EXPECT_EQ(atomic[1].list.nodemask, 2U);
  EXPECT_EQ(atomic[2].list.nodemask, 0U);
  const Attempts both = made("__GFP_ATOMIC|__GFP_NOMEMALLOC");
  ASSERT_EQ(both.size(), 3U);
  EXPECT_EQ(both[1].flags, AllocFlags{});
}

AllocFlags last_flags(Profile p, unsigned flags, const char* mask = "GFP_KERNEL") {
  const Machine m = two_nodes(p);
  OpTask t;
  t.flags = static_cast<std::uint8_t>(flags);
  const Attempts a = rules::attempts(m, lay_out(m), alloc(m, mask, 0, 2), ZoneType::normal, t);
  return a[a.size() - 1].flags;
}
constexpr unsigned bit(TaskFlag f) { return 1U << static_cast<unsigned>(f); }

// R-AF-2, R-AF-5: who frees memory, and who is dying.
TEST(Attempts, TasksThatFreeMemoryMayUseTheReserves) {
  for (const Profile p : {Profile::v4_7, Profile::v5_15, Profile::v7_1}) {
    const unsigned frees = bit(TaskFlag::memalloc), in = bit(TaskFlag::interrupt);
    EXPECT_TRUE(last_flags(p, frees).no_watermarks);
    EXPECT_FALSE(last_flags(p, frees | in).no_watermarks);
    EXPECT_TRUE(last_flags(p, frees | in | bit(TaskFlag::softirq)).no_watermarks);
    EXPECT_FALSE(last_flags(p, frees, "GFP_KERNEL|__GFP_NOMEMALLOC").no_watermarks);
    const unsigned victim = bit(TaskFlag::oom_victim);
    EXPECT_EQ(last_flags(p, victim).no_watermarks, p == Profile::v4_7);
    EXPECT_EQ(last_flags(p, victim).oom, p != Profile::v4_7);
    EXPECT_EQ(last_flags(p, victim | in), AllocFlags{});
  }
}

// R-AF-1, R-AF-4.
TEST(Attempts, RealtimeTasksReachDeeper) {
  const unsigned rt = bit(TaskFlag::realtime);
  EXPECT_TRUE(last_flags(Profile::v4_7, rt).harder);
  EXPECT_TRUE(last_flags(Profile::v5_15, rt).harder);
  EXPECT_TRUE(last_flags(Profile::v6_1_lts192, rt).high);
  EXPECT_FALSE(last_flags(Profile::v6_1_lts192, rt, "GFP_NOWAIT").high);
  EXPECT_EQ(last_flags(Profile::v5_15, rt | bit(TaskFlag::interrupt)), AllocFlags{});
}

// R-SLOW-35.
TEST(Attempts, V5_15NofailEndsHarder) {
  const Machine m = two_nodes(Profile::v5_15);
  const Attempts a = attempts(m, lay_out(m), alloc(m, "GFP_KERNEL|__GFP_NOFAIL"), ZoneType::normal);
  ASSERT_EQ(a.size(), 3U);
  EXPECT_EQ(a[2].flags, (AllocFlags{.harder = true}));
}

// R-SLOW-36: one loop instead of two, the same attempts.
TEST(Attempts, LaterKernelsTryWhatV6_1Tries) {
  for (const char* mask : {"GFP_KERNEL", "GFP_ATOMIC", "GFP_NOWAIT", "GFP_KERNEL|__GFP_MEMALLOC",
                           "GFP_KERNEL|__GFP_NOFAIL", "__GFP_HIGH|__GFP_NOMEMALLOC"}) {
    const Machine m = two_nodes(Profile::v6_1_lts192);
    const Attempts expected = attempts(m, lay_out(m), alloc(m, mask, 1, 2, 1), ZoneType::normal);
    for (Profile p : {Profile::v6_12, Profile::v7_1}) {
      const Machine later = two_nodes(p);
      const Attempts a =
          attempts(later, lay_out(later), alloc(later, mask, 1, 2, 1), ZoneType::normal);
      EXPECT_TRUE(a == expected) << mask << " in " << profile_name(p);
    }
  }
}

// R-SLOW-35.
TEST(Attempts, V6_1NofailEndsWithMinReserve) {
  const Machine m = two_nodes(Profile::v6_1_lts192);
  const Attempts a = attempts(m, lay_out(m), alloc(m, "GFP_KERNEL|__GFP_NOFAIL"), ZoneType::normal);
  ASSERT_EQ(a.size(), 3U);
  EXPECT_EQ(a[2].flags, (AllocFlags{.high = true}));
}

// R-CTX-1: 4.7's column is the first zone of the list, v6.1's the highest of the mask.
TEST(Attempts, ReserveColumnDependsOnTheProfile) {
  Machine m = two_nodes(Profile::v4_7);
  const Layout l = lay_out(m);
  const Zonelist list = zonelist(l, {.node = 0, .highest = ZoneType::movable});
  EXPECT_EQ(reserve_column(Profile::v4_7, l, list, ZoneType::movable), ZoneType::normal);
  EXPECT_EQ(reserve_column(Profile::v6_1_lts192, l, list, ZoneType::movable), ZoneType::movable);
}

/// The attempts of a task in a cpuset of node 1, on node 0.
Attempts inside(Profile p, const char* mask, OpTask t = {}, unsigned nodes = 0,
                unsigned dirty = 0) {
  const Machine m = two_nodes(p);
  const Op op = alloc(m, mask, 0, nodes);
  const Walls w{.cpusets = true, .mems = 0b10, .dirty = dirty};
  return within(w, m, op, t, rules::attempts(m, lay_out(m), op, ZoneType::normal, t));
}
bool shuts(const Attempt& a, unsigned node) { return (a.shut >> node & 1) != 0; }

TEST(Within, TheFirstAttemptIsInsideAndLaterOnesByTheMask) {  // R-CTX-3, R-LIST-1
  for (const Profile p : {Profile::v4_7, Profile::v5_15, Profile::v7_1}) {
    const Attempts kernel = inside(p, "GFP_KERNEL"), user = inside(p, "GFP_USER", {}, 0b11);
    EXPECT_EQ(kernel[0].list.nodemask, 0b10U);
    EXPECT_TRUE(shuts(kernel[0], 0) && !shuts(kernel[1], 0));
    EXPECT_EQ(user[0].list.nodemask, 0b11U) << "the caller's nodes stay";
    EXPECT_TRUE(shuts(user[0], 0) && shuts(user[1], 0));
    EXPECT_FALSE(shuts(user[0], 1) || shuts(user[1], 1));
    OpTask victim;
    victim.flags = 1U << static_cast<unsigned>(TaskFlag::oom_victim);
    EXPECT_FALSE(shuts(inside(p, "GFP_USER", victim)[1], 0));
  }
}

TEST(Within, WhoLeavesTheCpusetOrMayNotFailGoesBeyond) {  // R-AF-1, R-AF-4, R-SLOW-35
  const char* const hurry = "__GFP_HIGH|__GFP_HARDWALL";
  EXPECT_TRUE(shuts(inside(Profile::v4_7, hurry)[1], 0)) << "by ATOMIC there";
  EXPECT_FALSE(shuts(inside(Profile::v6_1_lts192, hurry)[1], 0));
  EXPECT_TRUE(shuts(inside(Profile::v6_1_lts192, "__GFP_HARDWALL")[1], 0));
  const Attempts nofail = inside(Profile::v6_1_lts192, "GFP_USER|__GFP_NOFAIL");
  ASSERT_EQ(nofail.size(), 4U);
  EXPECT_TRUE(shuts(nofail[2], 0));
  EXPECT_FALSE(shuts(nofail[3], 0));
  EXPECT_EQ(nofail[2].flags, nofail[3].flags);
}

TEST(Within, WhoWritesPassesOverDirtyNodesAtFirst) {  // R-LIST-3
  const Attempts a = inside(Profile::v6_1_lts192, "GFP_KERNEL|__GFP_WRITE", {}, 0, 0b10);
  EXPECT_TRUE(shuts(a[0], 1));
  EXPECT_FALSE(shuts(a[1], 1));
  EXPECT_FALSE(shuts(inside(Profile::v6_1_lts192, "GFP_KERNEL", {}, 0, 0b10)[0], 1));
}

}  // namespace
}  // namespace bp::rules
