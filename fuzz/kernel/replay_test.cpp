// SPDX-License-Identifier: MIT
// A small recording replays exactly, and everything that can differ is seen to be noticed.
#include "fuzz/kernel/replay.h"

#include <gtest/gtest.h>

#include "fuzz/kernel/check_file.h"
#include "fuzz/kernel/check_report.h"
#include "fuzz/kernel/input.h"
#include "fuzz/kernel/test_recording.h"
#include "model/reference/rulebook.h"

namespace bp::kernel {
namespace {

using testing::recording;
using testing::with;

FileCheck checked(std::string_view text, std::optional<Profile> profile = {}) {
  return check_text("small.txt", text, profile, {});
}

void expect_fault(const std::string& text, std::string_view part) {
  const FileCheck c = checked(text);
  EXPECT_NE(c.fault.find(part), std::string::npos) << c.fault;
  EXPECT_FALSE(c.was_replayed());
}

/// The first difference of a batch whose state differs at the end.
std::string final_difference(const std::string& text) {
  const FileCheck c = checked(text);
  EXPECT_EQ(c.fault, "");
  EXPECT_FALSE(c.agrees());
  if (!c.finding || c.finding->differences.empty()) return "nothing";
  const StateDifference& d = c.finding->differences.front();
  return d.where + " | " + d.expected + " | " + d.got;
}

/// `what` is found at `line`, with what both say.
void expect_mismatch(std::string_view ops, std::size_t line, std::string_view what,
                     std::string_view expected, std::string_view got) {
  const FileCheck c = checked(recording(ops));
  ASSERT_EQ(c.fault, "");
  ASSERT_TRUE(c.finding) << ops;
  EXPECT_EQ(c.mismatches, 1U);
  EXPECT_EQ(c.exact, 0U);
  EXPECT_EQ(c.finding->line, line);
  ASSERT_EQ(c.finding->differences.size(), 1U);
  EXPECT_EQ(c.finding->differences[0].where, what);
  EXPECT_EQ(c.finding->differences[0].expected, expected);
  EXPECT_EQ(c.finding->differences[0].got, got);
}

TEST(Replay, ARecordingWorkedOutByHandIsExact) {
  const FileCheck c = checked(recording());
  EXPECT_EQ(c.fault, "");
  EXPECT_TRUE(c.agrees()) << check_finding(c);
  EXPECT_TRUE(c.was_replayed());
  EXPECT_EQ(c.ops, 3U);
  EXPECT_EQ(c.compared, 2U);
  EXPECT_EQ(c.batches, 1U);
  EXPECT_EQ(c.cpus, 1U);
  EXPECT_EQ(c.megabytes, 8);
}

constexpr std::size_t kFirstOp = 27;  ///< Its line in the small recording.

TEST(Replay, AnotherAnswerIsNamedWithItsLine) {
  expect_mismatch("a 0 -1 808 0 400 0 0 1 0 0\n", kFirstOp, "page frame", "400", "0");
  expect_mismatch("a 0 -1 808 0 ffffffffffffffff 0 0 0 0 -12\n", kFirstOp, "page frame", "none",
                  "0");
  expect_mismatch("a 11 -1 808 0 ffffffffffffffff 0 0 0 0 -12\na 0 -1 808 0 1 0 0 1 0 0\n",
                  kFirstOp + 1, "page frame", "1", "0");
  expect_mismatch("a 0 -1 808 0 0 1 0 1 0 0\n", kFirstOp, "zone", "1", "0");
  expect_mismatch("a 0 -1 808 0 0 0 0 2 0 0\n", kFirstOp, "pageblock's type", "2", "1");
  expect_mismatch("a 0 -1 808 0 0 0 0 1 1 0\n", kFirstOp, "zone that the mask selects", "1", "0");
  expect_mismatch("a 0 -1 808 0 0 0 0 1 0 0 r=1\n", kFirstOp, "pfmemalloc mark", "1", "0");
  expect_mismatch("i 10 0 0 9 400 0 0 1 0 0 r=1024 t=1\n", kFirstOp, "free block", "400", "0");
  expect_mismatch("i 10 0 0 9 0 0 0 1 0 0 t=1\n", kFirstOp, "denied by the watermark", "1", "0");
  expect_mismatch("u 0 -1 808 0 ffffffffffffffff 0 0 0 0 0 n=2 r=1\n", kFirstOp, "pages populated",
                  "1", "2");
  expect_mismatch("u 0 -1 808 0 ffffffffffffffff 0 0 0 0 0 n=1 r=1\nq 0 -1 0 0 1 0 0 1 0 0\n",
                  kFirstOp + 1, "page frame", "1", "0");
  expect_mismatch("e 0 -1 800 0 1 0 0 1 0 0 n=3\n", kFirstOp, "page frame", "1", "0");
  expect_mismatch("r 0 0 800 0 ffffffffffffffff 0 0 0 0 0 r=1\n", kFirstOp, "anything unreserved",
                  "1", "0");
  expect_mismatch("a 0 -1 808 0 0 0 0 1 0 0\ng 0 -1 0 0 0 0 0 1 0 0 r=3\n", kFirstOp + 1,
                  "references", "3", "2");
  expect_mismatch("a 0 -1 808 0 0 0 0 1 0 0\nf 0 -1 0 0 0 0 0 1 0 0 r=2\n", kFirstOp + 1,
                  "references", "2", "1");
}

TEST(Replay, TheListsThatAnOperationSawAreShownAsTheyWereBeforeIt) {
  const FileCheck c = checked(recording("a 0 -1 808 0 0 0 0 1 0 0\na 1 -1 808 1 4 0 0 1 0 0\n"));
  const std::string text = check_finding(c);
  EXPECT_EQ(text.substr(0, text.find('\n')), "small.txt:28: a 1 -1 808 1 4 0 0 1 0 0");
  EXPECT_NE(text.find("page frame: the kernel 4, the reference 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("order  1 M: 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("min 8 low 10 high 12"), std::string::npos) << text;
}

TEST(Replay, AfterADifferenceTheRestIsOnlyFollowed) {
  const FileCheck c =
      checked(recording("a 0 -1 808 0 400 0 0 1 0 0\nf 0 -1 0 0 400 0 0 1 0 0\n"
                        "a 0 -1 808 0 9 0 0 1 0 0\n"));
  EXPECT_EQ(c.fault, "");
  EXPECT_EQ(c.mismatches, 1U);
  EXPECT_EQ(c.ops, 3U);
  EXPECT_EQ(c.compared, 1U);
}

// By rules that let every mask use every zone, the first DMA request goes wrong, and so it says.
TEST(Replay, AZoneThatTheMaskForbidsIsSeenBeforeTheFrame) {
  const FileText text = read_file(std::string(BP_SOURCE_DIR) + "/corpus/kernel/v6.1/res-5G.txt.xz");
  ASSERT_EQ(text.fault, "");
  Recording recording(text.bytes, shape_of(text.bytes));
  reference::Rulebook rules = reference::rulebook_of(Profile::v6_1_lts192);
  rules.highest_zone = [](Gfp, const reference::Config& c) {
    return static_cast<unsigned>(c.zones.size() - 1);
  };
  Batch b;
  ASSERT_TRUE(recording.next(b));
  const BatchReplay got = Replay(recording.dialect()).run_by(rules, b);
  ASSERT_TRUE(got.op);
  EXPECT_TRUE(got.op->difference.what.starts_with("I-16,")) << got.op->difference.what;
}

TEST(Replay, SlotsLiveAcrossBatches) {
  std::string second = recording("f 0 -1 0 0 0 0 0 1 0 0\n");
  second = with(second, testing::kDumpBefore, testing::kDumpAfter);
  second = second.replace(second.find("@@S1"), std::string::npos,
                          "@@S1\n" + std::string(testing::kDumpAfter) + "@@END\n");
  second = second.replace(second.rfind("pcp 0 0 0 count 0"), 17, "pcp 0 0 0 count 1");
  second = second.replace(second.rfind("zf 0 0"), 6, "pl 0 0 0 1: 0/1\nzf 0 0");
  const FileCheck c = checked(recording() + second);
  EXPECT_EQ(c.fault, "");
  EXPECT_EQ(c.exact, 2U) << check_finding(c);
}

TEST(Replay, WhatDiffersInTheEndIsNamed) {
  const std::string text = recording();
  const std::size_t after = text.find("@@S1");
  const auto spoiled = [&](std::string_view from, std::string_view to) {
    return final_difference(text.substr(0, after) + with(text.substr(after), from, to));
  };
  EXPECT_EQ(spoiled("free 2048", "free 2047"), "node 0 NORMAL: NR_FREE_PAGES | 2047 | 2048");
  EXPECT_EQ(spoiled("diff -1", "diff 0"),
            "node 0 NORMAL, CPU 0: not folded part of NR_FREE_PAGES | 0 | -1");
  EXPECT_EQ(spoiled("boost 0", "boost 512"), "node 0 NORMAL: boost | 512 | 0");
  EXPECT_EQ(spoiled("high 100", "high 99"), "node 0 NORMAL, CPU 0: high | 99 | 100");
  EXPECT_EQ(spoiled("flags 0", "flags 1"), "node 0 NORMAL: flags | 1 | 0");
  EXPECT_EQ(spoiled("reserve 0 0", "reserve 0 7"),
            "node 0 NORMAL: lowmem_reserve for zone 1 | 7 | 0");
  EXPECT_EQ(spoiled("fl 0 0 3 1: 8", "fl 0 0 3 2: 8"),
            "node 0 NORMAL: free list of order 3, MOVABLE, 0 entries, of the reference 1, from "
            "entry 0 on | (end) | 8 (end)");
  EXPECT_EQ(spoiled("pb 0 0: 0=1", "pb 0 0: 0=1 200=2"),
            "node 0 NORMAL: pageblock types, 2 entries, of the reference 1, from entry 1 on | "
            "200=2 (end) | (end)");
}

TEST(Replay, WhereADumpBeginsANewRunOfOneTypeSaysNothing) {
  const std::string text = recording();
  const std::size_t after = text.find("@@S1");
  const FileCheck c =
      checked(text.substr(0, after) + with(text.substr(after), "pb 0 0: 0=1", "pb 0 0: 0=1 200=1"));
  EXPECT_TRUE(c.was_replayed() && c.agrees()) << c.fault << check_finding(c);
}

TEST(Replay, LinesThatContradictTheLinesBeforeThemAreRefused) {
  const std::string taken = "a 0 -1 808 0 0 0 0 1 0 0\n";
  const std::string at = "small.txt:" + std::to_string(kFirstOp);
  const std::string next = "small.txt:" + std::to_string(kFirstOp + 1);
  expect_fault(recording("f 0 -1 0 0 0 0 0 1 0 0\n"), at + ": slot 0 is empty");
  expect_fault(recording(taken + "f 0 -1 0 0 1 0 0 1 0 0\n"), next + ": slot 0 holds 0 and not 1");
  expect_fault(recording(taken + "f 0 -1 0 0 ffffffffffffffff 0 0 0 0 -2\n"),
               next + ": slot 0 is not empty");
  expect_fault(recording(taken + taken), next + ": slot 0 is in use");
  expect_fault(recording("a 0 -1 808 0 0 0 0 1 0 -16\n"), at + ": slot 0 is not in use");
  expect_fault(recording("a 11 -1 808 0 0 0 0 1 0 0\n"), at + ": a block of order 11");
  expect_fault(recording("a 0 -1 808 0 ffffffffffffffff 0 0 1 0 0\n"), at + ": it was done, and");
  expect_fault(recording("a 1 -1 808 0 3 0 0 1 0 0\n"), at + ": frame 3 is not aligned to order 1");
  expect_fault(recording(taken + "p 0 -1 0 0 0 0 0 1 0 0 n=99999999\n"),
               next + ": n=99999999 is no slot");
  expect_fault(recording("u 0 -1 808 0 0 0 0 1 0 0 n=2000 r=1\n"), at + ": n=2000 is not within");
  expect_fault(recording("a 0 -1 808 0 0 0 0 1 0 0 c=1\n"), at + ": this machine has no such CPU");
  expect_fault(recording("a 0 3 808 0 0 0 0 1 0 0\n"), at + ": this machine has no such node");
  expect_fault(recording("a 0 -1 818 0 0 0 0 1 0 0\n"),
               at + ": the mask asks for two migratetypes");
  expect_fault(recording("d 4 0 0 0 0 0 0 1 0 0\n"), at + ": this machine has no such zone");
  expect_fault(recording("I 0 0 1 0 999999 0 0 4 0 0\n"), at + ": no zone has this frame");
}

TEST(Replay, ABlockThatIsHeldAndFreeAtOnceIsRefused) {
  expect_fault(recording() + recording(),
               "slot 0 holds the block of order 0 at 0, and it is on a list or held twice");
}

TEST(Replay, RulesOfAnotherKernelNeedItsDumps) {
  EXPECT_NE(checked(recording(), Profile::v7_1).fault.find("lack what the rules of v7.1 need"),
            std::string::npos);
  EXPECT_EQ(checked(recording(), Profile::v6_1_lts192).fault, "");
}

TEST(Replay, NotesSayWhatAFileIs) {
  const FileCheck c = checked("0 1 ..... 0 A 1a6f4d 0 1 140dca\n");
  EXPECT_EQ(c.kind, FileKind::trace);
  EXPECT_FALSE(c.was_replayed());
  EXPECT_EQ(check_note(c), "small.txt: a trace without dumps; skipped");
  EXPECT_EQ(checked("hello\n").kind, FileKind::unknown);
}

}  // namespace
}  // namespace bp::kernel
