// SPDX-License-Identifier: MIT
// Whatever is made of a scenario is one again, and all kinds of things are made.
#include "fuzz/explore/mutate_scenario.h"

#include <gtest/gtest.h>

#include <set>

namespace bp::explore {
namespace {

constexpr const char* kPair =
    "conc 1\n"
    "zone normal 0 8 pcp 2 batch 1\n"
    "setup\n"
    "  alloc 0 a\n"
    "task 0\n"
    "  free a\n"
    "  alloc 1 b\n"
    "task 1\n"
    "  alloc 0 c\n"
    "  free c\n";

Scenario pair() { return *parse_scenario(kPair).scenario; }

TEST(MutateScenario, MakesLegalScenariosOnly) {
  Rng rng(1);
  std::set<std::string> seen;
  std::set<std::size_t> tasks, lengths;
  Scenario s = pair();
  for (unsigned i = 0; i < 2000; ++i) {
    s = mutated(i % 50 == 0 ? pair() : s, rng);
    const std::string text = scenario_text(s);
    ASSERT_TRUE(parse_scenario(text).scenario) << text;
    seen.insert(text);
    tasks.insert(s.tasks.size());
    lengths.insert(operations(s));
  }
  EXPECT_GT(seen.size(), 1000U);
  EXPECT_GE(tasks.size(), 3U) << "tasks come";
  EXPECT_LT(*lengths.begin(), operations(pair())) << "operations go";
  EXPECT_GT(*lengths.rbegin(), operations(pair())) << "and come";
}

TEST(MutateScenario, ABlockGoesWithItsFrees) {
  const auto fewer = without_op(pair(), 0, 0);
  ASSERT_TRUE(fewer);
  EXPECT_EQ(operations(*fewer), 3U);
  EXPECT_EQ(scenario_text(*fewer).find("free a"), std::string::npos);
  EXPECT_FALSE(without_task(*without_task(pair(), 1), 1)) << "a scenario has a task";
}

}  // namespace
}  // namespace bp::explore
