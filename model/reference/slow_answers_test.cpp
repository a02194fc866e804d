// SPDX-License-Identifier: MIT
// What the answers of the environment lead to in the slow path: what compaction and kswapd say of
// themselves, no compaction at all, a cpuset that reaches nothing (R-SLOW).
#include <gtest/gtest.h>

#include "model/reference/test_world.h"

namespace bp::reference {
namespace {

using enum Profile;

class SlowAnswers : public InKernel {
 protected:
  bool is_4_7() const { return profile() == v4_7; }
};
INSTANTIATE_TEST_SUITE_P(Kernels, SlowAnswers, testing::ValuesIn(kEveryKernel), kernel_name);

// R-SLOW-18: without compaction an order that is not costly goes on while a single page could be
// had.
TEST_P(SlowAnswers, WithoutCompactionASinglePageIsReasonToGoOn) {
  const auto retries = [&](unsigned free, unsigned order) {
    World w(full_machine(profile()));
    w.env.compacts = false;
    w.held(0, free);
    for (unsigned i = 0; i < free; i += 2) w.kernel.free(i);
    for (int i = 0; i < 5; ++i) w.answers({.to = Asked::reclaim, .progress = 1});
    const Trace t =
        w.ask(kGfpKernel | (is_4_7() ? GfpFlag::repeat : GfpFlag::retry_mayfail), order).trace;
    EXPECT_EQ(count(t, Action::compact), 0U) << text(t);
    return std::ranges::count(t, Why::compaction, &Step::why);
  };
  EXPECT_EQ(retries(64, 1), is_4_7() ? 5 : 0) << "later kernels ask whether compaction is allowed";
  EXPECT_EQ(retries(20, 1), 0);
  EXPECT_EQ(retries(64, 4), 0);
}

// R-SLOW-18: what compaction says of itself decides whether it is worth another round.
TEST_P(SlowAnswers, EachAnswerOfCompactionDecidesAboutTheNext) {
  const auto retries = [&](Compacted said, bool may_help) {
    World w(full_machine(profile()));
    w.env.compaction_may_help = may_help;
    w.answers({.to = Asked::compaction, .compacted = said});
    w.answers({.to = Asked::compaction, .compacted = said});
    w.answers({.to = Asked::reclaim, .progress = 1});
    return std::ranges::count(w.ask(kGfpKernel, 2).trace, Why::compaction, &Step::why) > 0;
  };
  using enum Compacted;
  for (const bool may_help : {false, true}) {
    // Before a compaction all of them wait for room in v4.7; later only "skipped" does.
    EXPECT_EQ(retries(skipped, may_help), may_help);
    for (const Compacted said : {deferred, contended, partial_skipped})
      EXPECT_EQ(retries(said, may_help), is_4_7() ? may_help : true) << name(said);
    for (const Compacted said : {not_suitable, no_suitable_page, continued, success, complete})
      EXPECT_TRUE(retries(said, may_help)) << name(said);
  }
}

// R-SLOW-3: a kswapd that made progress sleeps again.
TEST_P(SlowAnswers, KswapdThatMadeProgressSleepsAgain) {
  if (!is(profile(), {v5_15, v7_1})) return;  // Nothing of the others looks at who runs.
  const auto runs_after = [&](std::int64_t progress) {
    World w(full_machine(profile()));
    w.answers({.to = Asked::kswapd, .progress = progress});
    w.answers({.to = Asked::kswapd, .progress = progress});
    w.ask(kGfpNowait);
    return w.kernel.node().kswapd_running;
  };
  EXPECT_TRUE(runs_after(0));
  EXPECT_FALSE(runs_after(1));
}

// R-SLOW-30: a cpuset none of whose nodes the mask reaches.
TEST_P(SlowAnswers, ACpusetWithoutAnyZoneFailsAtOnce) {
  TestMachine m(profile());
  m.cpus({0, 1});
  m.zone(ZoneType::normal, 0, 1024, 0).marks(16, 32, 48);
  m.zone(ZoneType::movable, 1024, 2048, 1).free_all();
  World w(m);
  w.env.cpusets = true;
  const Task on_node_1{.mems_allowed = 2, .mems_ancestor = 2};
  const Trace t = w.ask(kGfpKernel | GfpFlag::hardwall, 0, on_node_1).trace;
  EXPECT_EQ(last_why(t), is_4_7() ? Why::no_progress : Why::no_zone) << text(t);
  EXPECT_EQ(count(t, Action::reclaim) == 0, !is_4_7());
}

// R-SLOW-35: the last attempt of who may not fail looks outside the cpuset too.
TEST_P(SlowAnswers, NofailLooksOutsideItsCpusetAtLast) {
  if (is_4_7()) return;
  TestMachine m(profile());
  m.cpus({0, 1});
  m.zone(ZoneType::normal, 0, 1024, 0).marks(16, 32, 48);
  m.zone(ZoneType::normal, 1024, 2048, 1).marks(16, 32, 48).free_all();
  World w(m);
  w.env.cpusets = true;
  w.env.rounds_max = 5;
  const Task on_node_0{.memalloc = true, .mems_allowed = 1, .mems_ancestor = 1};
  const Gfp g = kGfpKernel | GfpFlag::hardwall | GfpFlag::nomemalloc;
  EXPECT_EQ(w.ask(g, 0, on_node_0).head, kNoPfn);
  EXPECT_GE(w.ask(g | GfpFlag::nofail, 0, on_node_0).head, 1024_pfn);
}

}  // namespace
}  // namespace bp::reference
