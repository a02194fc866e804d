// SPDX-License-Identifier: MIT
// The judge of requests in an environment: it accepts what the naive subject and the reference do
// in any, and refuses a trace that was made wrong in one place, by the right rule.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "fuzz/engines/builtin.h"
#include "fuzz/engines/execute.h"
#include "fuzz/program/subject_machine.h"
#include "fuzz/program/text.h"
#include "fuzz/subjects/naive_bugs.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

/// One zone of 8 pages on each of two nodes, all marks 0.
std::string two_small_nodes(std::string_view profile) {
  return "buddyproof 2\nmachine profile=" + std::string(profile) +
         " zones=DMA32 cpus=2 pageblock_order=9 min_free_kbytes=0\n"
         "node 0 cpus=0 zone=NORMAL:0x400-0x408:0,0,0\n"
         "node 1 cpus=1 zone=NORMAL:0x800-0x808:0,0,0\n";
}

Program program(const std::string& text) {
  const TextParse parse = parse_text(text);
  EXPECT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
  return parse.program.value_or(Program{});
}

/// Memory is used up, reclaim finds some, and the last request gets it.
Program reclaiming(std::string_view profile, std::string_view gfp = "GFP_KERNEL") {
  return program(two_small_nodes(profile) +
                 "b0 = alloc cpu=0 order=3 gfp=GFP_KERNEL\n"
                 "b1 = alloc cpu=0 order=3 gfp=GFP_KERNEL\n"
                 "answer reclaim progress=8 frees=b0\n"
                 "b2 = alloc cpu=0 order=0 gfp=" +
                 std::string(gfp) + "\n");
}

std::string steps(const History& h) {
  Trace t(h.steps.begin(), h.steps.end());
  return text(t);
}

TEST(Traced, ReclaimThatFreesServes) {
  Executor naive({.subject = &naive_subject()});
  ASSERT_TRUE(naive.run(reclaiming("v6.1-lts192")));
  EXPECT_TRUE(naive.verdict().accepted());
  EXPECT_EQ(naive.history().outcomes[3].status, Status::ok);
  EXPECT_EQ(steps(naive.history()),
            "ask fault: 0; attempt low cpuset|kswapd node 0; ask kswapd: 0; wake kswapd; "
            "attempt min cpuset|kswapd node 0; ask cpuset: unchanged; ask kswapd: 0; wake kswapd; "
            "attempt min cpuset|kswapd node 0; ask reclaim: 8; reclaim: 8; "
            "attempt min cpuset|kswapd node 0");
}

/// Nobody can serve it, it must not fail, and node reclaim is asked for each zone of each round.
TEST(Traced, ALongTraceIsKeptWhole) {  // R-SLOW-21, R-SLOW-35
  std::string text =
      "buddyproof 2\nmachine profile=v7.1 zones=none cpus=1 pageblock_order=9 min_free_kbytes=0\n";
  for (unsigned n = 0; n < 8; ++n) {
    const std::string begin = std::to_string(1024 * n);
    text += "node " + std::to_string(n) + (n == 0 ? " cpus=0" : " cpus=none") +
            " zone=NORMAL:" + begin + "-" + std::to_string(1024 * n + 8) + "\n";
  }
  text += "world is=zone_reclaim\nb0 = alloc cpu=0 order=4 gfp=GFP_KERNEL|__GFP_NOFAIL\n";
  for (const bp_subject* s : {&naive_subject(), &reference_subject()}) {
    Executor execute({.subject = s});
    ASSERT_TRUE(execute.run(program(text)));
    EXPECT_TRUE(execute.verdict().accepted()) << s->name << execute.verdict().refusal->rule;
    EXPECT_GT(execute.history().steps.size(), 4096U) << s->name;
  }
}

// The slow path was written twice, and takes the same way where nothing but it decides.
TEST(Traced, NaiveAndReferenceGoTheSameWay) {
  for (const char* profile : {"v4.7", "v5.15", "v6.1-lts192", "v6.12", "v7.1"}) {
    for (const char* gfp : {"GFP_KERNEL", "GFP_ATOMIC", "GFP_NOIO", "GFP_KERNEL|__GFP_NORETRY",
                            "GFP_KERNEL|__GFP_NOFAIL"}) {
      const Program p = reclaiming(profile, gfp);
      Executor naive({.subject = &naive_subject()});
      Executor reference({.subject = &reference_subject()});
      ASSERT_TRUE(naive.run(p) && reference.run(p));
      Trace ways[2];
      unsigned n = 0;
      for (const Executor* e : {&naive, &reference}) {
        EXPECT_TRUE(e->verdict().accepted()) << e->subject().name << " " << profile << " " << gfp;
        for (Step s : e->history().steps) {
          s.flags.fair = s.flags.nofragment = s.flags.highatomic = s.flags.cma = false;
          ways[n].push_back(s);
        }
        ++n;
      }
      EXPECT_EQ(text(ways[0]), text(ways[1])) << profile << " " << gfp;
    }
  }
}

