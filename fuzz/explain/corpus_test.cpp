// SPDX-License-Identifier: MIT
// Every report of the corpus, real or made up, is explained as it was by hand, zone by zone, number
// by number.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "fuzz/explain/advice.h"
#include "fuzz/explain/verdict.h"
#include "fuzz/report/json.h"

namespace bp::explain {
namespace {

std::filesystem::path corpus(const char* folder) {
  return std::filesystem::path(BP_SOURCE_DIR) / "corpus" / folder;
}

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

void expect_number(const nlohmann::json& expect, const char* key, std::int64_t actual) {
  if (!expect.contains(key)) return;
  EXPECT_EQ(actual, expect.at(key).get<std::int64_t>()) << key;
}

void expect_zone(const nlohmann::json& expect, const Situation& s, const ZoneAnswer& actual) {
  SCOPED_TRACE(expect.at("zone").get<std::string>());
  EXPECT_EQ(s.zones[actual.zone].name, expect.at("zone").get<std::string>());
  EXPECT_EQ(answer_name(actual.answer), expect.at("answer").get<std::string>());
  EXPECT_EQ(actual.ignored, expect.value("ignored", false));
  if (expect.contains("boost_alone")) {
    EXPECT_TRUE(actual.boost_alone);
  }
  if (expect.contains("missing")) {
    EXPECT_EQ(actual.missing, std::vector<std::string>{expect.at("missing").get<std::string>()});
  }
  expect_number(expect, "left", actual.halved_left);
  expect_number(expect, "of", actual.halved_needed);
  if (!actual.sum) {
    EXPECT_FALSE(expect.contains("margin"));
    return;
  }
  const Sum& sum = *actual.sum;
  expect_number(expect, "margin", sum.margin.lo);
  expect_number(expect, "margin", sum.margin.hi);
  expect_number(expect, "margin_best", sum.margin.hi);
  expect_number(expect, "needed", sum.needed);
  expect_number(expect, "reserve", sum.reserve.hi);
  expect_number(expect, "cma", sum.cma.hi);
  expect_number(expect, "highatomic", sum.highatomic.hi);
}

void expect_advice(const nlohmann::json& expect, const std::vector<Advice>& actual) {
  if (!expect.contains("advice")) return;
  std::string all;
  for (const Advice& a : actual) all += a.text + "\n";
  for (const nlohmann::json& part : expect.at("advice"))
    EXPECT_NE(all.find(part.get<std::string>()), std::string::npos) << part << " in\n" << all;
}

void expect_report(const nlohmann::json& expect, const std::string& text) {
  const LogReports log = read_reports(text);
  if (expect.at("outcome") == "no report") {
    EXPECT_TRUE(log.reports.empty());
    EXPECT_TRUE(log.zones_only.has_value());
    return;
  }
  ASSERT_EQ(log.reports.size(), 1U);
  const Situation s = situation_of(log.reports.front(), std::nullopt);
  const Verdict v = judge(s);
  EXPECT_EQ(outcome_name(v.outcome), expect.at("outcome").get<std::string>());
  const nlohmann::json& zones = expect.at("zones");
  ASSERT_EQ(v.zones.size(), zones.size());
  for (std::size_t i = 0; i < zones.size(); ++i) expect_zone(zones[i], s, v.zones[i]);
  expect_advice(expect, advice_for(s, v));
}

/// How many were compared.
std::size_t expect_folder(const std::filesystem::path& reports) {
  const nlohmann::json expected = nlohmann::json::parse(contents(reports / "expected.json"));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(reports)) {
    if (entry.path().extension() != ".txt") continue;
    const std::string name = entry.path().filename();
    SCOPED_TRACE(name);
    ++files;
    EXPECT_TRUE(expected.contains(name)) << "say in expected.json what it should be";
    if (expected.contains(name)) expect_report(expected.at(name), contents(entry.path()));
  }
  EXPECT_EQ(files, expected.size());
  return files;
}

TEST(ExplainCorpus, EveryReportIsExplainedAsByHand) {
  EXPECT_GE(expect_folder(corpus("reports")), 27U);
  EXPECT_GE(expect_folder(corpus("reports-made-up")), 19U);
}

}  // namespace
}  // namespace bp::explain
