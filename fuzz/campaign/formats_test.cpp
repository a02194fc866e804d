// SPDX-License-Identifier: MIT
// Triage for machines: each group is one result, with the place, the program and a fingerprint;
// whatever stands in a text, the document stays whole. That SARIF is SARIF says its own schema, in
// the tests of the command line.
#include <gtest/gtest.h>

#include <algorithm>

#include "fuzz/campaign/junit.h"
#include "fuzz/campaign/made_triage.h"
#include "fuzz/campaign/sarif.h"
#include "fuzz/campaign/triage_text.h"
#include "fuzz/report/json.h"
#include "fuzz/report/well_formed.h"

namespace bp::campaign {
namespace {

using nlohmann::json;

TEST(Sarif, HasOneRuleARuleAndOneResultAGroup) {
  Triage t = made_triage();
  CrashGroup again = t.groups[0];
  again.kinds = "alloc o=3 / free";
  t.groups.insert(t.groups.begin() + 1, again);
  const json run = json::parse(sarif(t, "1.2.3"))["runs"][0];
  const json& rules = run["tool"]["driver"]["rules"];
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0]["id"], "I-1");
  EXPECT_EQ(rules[0]["help"]["text"], "I-1: no frame has two owners");
  const json& results = run["results"];
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[1]["ruleIndex"], 0);
  EXPECT_EQ(results[2]["ruleIndex"], 1);
  EXPECT_NE(results[0]["fingerprints"], results[1]["fingerprints"]);
  EXPECT_EQ(results[0]["partialFingerprints"], results[1]["partialFingerprints"]);
  EXPECT_EQ(results[0]["occurrenceCount"], 2);
}

TEST(Sarif, PointsAtTheEventInAnArtifactThatHoldsTheProgram) {
  const json run = json::parse(sarif(made_triage(), "1.2.3"))["runs"][0];
  const json& at = run["results"][0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(at["artifactLocation"]["uri"], "camp%20aign/crashes/%3C0123456789abcdef%3E.txt");
  EXPECT_EQ(at["region"]["startLine"], 6);
  const auto index = at["artifactLocation"]["index"].get<std::size_t>();
  EXPECT_NE(run["artifacts"][index]["contents"]["text"].get<std::string>().find("free b0 cpu=0"),
            std::string::npos);
}

TEST(Sarif, SaysWhatCouldNotBeRun) {
  const json run = json::parse(sarif(made_triage(), "1.2.3"))["runs"][0];
  EXPECT_EQ(run["invocations"][0]["executionSuccessful"], false);
  EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"].size(), 1U);
}

TEST(Sarif, FindsTheLineOfAnEvent) {
  const std::string text =
      "# note\nbuddyproof 1\nmachine\nnode 0\nb0 = alloc\n\n# c\nfree b0\ncensus\n";
  EXPECT_EQ(line_of_event(text, 0), 5U);
  EXPECT_EQ(line_of_event(text, 1), 8U);
  EXPECT_EQ(line_of_event(text, 2), 9U);
  EXPECT_EQ(line_of_event(text, 9), 9U) << "the closing drain and census";
  EXPECT_EQ(line_of_event("", 0), 1U);
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

TEST(Junit, IsWellFormedWhateverStandsInATextAndCountsRight) {
  const std::string xml = junit(made_triage());
  const std::size_t line = xml.find('\n') + 1;
  std::string body = xml.substr(line);
  // The two named by number, which the reader for pictures does not know.
  for (const std::string_view number : {"&#39;", "&#10;"}) {
    for (auto at = body.find(number); at != std::string::npos; at = body.find(number))
      body.replace(at, number.size(), "&quot;");
  }
  EXPECT_EQ(xml_fault(body), "");
  EXPECT_NE(xml.find("tests=\"4\" failures=\"2\" errors=\"1\""), std::string::npos) << xml;
  EXPECT_EQ(count(xml, "<testcase "), 4U);
  EXPECT_EQ(count(xml, "<failure "), 2U);
  EXPECT_EQ(count(xml, "<error "), 1U);
  EXPECT_EQ(count(xml, "data-smuggled='"), 0U);
}

TEST(Junit, PassesARuleOnlyIfNoInputBreaksIt) {
  Triage t = made_triage();
  t.gone.push_back(made_crash("I-1", Replayed::End::accepted));
  const std::string xml = junit(t);
  EXPECT_EQ(count(xml, "name=\"no longer reproduces\""), 1U);
  EXPECT_NE(xml.find("classname=\"I-8\" name=\"no longer reproduces\"/>"), std::string::npos);
}

TEST(TriageJson, IsWhole) {
  const json j = triage_json(made_triage());
  EXPECT_EQ(j["groups"].size(), 2U);
  EXPECT_EQ(j["groups"][0]["crashes"][0]["event"], 1);
  EXPECT_EQ(j["gone"].size(), 1U);
  EXPECT_EQ(j["unread"].size(), 1U);
  EXPECT_NE(j["groups"][0]["fingerprint"], j["groups"][1]["fingerprint"]);
}

}  // namespace
}  // namespace bp::campaign
