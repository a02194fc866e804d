// SPDX-License-Identifier: MIT
#include "fuzz/campaign/case_map.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fuzz/campaign/case_features.h"
#include "fuzz/explore/explore.h"
#include "fuzz/report/well_formed.h"

namespace bp::campaign {
namespace {

using explore::Case;
using explore::Runner;

Case parsed(const std::string& text) {
  const explore::CaseParse p = explore::parse_case(text);
  EXPECT_TRUE(p.one) << p.fault;
  return p.one.value_or(Case{});
}

const std::string kOnePage =
    "conc 1\nzone normal 0 1\ntask 0\n  alloc 0 a\n  hold\n  free a\n"
    "task 1\n  alloc 0 b\n  hold\n  free b\n";

/// Two tasks and a history in which both are given frames 4 and 5.
struct Both {
  Case one =
      parsed("conc 1\nzone normal 0 8\nhole 7 8\ntask 0\n  alloc 1 a\ntask 1\n  alloc 1 b\n");
  explore::History history{{.task = 1,
                            .kind = explore::OpKind::alloc,
                            .order = 1,
                            .head = 4,
                            .invoked = 1,
                            .responded = 3},
                           {.task = 2,
                            .kind = explore::OpKind::alloc,
                            .order = 1,
                            .head = 4,
                            .invoked = 2,
                            .responded = 4}};
  explore::Verdict verdict{.end = sched::End::fault,
                           .fault = "S1: task 2 is given <4>: frame 5 belongs to task 1"};
  CaseRun run() const {
    return {.one = one, .history = history, .verdict = verdict, .file = "x&y"};
  }
};

/// Task 2 reads the older of two stores of task 1.
TEST(CaseMap, DrawsStepsAndWhoReadWhat) {
  const Both both;
  CaseTrace trace;
  const auto step = [](sched::Event what, std::uint8_t task, bool stale, std::uint32_t read,
                       std::uint32_t wrote) {
    return sched::Logged{what, task, stale, 0, read, wrote, 7, sched::Logged::kNone};
  };
  constexpr std::uint32_t kNone = sched::Logged::kNone;
  trace.log = {step(sched::Event::store, 0, false, kNone, 0),
               step(sched::Event::store, 1, false, 0, 1), step(sched::Event::store, 1, false, 1, 2),
               step(sched::Event::load, 2, true, 1, kNone),
               step(sched::Event::load, 2, false, 2, kNone)};
  CaseRun run = both.run();
  run.trace = &trace;
  const std::string html = case_html(run);
  EXPECT_EQ(xml_fault(html.substr(html.find("<svg"), html.find("</svg>") + 6 - html.find("<svg"))),
            "");
  const auto times = [&](const std::string& what) {
    std::size_t n = 0;
    for (std::size_t at = html.find(what); at != html.npos; at = html.find(what, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(times("class=\"reads stale\""), 1U);
  EXPECT_EQ(times("class=\"reads\""), 1U);
  EXPECT_EQ(times("class=\"s-store\""), 3U) << "two steps and the legend";
  EXPECT_EQ(times("class=\"broken\""), 1U);
  EXPECT_LT(html.find("id=\"steps\""), html.find("id=\"owners\""));
}

TEST(CaseMap, SaysOfARangeWhichItIsAndWhetherItWasRefused) {
  Both both;
  both.history = {{.task = 1,
                   .kind = explore::OpKind::isolate,
                   .invoked = 1,
                   .responded = 2,
                   .range = {0, 512}},
                  {.task = 2,
                   .kind = explore::OpKind::offline,
                   .invoked = 3,
                   .responded = 4,
                   .range = {512, 1024},
                   .refused = true}};
  const std::string svg = case_svg(both.run());
  EXPECT_NE(svg.find("isolate 0 to 511: done"), std::string::npos) << svg;
  EXPECT_NE(svg.find("offline 512 to 1023: refused"), std::string::npos) << svg;
}

TEST(CaseMap, DrawsTheFrameInTwoHandsAndTheOneAtFault) {
  const Both both;
  const std::string svg = case_svg(both.run());
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_NE(svg.find("frames 4 to 5: task 2, CPU 1 and task 1, CPU 0"), std::string::npos) << svg;
  EXPECT_NE(svg.find("the frame at fault, 5"), std::string::npos);
  EXPECT_NE(svg.find("class=\"hole\""), std::string::npos);
  EXPECT_NE(svg.find("x&amp;y"), std::string::npos);
  const std::string html = case_html(both.run());
  EXPECT_NE(html.find("rule S1: task 2 is given &lt;4&gt;"), std::string::npos) << html;
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("http://"), std::string::npos);
}

TEST(CaseMap, DrawsNothingTwiceWhereOneFollowsTheOther) {
  const Case c = parsed(kOnePage);
  Runner runner(c.scenario);
  const explore::Replayed r = explore::replay_case(c, runner);
  const std::string svg =
      case_svg({.one = c, .history = runner.history(), .verdict = r.verdict, .file = "one"});
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_NE(svg.find("No rule was broken."), std::string::npos);
  EXPECT_EQ(svg.find("the frame at fault"), std::string::npos);
  EXPECT_EQ(svg.find("<rect class=\"twice\" x=\"0\""), std::string::npos) << "but in the legend";
}

TEST(CaseMap, AnOperationWithoutAnswerReachesToTheEnd) {
  Both both;
  both.history[1].responded = explore::kOpen;
  const std::string svg = case_svg(both.run());
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_NE(svg.find("op t2 open"), std::string::npos);
  EXPECT_NE(svg.find("no answer"), std::string::npos);
}

TEST(CaseMap, ATestToPasteHasTheScheduleAndNoHash) {
  Both both;
  both.one.hash = 7;
  both.one.rule = "S1: x";
  const std::string test = case_cpp(both.one, "S1");
  EXPECT_NE(test.find("TEST(Regress, S1_"), std::string::npos);
  EXPECT_NE(test.find("schedule"), std::string::npos);
  EXPECT_EQ(test.find("hash "), std::string::npos);
  EXPECT_NE(case_cpp(both.one, "").find("TEST(Regress, Accepted_"), std::string::npos);
}

TEST(CaseFeatures, AreTheSameInEveryRunAndTellContentionFromNone) {
  const Case one = parsed(kOnePage);
  const Features some = features_of(one);
  EXPECT_EQ(some, features_of(one));
  const Features alone = features_of(parsed("conc 1\nzone normal 0 1\ntask 0\n  alloc 0 a\n"));
  EXPECT_LT(alone.size(), some.size());
  EXPECT_FALSE(std::ranges::includes(alone, some)) << "null is told only where two want one frame";
}

}  // namespace
}  // namespace bp::campaign
