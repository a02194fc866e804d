// SPDX-License-Identifier: MIT
// The judge of who is asked for help: it accepts what the lock-free subject does in any
// environment, and refuses each bug of its slow path, and each course that was made wrong in one
// place, by the right rule.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include "fuzz/engines/builtin.h"
#include "fuzz/engines/execute.h"
#include "fuzz/program/subject_machine.h"
#include "fuzz/program/text.h"
#include "fuzz/subjects/lockfree_bugs.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

/// One zone of 8 pages whose memory is used up, and a request.
Program short_of_memory(std::string_view profile, std::string_view gfp,
                        std::string_view before = "", unsigned order = 0) {
  const std::string text = "buddyproof 2\nmachine profile=" + std::string(profile) +
                           " zones=DMA32 cpus=1 pageblock_order=9 min_free_kbytes=0\n"
                           "node 0 cpus=0 zone=NORMAL:0x400-0x408:0,0,0\n"
                           "b0 = alloc cpu=0 order=3 gfp=GFP_KERNEL\n" +
                           std::string(before) +
                           "answer reclaim\nb1 = alloc cpu=0 order=" + std::to_string(order) +
                           " gfp=" + std::string(gfp) + "\n";
  const TextParse parse = parse_text(text);
  EXPECT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
  return parse.program.value_or(Program{});
}

/// What was done, a word each.
std::string course(const Program& p) {
  Executor lockfree({.subject = &lockfree_subject()});
  EXPECT_TRUE(lockfree.run(p));
  EXPECT_TRUE(lockfree.verdict().accepted()) << lockfree.verdict().refusal->rule;
  std::string out;
  for (const Step& s : lockfree.history().steps) {
    if (s.action == Action::ask) continue;
    out += (out.empty() ? "" : "; ") + text(s);
  }
  return out;
}

TEST(Pressed, TheCourseOfEachProfile) {  // R-SLOW-11, 14, 19, 32, 34, R-OOM-1, 2
  EXPECT_EQ(course(short_of_memory("v6.1-lts192", "GFP_KERNEL")),
            "wake kswapd; reclaim: 0; kill: 0");
  EXPECT_EQ(course(short_of_memory("v6.1-lts192", "GFP_KERNEL", "", 2)),
            "wake kswapd; compact async: complete; reclaim: 0; compact async: complete; kill: 0");
  EXPECT_EQ(course(short_of_memory("v4.7", "GFP_KERNEL", "", 2)),
            "wake kswapd; compact async: complete; reclaim: 0; kill: 0");
  EXPECT_EQ(course(short_of_memory("v6.1-lts192", "GFP_ATOMIC")), "wake kswapd");
  EXPECT_EQ(course(short_of_memory("v6.1-lts192", "GFP_KERNEL|__GFP_NORETRY")),
            "wake kswapd; reclaim: 0");
  EXPECT_EQ(course(short_of_memory("v6.1-lts192", "GFP_KERNEL", "task cpu=0 is=memalloc\n")),
            "wake kswapd");
  EXPECT_EQ(course(short_of_memory("v6.1-lts192", "GFP_KERNEL", "world is=suspended\n")),
            "wake kswapd; reclaim: 0");
}

/// Two nodes of 8 pages, of which the near one has none left, and a request with what is around it.
Program two_nodes(std::string_view profile, std::string_view before, std::string_view request) {
  const std::string text = "buddyproof 2\nmachine profile=" + std::string(profile) +
                           " zones=DMA32 cpus=1 pageblock_order=9 min_free_kbytes=0\n"
                           "node 0 cpus=0 zone=NORMAL:0x400-0x408:0,0,0\n"
                           "node 1 cpus=none zone=NORMAL:0x800-0x808:0,0,0\n"
                           "b0 = alloc cpu=0 order=3 gfp=GFP_KERNEL node=0\n" +
                           std::string(before) +
                           "b1 = alloc cpu=0 order=0 gfp=" + std::string(request) + "\n";
  const TextParse parse = parse_text(text);
  EXPECT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
  return parse.program.value_or(Program{});
}

