// SPDX-License-Identifier: MIT
#include "fuzz/engines/execute.h"

#include <gtest/gtest.h>

#include "fuzz/engines/builtin.h"
#include "fuzz/engines/live_stats.h"
#include "fuzz/engines/minimise.h"
#include "fuzz/engines/replay.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/program/bytes.h"
#include "fuzz/subjects/naive_bugs.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

/// The first program of the built-in engine that the setup is refused on.
std::optional<Program> first_refused(Executor& execute, unsigned runs) {
  Builtin engine(1);
  for (unsigned i = 0; i < runs; ++i) {
    const Program& p = engine.next();
    if (execute.run(p) && !execute.verdict().accepted()) return p;
  }
  return std::nullopt;
}

TEST(Executor, AcceptsSoundSubjectsAndCounts) {
  for (const bp_subject* s : subjects()) {
    Executor execute({.subject = s});
    EXPECT_FALSE(first_refused(execute, 500).has_value()) << s->name;
    const Tallies& t = execute.tallies();
    EXPECT_EQ(at(t, Tally::executions), 500U);
    EXPECT_GT(at(t, Tally::alloc_ok), 0U);
    EXPECT_GT(at(t, Tally::alloc_null), 0U);
    EXPECT_GT(at(t, Tally::free_ok), 0U);
    if ((s->caps & BP_CAP_CHECKS_FREE) != 0) {
      EXPECT_GT(at(t, Tally::free_rejected), 0U);
    }
    std::uint64_t sum = 0;
    for (unsigned i = 2; i < kTallies; ++i) sum += t[i];
    sum -= at(t, Tally::traced) + at(t, Tally::steps);  // Of operations counted already.
    EXPECT_EQ(sum, at(t, Tally::operations)) << "every operation is counted once";
  }
}

TEST(Executor, TheSameProgramGivesTheSameHistory) {
  Builtin engine(3);
  Executor one({.subject = &lockfree_subject()});
  Executor other({.subject = &lockfree_subject()});
  for (unsigned i = 0; i < 200; ++i) {
    const Program p = engine.next();
    ASSERT_TRUE(one.run(p) && other.run(p));
    EXPECT_EQ(one.history(), other.history());
    ASSERT_TRUE(one.run(p));
    EXPECT_EQ(one.history(), other.history()) << "a second run on the kept layout";
  }
}

TEST(Minimise, KeepsTheRuleAndMakesItSmaller) {
  for (unsigned b = 0; b < kNaiveBugs; ++b) {
    Executor execute({.subject = &naive_subject_with(NaiveBug{static_cast<std::uint8_t>(b)})});
    const auto p = first_refused(execute, 100'000);
    ASSERT_TRUE(p.has_value()) << execute.subject().name;
    const std::string rule(execute.verdict().refusal->rule);
    const Minimised m = minimise(*p, execute, rule);
    EXPECT_TRUE(m.finished);
    EXPECT_FALSE(first_fault(m.program).has_value());
    EXPECT_LE(m.program.ops.size(), p->ops.size());
    EXPECT_LE(m.program.ops.size(), 24U) << execute.subject().name;
    ASSERT_TRUE(execute.run(m.program));
    ASSERT_FALSE(execute.verdict().accepted());
    EXPECT_EQ(execute.verdict().refusal->rule, rule);
  }
}

TEST(Minimise, TakesFreesWithTheirAllocs) {
  Program p;
  p.ops = {Op::alloc(0, Order{0}, {}), Op::alloc(0, Order{1}, {}), Op::free(0, 0, Order{0}),
           Op::free(1, 0, Order{1})};
  const Program rest = without_ops(p, 0, 1);
  EXPECT_EQ(rest.ops, (std::vector<Op>{Op::alloc(0, Order{1}, {}), Op::free(0, 0, Order{1})}));
}

TEST(LiveStats, OneWritesAndAnotherReads) {
  const std::string path = testing::TempDir() + "bp_live_stats";
  std::remove(path.c_str());
  EXPECT_FALSE(read_live_stats(path).has_value());
  Tallies t{};
  at(t, Tally::executions) = 3;
  {
    LiveStats live(path);
    live.publish(t);
    live.publish(t);
  }
  EXPECT_EQ(at(read_live_stats(path).value(), Tally::executions), 3U);
  // A target that its engine restarted counts from nought and goes on.
  LiveStats(path).publish(t);
  EXPECT_EQ(at(read_live_stats(path).value(), Tally::executions), 6U);
}

TEST(Seeds, ALongProgramBecomesLegalWindowsOfASmallMachine) {
  Builtin engine(5);
  Program p = engine.next();
  p.machine = {};
  p.machine.nodes.push_back({});
  p.machine.nodes[0].cpu_end = 1;
  p.machine.nodes[0].zones.push_back(
      {ZoneType::normal, {Pfn{0}, Pfn{1 << 22}}, Watermarks{Pages{100}, Pages{200}, Pages{300}}});
  p.ops.clear();
  for (unsigned i = 0; i < 1000; ++i) {
    p.ops.push_back(Op::alloc(0, Order{0}, {}));
    if (i > 300) p.ops.push_back(Op::free(i - 300, 0, Order{0}));
  }
  const auto seeds = seeds_of(p);
  EXPECT_EQ(seeds.size(), (p.ops.size() + kSeedOps - 1) / kSeedOps);
  std::vector<std::uint8_t> bytes;
  Program back;
  for (const Program& seed : seeds) {
    EXPECT_FALSE(first_fault(seed).has_value());
    EXPECT_LE(seed.machine.nodes[0].zones[0].frames.span(), kSmallSpannedMax);
    encode(seed, bytes);
    decode(bytes, back);
    EXPECT_EQ(back, seed);
  }
}

TEST(Replay, SaysWhatIsWrongWithTextAndSubject) {
  EXPECT_NE(replay_text("nonsense", "naive").report.find("program:1:1: "), std::string::npos);
  EXPECT_NE(replay_text("", "nobody").report.find("nobody"), std::string::npos);
  EXPECT_FALSE(replay_text("nonsense", "naive").accepted());
}

}  // namespace
}  // namespace bp
