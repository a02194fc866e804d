// SPDX-License-Identifier: MIT
// What surrounds a request: cpusets and their counter, scopes, gfp_allowed_mask, node reclaim,
// dirty spreading, fault injection (R-CTX, R-GFP-3, R-GFP-4, R-LIST-1, R-LIST-3, R-LIST-6).
#include <gtest/gtest.h>

#include "model/reference/test_world.h"

namespace bp::reference {
namespace {

using enum Profile;

/// Two nodes of two pageblocks. Everything of the second one is free.
TestMachine two_nodes(Profile p) {
  TestMachine m(p);
  m.cpus({0, 1});
  m.zone(ZoneType::normal, 0, 1024, 0).marks(16, 32, 48);
  m.zone(ZoneType::normal, 1024, 2048, 1).marks(16, 32, 48).free_all();
  for (NodeState& n : m.nodes()) n.distance = {20, 20};
  m.nodes()[0].distance[0] = m.nodes()[1].distance[1] = 10;
  return m;
}

bool is_on_node_1(Pfn p) { return p != kNoPfn && p >= 1024_pfn; }

class Surroundings : public InKernel {};
INSTANTIATE_TEST_SUITE_P(Kernels, Surroundings, testing::ValuesIn(kEveryKernel), kernel_name);

// R-CTX-3, R-LIST-1
TEST_P(Surroundings, ACpusetKeepsRequestsOnItsNodes) {
  World w(two_nodes(profile()));
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpNowait, 0, {.mems_allowed = 1}).head)) << "no cpusets";
  w.env.cpusets = true;
  EXPECT_EQ(w.ask(kGfpKernel | GfpFlag::hardwall, 0, {.mems_allowed = 1}).head, kNoPfn);
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpKernel, 0, {.mems_allowed = 2}).head));
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpKernel, 0, {.mems_allowed = 3}).head));
}

TEST_P(Surroundings, InterruptsAndVictimsAreOutsideCpusets) {
  World w(two_nodes(profile()));
  w.env.cpusets = true;
  EXPECT_EQ(w.ask(kGfpNowait, 0, {.mems_allowed = 1, .mems_ancestor = 1}).head, kNoPfn);
  EXPECT_TRUE(is_on_node_1(
      w.ask(kGfpNowait, 0, {.in_interrupt = true, .mems_allowed = 1, .mems_ancestor = 1}).head));
  EXPECT_TRUE(is_on_node_1(
      w.ask(kGfpNowait, 0, {.oom_victim = true, .mems_allowed = 1, .mems_ancestor = 1}).head));
}

// R-CTX-3: the fast path of v4.7 keeps interrupts on their task's nodes too.
TEST_P(Surroundings, InterruptsAreBoundToTheirTasksNodesInV4_7) {
  World w(two_nodes(profile()));
  w.env.cpusets = true;
  const Trace t = w.ask(kGfpNowait, 0, {.in_interrupt = true, .mems_allowed = 1}).trace;
  EXPECT_EQ(t.at(0).nodemask, profile() == v4_7 ? 1U : 0U);
}

// R-LIST-1: without HARDWALL the nearest hardwalled ancestor decides, but for who is exiting.
TEST_P(Surroundings, WithoutHardwallTheAncestorDecides) {
  World w(two_nodes(profile()));
  w.env.cpusets = true;
  const Task inside{.mems_allowed = 1, .mems_ancestor = 3};
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpNowait, 0, inside).head));
  EXPECT_EQ(w.ask(kGfpNowait | GfpFlag::hardwall, 0, inside).head, kNoPfn);
  const Task confined{.mems_allowed = 1, .mems_ancestor = 1};
  EXPECT_EQ(w.ask(kGfpNowait, 0, confined).head, kNoPfn);
  const Task leaving{.exiting = true, .mems_allowed = 1, .mems_ancestor = 1};
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpNowait, 0, leaving).head));
}

// R-CTX-14, R-SLOW-33, 35, B-23
TEST_P(Surroundings, AChangedCpusetStartsTheRequestOver) {
  World w(two_nodes(profile()));
  w.env.cpusets = true;
  w.env.replies = {{.to = Asked::cpuset, .mems = 2}};
  const Task t{.mems_allowed = 1, .mems_ancestor = 1};
  const Answer got = w.ask(kGfpNowait, 0, t);
  EXPECT_TRUE(is_on_node_1(got.head)) << text(got.trace);
  EXPECT_EQ(count(got.trace, Action::restart), 1u);
}

