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

bool any_has(const std::vector<std::string>& lines, std::string_view part) {
  return std::ranges::any_of(lines, [&](const std::string& l) { return l.find(part) != l.npos; });
}

TEST(ExplainOutput, WhatContradictsItselfIsSaid) {
  EXPECT_TRUE(any_has(oddities(situation_named("14")), "178 CMA pages are counted free"));
  EXPECT_TRUE(any_has(oddities(situation_named("15")), "8192 pages are reserved for highatomic"));
  EXPECT_TRUE(any_has(oddities(situation_named("21")), "falls from 6144 to 0"));
  EXPECT_TRUE(any_has(oddities(situation_named("23")), "its marks are 0"));
  EXPECT_TRUE(any_has(oddities(situation_named("28")), "1127 free pages are in zones that were"));
  Situation s = situation_named("24");
  EXPECT_FALSE(any_has(oddities(s), "marks are not in order"));
  s.zones.front().min = 1000000;
  EXPECT_TRUE(any_has(oddities(s), "marks are not in order"));
}

constexpr const char* kZoneinfo =
    "Node 0, zone   Normal\n"
    "  pages free     1000\n"
    "        boost    0\n"
    "        min      100\n"
    "        low      125\n"
    "        high     150\n"
    "        spanned  65536\n"
    "        present  65536\n"
    "        managed  60000\n"
    "        protection: (0, 0)\n"
    "      nr_free_pages 1000\n"
    "      nr_free_cma  600\n"
    "  pagesets\n"
    "    cpu: 0\n"
    "              count: 0\n"
    "              high:  90\n"
    "              batch: 15\n"
    "  start_pfn:           4096\n";
constexpr const char* kBuddyinfo =
    "Node 0, zone   Normal    200    100     50     25     12      1      0      0      0      0   "
    " "
    "  0 \n";
constexpr const char* kPagetypeinfo =
    "Page block order: 9\n"
    "Pages per block:  512\n"
    "Node    0, zone   Normal, type    Unmovable    200    100     50     25      0      0      0  "
    "    "
    "0      0      0      0 \n"
    "Node    0, zone   Normal, type          CMA      0      0      0      0     12      1      0  "
    "    "
    "0      0      0      0 \n"
    "Number of blocks type     Unmovable      Movable  Reclaimable   HighAtomic          CMA      "
    "Isolate \n"
    "Node 0, zone   Normal           10           90            5            0            2        "
    " "
    "   0 \n";

Verdict ask(ProcText text, Gfp gfp, unsigned order, Situation& s) {
  ProcRead read = read_proc(text, rules::KernelVersion{5, 15});
  EXPECT_EQ(read.fault, "");
  s = read.situation;
  s.gfp = gfp, s.order = Order{order};
  return judge(s);
}

TEST(ExplainProc, AMachineIsAskedWithoutAFailure) {
  using enum GfpFlag;
  const Gfp kernel = direct_reclaim | kswapd_reclaim | io | fs;
  Situation s;
  Verdict v = ask({kZoneinfo, kBuddyinfo, kPagetypeinfo, ""}, kernel, 3, s);
  ASSERT_EQ(v.zones.size(), 1U);
  EXPECT_EQ(v.outcome, Outcome::served);
  // 1000 - 7 - 600 - 100.
  EXPECT_EQ(v.zones[0].sum->margin, (Range{293, 293}));
  v = ask({kZoneinfo, kBuddyinfo, kPagetypeinfo, ""}, kernel, 4, s);
  EXPECT_EQ(v.zones[0].answer, Answer::wrong_type);
  v = ask({kZoneinfo, kBuddyinfo, kPagetypeinfo, ""}, kernel | movable, 4, s);
  EXPECT_EQ(v.outcome, Outcome::served);
}

TEST(ExplainProc, WhatCannotBeReadIsMissing) {
  using enum GfpFlag;
  const Gfp kernel = direct_reclaim | kswapd_reclaim | io | fs;
  Situation s;
  Verdict v = ask({kZoneinfo, kBuddyinfo, "", ""}, kernel, 4, s);
  EXPECT_EQ(v.outcome, Outcome::undecided);
  v = ask({kZoneinfo, "", "", ""}, kernel, 4, s);
  EXPECT_EQ(v.outcome, Outcome::undecided);
  EXPECT_EQ(v.zones[0].missing, std::vector<std::string>{"the highatomic reserve"});
  EXPECT_NE(read_proc({"nothing", "", "", ""}, std::nullopt).fault, "");
}

}  // namespace
}  // namespace bp::explain
