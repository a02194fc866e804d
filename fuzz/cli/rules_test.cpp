// SPDX-License-Identifier: MIT
// The verb `rules`: its table fits a terminal, its JSON has every field, and an id that does not
// exist is answered in one line.
#include "fuzz/cli/rules.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

using rules_index::Use;

struct Ran {
  int status;
  std::string out;  ///< Both streams.
};

Ran run(const std::string& arguments) {
  FILE* pipe = ::popen((std::string(BP_BUDDYPROOF) + " rules " + arguments + " 2>&1").c_str(), "r");
  std::string out;
  std::array<char, 4096> part;
  for (std::size_t n; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    out.append(part.data(), n);
  const int raw = ::pclose(pipe);
  return {WIFEXITED(raw) ? WEXITSTATUS(raw) : -1, out};
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0, begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    longest = std::max(longest, end - begin);
    begin = end + 1;
  }
  return longest;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const std::vector<rules_index::Place>& cited() {
  static const std::vector<rules_index::Place> kCited = {
      {"R-WMARK-6", Use::code, "model/a.h", 11},
      {"R-WMARK-6", Use::test, "model/a_test.cpp", 12},
      {"R-WMARK-6", Use::test, "model/b_test.cpp", 13},
      {"R-WMARK-6", Use::proof, "proofs/a.cpp", 14},
      {"R-WMARK-6", Use::plant, "fuzz/mutants/a.cpp", 15},
      {"R-WMARK-6", Use::harness, "fuzz/a.cpp", 16}};
  return kCited;
}

template <class Facts>
std::vector<const Facts*> pointers(const std::vector<Facts>& all) {
  std::vector<const Facts*> some;
  for (const Facts& f : all) some.push_back(&f);
  return some;
}

TEST(Rules, TableFitsHundredColumnsAndEndsInTotals) {
  const auto all = rules_index::survey_rules(cited());
  const std::string table = rules_table(pointers(all));
  EXPECT_LE(longest_line(table), 100U);
  for (const auto& f : all) EXPECT_TRUE(has(table, "  " + std::string(f.rule->id) + " "));
  EXPECT_TRUE(has(table, "R-WMARK-6   all        ctpx  The zone"));
  EXPECT_TRUE(has(table, "R-WMARK-7   all        ----  For"));
  EXPECT_TRUE(has(table, "R-WMARK-21  none       u---  Before"));
  EXPECT_TRUE(has(table, "rules: 1 coded,"));
  EXPECT_TRUE(table.ends_with("\n1 tested, 1 proved, 1 with a planted bug\n"));
}

TEST(Rules, OneInFullHasAllItsPlaces) {
  const auto all = rules_index::survey_rules(cited());
  const auto at =
      std::ranges::find_if(all, [](const auto& f) { return f.rule->id == "R-WMARK-6"; });
  const rules_index::RuleFacts* one = &*at;
  const std::string text = rules_in_full({&one, 1});
  EXPECT_LE(longest_line(text), 100U);
  for (const char* part :
       {"  kernels   v4.7, v5.15, v6.1-lts192, v6.12, v7.1\n", "  status    coded\n",
        "  broken by B-11\n", "  code      model/a.h:11\n",
        "  tests     model/a_test.cpp:12\n            model/b_test.cpp:13\n",
        "  proofs    proofs/a.cpp:14\n", "  plants    fuzz/mutants/a.cpp:15\n",
        "  harness   fuzz/a.cpp:16\n"})
    EXPECT_TRUE(has(text, part)) << part << "is not in\n" << text;
}

TEST(Rules, JsonParsesBackAndHasEveryField) {
  const auto all = rules_index::survey_rules(cited());
  const auto j = nlohmann::json::parse(rules_json(pointers(all)));
  ASSERT_EQ(j.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(j[i].at("id"), all[i].rule->id);
    EXPECT_EQ(j[i].at("sentence"), all[i].rule->sentence);
    EXPECT_EQ(j[i].at("reason"), all[i].rule->reason);
    EXPECT_EQ(j[i].at("status"), status_name(all[i].status));
    for (const char* text : {"subject", "status", "reason"})
      EXPECT_TRUE(j[i].at(text).is_string()) << text;
    for (const char* list :
         {"profiles", "see", "named_by", "bugs", "code", "test", "proof", "plant", "harness"})
      EXPECT_TRUE(j[i].at(list).is_array()) << list;
    EXPECT_EQ(j[i].size(), 15U);
  }
  const auto bugs = rules_index::survey_bugs(cited());
  const auto b = nlohmann::json::parse(bugs_json(pointers(bugs)));
  ASSERT_EQ(b.size(), 42U);
  EXPECT_EQ(b[3].at("id"), "B-04");
  EXPECT_EQ(b[3].at("profiles"), nlohmann::json::array({"v4.7"}));
  EXPECT_EQ(nlohmann::json::parse(rules_json({})).size(), 0U);
}

TEST(Rules, BugsFitHundredColumns) {
  const auto bugs = rules_index::survey_bugs(cited());
  const std::string table = bugs_table(pointers(bugs));
  EXPECT_LE(longest_line(table), 100U);
  EXPECT_TRUE(table.ends_with("\n42 bugs\n"));
}

TEST(Rules, UnknownIdsAreAnsweredInOneLine) {
  const Ran r = run("R-WMRK-6");
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.out,
            "buddyproof: R-WMRK-6: no such rule; nearest: R-WMARK-6, R-WMARK-1, R-WMARK-2\n");
  for (const char* wrong :
       {"nonsense", "R-WMARK-99", "R-WMARK-6 R-X-1", "--profile v9", "--section NONE",
        "--bugs R-WMARK-6", "B-43", "B-04 R-WMARK-6", "--bugs --section WMARK"}) {
    const Ran bad = run(wrong);
    EXPECT_EQ(bad.status, 2) << wrong;
    EXPECT_EQ(std::ranges::count(bad.out, '\n'), 1) << bad.out;
  }
}

