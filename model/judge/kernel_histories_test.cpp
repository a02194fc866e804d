// SPDX-License-Identifier: MIT
// The judges on histories of the reference: requests made at random on machines of every profile,
// with slow path, migratetypes, reserve, CMA, isolation and the lists of two CPUs, of which they
// must refuse nothing. That each mechanism was met is asserted too.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "model/judge/kernel_judge.h"
#include "model/judge/reference_histories.h"
#include "model/judge/trace_judge.h"

namespace bp {
namespace {

using namespace reference;

constexpr unsigned kSeeds = 40;

/// What the histories of a profile went through, by name.
using Met = std::map<std::string, unsigned>;

void note_trace(const Trace& t, Met& met) {
  for (const Step& s : t) {
    met["reclaim"] += s.action == Action::reclaim ? 1U : 0U;
    met["compact"] += s.action == Action::compact ? 1U : 0U;
    met["kill"] += s.action == Action::kill ? 1U : 0U;
    met["failure"] += s.action == Action::fail ? 1U : 0U;
    met["wake"] += s.action == Action::wake_kswapd ? 1U : 0U;
  }
}

std::optional<Migratetype> type_at(const ZoneState& z, Pfn p) {
  const auto after = std::ranges::upper_bound(z.pageblocks, p, {}, &PageblockRun::begin);
  return after == z.pageblocks.begin() ? std::nullopt : std::prev(after)->type;
}

void note_answer(const KernelState& s, const KernelEvent& e, Met& met) {
  if (e.act == KernelAct::isolate) ++met["isolation"];
  if (e.act != KernelAct::alloc) return;
  if (e.head == kNoPfn) {
    ++met["null"];
    return;
  }
  if (s.nodes.size() > 1) ++met["two nodes"];
  if (e.pageblock == Migratetype::highatomic) ++met["reserve"];
  if (e.pageblock == Migratetype::cma) ++met["cma"];
  for (const ZoneState& z : s.zones) {
    const auto was = type_at(z, e.head);
    const auto begin = Pfn{static_cast<std::uint64_t>(z.numbers.start)};
    if (!was || e.head < begin || e.head >= begin + Pages{z.numbers.spanned}) continue;
    if (was != e.pageblock && e.pageblock != Migratetype::highatomic) ++met["claim"];
  }
}

void note(const Written& w, Met& met) {
  for (const SlowRequest& s : w.slow) note_trace(s.trace, met);
  for (const KernelEvent& e : w.history.events) note_answer(w.history.before, e, met);
  for (const ZoneState& z : w.history.after.zones) {
    for (unsigned cpu = 0; cpu < z.pcp.size(); ++cpu)
      met["lists of CPU " + std::to_string(cpu)] += z.pcp[cpu].numbers.count > 0 ? 1U : 0U;
  }
}

std::string text_of(const Refusal& r) {
  return "event " + std::to_string(r.event) + ": " + std::string(r.rule) + ": " + r.seen +
         "; allowed " + r.allowed;
}

class Histories : public ::testing::TestWithParam<Profile> {};

TEST_P(Histories, OfTheReferenceAreAccepted) {
  Met met;
  for (const MachineKind kind : kMachineKinds) {
    for (unsigned seed = 1; seed <= kSeeds; ++seed) {
      const std::string place =
          "machine " + std::to_string(static_cast<int>(kind)) + " seed " + std::to_string(seed);
      const Written w = HistoryWriter(GetParam(), kind, seed).write(20 * seed);
      const KernelVerdict v = judge_kernel(w.history);
      ASSERT_TRUE(v.verdict.accepted()) << place << " " << text_of(*v.verdict.refusal);
      for (const SlowRequest& s : w.slow) {
        const auto refusal = judge_trace(w.history.before, s.event, s.trace);
        ASSERT_FALSE(refusal) << place << " " << text_of(*refusal) << "\n" << text(s.trace);
      }
      note(w, met);
    }
  }
  for (const char* mechanism :
       {"reclaim", "compact", "kill", "failure", "wake", "null", "reserve", "cma", "claim",
        "isolation", "two nodes", "lists of CPU 0", "lists of CPU 1"})
    EXPECT_GT(met[mechanism], 0U) << mechanism;
}

TEST_P(Histories, EveryAnswerIsDecidedOrInDoubt) {
  const Written w = HistoryWriter(GetParam(), MachineKind::plain, 3).write(200);
  const KernelVerdict v = judge_kernel(w.history);
  EXPECT_GT(v.decided, 0U);
  EXPECT_LT(v.decided, v.allocations);
  std::uint64_t all = 0, alone = 0;
  for (unsigned i = 0; i < kDoubts; ++i) all += v.doubts.all[i], alone += v.doubts.alone[i];
  EXPECT_LE(v.decided + alone, v.allocations);
  EXPECT_GE(v.decided + all, v.allocations);
}

/// Plenty is free, and nothing has happened: nothing is in doubt.
TEST_P(Histories, TheFirstAnswerIsDecided) {
  KernelHistory h;
  h.before = TestMachine(GetParam()).zone(0x2000, 0x2000 + 40 * 512).free_all().build();
  Reference kernel(h.before);
  const KernelEvent e{
      .act = KernelAct::alloc, .gfp = Gfp{GfpFlag::movable} | GfpFlag::kswapd_reclaim, .order = 4};
  h.events = {e};
  h.events[0].head = kernel.alloc({.gfp = e.gfp, .order = e.order}).head;
  h.after = kernel.save();
  const KernelVerdict v = judge_kernel(h);
  EXPECT_TRUE(v.verdict.accepted());
  EXPECT_EQ(v.decided, 1U);
}

std::string name_of(const ::testing::TestParamInfo<Profile>& p) {
  std::string name(profile_name(p.param));
  std::ranges::replace_if(name, [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Every, Histories, ::testing::ValuesIn(kWrittenProfiles), name_of);

}  // namespace
}  // namespace bp
