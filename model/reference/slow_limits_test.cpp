// SPDX-License-Identifier: MIT
// Where the slow path's bounds lie, to the round: each number and each flag that a kernel has
// there, seen from both sides (R-SLOW, R-OOM).
#include <gtest/gtest.h>

#include "model/reference/test_world.h"

namespace bp::reference {
namespace {

using enum Profile;

class SlowLimits : public InKernel {
 protected:
  bool is_4_7() const { return profile() == v4_7; }
  /// What makes a costly order go on.
  GfpFlag insist() const { return is_4_7() ? GfpFlag::repeat : GfpFlag::retry_mayfail; }
};
INSTANTIATE_TEST_SUITE_P(Kernels, SlowLimits, testing::ValuesIn(kEveryKernel), kernel_name);

/// One block of order 4 is free, which is not above the min mark; enough can be reclaimed.
World reclaimable(Profile p, std::int64_t pages) {
  World w(full_machine(p).free(4, Migratetype::unmovable, {0}));
  w.env.conditions = {{.zone = {0, 0}, .reclaimable = pages}};
  return w;
}

std::vector<CompactEffort> efforts(const Trace& t) {
  std::vector<CompactEffort> all;
  for (const Step& s : t) {
    if (s.action == Action::compact) all.push_back(s.effort);
  }
  return all;
}

// R-GEN-9: what the environment does is written down, so that the same request goes the same way.
TEST_P(SlowLimits, TheSameAnswersMakeTheSameWay) {
  const auto run = [&] {
    World w(full_machine(profile()));
    w.held(0, 64).answers({.to = Asked::compaction, .compacted = Compacted::deferred});
    w.answers({.to = Asked::reclaim, .progress = 8, .frees = pages(0, 8)});
    w.answers({.to = Asked::killer, .progress = 1, .frees = pages(8, 40)});
    return w.ask(kGfpKernel, 2);
  };
  const Answer once = run();
  EXPECT_EQ(once.trace, run().trace);
  EXPECT_EQ(once.head, run().head);
  EXPECT_GT(once.trace.size(), 6U) << text(once.trace);
}

// R-GEN-4: order 3 is the largest that is not costly.
TEST_P(SlowLimits, OrdersAbove3AreCostly) {
  World w(full_machine(profile()));
  EXPECT_EQ(last_why(w.ask(kGfpKernel, 3).trace), Why::no_progress);
  EXPECT_EQ(last_why(w.ask(kGfpKernel, 4).trace), Why::costly);
}

// R-SLOW-21: whatever the reason, the end is nothing, said once; NOWARN only spares the warning.
TEST_P(SlowLimits, EveryFailureIsNothingAndSaidOnce) {
  World w(full_machine(profile()));
  for (const Gfp g : {kGfpNowait, kGfpKernel, kGfpKernel | GfpFlag::noretry}) {
    for (const unsigned order : {0U, 4U}) {
      const Answer got = w.ask(g, order);
      EXPECT_EQ(got.head, kNoPfn);
      EXPECT_FALSE(got.blocked);
      EXPECT_EQ(count(got.trace, Action::fail), 1U);
      EXPECT_EQ(got.trace.back().action, Action::fail);
      EXPECT_EQ(text(w.ask(g | GfpFlag::nowarn, order).trace), text(got.trace));
    }
  }
}

// R-SLOW-20: the last compaction of v4.7 may serve the request; it is light, and for a huge page's
// fault it does not even wait.
TEST(SlowLimitsOf4_7, TheWayOutCompactsOnceMore) {
  World w(full_machine(v4_7));
  w.held(0, 2, 4).answers({.to = Asked::compaction});
  w.answers({.to = Asked::compaction, .compacted = Compacted::success, .frees = {Pfn{0}, Pfn{16}}});
  const Answer got = w.ask(kGfpKernel | GfpFlag::high | GfpFlag::memalloc, 4);
  EXPECT_EQ(got.head, 0_pfn) << text(got.trace);
  EXPECT_EQ(efforts(got.trace), (std::vector{CompactEffort::async, CompactEffort::sync_light}));
}

TEST(SlowLimitsOf4_7, TheWayOutOfAHugePagesFaultDoesNotWait) {
  const Gfp huge = (kGfpKernel | kHighuserMovable | GfpFlag::hardwall | GfpFlag::comp |
                    GfpFlag::nomemalloc | GfpFlag::noretry | GfpFlag::nowarn)
                       .without(GfpFlag::kswapd_reclaim);
  World w(full_machine(v4_7));
  using enum CompactEffort;
  EXPECT_EQ(efforts(w.ask(huge, 9).trace), (std::vector{async, async}));
  EXPECT_EQ(efforts(w.ask(huge, 9, {.kernel_thread = true}).trace),
            (std::vector{async, sync_light}));
}

// L-6: who reclaims and may not fail goes round, without reclaiming, until somebody else helps.
TEST_P(SlowLimits, NofailFromAReclaimerGoesOnWithoutReclaim) {
  World w(full_machine(profile()));
  w.env.rounds_max = 10;
  const Answer got = w.ask(kGfpKernel | GfpFlag::nofail, 0, {.memalloc = true});
  EXPECT_EQ(last_why(got.trace), Why::endless) << text(got.trace);
  EXPECT_EQ(count(got.trace, Action::reclaim), 0U);
  EXPECT_GE(count(got.trace, Action::retry), 9U);
}

// R-SLOW-2: ATOMIC of who may wait is a contradiction, and is dropped before the second attempt.
TEST_P(SlowLimits, AtomicOfWhoMayWaitIsDropped) {
  if (profile() == v6_12 || profile() == v7_1) return;  // The flag is gone.
  World w(full_machine(profile()));
  const Trace t = w.ask(kGfpKernel | GfpFlag::atomic | GfpFlag::noretry).trace;
  ASSERT_GE(t.size(), 3U);
  EXPECT_TRUE(t.front().gfp.has(GfpFlag::atomic));
  for (const Step& s : t) {
    if (s.action == Action::reclaim) {
      EXPECT_FALSE(s.gfp.has(GfpFlag::atomic));
    }
  }
}

// R-SLOW-16, 17: how often reclaim may be in vain. What is reclaimable counts less each time in
// v4.7.
TEST_P(SlowLimits, SixteenRoundsInVain) {
  World w = reclaimable(profile(), 1 << 20);
  const unsigned rounds = count(w.ask(kGfpKernel).trace, Action::reclaim);
  EXPECT_EQ(rounds, is_4_7() ? 16U : 17U);
}

// R-SLOW-17: 64 pages are enough until so much of them is written off.
TEST_P(SlowLimits, WhatIsReclaimableAgesInV4_7) {
  World w = reclaimable(profile(), 64);
  const unsigned rounds = count(w.ask(kGfpKernel).trace, Action::reclaim);
  EXPECT_EQ(rounds, is_4_7() ? 16U : 17U);
}

// R-SLOW-16: progress does not count for costly orders.
TEST_P(SlowLimits, CostlyOrdersAreInVainWhateverTheirProgress) {
  const auto reclaims = [&](unsigned order) {
    World w = reclaimable(profile(), 1 << 20);
    for (int i = 0; i < 30; ++i) w.answers({.to = Asked::reclaim, .progress = 1});
    return count(w.ask(kGfpKernel | insist(), order).trace, Action::reclaim);
  };
  EXPECT_GT(reclaims(3), 30U);
  EXPECT_LT(reclaims(4), 30U);
}

// R-SLOW-19: who died may have held what reclaim could not get, so it may be in vain as often
// again.
TEST_P(SlowLimits, AfterAKillReclaimMayBeInVainAsOftenAgain) {
  World w = reclaimable(profile(), 1 << 20);
  w.answers({.to = Asked::killer, .progress = 1});
  const Trace t = w.ask(kGfpKernel).trace;
  EXPECT_EQ(count(t, Action::kill), 2U);
  EXPECT_EQ(count(t, Action::reclaim), 2 * (is_4_7() ? 16U : 17U));
}

// R-OOM-1
TEST_P(SlowLimits, NobodyDiesForACostlyOrder) {
  World w(full_machine(profile()));
  EXPECT_EQ(count(w.ask(kGfpKernel | insist(), 4).trace, Action::kill), 0U);
  const Gfp g = is_4_7() ? kGfpKernel | GfpFlag::repeat : kGfpKernel;
  EXPECT_EQ(count(w.ask(g, 3).trace, Action::kill), 1U);
}

// R-SLOW-18: 16 compactions in vain; for costly orders a quarter.
TEST_P(SlowLimits, CompactionsInVain) {
  const auto compactions = [&](unsigned order) {
    World w(full_machine(profile()));
    w.env.rounds_max = 200;
    for (int i = 0; i < 150; ++i) {
      w.answers({.to = Asked::compaction, .compacted = Compacted::success});
      w.answers({.to = Asked::reclaim, .progress = 1});
    }
    return count(w.ask(kGfpKernel | insist(), order).trace, Action::compact);
  };
  // One more to notice. Later kernels try twice, with more effort, and do not count the first.
  EXPECT_EQ(compactions(2), is_4_7() ? 18U : 1U + 2 * 17U);
  EXPECT_EQ(compactions(4), is_4_7() ? 6U : 1U + 5U);
}

// R-SLOW-11: v4.7 needs both IO and FS for it, later kernels IO.
TEST_P(SlowLimits, CompactionNeedsIo) {
  const auto compacts = [&](GfpFlag missing) {
    World w(full_machine(profile()));
    const Trace t = w.ask(kGfpKernel.without(missing), 2).trace;
    return std::ranges::any_of(t, [](const Step& s) {
      return s.action == Action::compact && s.compacted != Compacted::skipped;
    });
  };
  EXPECT_FALSE(compacts(GfpFlag::io));
  EXPECT_EQ(compacts(GfpFlag::fs), !is_4_7());
}

// R-SLOW-11: compaction that did nothing is not followed by an attempt. Put off, it did nothing in
// v4.7, and what was freed meanwhile waits.
TEST_P(SlowLimits, NothingIsTriedAfterCompactionThatDidNothing) {
  const auto attempts_after = [&](Compacted said) {
    World w(full_machine(profile()));
    w.answers({.to = Asked::compaction, .compacted = said});
    const Trace t = w.ask(kGfpKernel | GfpFlag::noretry, 4).trace;
    const auto at = std::ranges::find(t, Action::compact, &Step::action);
    return at != t.end() && std::next(at)->action == Action::attempt;
  };
  EXPECT_FALSE(attempts_after(Compacted::skipped));
  EXPECT_EQ(attempts_after(Compacted::deferred), !is_4_7());
  EXPECT_TRUE(attempts_after(Compacted::complete));
}

// R-SLOW-33: 5.15 looks at the cpuset where a round ends, 6.1 and later also where it begins.
TEST_P(SlowLimits, TheCpusetIsLookedAtBeforeAnAttempt) {
  if (is_4_7()) return;  // Looks outside of its loop only.
  TestMachine m(profile());
  m.cpus({0, 1});
  m.zone(ZoneType::normal, 0, 1024, 0).marks(16, 32, 48);
  m.zone(ZoneType::normal, 1024, 2048, 1).marks(16, 32, 48).free_all();
  World w(m);
  w.env.cpusets = true;
  w.answers({.to = Asked::cpuset, .mems = 2});
  const Trace t =
      w.ask(kGfpKernel | GfpFlag::hardwall, 0, {.mems_allowed = 1, .mems_ancestor = 1}).trace;
  const auto restart = std::ranges::find(t, Action::restart, &Step::action);
  ASSERT_NE(restart, t.end()) << text(t);
  const bool reclaimed_before = std::find_if(t.begin(), restart, [](const Step& s) {
                                  return s.action == Action::reclaim;
                                }) != restart;
  EXPECT_EQ(reclaimed_before, profile() == v5_15) << text(t);
}

// R-SLOW-35: what the last attempts of a request leave that may not fail and cannot reclaim: half
// of the min mark, in v5.15 three quarters. v4.7 has no such attempt.
TEST_P(SlowLimits, NofailLeavesAPartOfTheReserve) {
  const auto is_served_from = [&](unsigned free) {
    World w(full_machine(profile()));
    w.held(0, free).env.rounds_max = 5;
    for (unsigned i = 0; i < free; ++i) w.kernel.free(i);
    const Gfp g = kGfpKernel | GfpFlag::nofail | GfpFlag::nomemalloc;
    const Answer got = w.ask(g, 0, {.memalloc = true});
    EXPECT_FALSE(got.pfmemalloc);
    return got.head != kNoPfn;
  };
  unsigned least = 1;
  while (!is_served_from(least)) ++least;
  EXPECT_EQ(least, 1 + (is_4_7() ? 16U : profile() == v5_15 ? 12U : 8U));
}

// L-5: who may neither fail nor wait fails.
TEST_P(SlowLimits, NofailThatMayNotWaitFails) {
  World w(full_machine(profile()));
  const Answer got = w.ask(kGfpNowait | GfpFlag::nofail);
  EXPECT_EQ(got.head, kNoPfn);
  EXPECT_EQ(last_why(got.trace), Why::may_not_block);
}

// R-OOM-1: who may not fail kills in v4.7 even where nobody else may.
TEST_P(SlowLimits, NofailKillsForThisnodeInV4_7) {
  World w(full_machine(profile()));
  w.env.rounds_max = 10;
  const Gfp g = kGfpKernel | GfpFlag::nofail | GfpFlag::thisnode;
  EXPECT_EQ(count(w.ask(g).trace, Action::kill) > 0, is_4_7());
}

}  // namespace
}  // namespace bp::reference
