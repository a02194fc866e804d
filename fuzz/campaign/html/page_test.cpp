// SPDX-License-Identifier: MIT
// The page as text: nothing gets past the escaping, nothing points outside, everything bounded. How
// it looks in a browser, the tests of the command line see.
#include "fuzz/campaign/html/page.h"

#include <gtest/gtest.h>

#include "fuzz/campaign/html/plot.h"
#include "fuzz/campaign/html/program_picture.h"
#include "fuzz/campaign/made_triage.h"
#include "fuzz/campaign/test_campaign.h"
#include "fuzz/campaign/words.h"
#include "fuzz/engines/files.h"
#include "fuzz/report/well_formed.h"

namespace bp::campaign::html {
namespace {

std::string made_page(const Triage& t, const Attachments& a = {}) {
  TestCampaign c("<b data-smuggled='1'>");
  c.add_sample(1, 10, 5);
  c.add_sample(2, 20, 6);
  const Summary s = summarise(c.read());
  return page({.summary = s, .triage = t, .attachments = a, .version = "1", .unix_time = 0});
}

TEST(Page, LetsNoTextBecomeMarkup) {
  const Attachments a{.proofs = {{{.id = kHostile, .statement = kHostile}}},
                      .mutants = {{{.name = kHostile, .kind = kHostile, .rule = kHostile}}},
                      .coverage = {{{.file = kHostile}}},
                      .uncovered = {{{.file = kHostile, .text = kHostile, .test = kHostile},
                                     {.file = kHostile, .reason = kHostile}}}};
  const std::string html = made_page(made_triage(), a);
  EXPECT_EQ(html.find("<b "), std::string::npos);
  EXPECT_EQ(html.find("data-smuggled='"), std::string::npos);
  EXPECT_EQ(html.find('\x1b'), std::string::npos);
  EXPECT_EQ(html.find('\xff'), std::string::npos);
  EXPECT_NE(html.find("data-smuggled"), std::string::npos) << "escaped, it is there";
}

TEST(Page, NeedsNothingElse) {
  const std::string html = made_page(made_triage());
  for (const char* outside :
       {"src=", "href=", "url(", "@import", "<script", "<link", "http:", "https:"})
    EXPECT_EQ(html.find(outside), std::string::npos) << outside;
}

TEST(Page, LeavesOutWhatWasNotGiven) {
  const std::string without = made_page({});
  for (const char* id : {"proofs", "mutants", "coverage", "uncovered", "crashes", "rules"})
    EXPECT_EQ(without.find("<section id=\"" + std::string(id)), std::string::npos) << id;
  EXPECT_NE(without.find("No rule is broken."), std::string::npos);
}

/// The first row of the table that begins so, without its markup.
std::string row_of(const std::string& html, const std::string& operation,
                   const std::string& answer) {
  const std::size_t at =
      html.find("<th scope=\"row\">" + operation + "</th><td>" + answer + "</td>");
  if (at == std::string::npos) return "no such row";
  const std::size_t begin = html.find("<td class=\"number\">", at) + 19;
  return html.substr(begin, html.find("</td>", begin) - begin);
}

TEST(Page, HasARowForEveryOperationThatIsCounted) {
  constexpr std::uint64_t kThousand = 1000;
  Tallies t{};
  for (unsigned i = 0; i < kTallies; ++i) t[i] = kThousand + i;
  const std::string html = operations(t);
  for (unsigned i = 0; i < kTallies; ++i) {
    const Tally k{static_cast<std::uint8_t>(i)};
    const bool whole =
        k == Tally::executions || k == Tally::refused || k == Tally::traced || k == Tally::steps;
    EXPECT_EQ(html.find(">" + grouped(t[i]) + "</td>") == std::string::npos,
              whole || k == Tally::operations)
        << tally_name(k);
  }
}

TEST(Page, TellsRangesThatWereDoneFromThoseRefused) {
  Tallies t{};
  at(t, Tally::executions) = 1;
  at(t, Tally::range) = 7;
  at(t, Tally::drain) = 1;
  at(t, Tally::operations) = 8;
  const std::string html = operations(t);
  EXPECT_EQ(row_of(html, "range", "done"), "7");
  EXPECT_EQ(row_of(html, "range", "refused"), "0");
  EXPECT_NE(html.find("<td class=\"number\">7</td><td class=\"number\">100.0 %"), html.npos);
  EXPECT_NE(html.find("<td class=\"number\">1</td><td class=\"number\">12.5 %"), html.npos)
      << "of all operations: it has no other answer";
  EXPECT_NE(html.find("<tr class=\"never\"><th scope=\"row\">range</th><td>refused"),
            std::string::npos);
}

TEST(Page, DoesNotCallGoodWhatCouldNotBeRun) {
  Triage t;
  t.unread.push_back(made_crash("I-9", Replayed::End::not_run));
  EXPECT_EQ(made_page(t).find("No rule is broken."), std::string::npos);
}

TEST(Page, IsBoundedWhateverTheFolderHolds) {
  Triage t;
  TriagedCrash large = made_refused();
  const std::string text(64 << 10, '&');
  large.text = large.replayed.as_found.report = large.replayed.as_found.text = text;
  large.replayed.reduced.report = "\n\n" + text;
  for (unsigned i = 0; i < 100; ++i)
    t.groups.push_back({.rule = "I-" + std::to_string(i / 20), .crashes = {large, large}});
  const std::string html = made_page(t);
  EXPECT_LT(html.size(), kPageBytes);
  EXPECT_NE(html.find("And 8 more groups."), std::string::npos);
}

TEST(Plot, HasAxesUnitsAndPoints) {
  const Plot p{"Rate", "1/s", "rate", false, {{0, 1}, {30, 900}, {60, 1200}}, {}};
  const std::string drawn = plot(p);
  const std::size_t begin = drawn.find("<svg"), end = drawn.find("</svg>") + 6;
  EXPECT_EQ(xml_fault(drawn.substr(begin, end - begin) + "\n"), "");
  EXPECT_NE(drawn.find(">1/s</text>"), std::string::npos);
  EXPECT_NE(drawn.find(">time spent running, s</text>"), std::string::npos);
  EXPECT_NE(drawn.find(">1.5k</text>"), std::string::npos) << "an axis that ends on a step";
  std::size_t points = 0;
  for (auto at = drawn.find("<circle"); at != std::string::npos; at = drawn.find("<circle", at + 1))
    ++points;
  EXPECT_EQ(points, 3U);
}

TEST(Plot, OfAWeekIsNoLargerThanOfAMinute) {
  Plot p{"Corpus", "inputs", "corpus", true, {}, {}};
  for (unsigned s = 0; s < 604'800; s += 10)
    p.points.push_back({static_cast<double>(s), static_cast<double>(s)});
  const std::string drawn = plot(p);
  EXPECT_LT(drawn.size(), 40U << 10);
  EXPECT_NE(drawn.find("time spent running, d"), std::string::npos);
  EXPECT_NE(drawn.find(": 604.8k inputs"), std::string::npos) << "what grows shows its last";
}

TEST(Plot, OfNothingIsNothing) {
  EXPECT_EQ(plot({"Rate", "1/s", "rate", false, {}, {}}), "");
  EXPECT_EQ(plot({"Rate", "1/s", "rate", false, {{1, 0}}, {}}), "");
}

TEST(Plot, StepsAreRound) {
  EXPECT_DOUBLE_EQ(tick_step(47, 6), 10);
  EXPECT_DOUBLE_EQ(tick_step(1, 5), 0.2);
  EXPECT_DOUBLE_EQ(tick_step(40'000, 5), 10'000);
  EXPECT_EQ(short_number(1'234'567), "1.2M");
  EXPECT_EQ(short_number(0.25), "0.25");
}

TEST(ProgramPicture, IsWellFormedAndShowsEveryBlock) {
  const std::string svg = program_picture(made_refused().replayed.reduced);
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_NE(svg.find("frames 0x40 to 0x40, held from operation 0 to operation 1"),
            std::string::npos);
  EXPECT_NE(svg.find("frames 0x400 to 0x7ff, held from operation 1 to the end"), std::string::npos);
  EXPECT_NE(svg.find("959 frames are left out"), std::string::npos);
  EXPECT_EQ(program_picture({}), "");
}

class AttachmentTest : public testing::Test {
 protected:
  std::filesystem::path write(std::string_view text) {
    const auto file = scratch_.path() / "file.json";
    EXPECT_EQ(write_whole(file, text), "");
    return file;
  }
  Scratch scratch_;
  std::string fault_;
};

TEST_F(AttachmentTest, ReadsWhatTheVerbsPrint) {
  const auto proofs = read_proofs(
      write(
          R"({"id":"P-1","statement":"s","expected":"proved","as_expected":true,"z3":{"answer":"proved","ms":1}})"
          "\n\n"),
      fault_);
  ASSERT_TRUE(proofs) << fault_;
  EXPECT_EQ(proofs->at(0).z3, "proved");
  EXPECT_EQ(proofs->at(0).cvc5, "");
  const auto mutants = read_mutants(
      write(
          R"({"name":"n","kind":"naive","found":true,"engine":"e","executions":5,"seconds":0.5,"rule":"I-1"})"),
      fault_);
  ASSERT_TRUE(mutants) << fault_;
  EXPECT_EQ(mutants->at(0).executions, 5U);
  const auto coverage = read_coverage(write(R"({"data":[{"files":[
        {"filename":"/a/model/x.h","summary":{"lines":{"count":4,"covered":3},"branches":{"count":2,"covered":1}}},
        {"filename":"/a/model/rules/y.h","summary":{"lines":{"count":4,"covered":3},"branches":{"count":0,"covered":0}}}
      ]}]})"),
                                      fault_);
  ASSERT_TRUE(coverage) << fault_;
  EXPECT_EQ(coverage->at(0).file, "x.h");
  EXPECT_EQ(coverage->at(1).file, "rules/y.h");
}