TEST(Pressed, CpusetsFaultsAndNodeReclaimHaveTheirPlaces) {  // R-CTX-5, 14, R-LIST-6, R-SLOW-33, 35
  EXPECT_EQ(course(two_nodes("v6.1-lts192", "answer fault progress=1\n", "GFP_KERNEL")),
            "inject fault");
  const std::string_view bound = "world is=cpusets\ntask cpu=0 mems=0x1\n";
  EXPECT_EQ(course(two_nodes("v6.1-lts192", bound, "GFP_USER")),
            "wake kswapd; reclaim: 0; kill: 0");
  EXPECT_EQ(course(two_nodes("v6.1-lts192", bound, "GFP_KERNEL")), "wake kswapd; wake kswapd");
  const std::string moves = std::string(bound) + "answer cpuset mems=0x2\n";
  EXPECT_EQ(course(two_nodes("v6.1-lts192", moves, "GFP_USER")),
            "wake kswapd; reclaim: 0; restart: cpuset");
  EXPECT_EQ(course(two_nodes("v4.7", moves, "GFP_USER")),
            "wake kswapd; reclaim: 0; kill: 0; restart: cpuset");
  EXPECT_EQ(course(two_nodes("v6.1-lts192", "world is=zone_reclaim\n", "GFP_KERNEL")),
            "node reclaim 0: noscan");
  EXPECT_EQ(course(two_nodes("v6.1-lts192", "world is=zone_reclaim\n", "GFP_NOWAIT")), "");
  EXPECT_EQ(course(two_nodes("v6.1-lts192", "world dirty=0x2\n", "GFP_KERNEL|__GFP_WRITE")),
            "wake kswapd; wake kswapd");
}

/// What the judge says of the course of a request after an edit.
std::string rule_after(const Program& p, const std::function<void(std::vector<Step>&)>& edit) {
  Executor lockfree({.subject = &lockfree_subject()});
  EXPECT_TRUE(lockfree.run(p) && lockfree.verdict().accepted());
  History h = lockfree.history();
  edit(h.steps);
  h.given_back_end.assign(h.steps.size(), 0);
  h.step_counters.assign(h.steps.size() * h.zones, {});
  h.trace_end = {h.steps.size()};
  Judge judge;
  const Verdict v = judge(p.machine, lockfree.layout(), p.ops, h, promises_of(lockfree_subject()));
  return v.accepted() ? "accepted" : std::string(v.refusal->rule);
}

/// The question and the deed.
void drop(std::vector<Step>& steps, Action a) {
  const auto at = std::ranges::find(steps, a, &Step::action);
  ASSERT_NE(at, steps.end());
  steps.erase(at - 1, at + 1);
}
void add_again(std::vector<Step>& steps, Action a) {
  const auto at = std::ranges::find(steps, a, &Step::action);
  ASSERT_NE(at, steps.end());
  const Step pair[] = {*(at - 1), *at};
  steps.insert(at + 1, pair, pair + 2);
}

TEST(Pressed, OneEditIsRefusedByItsRule) {
  const Program plain = short_of_memory("v6.1-lts192", "GFP_KERNEL");
  const Program large = short_of_memory("v4.7", "GFP_KERNEL", "", 2);
  const auto without = [](Action a) { return [a](auto& steps) { drop(steps, a); }; };
  const auto twice = [](Action a) { return [a](auto& steps) { add_again(steps, a); }; };
  EXPECT_EQ(rule_after(plain, [](auto&) {}), "accepted");
  EXPECT_EQ(rule_after(plain, without(Action::wake_kswapd)), "R-SLOW-31");
  EXPECT_EQ(rule_after(plain, without(Action::reclaim)), "R-SLOW-34");
  EXPECT_EQ(rule_after(plain, without(Action::kill)), "R-SLOW-34");
  EXPECT_EQ(rule_after(plain, twice(Action::kill)), "R-SLOW-34");
  EXPECT_EQ(rule_after(large, without(Action::compact)), "R-SLOW-11");
  EXPECT_EQ(rule_after(large, twice(Action::compact)), "R-SLOW-11");
  EXPECT_EQ(rule_after(large, twice(Action::reclaim)), "R-SLOW-11");
  EXPECT_EQ(rule_after(large, without(Action::kill)), "R-SLOW-19");
  EXPECT_EQ(rule_after(plain, [](auto& steps) { steps.back().pages = 1; }), "R-OOM-2");
  EXPECT_EQ(rule_after(plain, [](auto& steps) { steps.pop_back(); }), "R-GEN-9");
  EXPECT_EQ(rule_after(plain, [](auto& steps) { steps.push_back({.action = Action::drain}); }),
            "R-GEN-9");
  EXPECT_EQ(rule_after(short_of_memory("v6.1-lts192", "GFP_KERNEL|__GFP_NORETRY"),
                       twice(Action::reclaim)),
            "R-SLOW-34");
  EXPECT_EQ(rule_after(short_of_memory("v6.1-lts192", "GFP_KERNEL|__GFP_NOFAIL"),
                       [](auto& steps) { steps.resize(6); }),
            "R-SLOW-35");
}

