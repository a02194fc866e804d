// SPDX-License-Identifier: MIT
// The judge of slow paths: it accepts every trace of the reference, for masks, tasks and answers of
// the environment made at random, and refuses each kind of step that comes where it may not.
#include "model/judge/trace_judge.h"

#include <gtest/gtest.h>

#include <random>

#include "model/invariants/small_kernel.h"

namespace bp {
namespace {

using namespace reference;
using enum GfpFlag;

constexpr Profile kProfiles[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192,
                                 Profile::v6_12, Profile::v7_1};
constexpr Gfp kKernel = Gfp{io} | fs | direct_reclaim | kswapd_reclaim;

/// Nothing is free.
KernelState empty(Profile p) {
  KernelState s = empty_kernel(p, "UU MM");
  for (ZoneState& z : s.zones) {
    if (z.numbers.managed > 0) z.numbers.min = 16, z.numbers.low = 32, z.numbers.high = 48;
  }
  return s;
}

struct Asked1 {
  KernelEvent event;
  Trace trace;
};

Asked1 ask(const KernelState& s, Gfp g, unsigned order, const Task& t, const Environment& env) {
  Reference kernel(s);
  for (std::uint64_t n = 0; n < 64; ++n) kernel.adopt(Pfn{n}, Order{0}, 1, false);
  const Answer got = kernel.alloc({.gfp = g, .order = order, .task = t, .environment = &env});
  return {{.act = KernelAct::alloc, .gfp = g, .order = order, .task = t, .head = got.head},
          got.trace};
}

class RandomRequests {
 public:
  explicit RandomRequests(unsigned seed) : random_(seed) {}

