// SPDX-License-Identifier: MIT
// The slow path over scripted answers: in which order each kernel escalates, what makes it go round
// again, and how it ends (R-SLOW, R-OOM). Expected traces are written out, from the specification.
#include <gtest/gtest.h>

#include "model/reference/test_world.h"

namespace bp::reference {
namespace {

using enum Profile;

class SlowPath : public InKernel {};
INSTANTIATE_TEST_SUITE_P(Kernels, SlowPath, testing::ValuesIn(kEveryKernel), kernel_name);

TEST_P(SlowPath, WithoutAnEnvironmentItEndsWhereItWouldAsk) {
  World w(full_machine(profile()));
  const Answer got = w.kernel->alloc({.gfp = kGfpKernel});
  EXPECT_TRUE(got.blocked);
  EXPECT_TRUE(got.trace.empty());
}

TEST_P(SlowPath, WhatTheFastPathServesAsksNobody) {
  World w(full_machine(profile()).free_range(0, 512));
  const Answer got = w.ask(kGfpKernel);
  EXPECT_NE(got.head, kNoPfn);
  EXPECT_EQ(got.trace.size(), 1u) << text(got.trace);
  EXPECT_EQ(got.trace[0].mark, Mark::low);
}

// R-SLOW-8, R-SLOW-34
TEST_P(SlowPath, WhoMayNotBlockReclaimsNothing) {
  World w(full_machine(profile()));
  w.held(0, 64).answers({.to = Asked::reclaim, .progress = 64, .frees = pages(0, 64)});
  const Answer got = w.ask(kGfpNowait);
  EXPECT_EQ(got.head, kNoPfn);
  EXPECT_EQ(last_why(got.trace), Why::may_not_block);
  EXPECT_EQ(count(got.trace, Action::reclaim), 0u);
  EXPECT_EQ(count(got.trace, Action::wake_kswapd), is(profile(), {v4_7, v7_1}) ? 1u : 2u);
}

// R-SLOW-14
TEST_P(SlowPath, WhatReclaimFreesServesTheRequest) {
  World w(full_machine(profile()));
  w.held(0, 64).answers({.to = Asked::reclaim, .progress = 64, .frees = pages(0, 64)});
  const Answer got = w.ask(kGfpKernel);
  EXPECT_LT(got.head, 64_pfn);
  EXPECT_EQ(count(got.trace, Action::reclaim), 1u);
  EXPECT_EQ(got.trace.back().action, Action::attempt);
  EXPECT_EQ(w.kernel.nr_free_pages(), 63);
}

// R-SLOW-3
TEST_P(SlowPath, WhatKswapdFreesIsThereForTheFirstSlowAttempt) {
  World w(full_machine(profile()));
  w.held(0, 64).answers({.to = Asked::kswapd, .frees = pages(0, 64)});
  const Answer got = w.ask(kGfpKernel);
  EXPECT_LT(got.head, 64_pfn);
  EXPECT_EQ(count(got.trace, Action::wake_kswapd), 1u);
  EXPECT_EQ(count(got.trace, Action::attempt), 2u) << text(got.trace);
}

// R-SLOW-14: reserves go and lists are drained only after one more failure.
TEST_P(SlowPath, PerCpuListsAreDrainedAfterReclaimWasNotEnough) {
  World w(full_machine(profile()).pcp(512, 8));
  w.held(0, 64, 0).answers({.to = Asked::reclaim, .progress = 64, .frees = pages(0, 64)});
  const Answer got = w.ask(kGfpKernel, 2);
  ASSERT_NE(got.head, kNoPfn) << text(got.trace);
  EXPECT_EQ(count(got.trace, Action::unreserve), 1u);
  EXPECT_EQ(count(got.trace, Action::drain), 1u);
  EXPECT_EQ(got.trace.back().action, Action::attempt);
}

// R-SLOW-15
TEST_P(SlowPath, NoretryTriesEverythingOnce) {
  World w(full_machine(profile()));
  w.env.conditions = {{.zone = {0, 0}, .reclaimable = 1000}};
  const Answer got = w.ask(kGfpKernel | GfpFlag::noretry);
  EXPECT_EQ(got.head, kNoPfn);
  EXPECT_EQ(last_why(got.trace), Why::noretry);
  EXPECT_EQ(count(got.trace, Action::reclaim), 1u);
  EXPECT_EQ(count(got.trace, Action::retry), 0u);
}

// R-SLOW-15, L-12: what insists is REPEAT in v4.7 and RETRY_MAYFAIL later.
TEST_P(SlowPath, CostlyOrdersInsistOnlyIfTold) {
  World w(full_machine(profile()));
  w.env.conditions = {{.zone = {0, 0}, .reclaimable = 1 << 20}};
  EXPECT_EQ(last_why(w.ask(kGfpKernel, 4).trace), Why::costly);
  const GfpFlag insist = profile() == v4_7 ? GfpFlag::repeat : GfpFlag::retry_mayfail;
  const Answer got = w.ask(kGfpKernel | insist, 4);
  EXPECT_EQ(last_why(got.trace), Why::no_progress) << text(got.trace);
  EXPECT_GT(count(got.trace, Action::reclaim), 0u);
  EXPECT_EQ(last_why(w.ask(kGfpKernel | insist | GfpFlag::noretry, 4).trace), Why::noretry);
}

// R-SLOW-16, 17; the liveness bound of section 13.
TEST_P(SlowPath, WithoutProgressReclaimEndsInABoundedNumberOfRounds) {
  World w(full_machine(profile()).free_range(0, 512));
  while (w.kernel.alloc(kUnmovable) != kNoPfn) {
  }
  w.env.conditions = {{.zone = {0, 0}, .reclaimable = 1 << 20}};
  const Answer got = w.ask(kGfpKernel);
  EXPECT_EQ(got.head, kNoPfn);
  EXPECT_EQ(last_why(got.trace), Why::no_progress);
  EXPECT_LE(count(got.trace, Action::reclaim), 17u);
  EXPECT_GE(count(got.trace, Action::reclaim), profile() == v4_7 ? 16u : 17u);
  EXPECT_EQ(count(got.trace, Action::kill), 1u);
}

// R-SLOW-19
TEST_P(SlowPath, AKillStartsTheLoopOver) {
  World w(full_machine(profile()));
  w.held(0, 64).answers({.to = Asked::killer, .progress = 1, .frees = pages(0, 64)});
  const Answer got = w.ask(kGfpKernel);
  EXPECT_LT(got.head, 64_pfn);
  EXPECT_EQ(count(got.trace, Action::kill), 1u);
  ASSERT_GE(got.trace.size(), 2u);
  EXPECT_EQ(count(got.trace, Action::retry), 1u);
}

// R-OOM-1
TEST_P(SlowPath, SomebodyElseKillingCountsAsProgress) {
  World w(full_machine(profile()));
  w.held(0, 64);
  w.answers({.to = Asked::killer, .busy = true, .frees = pages(0, 64)});
  const Answer got = w.ask(kGfpKernel);
  EXPECT_LT(got.head, 64_pfn);
  for (const Step& s : got.trace) {
    if (s.action == Action::attempt) {
      EXPECT_NE(s.mark, Mark::high) << "the lock was not taken";
    }
  }
}

TEST_P(SlowPath, BeforeItKillsItTriesAtTheHighMark) {
  World w(full_machine(profile()));
  const Answer got = w.ask(kGfpKernel);
  const auto tried = std::ranges::find(got.trace, Action::kill, &Step::action);
  ASSERT_NE(tried, got.trace.end());
  const Step& before = *std::prev(tried);
  EXPECT_EQ(before.action, Action::attempt);
  EXPECT_EQ(before.mark, Mark::high);
  EXPECT_TRUE(before.gfp.has(GfpFlag::hardwall));
  EXPECT_EQ(before.gfp.has(GfpFlag::direct_reclaim), profile() == v4_7) << "R-OOM-2";
}

// R-OOM-1, 2: who kills nobody.
TEST_P(SlowPath, ThisnodeAndCoreDumpsKillNobody) {
  World w(full_machine(profile()));
  EXPECT_EQ(count(w.ask(kGfpKernel | GfpFlag::thisnode).trace, Action::kill), 0u);
  EXPECT_EQ(count(w.ask(kGfpKernel, 0, {.dumps_core = true}).trace, Action::kill), 0u);
  w.env.storage_suspended = true;
  EXPECT_EQ(count(w.ask(kGfpKernel).trace, Action::kill), 0u);
  w.env.storage_suspended = false;
  EXPECT_EQ(count(w.ask(kGfpKernel).trace, Action::kill), 1u);
  const unsigned kills = count(w.ask(kGfpKernel | GfpFlag::retry_mayfail).trace, Action::kill);
  EXPECT_EQ(kills, profile() == v4_7 ? 1u : 0u);
}

// R-SLOW-9, 10, 34: those who must not wait for themselves.
TEST_P(SlowPath, WhoReclaimsOrDiesDoesNotReclaim) {
  World w(full_machine(profile()));
  const Answer reclaimer = w.ask(kGfpKernel, 0, {.memalloc = true});
  EXPECT_EQ(last_why(reclaimer.trace), Why::memalloc);
  EXPECT_EQ(count(reclaimer.trace, Action::reclaim), 0u);
  const Answer victim = w.ask(kGfpKernel, 0, {.oom_victim = true});
  EXPECT_EQ(last_why(victim.trace), Why::oom_victim) << text(victim.trace);
  EXPECT_EQ(count(victim.trace, Action::reclaim) == 0, profile() == v4_7);
}

// R-AF-2, R-AF-5: PF_MEMALLOC takes what is below every mark.
TEST_P(SlowPath, MemallocTasksUseTheReserves) {
  World w(full_machine(profile()));
  w.held(0, 8);
  for (unsigned i = 0; i < 8; ++i) w.kernel.free(i);
  EXPECT_EQ(w.ask(kGfpNowait).head, kNoPfn);
  EXPECT_EQ(w.ask(kGfpNowait, 0, {.memalloc = true, .in_interrupt = true}).head, kNoPfn);
  const Answer got = w.ask(kGfpNowait, 0, {.memalloc = true});
  EXPECT_NE(got.head, kNoPfn);
  EXPECT_TRUE(got.pfmemalloc);
  const Answer soft =
      w.ask(kGfpNowait, 0, {.memalloc = true, .in_interrupt = true, .in_softirq = true});
  EXPECT_TRUE(soft.pfmemalloc);
  EXPECT_EQ(w.ask(kGfpNowait | GfpFlag::nomemalloc, 0, {.memalloc = true}).head, kNoPfn) << "L-10";
}

// R-SLOW-22, R-SLOW-35: it goes on, and the model ends it.
TEST_P(SlowPath, NofailGoesOnUntilTheEnvironmentEndsIt) {
  World w(full_machine(profile()));
  w.env.rounds_max = 20;
  const Answer got = w.ask(kGfpKernel | GfpFlag::nofail);
  EXPECT_EQ(got.head, kNoPfn);
  EXPECT_EQ(last_why(got.trace), Why::endless);
  const Answer once = w.ask(kGfpKernel | GfpFlag::nofail | GfpFlag::noretry);
  EXPECT_EQ(last_why(once.trace), profile() == v4_7 ? Why::noretry : Why::endless) << "R-SLOW-22";
}

TEST_P(SlowPath, NofailIsServedOnceMemoryComes) {
  World w(full_machine(profile()));
  w.held(0, 64).answers({.to = Asked::reclaim}).answers({.to = Asked::reclaim});
  w.answers({.to = Asked::reclaim, .progress = 64, .frees = pages(0, 64)});
  EXPECT_LT(w.ask(kGfpKernel | GfpFlag::nofail).head, 64_pfn);
}

// R-SLOW-35: half of the min mark is what it may use at last (v5.15: a quarter less).
TEST_P(SlowPath, NofailMayUseAPartOfTheReserve) {
  World w(full_machine(profile()));
  w.held(0, 14);
  for (unsigned i = 0; i < 14; ++i) w.kernel.free(i);
  EXPECT_EQ(w.ask(kGfpKernel).head, kNoPfn);
  const Answer got = w.ask(kGfpKernel | GfpFlag::nofail);
  EXPECT_NE(got.head, kNoPfn) << text(got.trace);
  EXPECT_EQ(got.pfmemalloc, profile() == v4_7 || got.trace.back().flags.no_watermarks);
}

// R-SLOW-1, R-CTX-10
TEST_P(SlowPath, OrdersAboveTheLargestFail) {
  World w(full_machine(profile()).free_all());
  const Answer got = w.ask(kGfpKernel, 11);
  EXPECT_EQ(got.head, kNoPfn);
  EXPECT_EQ(last_why(got.trace), profile() == v4_7 ? Why::large_order : Why::none);
}

// R-SLOW-11, 13, 32
TEST_P(SlowPath, CompactionThatSucceedsServesLargeBlocks) {
  World w(full_machine(profile()));
  w.held(0, 8, 4);
  w.answers({.to = Asked::compaction,
             .compacted = Compacted::success,
             .frees = {Pfn{0}, Pfn{16}, Pfn{32}, Pfn{48}, Pfn{64}, Pfn{80}}});
  const Answer got = w.ask(kGfpKernel, 4);
  // v4.7 breaks the largest block of another type; later kernels take the smallest once it is
  // theirs.
  EXPECT_EQ(got.head, profile() == v4_7 ? 0_pfn : 64_pfn) << text(got.trace);
  EXPECT_EQ(count(got.trace, Action::compact), 1u);
  EXPECT_EQ(count(got.trace, Action::reclaim), 0u);
  EXPECT_EQ(std::ranges::find(got.trace, Action::compact, &Step::action)->effort,
            CompactEffort::async);
}

TEST_P(SlowPath, SinglePagesAreNotCompactedFor) {
  World w(full_machine(profile()));
  EXPECT_EQ(count(w.ask(kGfpKernel).trace, Action::compact), 0u);
}

TEST_P(SlowPath, WithoutIoCompactionIsSkipped) {
  World w(full_machine(profile()));
  const Answer got = w.ask(kGfpKernel.without(GfpFlag::io), 2);
  for (const Step& s : got.trace) {
    if (s.action == Action::compact) {
      EXPECT_EQ(s.compacted, Compacted::skipped);
    }
  }
}

// R-SLOW-18
TEST_P(SlowPath, CompactionThatGoesThroughEverythingIsRepeatedHarder) {
  World w(full_machine(profile()));
  for (int i = 0; i < 8; ++i) w.answers({.to = Asked::reclaim, .progress = 1});
  const Answer got = w.ask(kGfpKernel, 2);
  std::vector<CompactEffort> efforts;
  for (const Step& s : got.trace) {
    if (s.action == Action::compact) efforts.push_back(s.effort);
  }
  using enum CompactEffort;
  if (profile() == v4_7) {
    EXPECT_EQ(efforts, (std::vector{async, sync_light, sync_light})) << text(got.trace);
  } else {
    EXPECT_EQ(efforts, (std::vector{async, sync_light, sync_full})) << text(got.trace);
  }
}

TEST_P(SlowPath, CompactionThatSucceedsInVainEndsAfterSoManyTries) {
  World w(full_machine(profile()));
  w.env.rounds_max = 200;
  for (int i = 0; i < 150; ++i) {
    w.answers({.to = Asked::compaction, .compacted = Compacted::success});
    w.answers({.to = Asked::reclaim, .progress = 1});
  }
  const Answer got = w.ask(kGfpKernel, 2);
  EXPECT_EQ(last_why(got.trace), Why::no_progress) << text(got.trace);
  // One more than 16 to notice. Later kernels go through two efforts; the first compaction is
  // not counted by any.
  const unsigned tries = count(got.trace, Action::compact);
  EXPECT_EQ(tries, profile() == v4_7 ? 18u : 1u + 2 * 17u);
}

// R-SLOW-32, R-SLOW-12: a huge page's fault does not wait.
TEST_P(SlowPath, HugePagesGiveUpWhereCompactionIsPutOff) {
  const Gfp huge = kHighuserMovable | GfpFlag::io | GfpFlag::fs | GfpFlag::hardwall |
                   GfpFlag::comp | GfpFlag::nomemalloc | GfpFlag::noretry | GfpFlag::nowarn |
                   GfpFlag::direct_reclaim;
  World w(full_machine(profile()));
  w.answers({.to = Asked::compaction, .compacted = Compacted::deferred});
  const Answer got = w.ask(huge, 9);
  EXPECT_EQ(last_why(got.trace), profile() == v4_7 ? Why::huge_page : Why::noretry);
  EXPECT_EQ(count(got.trace, Action::reclaim), 0u) << text(got.trace);
  EXPECT_EQ(count(got.trace, Action::compact), 1u);
}

// R-HA-5, B-05: the last reserved pageblock goes before somebody dies; v4.7 keeps it.
TEST_P(SlowPath, TheLastHighatomicPageblockGoesBeforeAKill) {
  TestMachine m = full_machine(profile());
  m.type(Migratetype::highatomic, 0, 512).free_range(0, 512).numbers().highatomic = 512;
  World w(m);
  const Answer got = w.ask(kGfpKernel);
  if (profile() == v4_7) {
    EXPECT_EQ(got.head, kNoPfn);
    EXPECT_EQ(w.kernel.numbers().highatomic, 512);
  } else {
    EXPECT_NE(got.head, kNoPfn) << text(got.trace);
    EXPECT_EQ(w.kernel.numbers().highatomic, 0);
    EXPECT_EQ(count(got.trace, Action::kill), 0u);
  }
}

TEST_P(SlowPath, WritebackIsWaitedForUpTo5_15) {
  World w(full_machine(profile()));
  w.env.conditions = {{.zone = {0, 0}, .reclaimable = 1000, .in_writeback = 600}};
  const unsigned waits = count(w.ask(kGfpKernel).trace, Action::wait);
  EXPECT_EQ(waits > 0, is(profile(), {v4_7, v5_15}));
  w.env.conditions[0].in_writeback = 500;
  EXPECT_EQ(count(w.ask(kGfpKernel).trace, Action::wait), 0u);
}

// The whole order of escalation, step by step.
TEST(SlowPathOrder, OfV4_7) {
  World w(full_machine(v4_7));
  w.answers({.to = Asked::compaction, .compacted = Compacted::success});
  w.answers({.to = Asked::reclaim, .progress = 1});
  EXPECT_EQ(w.trace(kGfpKernel, 1),
            "attempt low cpuset|fair node 0; wake kswapd; attempt min cpuset|kswapd node 0; "
            "compact async: success; attempt min cpuset|kswapd node 0; reclaim: 1; "
            "attempt min cpuset|kswapd node 0; unreserve: 0; drain; "
            "attempt min cpuset|kswapd node 0; retry: compaction; "
            "wake kswapd; attempt min cpuset|kswapd node 0; compact async: complete; "
            "attempt min cpuset|kswapd node 0; reclaim: 0; attempt high cpuset node 0; kill: 0; "
            "compact sync-light: complete; attempt min cpuset|kswapd node 0; fail: no-progress");
}

TEST(SlowPathOrder, OfV6_1) {
  World w(full_machine(v6_1_lts192));
  w.answers({.to = Asked::compaction, .compacted = Compacted::success});
  w.answers({.to = Asked::reclaim, .progress = 1});
  EXPECT_EQ(w.trace(kGfpKernel, 1),
            "attempt low cpuset|kswapd node 0; wake kswapd; attempt min cpuset|kswapd node 0; "
            "compact async: success; attempt min cpuset|kswapd node 0; "
            "wake kswapd; attempt min cpuset|kswapd node 0; reclaim: 1; "
            "attempt min cpuset|kswapd node 0; unreserve: 0; drain; "
            "attempt min cpuset|kswapd node 0; compact sync-light: complete; "
            "attempt min cpuset|kswapd node 0; unreserve: 0; retry: compaction; "
            "wake kswapd; attempt min cpuset|kswapd node 0; reclaim: 0; "
            "compact sync-full: complete; attempt min cpuset|kswapd node 0; unreserve: 0; "
            "attempt high cpuset node 0; kill: 0; fail: no-progress");
}

TEST(SlowPathOrder, OfV7_1) {
  World w(full_machine(v7_1));
  w.answers({.to = Asked::compaction, .compacted = Compacted::success});
  EXPECT_EQ(w.trace(kGfpKernel, 1),
            "attempt low cpuset|kswapd node 0; wake kswapd; attempt min cpuset|kswapd node 0; "
            "compact async: success; attempt min cpuset|kswapd node 0; retry: compacted-first; "
            "wake kswapd; attempt min cpuset|kswapd node 0; reclaim: 0; "
            "compact sync-light: complete; attempt min cpuset|kswapd node 0; unreserve: 0; "
            "attempt high cpuset node 0; kill: 0; fail: no-progress");
}

// R-SLOW-36
TEST(SlowPathOrder, DefragModeMixesPageblocksBeforeItKills) {
  TestMachine m = full_machine(v7_1);
  m.config().defrag_mode = true;
  World w(m);
  const Answer got = w.ask(kGfpKernel);
  const auto mixing = std::ranges::find(got.trace, Why::mixing, &Step::why);
  const auto kill = std::ranges::find(got.trace, Action::kill, &Step::action);
  ASSERT_NE(mixing, got.trace.end()) << text(got.trace);
  ASSERT_NE(kill, got.trace.end());
  EXPECT_LT(mixing, kill);
}

TEST(SlowPathAnswers, BlocksThatNobodyHoldsAreNotFreed) {
  World w(full_machine(v6_1_lts192));
  w.answers({.to = Asked::reclaim, .progress = 1, .frees = {Pfn{3}, kNoPfn, Pfn{1 << 20}}});
  EXPECT_EQ(w.ask(kGfpKernel).head, kNoPfn);
  EXPECT_EQ(w.kernel.nr_free_pages(), 0);
}

}  // namespace
}  // namespace bp::reference