TEST(Pressed, WhoDoesNotHearItsSurroundingsIsRefused) {  // R-CTX-5, R-CTX-14, R-SLOW-35, R-LIST-6
  const std::string_view bound = "world is=cpusets\ntask cpu=0 mems=0x1\n";
  const Program late = two_nodes("v6.1-lts192", bound, "GFP_USER");
  const Program old = two_nodes("v4.7", bound, "GFP_USER");
  const auto last = [](std::vector<Step>& steps) { steps.pop_back(); };
  const auto first = [](std::vector<Step>& steps) { steps.erase(steps.begin()); };
  EXPECT_EQ(rule_after(late, last), "R-SLOW-35") << "the cpuset's last question";
  EXPECT_EQ(rule_after(old, last), "R-CTX-14");
  EXPECT_EQ(rule_after(late, first), "R-CTX-5") << "the fault's";
  const auto again = [](std::vector<Step>& steps) { steps.push_back(steps.front()); };
  EXPECT_EQ(rule_after(late, again), "R-CTX-5");
  const Program fails = two_nodes("v6.1-lts192", "answer fault progress=1\n", "GFP_KERNEL");
  const auto goes_on = [](std::vector<Step>& steps) {
    steps.push_back({.action = Action::ask, .asked = Answerer::kswapd});
  };
  EXPECT_EQ(rule_after(fails, goes_on), "R-CTX-5");

  const Program nofail = two_nodes("v6.1-lts192", "answer fault progress=1\n", "__GFP_NOFAIL");
  const auto asks = [](std::vector<Step>& steps) {
    steps.push_back({.action = Action::ask, .asked = Answerer::fault});
  };
  EXPECT_EQ(rule_after(nofail, [](auto&) {}), "accepted") << "it is spared";
  EXPECT_EQ(rule_after(nofail, asks), "R-CTX-5");
  const Program served = two_nodes("v6.1-lts192", "answer fault\n", "GFP_NOWAIT");
  EXPECT_EQ(rule_after(served, [](auto& steps) { steps.clear(); }), "R-CTX-5") << "nobody is asked";
  const auto heard = [](std::vector<Step>& steps) {
    steps.front().pages = 1;
    steps.insert(steps.begin() + 1, Step{.action = Action::inject});
    steps.resize(2);
  };
  EXPECT_EQ(rule_after(served, heard), "R-CTX-5") << "and given a block";

  const std::string near = "world is=cpusets,zone_reclaim\ntask cpu=0 mems=0x1\n";
  const Program short_of = two_nodes("v6.1-lts192", near, "GFP_USER");
  EXPECT_EQ(rule_after(short_of, [](auto&) {}), "accepted");
  const auto elsewhere = [](std::vector<Step>& steps) {
    std::ranges::find(steps, Action::node_reclaim, &Step::action)->node = 1;
  };
  EXPECT_EQ(rule_after(short_of, elsewhere), "R-LIST-1");
  const auto never = [](std::vector<Step>& steps) {
    while (std::ranges::find(steps, Action::node_reclaim, &Step::action) != steps.end())
      drop(steps, Action::node_reclaim);
  };
  EXPECT_EQ(rule_after(short_of, never), "R-LIST-6");
  const auto unset = [](std::vector<Step>& steps) {
    const Step pair[] = {{.action = Action::ask, .asked = Answerer::node_reclaim},
                         {.action = Action::node_reclaim}};
    steps.insert(steps.begin() + 1, pair, pair + 2);
  };
  EXPECT_EQ(rule_after(late, unset), "R-LIST-6");
}

/// The first deed of the kind and its question come right after the wake.
void move_to_front(std::vector<Step>& steps, Action a) {
  const auto at = std::ranges::find(steps, a, &Step::action);
  ASSERT_NE(at, steps.end());
  const auto after_wake = std::ranges::find(steps, Action::wake_kswapd, &Step::action) + 1;
  std::rotate(after_wake, at - 1, at + 1);
}