  Gfp mask(Profile p) {
    Gfp g;
    for (const GfpFlag f : {io, fs, direct_reclaim, kswapd_reclaim, high, atomic, movable, memalloc,
                            nomemalloc, noretry, nofail, thisnode}) {
      const bool usual = f == io || f == fs || f == direct_reclaim || f == kswapd_reclaim;
      if (below(usual ? 4 : 7) == 0) g |= f;
      if (usual && below(3) != 0) g |= f;
    }
    if (below(4) == 0) g |= p == Profile::v4_7 ? repeat : retry_mayfail;
    return g;
  }
  Task task() {
    return {.memalloc = below(10) == 0,
            .in_interrupt = below(12) == 0,
            .oom_victim = below(10) == 0,
            .realtime = below(10) == 0};
  }
  unsigned order() {
    static constexpr unsigned kOrders[] = {0, 0, 0, 1, 2, 3, 4, 9, 10};
    return kOrders[below(9)];
  }
  Environment environment(const KernelState& s) {
    Environment env{.compacts = below(4) != 0, .compaction_may_help = below(3) == 0};
    for (unsigned n = below(40); n > 0; --n) {
      Reply r{.to = reference::Asked{static_cast<std::uint8_t>(below(5))}};
      r.compacted = Compacted{static_cast<std::uint8_t>(below(kCompacted))};
      r.progress = below(3) == 0 ? below(64) : 0;
      r.busy = below(6) == 0;
      if (below(8) == 0) {
        for (unsigned k = below(24); k > 0; --k) r.frees.push_back(Pfn{below(64)});
      }
      env.replies.push_back(r);
    }
    for (const ZoneState& z : s.zones) {
      env.conditions.push_back(
          {.zone = {static_cast<std::uint8_t>(z.node), static_cast<std::uint8_t>(z.index)},
           .reclaimable = below(2) == 0 ? below(4000) : 0,
           .in_writeback = below(2000)});
    }
    return env;
  }

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  std::mt19937 random_;
};

TEST(TraceJudge, AcceptsEveryTraceOfTheReference) {
  for (const Profile p : kProfiles) {
    const KernelState s = empty(p);
    RandomRequests random(17);
    std::size_t longest = 0;
    for (unsigned n = 0; n < 2000; ++n) {
      const Gfp g = random.mask(p);
      const unsigned order = random.order();
      const Task t = random.task();
      const Asked1 a = ask(s, g, order, t, random.environment(s));
      longest = std::max(longest, a.trace.size());
      const auto refusal = judge_trace(s, a.event, a.trace);
      ASSERT_FALSE(refusal) << profile_name(p) << " request " << n << " step " << refusal->event
                            << ": " << refusal->rule << ": " << refusal->statement << "\n"
                            << text(a.trace);
    }
    EXPECT_GT(longest, 20U) << profile_name(p);
  }
}

/// The rule that refuses the trace of a request for which nothing is done.
std::string rule(Profile p, Gfp g, unsigned order, const Task& t, const Trace& trace) {
  const KernelEvent e{.act = KernelAct::alloc, .gfp = g, .order = order, .task = t};
  const auto refusal = judge_trace(empty(p), e, trace);
  return refusal ? std::string(refusal->rule) : "";
}

constexpr Step kLow{.action = Action::attempt, .mark = Mark::low};
constexpr Step kMin{.action = Action::attempt, .mark = Mark::min};
constexpr Step kHigh{.action = Action::attempt, .mark = Mark::high};
constexpr Step kNoMarks{
    .action = Action::attempt, .mark = Mark::min, .flags = {.no_watermarks = true}};
constexpr Step kReclaim{.action = Action::reclaim};
constexpr Step kKill{.action = Action::kill, .pages = 1};
constexpr Step kWake{.action = Action::wake_kswapd};
constexpr Step kFail{.action = Action::fail, .why = Why::no_progress};

TEST(TraceJudge, RefusesStepsThatTheMaskDoesNotAllow) {
  const Gfp nowait = kswapd_reclaim;
  for (const Profile p : kProfiles) {
    const bool old = p == Profile::v4_7;
    EXPECT_EQ(rule(p, nowait, 0, {}, {kLow, kWake, kMin, kReclaim, kFail}), "R-SLOW-8");
    EXPECT_EQ(rule(p, Gfp{io} | direct_reclaim, 0, {}, {kLow, kWake, kMin, kFail}), "R-SLOW-3");
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kLow, kWake, kMin, kNoMarks, kFail}),
              old ? "R-AF-2" : "R-AF-5");
    EXPECT_EQ(rule(p, kKernel, 0, {.memalloc = true}, {kLow, kWake, kMin, kReclaim, kFail}),
              old ? "R-SLOW-9" : "R-SLOW-34");
    EXPECT_EQ(rule(p, kKernel | noretry, 0, {}, {kLow, kWake, kMin, kReclaim, kKill, kFail}),
              old ? "R-SLOW-15" : "R-SLOW-34");
    EXPECT_EQ(rule(p, kKernel, 5, {}, {kLow, kWake, kMin, kReclaim, kReclaim, kFail}),
              old ? "R-SLOW-15" : "R-SLOW-34");
    if (!old) {
      EXPECT_EQ(
          rule(p, kKernel | retry_mayfail, 0, {}, {kLow, kMin, kReclaim, kHigh, kKill, kFail}),
          "R-OOM-2");
    }
  }
  EXPECT_EQ(rule(Profile::v6_1_lts192, kKernel | nofail, 0, {}, {kLow, kMin, kReclaim, kFail}),
            "R-SLOW-35");
}

TEST(TraceJudge, RefusesStepsOutOfOrder) {
  for (const Profile p : kProfiles) {
    const bool old = p == Profile::v4_7;
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kLow, kWake, kMin, kReclaim, kKill, kMin, kFail}), "");
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kMin, kReclaim, kFail}), "R-CTX-2");
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kLow, kWake, kReclaim, kMin, kFail}),
              old ? "R-SLOW-6" : "R-SLOW-31");
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kLow, kWake, kMin, kKill, kReclaim, kFail}),
              old ? "R-SLOW-19" : "R-SLOW-34");
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kLow, kMin, kLow, kFail}), "R-CTX-2");
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kLow, kMin, kHigh, kFail}), old ? "R-OOM-1" : "R-OOM-2");
    const Step restart{.action = Action::restart, .why = Why::cpuset};
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kLow, kMin, kReclaim, kFail, restart, kLow, kMin, kFail}),
              old ? "" : "R-SLOW-21");
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kLow, kMin, {.action = Action::unreserve}, kFail}),
              "R-HA-5");
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kLow, kMin, kReclaim, kFail, kMin}), "R-SLOW-21");
    EXPECT_EQ(rule(p, kKernel, 0, {}, {kLow, kMin, kReclaim}), "R-SLOW-21");
    Trace endless{kLow, kMin};
    for (unsigned n = 0; n < 19; ++n) endless.push_back(kReclaim);
    endless.push_back(kFail);
    EXPECT_EQ(rule(p, kKernel, 0, {}, endless), old ? "R-SLOW-17" : "R-SLOW-34");
  }
}

}  // namespace
}  // namespace bp
