// SPDX-License-Identifier: MIT
#include "fuzz/sched/chooser.h"

#include <gtest/gtest.h>

#include <set>

#include "fuzz/sched/exhaustive_chooser.h"
#include "fuzz/sched/priority_chooser.h"
#include "fuzz/sched/random_chooser.h"
#include "fuzz/sched/scripted_chooser.h"

namespace bp::sched {
namespace {

TEST(Ready, OptionZeroStaysAndTheOthersFollowInOrder) {
  const Pending pending[kTasksMax];
  const Ready ready{0b101110, 3, pending};
  EXPECT_EQ(ready.task_of(0), 3U);
  EXPECT_EQ(ready.task_of(1), 1U);
  EXPECT_EQ(ready.task_of(2), 2U);
  EXPECT_EQ(ready.task_of(3), 5U);
  for (unsigned option = 0; option < 4; ++option)
    EXPECT_EQ(ready.option_of(ready.task_of(option)), option);
}

TEST(Ready, WithoutTheCurrentTaskOptionZeroIsTheFirst) {
  const Pending pending[kTasksMax];
  EXPECT_EQ((Ready{0b110, 3, pending}.task_of(0)), 1U);
}

TEST(BytesChooser, SpentBytesAreTheDefault) {
  const std::vector<std::uint8_t> bytes{7, 1};
  BytesChooser c(bytes);
  c.begin();
  EXPECT_EQ(c.choose(3, Choice::read), 1U);
  EXPECT_EQ(c.choose(1, Choice::read), 0U);
  EXPECT_EQ(c.choose(2, Choice::read), 1U);
  EXPECT_EQ(c.choose(9, Choice::read), 0U);
  EXPECT_EQ(c.used(), 2U);
}

TEST(ReplayChooser, SaysWhenTheExecutionAsksForSomethingElse) {
  const std::vector<std::uint8_t> choices{2, 1};
  ReplayChooser same(choices);
  same.begin();
  EXPECT_EQ(same.choose(3, Choice::read), 2U);
  EXPECT_TRUE(same.diverged()) << "a choice is left over";
  EXPECT_EQ(same.choose(2, Choice::read), 1U);
  EXPECT_FALSE(same.diverged());
  EXPECT_EQ(same.choose(2, Choice::read), 0U);
  EXPECT_TRUE(same.diverged()) << "more was asked than recorded";
  ReplayChooser fewer(choices);
  fewer.begin();
  fewer.choose(2, Choice::read);
  EXPECT_TRUE(fewer.diverged()) << "2 of 2 options";
}

TEST(RecordingChooser, WhatItKeepsReplays) {
  RandomChooser random(1);
  RecordingChooser recorder(random);
  recorder.begin();
  std::vector<unsigned> got;
  for (unsigned n = 2; n < 40; ++n) got.push_back(recorder.choose(n, Choice::read));
  BytesChooser again(recorder.choices());
  again.begin();
  for (unsigned n = 2; n < 40; ++n) EXPECT_EQ(again.choose(n, Choice::read), got[n - 2]);
}

/// Three binary choices, where the third is asked only if the first was 1.
std::multiset<std::string> paths(unsigned deviations_max) {
  std::multiset<std::string> seen;
  ExhaustiveChooser all(deviations_max);
  do {
    all.begin();
    std::string path;
    path += static_cast<char>('0' + all.choose(2, Choice::read));
    path += static_cast<char>('0' + all.choose(3, Choice::read));
    if (path[0] == '1') path += static_cast<char>('0' + all.choose(2, Choice::read));
    seen.insert(path);
  } while (all.next());
  return seen;
}

using Paths = std::multiset<std::string>;

TEST(ExhaustiveChooser, VisitsEveryPathOnce) {
  EXPECT_EQ(paths(kAnyDeviations),
            (Paths{"00", "01", "02", "100", "101", "110", "111", "120", "121"}));
}

TEST(ExhaustiveChooser, KeepsToTheBoundOnDeviations) {
  EXPECT_EQ(paths(0), Paths{"00"});
  EXPECT_EQ(paths(1), (Paths{"00", "01", "02", "100"}));
  EXPECT_EQ(paths(2), (Paths{"00", "01", "02", "100", "101", "110", "120"}));
}

/// What a task strategy makes of `steps` steps of three tasks that never end.
std::string walk(Chooser& c, unsigned steps) {
  Pending pending[kTasksMax];
  for (unsigned t = 0; t < kTasksMax; ++t) pending[t] = {t, true};
  std::string tasks;
  unsigned current = kSetup;
  c.begin();
  for (unsigned i = 0; i < steps; ++i) {
    const Ready ready{0b1110, current, pending};
    current = ready.task_of(c.choose(3, Choice::task, &ready));
    tasks += static_cast<char>('0' + current);
  }
  return tasks;
}

unsigned switches(const std::string& tasks) {
  unsigned n = 0;
  for (std::size_t i = 1; i < tasks.size(); ++i) n += tasks[i] != tasks[i - 1] ? 1U : 0U;
  return n;
}

TEST(PctChooser, SwitchesAtMostDepthLessOneTimes) {
  for (unsigned depth = 1; depth <= kPctDepthMax; ++depth) {
    PctChooser c(depth, depth, 20);
    std::set<std::string> seen;
    unsigned most = 0;
    for (unsigned run = 0; run < 200; ++run) {
      const std::string tasks = walk(c, 20);
      most = std::max(most, switches(tasks));
      seen.insert(tasks);
    }
    EXPECT_EQ(most, depth - 1);
    EXPECT_GE(seen.size(), depth == 1 ? 3U : 20U);
  }
}

TEST(PosChooser, StepsThatDoNotConflictKeepTheirPriority) {
  PosChooser c(5);
  std::set<char> first;
  for (unsigned run = 0; run < 50; ++run) first.insert(walk(c, 1)[0]);
  EXPECT_EQ(first, (std::set<char>{'1', '2', '3'}));
  // With three tasks and a fresh priority after each own step, nobody is starved for long.
  const std::string tasks = walk(c, 300);
  for (const char t : {'1', '2', '3'}) EXPECT_GT(std::count(tasks.begin(), tasks.end(), t), 40);
}

TEST(Choosers, OneSeedGivesTheSameWalk) {
  RandomChooser a(9), b(9), other(10);
  EXPECT_EQ(walk(a, 100), walk(b, 100));
  EXPECT_NE(walk(a, 100), walk(other, 100));
}

}  // namespace
}  // namespace bp::sched
