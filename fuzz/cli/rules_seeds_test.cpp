// SPDX-License-Identifier: MIT
// `rules --seeds`: no line of the documents is without a call, a rule and a test, and a line that
// lacks one is seen.
#include "fuzz/cli/rules_seeds.h"

#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

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
    EXPECT_FALSE(f.tests.empty()) << f.line->statement;
    EXPECT_TRUE(f.untested.empty()) << f.line->statement << ": " << f.untested.front();
    EXPECT_EQ(f.line->instead.empty(), f.line->verdict == registry::SeedVerdict::holds)
        << f.line->statement;
  }
}

std::string contents(const std::string& file) {
  std::ifstream in(BP_SOURCE_DIR "/" + file);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

/// Its words, joined by blanks.
std::string words_of(std::string text) {
  for (char& c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') c = ' ';
  }
  return " " + text + " ";
}

/// What a line says to look at is a call of the interface, what is done to the allocator around it,
/// or an answer of the environment.
TEST(Seeds, EveryOperationExists) {
  std::string known;
  for (const char* header : {"calls.h", "reference.h", "environment.h"})
    known += words_of(contents(std::string("model/reference/") + header));
  const std::set<std::string> others{"every call", "node-reclaim answer"};
  for (const registry::SeedLine& l : registry::seed_lines()) {
    std::istringstream operations{std::string(l.operation)};
    for (std::string one; std::getline(operations >> std::ws, one, ',');) {
      const std::string name = one.substr(0, one.find(' '));
      EXPECT_TRUE(others.contains(one) || known.find(" " + name + " ") != known.npos) << one;
    }
  }
}

TEST(Seeds, ALineWithoutATestIsSeen) {
  for (const SeedFacts& f : survey_seeds(survey_rules({}))) EXPECT_TRUE(f.tests.empty());
}

TEST(Seeds, TheTableSaysHowManyLackATest) {
  const auto all = survey_seeds(survey_rules({}));
  EXPECT_NE(seeds_table(all).find("NO TEST"), std::string::npos);
}

}  // namespace
}  // namespace bp::cli