TEST(Rules, IdsAreTakenAsTheyAreWrittenElsewhere) {
  const Ran r = run("r-cfg-4..6 c12");
  EXPECT_EQ(r.status, 0);
  for (const char* id : {"R-CFG-4  ", "R-CFG-5  ", "R-CFG-6  ", "C12  "})
    EXPECT_TRUE(has(r.out, id)) << id;
  EXPECT_FALSE(has(r.out, "R-CFG-7  "));
  EXPECT_TRUE(has(run("B-4").out, "B-04  historical bug"));
}

TEST(Rules, ProfileAndSectionChoose) {
  const auto j = nlohmann::json::parse(run("--json --section r-wmark --profile v7.1").out);
  ASSERT_FALSE(j.empty());
  for (const auto& rule : j) {
    EXPECT_TRUE(rule.at("id").get<std::string>().starts_with("R-WMARK-"));
    EXPECT_NE(std::ranges::find(rule.at("profiles"), "v7.1"), rule.at("profiles").end());
  }
  EXPECT_EQ(nlohmann::json::parse(run("--json --section C").out).size(), 21U);
  EXPECT_LT(nlohmann::json::parse(run("--json --bugs --profile v7.1").out).size(), 42U);
}

/// Whoever codes a rule guards it: by a test or a proof that cites it, or by a planted bug that
/// something kills. The rest has a reason.
TEST(Rules, EveryRuleIsGuardedOrSaysWhyNot) {
  const auto all = nlohmann::json::parse(run("--json").out);
  ASSERT_GT(all.size(), 300U);
  for (const auto& rule : all) {
    const std::string id = rule.at("id");
    const bool cited = !rule.at("test").empty() || !rule.at("proof").empty();
    const bool killed = std::ranges::any_of(rule.at("broken_by"), [](const auto& plant) {
      return !plant.at("killed_by").empty() || !plant.at("test").empty();
    });
    const bool excused = rule.at("status") == "follows" || rule.at("status") == "unobservable";
    EXPECT_TRUE(cited || killed || excused) << id << ": " << rule.at("status");
  }
}

}  // namespace
}  // namespace bp::cli
