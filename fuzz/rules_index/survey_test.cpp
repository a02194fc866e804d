// SPDX-License-Identifier: MIT
// What is said of a rule follows from who cites it.
#include "fuzz/rules_index/survey.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace bp::rules_index {
namespace {

using registry::Profiles;

const RuleFacts& facts_of(const std::vector<RuleFacts>& all, std::string_view id) {
  return *std::ranges::find_if(all, [id](const RuleFacts& f) { return f.rule->id == id; });
}

TEST(Survey, StatusFollowsFromWhoCitesARule) {
  const std::vector<Place> cited = {{"R-WMARK-6", Use::code, "model/a.h", 1},
                                    {"R-WMARK-7", Use::test, "model/a_test.cpp", 2},
                                    {"R-GEN-8", Use::proof, "proofs/a.cpp", 3}};
  const auto all = survey_rules(cited);
  EXPECT_EQ(facts_of(all, "R-WMARK-6").status, Status::coded);
  EXPECT_TRUE(facts_of(all, "R-WMARK-6").is_cited_by(Use::code));
  EXPECT_EQ(facts_of(all, "R-WMARK-7").status, Status::not_coded);
  EXPECT_TRUE(facts_of(all, "R-WMARK-7").is_cited_by(Use::test));
  EXPECT_EQ(facts_of(all, "R-GEN-8").status, Status::unobservable);
  EXPECT_TRUE(facts_of(all, "R-GEN-8").is_cited_by(Use::proof));
  EXPECT_EQ(facts_of(all, "R-CFG-9").status, Status::follows);
}

TEST(Survey, CorrectionsAndBugsAreFoundFromTheRule) {
  const auto all = survey_rules({});
  const RuleFacts& f = facts_of(all, "R-LIST-10");
  EXPECT_NE(std::ranges::find(f.named_by, "C-1"), f.named_by.end());
  EXPECT_NE(std::ranges::find(f.bugs, "B-12"), f.bugs.end());
  EXPECT_EQ(facts_of(all, "C-1").see.size(), 4U);
}

TEST(Survey, BugsHaveTheirPlaces) {
  const std::vector<Place> cited = {{"B-02", Use::plant, "fuzz/mutants/a.cpp", 7}};
  const auto all = survey_bugs(cited);
  ASSERT_EQ(all.size(), registry::historical_bugs().size());
  EXPECT_EQ(all[1].places[static_cast<unsigned>(Use::plant)].front().line, 7U);
  EXPECT_EQ(all[1].breaks, (std::vector<std::string_view>{"R-PCP-2", "R-PCP-4"}));
}

TEST(Survey, ProfilesAreShortAndOldestFirst) {
  using enum Profile;
  EXPECT_EQ(short_form({v4_7, v5_15, v6_1_lts192, v6_12, v7_1}), "all");
  EXPECT_EQ(short_form({}), "none");
  EXPECT_EQ(short_form({v4_7}), "4.7");
  EXPECT_EQ(short_form({v7_1}), "7.1");
  EXPECT_EQ(short_form({v7_1, v6_12, v6_1_lts192}), "6.1+");
  EXPECT_EQ(short_form({v4_7, v5_15}), "to 5.15");
  EXPECT_EQ(short_form({v5_15, v6_1_lts192, v6_12}), "5.15-6.12");
  EXPECT_EQ(short_form({v5_15, v7_1}), "5.15, 7.1");
  EXPECT_EQ(in_order({v6_12, v4_7}), (std::vector<Profile>{v4_7, v6_12}));
}

TEST(Survey, WordsAreWhatIsBetweenBlanks) {
  EXPECT_EQ(words(" a  bc "), (std::vector<std::string_view>{"a", "bc"}));
  EXPECT_TRUE(words("").empty());
}

}  // namespace
}  // namespace bp::rules_index