TEST(Pressed, CompactionOutOfItsPlaceIsRefused) {  // R-SLOW-11, 32, 34
  const Program single = short_of_memory("v6.1-lts192", "GFP_KERNEL");
  const Program large = short_of_memory("v6.1-lts192", "GFP_KERNEL", "", 2);
  const Program movable = short_of_memory("v6.1-lts192", "GFP_KERNEL|__GFP_MOVABLE", "", 2);
  ASSERT_EQ(course(movable).find("reclaim"), std::string("wake kswapd; ").size());
  const auto borrowed = [&](std::vector<Step>& steps) {
    const Step asked{
        .action = Action::ask, .compacted = Compacted::complete, .asked = Answerer::compaction};
    const Step done{.action = Action::compact, .compacted = Compacted::complete};
    const auto at = std::ranges::find(steps, Action::wake_kswapd, &Step::action) + 1;
    const Step pair[] = {asked, done};
    steps.insert(at, pair, pair + 2);
  };
  EXPECT_EQ(rule_after(single, borrowed), "R-SLOW-34") << "nothing to compact for a page";
  EXPECT_EQ(rule_after(movable, [](auto& s) { move_to_front(s, Action::compact); }), "R-SLOW-32");
  EXPECT_EQ(rule_after(large, [](auto& s) { drop(s, Action::compact); }), "R-SLOW-32");
  const auto reclaim_twice = [](std::vector<Step>& steps) { add_again(steps, Action::reclaim); };
  EXPECT_EQ(rule_after(large, reclaim_twice), "R-SLOW-34") << "compaction follows reclaim";
  const auto never = [](std::vector<Step>& steps) {
    drop(steps, Action::compact);
    drop(steps, Action::kill);
  };
  EXPECT_EQ(rule_after(movable, never), "R-SLOW-34") << "no null before a compaction";
}

TEST(Pressed, AStepWithoutItsQuestionIsRefused) {
  const Program large = short_of_memory("v6.1-lts192", "GFP_KERNEL", "", 2);
  const Program old = short_of_memory("v4.7", "GFP_KERNEL", "", 2);
  const auto unasked = [](Action a) {
    return [a](std::vector<Step>& steps) {
      steps.erase(std::ranges::find(steps, a, &Step::action) - 1);
    };
  };
  EXPECT_EQ(rule_after(large, unasked(Action::compact)), "R-SLOW-34");
  EXPECT_EQ(rule_after(old, unasked(Action::compact)), "R-SLOW-11");
  EXPECT_EQ(rule_after(large, unasked(Action::reclaim)), "R-SLOW-34");
  EXPECT_EQ(rule_after(large, unasked(Action::kill)), "R-OOM-2");
  EXPECT_EQ(rule_after(large,
                       [](auto& steps) {
                         steps.push_back({.action = Action::node_reclaim,
                                          .node_reclaimed = NodeReclaimed::full});
                       }),
            "R-LIST-6");
}

TEST(Pressed, TheSoundAllocatorIsAcceptedUnderTheJudge) {
  Executor execute({.subject = &lockfree_subject()});
  Builtin engine(23);
  std::map<Action, unsigned> done;
  for (unsigned i = 0; i < 20'000; ++i) {
    const Program& p = engine.next();
    ASSERT_TRUE(execute.run(p));
    ASSERT_TRUE(execute.verdict().accepted())
        << execute.verdict().refusal->rule << " " << execute.verdict().refusal->seen << "\n"
        << print_text(p);
    for (const Step& s : execute.history().steps) ++done[s.action];
  }
  EXPECT_GT(at(execute.tallies(), Tally::traced), 5000U);
  EXPECT_GT(done[Action::restart], 10U);
  EXPECT_GT(done[Action::inject], 300U);
  EXPECT_GT(done[Action::node_reclaim], 500U);
}

TEST(Pressed, PlantedBugsAreFound) {
  constexpr std::string_view kRules[impl::kPressureBugs] = {"R-SLOW-19 R-SLOW-34",
                                                            "R-SLOW-8",
                                                            "R-SLOW-9 R-SLOW-10 R-SLOW-34",
                                                            "R-SLOW-3",
                                                            "R-SLOW-3 R-SLOW-31",
                                                            "R-SLOW-15 R-SLOW-34",
                                                            "R-OOM-1 R-OOM-2",
                                                            "R-SLOW-32",
                                                            "R-SLOW-11 R-SLOW-32 R-SLOW-34",
                                                            "R-SLOW-35",
                                                            "R-SLOW-17 R-SLOW-34",
                                                            "R-SLOW-19 R-SLOW-34",
                                                            "R-LIST-1",
                                                            "R-CTX-14 R-SLOW-35",
                                                            "R-CTX-5",
                                                            "R-LIST-3",
                                                            "R-LIST-6",
                                                            "R-WMARK-6"};
  for (unsigned b = 0; b < impl::kPressureBugs; ++b) {
    Executor execute({.subject = &lockfree_pressure_subject_with(b)});
    Builtin engine(7);
    std::string rule;
    for (unsigned i = 0; i < 60'000 && rule.empty(); ++i) {
      ASSERT_TRUE(execute.run(engine.next()));
      if (!execute.verdict().accepted()) rule = execute.verdict().refusal->rule;
    }
    EXPECT_FALSE(rule.empty()) << execute.subject().name;
    EXPECT_NE(kRules[b].find(rule), std::string_view::npos)
        << execute.subject().name << ": " << rule;
  }
}

}  // namespace
}  // namespace bp