// R-CTX-14, R-API-10, R-SLOW-33, R-SLOW-36: how often a request that fails has looked at the
// counter. A change that any of these looks sees starts it over.
TEST_P(Surroundings, EveryLookAtTheCounterSeesAChange) {
  const auto looks = [&](int node) {
    unsigned n = 0;
    for (bool restarted = true; restarted; ++n) {
      World w(two_nodes(profile()));
      w.env.cpusets = true;
      for (unsigned i = 0; i < n; ++i) w.answers({.to = Asked::cpuset});
      w.answers({.to = Asked::cpuset, .mems = 2});
      const Answer got = w.ask(kGfpNowait, 0, {.mems_allowed = 1, .mems_ancestor = 1}, node);
      restarted = count(got.trace, Action::restart) != 0;
    }
    return n - 1;
  };
  const unsigned in_slow_path = profile() == v4_7 ? 0 : profile() == v5_15 ? 1 : 2;
  const unsigned outside = profile() == v4_7 ? 1 : 0;
  EXPECT_EQ(looks(0), in_slow_path + outside);
  EXPECT_EQ(looks(-1), in_slow_path + 2 * outside) << "by the task's policy";
}

TEST_P(Surroundings, ChangesWithoutEndAreBounded) {
  World w(two_nodes(profile()));
  w.env.cpusets = true;
  w.env.rounds_max = 10;
  for (int i = 0; i < 100; ++i) w.env.replies.push_back({.to = Asked::cpuset, .mems = 1});
  const Answer got = w.ask(kGfpKernel, 0, {.mems_allowed = 1, .mems_ancestor = 1});
  EXPECT_EQ(got.head, kNoPfn);
  EXPECT_LE(count(got.trace, Action::restart), 20u);
}

// R-API-10: v4.7's policy starts over too, and the next node of INTERLEAVE is another one.
TEST_P(Surroundings, ThePolicyStartsOverInV4_7) {
  if (is_since_6_1(profile())) return;  // The slow path itself looks more than once.
  TestMachine m = two_nodes(profile());
  m.config().policy = PolicyMode::interleave;
  m.config().policy_nodes = 3;
  m.config().interleave_last = 1;
  World w(m);
  w.env.cpusets = true;
  // The heart looks at the counter once and sees nothing; the policy looks again and does.
  w.env.replies = {{.to = Asked::cpuset}, {.to = Asked::cpuset, .mems = 2}};
  const Answer got = w.ask(kGfpNowait, 0, {.mems_allowed = 1, .mems_ancestor = 1}, -1);
  if (profile() == v4_7) {
    EXPECT_TRUE(is_on_node_1(got.head)) << text(got.trace);
  } else {
    EXPECT_EQ(got.head, kNoPfn) << text(got.trace);
  }
}

// R-GFP-3, R-CTX-4: which mask decides zone and type.
TEST_P(Surroundings, GfpAllowedMaskIsAppliedBeforeTheTypeIsReadFrom5_15) {
  TestMachine m(profile());
  m.zone(0, 2048).type(Migratetype::unmovable, 512, 1024).free_all();
  World w(m);
  w.env.gfp_allowed = kGfpNowait;
  const Pfn got = w.ask(kMovable).head;
  const bool from_unmovable = got >= 512_pfn && got < 1024_pfn;
  EXPECT_EQ(from_unmovable, profile() != v4_7);
}

TEST_P(Surroundings, GfpAllowedMaskTakesAwayTheRightToWait) {
  World w(two_nodes(profile()));
  w.env.gfp_allowed = kGfpNowait;
  const Answer got = w.ask(kGfpKernel | GfpFlag::thisnode, 0, {});
  if (profile() == v4_7) {
    EXPECT_EQ(got.trace.back().why, Why::may_not_block) << text(got.trace);
  } else {
    EXPECT_TRUE(is_on_node_1(got.head)) << "THISNODE is masked too";
  }
}

// R-GFP-4
TEST_P(Surroundings, ScopesClearTheFlags) {
  World w(two_nodes(profile()));
  w.env.cpusets = true;
  const auto asks = [&](Task t, Action what) {
    t.mems_allowed = t.mems_ancestor = 1;
    const Answer got = w.ask(kGfpKernel, 0, t);
    return std::ranges::find(got.trace, what, &Step::action)->gfp;
  };
  const Gfp noio = asks({.noio = true}, Action::reclaim);
  EXPECT_FALSE(noio.has(GfpFlag::io));
  EXPECT_FALSE(noio.has(GfpFlag::fs));
  const Gfp nofs = asks({.nofs = true}, Action::reclaim);
  EXPECT_TRUE(nofs.has(GfpFlag::io));
  EXPECT_EQ(nofs.has(GfpFlag::fs), profile() == v4_7);
  EXPECT_TRUE(asks({}, Action::reclaim).has(GfpFlag::fs)) << "no scope";
  // v4.7 does so after the fast path.
  EXPECT_EQ(asks({.noio = true}, Action::attempt).has(GfpFlag::io), profile() == v4_7);
}

