// SPDX-License-Identifier: MIT
#include "fuzz/sched/litmus_run.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "fuzz/sched/exhaustive_chooser.h"
#include "fuzz/sched/litmus_corpus.h"

namespace bp::sched {
namespace {

constexpr std::uint64_t kExecutionsMax = 10'000'000;

std::string shown(const std::vector<LitmusOutcome>& outcomes) {
  std::string text;
  for (const LitmusOutcome& o : outcomes) {
    for (const Number n : o.values) text += std::to_string(n) + " ";
    text += std::string(verdict_name(o.verdict)) + "\n";
  }
  return text;
}

std::vector<LitmusOutcome> judged(const Litmus& p, const Defects& defects) {
  return judge_litmus(p, run_litmus(p, defects, kExecutionsMax, kAnyDeviations));
}

TEST(Litmus, CorpusHasAllPrograms) { EXPECT_GE(litmus_corpus(BP_SOURCE_DIR).size(), 61U); }

TEST(Litmus, ExactlyTheAllowedOutcomesAreProduced) {
  for (const LitmusFile& f : litmus_corpus(BP_SOURCE_DIR)) {
    ASSERT_TRUE(f.parsed.program) << f.path << ":" << f.parsed.line << ": " << f.parsed.fault;
    ASSERT_TRUE(f.parsed.program->has_allowed) << f.path;
    const auto outcomes = judged(*f.parsed.program, {});
    EXPECT_TRUE(litmus_holds(outcomes)) << f.path << "\n" << shown(outcomes);
  }
}

/// The exceptions, by name: which programs have outcomes that one of the two models allows alone.
TEST(Litmus, ExceptionsAreThoseThatAreNamed) {
  std::set<std::string> buffering;
  std::set<std::string> rc11_alone;
  std::set<std::string> order_of_steps;
  for (const LitmusFile& f : litmus_corpus(BP_SOURCE_DIR)) {
    for (const LitmusOutcome& o : judged(*f.parsed.program, {})) {
      if (o.verdict == LitmusVerdict::load_buffering) buffering.insert(f.parsed.program->name);
      if (o.verdict == LitmusVerdict::seq_cst_rc11) rc11_alone.insert(f.parsed.program->name);
      if (o.verdict == LitmusVerdict::order_of_steps) order_of_steps.insert(f.parsed.program->name);
    }
  }
  EXPECT_EQ(buffering, (std::set<std::string>{"LB.acqR", "LB.relW", "LB.rlx"}));
  EXPECT_EQ(order_of_steps, std::set<std::string>{"Z6.U"});
  EXPECT_EQ(rc11_alone, std::set<std::string>{"IRIW.rlxW+scR"});
}

/// Every program to which C++20 gives a load buffering outcome is reported, and of the others those
/// two where what forbids it is out of the simulator's sight: stores that depend on the loaded
/// value, and an order that arises only if the late load synchronises.
TEST(Litmus, LoadBufferingIsReported) {
  std::set<std::string> reported;
  for (const LitmusFile& f : litmus_corpus(BP_SOURCE_DIR)) {
    const LitmusRun run = run_litmus(*f.parsed.program, {}, kExecutionsMax, kAnyDeviations);
    if (run.load_buffering) reported.insert(f.parsed.program->name);
  }
  EXPECT_EQ(reported, (std::set<std::string>{
                          "LB.acqR", "LB.data-both(OOTA)", "LB.relW", "LB.rlx",
                          "ReusePublish(read meta, release; next owner acq, write meta)"}));
}

/// All outcomes, and those within few deviations, in fewer executions.
TEST(Litmus, SleepSetsLoseNothing) {
  std::uint64_t with = 0, without = 0;
  for (const LitmusFile& f : litmus_corpus(BP_SOURCE_DIR)) {
    for (const unsigned k : {0U, 1U, 2U, 3U, 4U, kAnyDeviations}) {
      const LitmusRun all = run_litmus(*f.parsed.program, {}, kExecutionsMax, k);
      const LitmusRun fewer = run_litmus_asleep(*f.parsed.program, {}, kExecutionsMax, k);
      EXPECT_EQ(fewer.outcomes, all.outcomes) << f.path << ", deviations " << k;
      EXPECT_LE(fewer.executions, all.executions) << f.path << ", deviations " << k;
      EXPECT_EQ(fewer.load_buffering, all.load_buffering) << f.path << ", deviations " << k;
      if (k != kAnyDeviations) continue;
      with += fewer.executions;
      without += all.executions;
    }
  }
  EXPECT_LT(3 * with, 2 * without);
  std::printf("  %llu executions with sleep sets, %llu without\n",
              static_cast<unsigned long long>(with), static_cast<unsigned long long>(without));
}

class Defect : public testing::TestWithParam<NamedDefect> {};

TEST_P(Defect, BreaksALitmusProgram) {
  Defects defects;
  defects.*GetParam().on = true;
  std::string broken;
  for (const LitmusFile& f : litmus_corpus(BP_SOURCE_DIR)) {
    if (!litmus_holds(judged(*f.parsed.program, defects))) {
      broken = f.parsed.program->name;
      break;
    }
  }
  EXPECT_NE(broken, "") << "no program notices";
  std::printf("  %s breaks %s\n", std::string(GetParam().name).c_str(), broken.c_str());
}

INSTANTIATE_TEST_SUITE_P(All, Defect, testing::ValuesIn(kDefects),
                         [](const auto& p) { return std::string(p.param.name); });

}  // namespace
}  // namespace bp::sched
