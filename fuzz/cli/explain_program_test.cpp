// SPDX-License-Identifier: MIT
// `explain` of a program and an operation: what the operations before it leave is what the request
// is judged by, and what is no allocation is refused in one line.
#include "fuzz/cli/explain_program.h"

#include <gtest/gtest.h>

#include "fuzz/explain/verdict.h"

namespace bp::cli {
namespace {

using explain::Answer;
using explain::Outcome;

/// 64 frames with a min mark of 16; half of them, a quarter and what is left are taken in turn.
constexpr std::string_view kProgram =
    "# A comment comes first.\n"
    "buddyproof 1\n"
    "machine profile=v6.1-lts192 zones=none cpus=1 pageblock_order=9 min_free_kbytes=64 "
    "pcp_high=0\n"
    "node 0 cpus=0 zone=NORMAL:0x0-0x40\n"
    "b0 = alloc cpu=0 order=5 gfp=GFP_KERNEL\n"
    "b1 = alloc cpu=0 order=3 gfp=GFP_KERNEL\n"
    "b2 = alloc cpu=0 order=3 gfp=GFP_KERNEL\n"
    "b3 = alloc cpu=0 order=3 gfp=GFP_ATOMIC|__GFP_MEMALLOC\n"
    "b4 = alloc cpu=0 order=3 gfp=GFP_KERNEL\n"
    "b5 = alloc cpu=0 order=4 gfp=GFP_ATOMIC|__GFP_MEMALLOC\n"
    "free b0 cpu=0 order=5\n";

ProgramSituation at(std::size_t op) {
  return situation_of_program(kProgram, "made-up.txt", op, "naive");
}

TEST(ExplainProgram, AnOperationFindsWhatThoseBeforeItLeft) {
  constexpr std::int64_t kFree[] = {64, 32, 24, 16, 8, 8};
  for (std::size_t op = 1; op <= std::size(kFree); ++op) {
    const ProgramSituation p = at(op);
    ASSERT_EQ(p.fault, "");
    ASSERT_EQ(p.situation.zones.size(), 1U);
    EXPECT_EQ(p.situation.zones[0].free, kFree[op - 1]) << "operation " << op;
    EXPECT_EQ(p.situation.zones[0].listed, kFree[op - 1]) << "operation " << op;
    EXPECT_EQ(p.situation.zones[0].min, 16);
  }
}

TEST(ExplainProgram, SaysWhyAsTheAllocatorAnswered) {
  for (const std::size_t op : {1U, 2U, 3U, 4U}) {
    const ProgramSituation p = at(op);
    EXPECT_EQ(p.situation.kind, explain::ReportKind::question);
    EXPECT_EQ(explain::judge(p.situation).outcome, Outcome::served) << "operation " << op;
  }
  const ProgramSituation below = at(5), none = at(6);
  EXPECT_EQ(below.situation.kind, explain::ReportKind::failure);
  const explain::Verdict why = explain::judge(below.situation);
  EXPECT_EQ(why.outcome, Outcome::explained);
  ASSERT_EQ(why.zones.size(), 1U);
  EXPECT_EQ(why.zones[0].answer, Answer::below_mark);
  EXPECT_EQ(why.zones[0].sum->block, 7);
  EXPECT_EQ(why.zones[0].sum->needed, 16);
  const explain::Verdict large = explain::judge(none.situation);
  EXPECT_EQ(large.outcome, Outcome::explained);
  EXPECT_EQ(large.zones[0].answer, Answer::no_block);
  EXPECT_TRUE(large.zones[0].ignored);
  EXPECT_EQ(large.zones[0].largest, 3U);
}

TEST(ExplainProgram, WhatCannotBeExplainedIsNamedInOneLine) {
  EXPECT_EQ(at(7).fault, "--op 7: that operation allocates nothing");
  EXPECT_EQ(at(8).fault, "--op 8: made-up.txt has 7 operations");
  EXPECT_EQ(at(0).fault, "--op 0: made-up.txt has 7 operations");
  EXPECT_NE(situation_of_program(kProgram, "made-up.txt", 1, "nobody").fault, "");
  EXPECT_NE(situation_of_program("buddyproof 1\nmachine\n", "made-up.txt", 1, "naive").fault, "");
}

TEST(ExplainProgram, AProgramIsToldFromALog) {
  EXPECT_TRUE(is_program(kProgram));
  EXPECT_TRUE(is_program("\n# x\nbuddyproof 2\n"));
  EXPECT_FALSE(is_program("insmod: page allocation failure: order:4\n"));
  EXPECT_FALSE(is_program("# buddyproof 1"));
}

}  // namespace
}  // namespace bp::cli
