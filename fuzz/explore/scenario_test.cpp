// SPDX-License-Identifier: MIT
#include "fuzz/explore/scenario.h"

#include <gtest/gtest.h>

#include "fuzz/explore/case_file.h"

namespace bp::explore {
namespace {

constexpr const char* kText =
    "conc 1\ncpus 2\nzone dma32 0 4 min 1\nzone normal 4 12 pcp 2 batch 2\nhole 6 7\n"
    "allow freezes 1 steps 500\nsetup\n  alloc 0 s\ntask 0\n  free s\n  alloc 1 a dma32\n"
    "task 1\n  drain 1\n  hold\n";

TEST(Scenario, ItsTextIsReadAgainAsTheSame) {
  const ScenarioParse p = parse_scenario(kText);
  ASSERT_TRUE(p.scenario) << p.fault;
  EXPECT_EQ(scenario_text(*p.scenario), kText);
}

struct Wrong {
  const char* text;
  std::size_t line, column;
  const char* fault;
};

TEST(Scenario, WhatIsWrongIsNamedWithItsPlace) {
  const Wrong all[] = {
      {"", 0, 1, "empty"},
      {"zone normal 0 4\n", 1, 1, "expected 'conc 1'"},
      {"conc 2\n", 1, 6, "format version 2"},
      {"conc 1\nzone normal 4 4\n", 2, 15, "ends above"},
      {"conc 1\nzone normal 0 4\nzone dma 4 8\n", 3, 12, "ascend"},
      {"conc 1\nzone normal 0 4\ntask 2\n", 3, 6, "CPUs 0..1"},
      {"conc 1\nzone normal 0 4\ntask 0\n  free x\n", 4, 8, "not there"},
      {"conc 1\nzone normal 0 4\ntask 0\n  alloc 11 x\n", 4, 9, "expected 0..10"},
      {"conc 1\nzone normal 0 4\n  hold\n", 3, 3, "below 'setup' or 'task'"},
      {"conc 1\nzone normal 0 4\n", 2, 16, "no task"},
  };
  for (const Wrong& w : all) {
    const ScenarioParse p = parse_scenario(w.text);
    EXPECT_FALSE(p.scenario) << w.text;
    EXPECT_NE(p.fault.find(w.fault), std::string::npos) << w.text << p.fault;
    EXPECT_EQ(p.line, w.line) << w.text;
    EXPECT_EQ(p.column, w.column) << w.text << p.fault;
  }
}

TEST(Scenario, PinnedSectionsAreForTasksThatStayApart) {
  const std::string head = "conc 1\nzone normal 0 8 pcp 2\nsection pinned\n";
  const std::string apart = "task 0\nalloc 0 a\ntask 1\nalloc 0 b\n";
  const ScenarioParse sound = parse_scenario(head + apart);
  ASSERT_TRUE(sound.scenario) << sound.fault;
  EXPECT_EQ(sound.scenario->section, SectionKind::pinned);
  EXPECT_NE(scenario_text(*sound.scenario).find("section pinned\n"), std::string::npos);
  for (const std::string& wrong :
       {head + "allow migrations 1\n" + apart, head + "task 0\nhold\ntask 0\nhold\n"}) {
    EXPECT_FALSE(parse_scenario(wrong).scenario) << wrong;
    EXPECT_NE(parse_scenario(wrong).fault.find("pinned"), std::string::npos);
  }
}

TEST(Scenario, ABlockOfTheSetUpIsFreedByOneTaskOnly) {
  const ScenarioParse p =
      parse_scenario("conc 1\nzone normal 0 4\nsetup\nalloc 0 s\ntask 0\nfree s\ntask 1\nfree s\n");
  EXPECT_EQ(p.line, 8U) << p.fault;
}

TEST(Scenario, PageblocksAndPurposesAreReadAgainAsTheSame) {
  const std::string text =
      "conc 1\ncpus 2\nzone normal 0 1024\nmachine types highatomic\nallow steps 20000\ntask 0\n"
      "  alloc 2 a atomic\n  isolate 512 1024\n  restore 512 1024\ntask 1\n  offline 0 512\n"
      "  online 0 512\n  alloc 0 b movable\n";
  const ScenarioParse p = parse_scenario(text);
  ASSERT_TRUE(p.scenario) << p.fault;
  EXPECT_TRUE(p.scenario->ranges);
  EXPECT_EQ(scenario_text(*p.scenario), text);
  EXPECT_EQ(parse_scenario("conc 1\nzone normal 0 1024\ntask 0\n  isolate 512 600\n").fault,
            "a range is of whole pageblocks, which are 512 frames");
  EXPECT_EQ(parse_scenario("conc 1\nmachine fast\n").fault, "expected types or highatomic");
}

TEST(Case, AScheduleOfATaskThatDoesNotExistIsRefused) {
  const CaseParse p = parse_case(std::string(kText) + "schedule .3 T3\n");
  EXPECT_EQ(p.fault,
            "15:1: schedule: 'T3' names a task that does not exist; the scenario has tasks 1..2");
}

TEST(Case, ItsTextIsReadAgainAsTheSame) {
  const std::string text = std::string(kText) +
                           "site zone.h:10:3 order relaxed\nbug swing_keeps_row\n"
                           "defect append_only\nschedule .3 T2 R1 .4 W H1\n"
                           "hash 0123456789abcdef\nrule S1: twice\n";
  const CaseParse p = parse_case(text);
  ASSERT_TRUE(p.one) << p.fault;
  EXPECT_EQ(case_text(*p.one), text);
}

TEST(Case, AnotherHashIsSaid) {
  const CaseParse p =
      parse_case("conc 1\nzone normal 0 4\ntask 0\n  alloc 0 a\nhash 0000000000000000\n");
  ASSERT_TRUE(p.one) << p.fault;
  Runner runner(p.one->scenario);
  EXPECT_NE(replay_case(*p.one, runner).fault.find("the file expects 0000000000000000"),
            std::string::npos);
}

TEST(Case, AScheduleThatDoesNotFitIsSaid) {
  const CaseParse p =
      parse_case("conc 1\nzone normal 0 4\ntask 0\n  alloc 0 a\ntask 1\n  hold\nschedule R1\n");
  ASSERT_TRUE(p.one) << p.fault;
  Runner runner(p.one->scenario);
  EXPECT_EQ(replay_case(*p.one, runner).fault, "choice 1 ('R1'): the execution asks for a task");
}

TEST(Case, AnEnginesInputIsACaseAndItsTextReplaysTheSame) {
  std::string input = "conc 1\nzone normal 0 8\ntask 0\n  alloc 0 a\ntask 1\n  alloc 0 b\n";
  input += std::string("\0\1\xff\0\3", 5);
  const CaseParse raw = parse_case(input);
  ASSERT_TRUE(raw.one) << raw.fault;
  EXPECT_EQ(raw.one->choices, (std::vector<std::uint8_t>{1, 0xff, 0, 3}));
  const std::string text = case_text(*raw.one);
  EXPECT_NE(text.find("\nchoices 01ff0003\n"), std::string::npos) << text;
  const CaseParse read = parse_case(text);
  ASSERT_TRUE(read.one) << read.fault;
  EXPECT_EQ(read.one->choices, raw.one->choices);
  Runner runner(raw.one->scenario);
  const Replayed by_choices = replay_case(*raw.one, runner);
  const Case words = in_words(*read.one, by_choices);
  EXPECT_GT(deviations(words.schedule), 0U);
  const Replayed by_words = replay_case(words, runner);
  EXPECT_EQ(by_words.fault, "");
  EXPECT_EQ(by_words.verdict.hash, by_choices.verdict.hash);
  Case back = *read.one;
  back.choices = choices_of(words);
  EXPECT_EQ(replay_case(back, runner).verdict.hash, by_choices.verdict.hash);
}

TEST(Case, WrongChoicesAreRefusedWithTheirLine) {
  const std::string scenario = "conc 1\nzone normal 0 4\ntask 0\n  alloc 0 a\n";
  EXPECT_EQ(parse_case(scenario + "choices 0g\n").fault,
            "5:1: expected two hexadecimal digits a choice");
  EXPECT_EQ(parse_case(scenario + "choices 012\n").fault,
            "5:1: expected two hexadecimal digits a choice");
  EXPECT_EQ(parse_case(scenario + "choices 01\nschedule .1\n").fault,
            "6:1: a schedule or choices, not both of them");
  EXPECT_NE(parse_case(scenario + std::string(5000, '\0')).fault, "");
}

}  // namespace
}  // namespace bp::explore