// R-CTX-5
TEST_P(Surroundings, AnInjectedFaultEndsTheRequestAtOnce) {
  World w(two_nodes(profile()));
  w.env.replies = {{.to = Asked::fault, .progress = 1}, {.to = Asked::fault}};
  const Answer got = w.ask(kGfpKernel);
  EXPECT_EQ(got.head, kNoPfn);
  EXPECT_FALSE(got.blocked);
  EXPECT_EQ(text(got.trace), "inject fault");
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpKernel | GfpFlag::nofail).head));
}

// R-LIST-3, R-CTX-8
TEST_P(Surroundings, WhoWillWritePassesOverDirtyZones) {
  TestMachine m = two_nodes(profile());
  World w(m);
  w.env.conditions = {{.zone = {1, 0}, .over_dirty_limit = true}};
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpNowait, 0, {}, 1).head));
  const Answer got = w.ask(kGfpNowait | GfpFlag::write, 0, {}, 1);
  EXPECT_TRUE(is_on_node_1(got.head)) << "the slow path does not spread";
  EXPECT_GE(count(got.trace, Action::attempt), 2u) << text(got.trace);
}

// R-LIST-3: per zone in v4.7, per node later.
TEST_P(Surroundings, DirtyPagesCountForTheNodeFrom5_15) {
  TestMachine m(profile());
  m.zone(ZoneType::normal, 0, 1024).free_all();
  m.zone(ZoneType::movable, 1024, 2048).free_all();
  World w(m);
  w.env.conditions = {{.zone = {0, 1}, .over_dirty_limit = true}};
  const Answer got = w.ask(kHighuserMovable | GfpFlag::write);
  EXPECT_EQ(got.head < 1024_pfn, profile() == v4_7) << text(got.trace);
}

// R-LIST-6
TEST_P(Surroundings, NearNodesAreReclaimedFromBeforeTheNext) {
  TestMachine m = two_nodes(profile());
  World w(m);
  for (unsigned i = 0; i < 64; ++i) w.kernel->adopt(Pfn{i}, Order{0}, 1, false);
  std::vector<Pfn> freed;
  for (unsigned i = 0; i < 64; ++i) freed.push_back(Pfn{i});
  w.env.replies = {
      {.to = Asked::node_reclaim, .node_reclaimed = NodeReclaimed::success, .frees = freed}};
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpKernel).head)) << "node reclaim is off";
  w.env.reclaims_nodes = true;
  const Answer got = w.ask(kGfpKernel);
  EXPECT_LT(got.head, 64_pfn) << text(got.trace);
  EXPECT_EQ(count(got.trace, Action::node_reclaim), 1u);
}

TEST_P(Surroundings, NodeReclaimThatDoesNothingIsPassedOver) {
  World w(two_nodes(profile()));
  w.env.reclaims_nodes = true;
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpKernel).head));
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpNowait).head));
}

// R-LIST-6: a node that says it is full is not looked at again, whatever came free meanwhile.
TEST_P(Surroundings, ANodeThatIsFullIsPassedOver) {
  World w(two_nodes(profile()));
  w.held(0, 64).env.reclaims_nodes = true;
  w.answers(
      {.to = Asked::node_reclaim, .node_reclaimed = NodeReclaimed::full, .frees = pages(0, 64)});
  EXPECT_TRUE(is_on_node_1(w.ask(kGfpKernel).head));
}

// The distance from which on a node is not near: 30 in v4.7, 31 later.
TEST_P(Surroundings, FarNodesAreNotReclaimedFrom) {
  TestMachine m = two_nodes(profile());
  m.nodes()[0].distance[1] = 30;
  World w(m);
  while (w.kernel->alloc({.node = 1, .gfp = kUnmovable | GfpFlag::thisnode}).head != kNoPfn) {
  }
  w.env.reclaims_nodes = true;
  const Answer got = w.ask(kGfpKernel | GfpFlag::noretry);
  bool reclaimed_far = false;
  for (const Step& s : got.trace) {
    reclaimed_far |= s.action == Action::node_reclaim && s.node == 1;
  }
  EXPECT_EQ(reclaimed_far, profile() != v4_7);
}

// R-CTX-6, L-11
TEST_P(Surroundings, AnEmptyZonelistFailsAtOnce) {
  TestMachine m(profile());
  m.zone(ZoneType::normal, 0, 1024, 0).free_all();
  m.zone(ZoneType::normal, 1024, 1024, 1);
  World w(m);
  const Answer got = w.ask(kGfpKernel | GfpFlag::thisnode, 0, {}, 1);
  EXPECT_EQ(got.head, kNoPfn);
  EXPECT_TRUE(got.trace.empty()) << text(got.trace);
}

}  // namespace
}  // namespace bp::reference
