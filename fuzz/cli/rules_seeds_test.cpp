// SPDX-License-Identifier: MIT
// `rules --seeds`: no line of the documents is without a call, a rule and a test, and a line that
// lacks one is seen.
#include "fuzz/cli/rules_seeds.h"

#include <gtest/gtest.h>

#include "fuzz/rules_index/index.h"

namespace bp::cli {
namespace {

using namespace rules_index;

TEST(Seeds, EveryLineIsCovered) {
  const auto all = survey_seeds(survey_rules(places()));
  EXPECT_GE(all.size(), 60u);
  for (const SeedFacts& f : all) {
    EXPECT_FALSE(f.line->operation.empty()) << f.line->statement;
    EXPECT_FALSE(f.ids.empty()) << f.line->statement;
    EXPECT_TRUE(f.unknown.empty()) << f.line->statement << ": " << f.unknown.front();
    EXPECT_FALSE(f.test.empty()) << f.line->statement;
    EXPECT_EQ(f.line->instead.empty(), f.line->verdict == registry::SeedVerdict::holds)
        << f.line->statement;
  }
}

TEST(Seeds, ALineWithoutATestIsSeen) {
  for (const SeedFacts& f : survey_seeds(survey_rules({}))) EXPECT_TRUE(f.test.empty());
}

TEST(Seeds, TheTableSaysHowManyLackATest) {
  const auto all = survey_seeds(survey_rules({}));
  EXPECT_NE(seeds_table(all).find("NO TEST"), std::string::npos);
}

}  // namespace
}  // namespace bp::cli
