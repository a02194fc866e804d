// SPDX-License-Identifier: MIT
// Outputs of every report of the corpus, and a machine's /proc in place of a report.
#include "fuzz/explain/explain_json.h"
#include "fuzz/explain/explain_svg.h"
#include "fuzz/explain/oddities.h"
#include "fuzz/explain/proc_files.h"
#include "fuzz/explain/say.h"
#include "fuzz/explain/test_reports.h"
#include "fuzz/report/json.h"
#include "fuzz/report/well_formed.h"

namespace bp::explain {
namespace {

Situation situation_named(std::string_view start) {
  for (const CorpusReport& r : corpus_reports()) {
    if (r.name.starts_with(start))
      return situation_of(read_reports(r.text).reports.front(), std::nullopt);
  }
  return {};
}

TEST(ExplainOutput, EveryReportPrintsInThreeWays) {
  for (const CorpusReport& r : corpus_reports()) {
    SCOPED_TRACE(r.name);
    for (const FailureReport& one : read_reports(r.text).reports) {
      const Situation s = situation_of(one, std::nullopt);
      const Verdict v = judge(s);
      const nlohmann::json j = nlohmann::json::parse(explain_json(s, v, r.name));
      // Who asks for no memory is refused by no zone.
      const bool asks = s.gfp && s.order;
      EXPECT_EQ(j.at("zones").size(), asks ? s.zones.size() : 0U);
      EXPECT_EQ(j.at("outcome"), std::string(outcome_name(v.outcome)));
      EXPECT_EQ(WellFormed(explain_svg(s, v, r.name)).fault(), "");
      const std::string text = explain_text(s, v, r.name);
      for (const ZoneFacts& z : s.zones) EXPECT_EQ(text.find(z.name) != std::string::npos, asks);
      for (const std::string& l : lines_of(text)) {
        if (l.starts_with("    ")) {
          EXPECT_LE(l.size(), 100U) << l;
        }
      }
    }
  }
}

/// The last look left the boost out: whoever reckons again has to know.
TEST(ExplainOutput, JsonSaysWhetherTheBoostCounts) {
  for (const auto& [name, unboosted] : {std::pair("m16", true), std::pair("26", false)}) {
    const Situation s = situation_named(name);
    const nlohmann::json j = nlohmann::json::parse(explain_json(s, judge(s), name));
    const nlohmann::json& sum = j.at("zones").at(0).at("sum");
    EXPECT_EQ(sum.at("unboosted"), unboosted);
    EXPECT_GT(sum.at("boost"), 0);
  }
}

bool any_has(const std::vector<std::string>& lines, std::string_view part) {
  return std::ranges::any_of(lines, [&](const std::string& l) { return l.find(part) != l.npos; });
}

TEST(ExplainOutput, WhatContradictsItselfIsSaid) {
  EXPECT_TRUE(any_has(oddities(situation_named("14")), "178 CMA pages are counted free"));
  EXPECT_TRUE(any_has(oddities(situation_named("15")), "8192 pages are reserved for highatomic"));
  EXPECT_TRUE(any_has(oddities(situation_named("21")), "falls from 6144 to 0"));
  EXPECT_TRUE(any_has(oddities(situation_named("23")), "its marks are 0"));
  EXPECT_TRUE(any_has(oddities(situation_named("28")),
                      "1127 free pages of the total are in no zone that was printed"));
  Situation s = situation_named("24");
  EXPECT_FALSE(any_has(oddities(s), "marks are not in order"));
  s.zones.front().min = 1000000;
  EXPECT_TRUE(any_has(oddities(s), "marks are not in order"));
}

/// A path of any length and a mask of many flags: no text is wider than the picture.
TEST(ExplainOutput, ThePicturesHeadingHasRoom) {
  Situation s = situation_named("24");
  s.mask =
      "GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO|__GFP_NOWARN|__GFP_RETRY_MAYFAIL|"
      "__GFP_NOMEMALLOC|__GFP_HARDWALL|__GFP_THISNODE|__GFP_ACCOUNT";
  const std::string path = std::string(300, 'd') + "/kern.log:1";
  const std::string svg = explain_svg(s, judge(s), path);
  std::size_t longest = 0;
  for (const std::string& l : lines_of(svg)) {
    if (l.find("<text class=\"name\"") != l.npos || l.find("<text class=\"dim\"") != l.npos)
      longest = std::max(longest, l.size());
  }
  EXPECT_LT(longest, 240U) << svg;
  EXPECT_NE(svg.find("/kern.log:1  -"), std::string::npos);
}

/// Cells of free blocks are as light in the dark: their words are dark in both.
TEST(ExplainOutput, WordsOnColouredCellsAreDarkInBothSchemes) {
  const Situation s = situation_named("24");
  const std::string svg = explain_svg(s, judge(s), "24");
  EXPECT_NE(svg.find("class=\"mid ink\""), std::string::npos);
  const std::size_t dark = svg.find("@media (prefers-color-scheme: dark) { .need");
  ASSERT_NE(dark, std::string::npos);
  const std::size_t end = svg.find("</style>", dark);
  EXPECT_EQ(svg.substr(dark, end - dark).find(".ink"), std::string::npos);
  EXPECT_NE(svg.find(".ink { fill: #20262e }"), std::string::npos);
}

}  // namespace
}  // namespace bp::explain