TEST(Traced, TheReferenceIsAcceptedUnderTheJudge) {
  Executor execute({.subject = &reference_subject()});
  Builtin engine(11);
  for (unsigned i = 0; i < 1500; ++i) {
    ASSERT_TRUE(execute.run(engine.next()));
    ASSERT_TRUE(execute.verdict().accepted()) << execute.verdict().refusal->rule;
  }
  EXPECT_GT(at(execute.tallies(), Tally::traced), 500U);
}

// Each bug of the slow path is found by random programs, by one of the rules that it breaks.
TEST(Traced, PlantedBugsAreFound) {
  // The first one needs nodes of its own and a cpuset that forbids some of them.
  for (unsigned b = 2; b <= kNaiveSlowBugs; ++b) {
    Executor execute(
        {.subject = &naive_slow_subject_with(NaiveSlowBug{static_cast<std::uint8_t>(b)})});
    Builtin engine(7);
    std::string rule;
    for (unsigned i = 0; i < 30'000 && rule.empty(); ++i) {
      ASSERT_TRUE(execute.run(engine.next()));
      if (!execute.verdict().accepted()) rule = execute.verdict().refusal->rule;
    }
    constexpr std::string_view kRules[kNaiveSlowBugs] = {"R-LIST-1",
                                                         "R-LIST-3",
                                                         "R-GEN-9",
                                                         "R-SLOW-3",
                                                         "R-SLOW-14 R-SLOW-34",
                                                         "R-SLOW-8",
                                                         "R-SLOW-15 R-SLOW-34",
                                                         "R-SLOW-33",
                                                         "R-CTX-2 R-AF-1 R-AF-4",
                                                         "R-AF-1 R-AF-4 R-SLOW-33"};
    EXPECT_FALSE(rule.empty()) << execute.subject().name;
    EXPECT_NE(kRules[b - 1].find(rule), std::string_view::npos)
        << execute.subject().name << ": " << rule;
  }
}

/// What the judge says of the program's history on the naive subject after an edit.
std::string rule_after(const Program& p, const std::function<void(History&)>& edit) {
  Executor naive({.subject = &naive_subject()});
  EXPECT_TRUE(naive.run(p) && naive.verdict().accepted());
  History h = naive.history();
  edit(h);
  Judge judge;
  const Verdict v = judge(p.machine, naive.layout(), p.ops, h, promises_of(naive_subject()));
  return v.accepted() ? "accepted" : std::string(v.refusal->rule);
}

Step& first(History& h, Action a) { return *std::ranges::find(h.steps, a, &Step::action); }

void drop(History& h, std::size_t step) {
  h.steps.erase(h.steps.begin() + static_cast<std::ptrdiff_t>(step));
  h.given_back_end.erase(h.given_back_end.begin() + static_cast<std::ptrdiff_t>(step));
  const auto zones = static_cast<std::ptrdiff_t>(h.zones);
  const auto at = h.step_counters.begin() + static_cast<std::ptrdiff_t>(step) * zones;
  h.step_counters.erase(at, at + zones);
  for (std::size_t& end : h.trace_end) --end;
}

