// SPDX-License-Identifier: MIT
// The judge of kernels on recordings: a small one line by line, and one of every kernel from the
// corpus, of which it must refuse nothing.
#include "fuzz/kernel/judge_file.h"

#include <gtest/gtest.h>

#include "fuzz/kernel/test_recording.h"

namespace bp::kernel {
namespace {

using testing::kDumpAfter;
using testing::recording;
using testing::with;

std::string rule(const std::string& text) {
  const JudgedFile j = judge_text("made up", text);
  EXPECT_EQ(j.fault, "");
  EXPECT_EQ(j.batches, 1U);
  return j.refusal ? std::string(j.refusal->rule) : "";
}

TEST(JudgeFile, AcceptsASoundRecording) {
  const JudgedFile j = judge_text("made up", recording());
  EXPECT_EQ(j.fault, "");
  EXPECT_FALSE(j.refusal.has_value());
  EXPECT_EQ(j.events, 3U);
  EXPECT_EQ(j.allocations, 2U);
}

// Any free block is a legal answer where the reference would predict another; the last state then
// contradicts it.
TEST(JudgeFile, AnotherFrameIsFoundOutByTheLastState) {
  EXPECT_EQ(rule(with(with(recording(), "a 0 -1 808 0 0", "a 0 -1 808 0 5"), "f 0 -1 0 0 0",
                      "f 0 -1 0 0 5")),
            "");
  const std::string late = "f 0 -1 0 0 0 0 0 1 0 0\na 0 -1 808 0 ";
  EXPECT_EQ(rule(with(recording(), late + "0", late + "5")), "I-1");
}

TEST(JudgeFile, RefusesAnswersThatNoKernelGives) {
  const std::string late = "f 0 -1 0 0 0 0 0 1 0 0\na 0 -1 808 0 ";
  EXPECT_EQ(rule(with(recording(), late + "0", late + "900")), "I-7");
  EXPECT_EQ(rule(with(recording(), "a 0 -1 808 0 0 0 0 1", "a 0 -1 808 0 0 0 0 3")), "R-HA-1");
  EXPECT_EQ(rule(with(recording(), "a 0 -1 808 0 0 0 0 1 0", "a 0 -1 808 0 0 0 0 1 1")), "R-GFP-1");
}

TEST(JudgeFile, RefusesStatesThatDoNotFollow) {
  const std::string after(kDumpAfter);
  const auto with_after = [&](const std::string& changed) {
    return with(recording(), after, changed);
  };
  EXPECT_EQ(rule(with_after(with(after, "min 8", "min 9"))), "R-CFG-6");
  EXPECT_EQ(rule(with_after(with(after, "reserve 0 0", "reserve 0 7"))), "R-CFG-8");
  EXPECT_EQ(rule(with_after(with(after, "diff -1", "diff -2"))), "I-4");
}

TEST(JudgeFile, AcceptsARecordingOfEveryKernel) {
  for (const char* name : {"v4.7/i386-frag-960M", "v5.15/reserve-exhaust-256M", "v6.1/bulk-128M",
                           "v6.12/mix-512M", "v7.1/highfraction-256M"}) {
    const JudgedFile j =
        judge_file(std::string(BP_SOURCE_DIR "/corpus/kernel/") + name + ".txt.xz");
    EXPECT_EQ(j.fault, "");
    EXPECT_GT(j.batches, 0U);
    EXPECT_FALSE(j.refusal) << name << ":" << j.line << ": " << j.refusal->rule << ": "
                            << j.refusal->seen;
  }
}

TEST(JudgeFile, ATextWithoutDumpsIsNotJudged) {
  EXPECT_FALSE(judge_text("made up", "no recording\n").was_judged());
  EXPECT_NE(judge_text("made up", "@@BATCH 7\n@@S0\n").fault, "");
}

}  // namespace
}  // namespace bp::kernel