TEST_F(AttachmentTest, AFileLeadsToItsLinesWithoutCoverage) {
  const auto uncovered = read_uncovered(
      write(R"({"file":"impl/row.h","line":7,"lines":2,"text":"return 0;","test":"impl_test"})"
            "\n"
            R"({"file":"impl/zone.h","line":9,"lines":1,"text":"}","reason":"cannot happen"})"
            "\n"
            R"({"file":"impl/zone.h","line":20,"lines":1,"text":"x"})"
            "\n"),
      fault_);
  ASSERT_TRUE(uncovered) << fault_;
  const Attachments a{.coverage = {{{.file = "impl/row.h", .lines = 9, .lines_covered = 7}}},
                      .uncovered = *uncovered};
  const std::string html = attached(a);
  EXPECT_NE(html.find("<a href=\"#uncovered-impl/row.h\">"), std::string::npos) << html;
  EXPECT_NE(html.find("<tr id=\"uncovered-impl/row.h\">"), std::string::npos);
  EXPECT_NE(html.find("4 lines: 2 are run by a unit test, 1 have a reason, 1 have neither"),
            std::string::npos)
      << html;
  EXPECT_NE(html.find("neither a test nor a reason"), std::string::npos);
  EXPECT_FALSE(read_uncovered(write(R"({"file":"x"})"), fault_));
}

TEST_F(AttachmentTest, NamesTheLineThatIsNone) {
  EXPECT_FALSE(read_mutants(
      write(
          R"({"name":"n","kind":"k","found":true,"engine":"e","executions":5,"seconds":1,"rule":""})"
          "\n{\"name\":\"n\"}\n"),
      fault_));
  EXPECT_NE(fault_.find("file.json:2: is no line of 'buddyproof mutants --run --json'"),
            std::string::npos)
      << fault_;
  for (const char* text : {"{", "[]", "{}", R"({"data":[]})", R"({"data":[{"files":[{}]}]})",
                           R"({"data":{"files":3}})", "null"}) {
    fault_.clear();
    EXPECT_FALSE(read_coverage(write(text), fault_)) << text;
    EXPECT_NE(fault_, "") << text;
    EXPECT_FALSE(read_proofs(write(text), fault_)) << text;
  }
}

}  // namespace
}  // namespace bp::campaign::html
