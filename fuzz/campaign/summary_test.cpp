// SPDX-License-Identifier: MIT
// Figures of a campaign: time that never goes back although runs begin at 0 again, rates, when it
// last learnt something, and how it stands when it is killed or runs.
#include "fuzz/campaign/summary.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fuzz/campaign/status_text.h"
#include "fuzz/campaign/test_campaign.h"
#include "fuzz/campaign/words.h"
#include "fuzz/report/json.h"

namespace bp::campaign {
namespace {

TEST(Summary, LaysRunsEndToEnd) {
  TestCampaign c("naive");
  c.add_sample(1, 100);
  c.add_sample(2, 200);
  c.add_sample(1, 50);     // Gone on with: counts from 0 again,
  c.add_sample(1, 300);    // The same second again is no further run.
  c.add_sample(0.5, 310);  // and here on from where it was.
  const Summary s = summarise(c.read());
  ASSERT_EQ(s.line.points.size(), 5U);
  EXPECT_DOUBLE_EQ(s.line.points[2].seconds, 3);
  EXPECT_EQ(s.line.points[2].executions, 250U);
  EXPECT_DOUBLE_EQ(s.seconds(), 3.5);
  EXPECT_EQ(s.line.points.back().executions, 510U);
  EXPECT_EQ(s.line.resumed, (std::vector<double>{2, 3}));
  EXPECT_EQ(at(s.line.tallies, Tally::executions), 510U);
  EXPECT_TRUE(std::ranges::is_sorted(s.line.points, {}, &Point::seconds));
}

TEST(Summary, TellsTheLastMinuteFromTheMean) {
  TestCampaign c("naive");
  c.add_sample(100, 10'000);
  c.add_sample(160, 10'600);
  const Summary s = summarise(c.read());
  EXPECT_DOUBLE_EQ(s.rate_last_minute, 10);
  EXPECT_DOUBLE_EQ(s.rate_mean, 10'600.0 / 160);
}

TEST(Summary, IsQuietSinceTheLastGrowth) {
  TestCampaign c("naive");
  c.add_sample(1, 1, 500);
  c.add_sample(2, 2, 501);
  c.add_sample(3, 3, 400);
  c.add_sample(9, 4, 501);
  const Summary s = summarise(c.read());
  ASSERT_TRUE(s.last_news);
  EXPECT_EQ(s.last_news->coverage, 501U);
  EXPECT_DOUBLE_EQ(s.quiet_seconds(), 7);
}

TEST(Summary, KnowsRunningFromKilledFromFinished) {
  TestCampaign c("naive");
  c.add_sample(2, 10);
  {
    const Folder held = c.open();
    EXPECT_EQ(summarise(c.read()).phase, Phase::running);
  }
  EXPECT_EQ(summarise(c.read()).phase, Phase::stopped);
  EXPECT_NE(status_text(summarise(c.read())).find("--resume"), std::string::npos);
  c.add_sample(9.6, 10);
  EXPECT_EQ(summarise(c.read()).phase, Phase::finished);
}

TEST(Summary, OfACampaignThatWroteNothingYet) {
  TestCampaign c("naive");
  c.open();
  const Summary s = summarise(c.read());
  EXPECT_FALSE(s.sampled());
  EXPECT_NE(status_text(s).find("none is written down yet"), std::string::npos);
  EXPECT_TRUE(status_json(s)["last"].is_null());
  EXPECT_TRUE(one_sided(s.line.tallies).empty());
}

TEST(Summary, CountsCrashesByRule) {
  TestCampaign c("naive");
  c.add_crash("I-1", kFineText);
  c.add_crash("R-BUDDY-18", kDoubleFreeText);
  c.add_crash("R-BUDDY-18", kDoubleFreeText);
  const Summary s = summarise(c.read());
  ASSERT_EQ(s.rules.size(), 2U);
  EXPECT_EQ(s.rules[0].rule, "R-BUDDY-18");
  EXPECT_EQ(s.rules[0].seen, 2U);
  EXPECT_EQ(s.rules[0].inputs, 1U);
  EXPECT_EQ(status_json(s)["crashes"][0]["rule"], "R-BUDDY-18");
}

TEST(Summary, PointsOutWhatWasNeverRefusedOrAccepted) {
  Tallies t{};
  for (const Tally k : {Tally::executions, Tally::alloc_ok, Tally::free_ok, Tally::free_rejected,
                        Tally::drain, Tally::census})
    at(t, k) = 1;
  ASSERT_EQ(one_sided(t).size(), 1U);
  EXPECT_EQ(one_sided(t)[0], "alloc is never refused: no program ran out of memory");
  at(t, Tally::alloc_null) = 1;
  EXPECT_TRUE(one_sided(t).empty());
}

TEST(Words, AreWhatPeopleRead) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(duration_text(0.4), "0.4 s");
  EXPECT_EQ(duration_text(59.4), "59 s");
  EXPECT_EQ(duration_text(59.6), "1 min");
  EXPECT_EQ(duration_text(200), "3 min 20 s");
  EXPECT_EQ(duration_text(7500), "2 h 5 min");
  EXPECT_EQ(duration_text(270'000), "3 d 3 h");
  EXPECT_EQ(rate_text(0.25), "0.2/s");
  EXPECT_EQ(rate_text(12'345.6), "12,346/s");
  EXPECT_EQ(counted(1, "input"), "1 input");
  EXPECT_EQ(counted(2, "crash", "crashes"), "2 crashes");
  EXPECT_EQ(utc_text(0), "1970-01-01T00:00:00Z");
}

TEST(Words, FromElsewhereAreMadeFit) {
  EXPECT_EQ(clean_text("a\x1b[31m\nb"), "a\xEF\xBF\xBD[31m\nb");
  EXPECT_EQ(clean_text("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(clean_text("\xff"), "\xEF\xBF\xBD");
  EXPECT_EQ(markup("<a b='\"'>&"), "&lt;a b=&#39;&quot;&#39;&gt;&amp;");
}

}  // namespace
}  // namespace bp::campaign
