// SPDX-License-Identifier: MIT
// Inputs of the fuzzers of schedules keep their shape and a legal scenario; the built-in fuzzer
// finds what is planted, and nothing where nothing is.
#include "fuzz/explore/vary_choices.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "fuzz/explore/greybox.h"

namespace bp::explore {
namespace {

const std::string kText =
    "conc 1\nzone normal 0 3\ntask 0\nalloc 0 a\nhold\nfree a\ntask 1\nalloc 0 b\nhold\nfree b\n";

std::vector<std::uint8_t> input(const std::string& text, std::vector<std::uint8_t> choices) {
  std::vector<std::uint8_t> all(text.begin(), text.end());
  all.push_back(0);
  all.insert(all.end(), choices.begin(), choices.end());
  return all;
}

TEST(ConcInput, AScenarioAloneIsOne) {
  const std::vector<std::uint8_t> alone(kText.begin(), kText.end());
  EXPECT_EQ(split_input(alone).scenario, kText);
  EXPECT_TRUE(split_input(alone).choices.empty());
  const auto both = input(kText, {1, 0, 2});
  EXPECT_EQ(split_input(both).scenario, kText);
  EXPECT_EQ(split_input(both).choices.size(), 3U);
  EXPECT_TRUE(split_input({}).scenario.empty());
}

TEST(ConcInput, MutationKeepsTheScenarioLegalAndTheBound) {
  std::vector<std::uint8_t> data = input(kText, {0, 1, 0, 0, 2});
  const std::vector<std::uint8_t> other = input(kText, {3, 3, 3});
  std::size_t size = data.size();
  data.resize(512);
  unsigned changed = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    size = mutate_input(data.data(), size, data.size(), seed, Scenarios::mutated);
    ASSERT_LE(size, data.size());
    const ConcInput in = split_input({data.data(), size});
    ASSERT_TRUE(parse_scenario(in.scenario).scenario) << in.scenario;
    changed += in.scenario != kText ? 1U : 0U;
    std::vector<std::uint8_t> crossed(512);
    const std::size_t n = cross_inputs({data.data(), size}, other, crossed, seed);
    ASSERT_LE(n, crossed.size());
    ASSERT_EQ(split_input({crossed.data(), n}).scenario, in.scenario);
  }
  EXPECT_GT(changed, 0U);
}

TEST(ConcInput, AGivenScenarioStaysAndItsScheduleDoesNot) {
  std::vector<std::uint8_t> data = input(kText, {0, 1, 0, 0, 2});
  std::size_t size = data.size();
  data.resize(512);
  unsigned changed = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    const std::vector<std::uint8_t> before(data.begin(),
                                           data.begin() + static_cast<std::ptrdiff_t>(size));
    size = mutate_input(data.data(), size, data.size(), seed, Scenarios::given);
    ASSERT_EQ(split_input({data.data(), size}).scenario, kText);
    changed += std::ranges::equal(before, std::span(data.data(), size)) ? 0U : 1U;
  }
  EXPECT_GT(changed, 250U);
}

/// The rules that some executions break.
std::string broken(const Plant& plant) {
  Greybox fuzzer({*parse_scenario(kText).scenario}, plant, 1);
  EXPECT_TRUE(fuzzer.able());
  unsigned news = 0;
  for (unsigned i = 0; i < 3000; ++i) {
    const Greybox::Step step = fuzzer.one();
    news += step.news ? 1U : 0U;
    if (step.verdict.fault.empty()) continue;
    const Found f = fuzzer.found();
    Runner runner(f.file.scenario);
    EXPECT_EQ(replay_case(f.file, runner).fault, "");
    return rule_of(f.file.rule);
  }
  EXPECT_GT(news, 20U);
  EXPECT_LT(news, 2500U);
  return {};
}

TEST(Greybox, FindsWhatIsPlantedAndNothingElse) {
  EXPECT_EQ(broken({.name = "none"}), "");
  EXPECT_EQ(broken({.name = "x", .defect = "release_is_relaxed"}), "S2");
}

}  // namespace
}  // namespace bp::explore