TEST(Traced, EditedTracesAreRefused) {
  const Program p = reclaiming("v6.1-lts192");
  EXPECT_EQ(rule_after(p, [](History&) {}), "accepted");
  EXPECT_EQ(rule_after(p, [](History& h) { first(h, Action::reclaim).pages = 7; }), "R-SLOW-34");
  EXPECT_EQ(rule_after(p, [](History& h) { drop(h, 2); }), "R-SLOW-3") << "a wake unasked";
  EXPECT_EQ(rule_after(p, [](History& h) { drop(h, 3); }), "R-GEN-9") << "an answer unused";
  EXPECT_EQ(rule_after(p, [](History& h) { first(h, Action::attempt).mark = Mark::min; }),
            "R-CTX-2");
  EXPECT_EQ(rule_after(p, [](History& h) { h.steps.back().flags.high = true; }), "R-AF-4");
  EXPECT_EQ(rule_after(p, [](History& h) { h.steps.back().nodemask = 2; }), "R-SLOW-33");
  EXPECT_EQ(rule_after(p, [](History& h) { h.steps.back().mark = Mark::low; }), "R-CTX-2");
  EXPECT_EQ(rule_after(p, [](History& h) { drop(h, h.steps.size() - 1); }), "R-CTX-12");
  EXPECT_EQ(rule_after(p, [](History& h) { h.step_counters[0].free = Pages{8}; }), "accepted")
      << "no block was free, whatever the counter says";
  EXPECT_EQ(rule_after(p, [](History& h) { h.outcomes[3].pfn = Pfn{0x408}; }), "I-7");
}

TEST(Traced, AZoneThatHadPagesIsNotPassedOver) {
  const Program p = program(two_small_nodes("v6.1-lts192") +
                            "answer reclaim\n"
                            "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n");
  EXPECT_EQ(rule_after(p, [](History& h) { h.outcomes[1].pfn = Pfn{0x800}; }), "R-LIST-4");
}

TEST(Traced, CpusetsDirtyNodesAndFaultsAreKept) {
  const std::string cpuset = two_small_nodes("v5.15") +
                             "world is=cpusets dirty=0x2\n"
                             "task cpu=0 mems=0x2\n";
  const Program inside = program(cpuset + "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n");
  const auto to = [](std::uint64_t pfn) {
    return [pfn](History& h) { h.outcomes[2].pfn = Pfn{pfn}; };
  };
  EXPECT_EQ(rule_after(inside, to(0x800)), "accepted");
  EXPECT_EQ(rule_after(inside, to(0x400)), "R-LIST-4") << "the cpuset's node had pages";
  const Program writing = program(two_small_nodes("v5.15") +
                                  "world dirty=0x1\n"
                                  "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL|__GFP_WRITE\n");
  EXPECT_EQ(rule_after(writing, [](History& h) { h.outcomes[1].pfn = Pfn{0x400}; }), "R-LIST-3");
  const Program hard = program(two_small_nodes("v4.7") +
                               "world is=cpusets\n"
                               "task cpu=0 mems=0x2\n"
                               "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL nodes=0x3\n");
  EXPECT_EQ(rule_after(hard, to(0x400)), "R-LIST-1");
  EXPECT_EQ(rule_after(hard, [](History& h) { h.steps.back().flags.cpuset = false; }), "R-CTX-3");
  Executor left({.subject = &naive_slow_subject_with(NaiveSlowBug::cpuset_left)});
  ASSERT_TRUE(left.run(hard));
  ASSERT_FALSE(left.verdict().accepted());
  EXPECT_EQ(left.verdict().refusal->rule, "R-LIST-1");
  const Program fault = program(two_small_nodes("v7.1") +
                                "answer fault progress=1\n"
                                "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n");
  EXPECT_EQ(rule_after(fault, [](History& h) { drop(h, h.steps.size() - 1); }), "R-GEN-9");
  EXPECT_EQ(rule_after(fault, [](History& h) { h.steps[0].pages = 0; }), "R-CTX-5");
}

TEST(Traced, ARestartFollowsAChangeAndNothingElse) {
  const Program p = program(two_small_nodes("v6.12") +
                            "b0 = alloc cpu=0 order=3 gfp=GFP_KERNEL\n"
                            "b1 = alloc cpu=0 order=3 gfp=GFP_KERNEL\n"
                            "world is=cpusets\n"
                            "answer cpuset mems=0x1\n"
                            "b2 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n");
  EXPECT_EQ(rule_after(p, [](History&) {}), "accepted");
  const auto question = [](History& h) -> Step& {
    return *std::ranges::find_if(
        h.steps, [](const Step& s) { return s.asked == Answerer::cpuset && s.nodemask != 0; });
  };
  EXPECT_EQ(rule_after(p, [&](History& h) { question(h).nodemask = 0; }), "R-SLOW-33");
  EXPECT_EQ(
      rule_after(p,
                 [&](History& h) {
                   drop(h, static_cast<std::size_t>(&first(h, Action::restart) - h.steps.data()));
                 }),
      "R-SLOW-33");
}

}  // namespace
}  // namespace bp
