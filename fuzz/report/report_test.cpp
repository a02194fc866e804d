// SPDX-License-Identifier: MIT
// The form of reports is pinned: triage tools and people rely on it.
#include "fuzz/report/report.h"

#include <gtest/gtest.h>

#include "fuzz/program/text.h"
#include "fuzz/report/json.h"
#include "fuzz/report/to_cpp.h"

namespace bp {
namespace {

constexpr std::string_view kText =
    "buddyproof 1\n"
    "machine profile=v6.1-lts192 zones=DMA cpus=1 pageblock_order=4 min_free_kbytes=0\n"
    "node 0 cpus=0 zone=DMA:0x0-0x100\n"
    "b0 = alloc cpu=0 order=1 gfp=0\n"
    "free b0 cpu=0\n";

struct Refused {
  Program program;
  History history;
  Refusal refusal{"I-8",
                  "free buddies are merged",
                  "/tree/build/x/model/judge/judge.cpp",
                  7,
                  1,
                  Pfn{0x40},
                  "two halves",
                  "one block"};

  Refused() {
    const TextParse parsed = parse_text(kText);
    EXPECT_TRUE(parsed.program.has_value()) << parsed.fault.what;
    program = *parsed.program;
    history.outcomes = {{Status::ok, Pfn{0x40}}, {Status::ok, Pfn{0x40}}, {}, {}};
  }
};

TEST(Report, OpensWithAnAssertionOfConstantText) {
  EXPECT_EQ(assertion_line(Refused().refusal),
            "model/judge/judge.cpp:7: Assertion 'I-8 free buddies are merged' failed.");
}

TEST(Report, ParticularsProgramAndCommandsFollow) {
  const Refused r;
  const std::string report = report_refusal(r.program, r.history, r.refusal, {"a b", "naive"});
  EXPECT_EQ(report.find("  event    1 of 4: free b0 cpu=0\n"), report.find('\n') + 1);
  EXPECT_NE(report.find("  frame    0x40\n  seen     two halves\n  allowed  one block\n"),
            std::string::npos);
  EXPECT_NE(report.find("\n> free b0 cpu=0"), std::string::npos);
  EXPECT_NE(report.find("\n  b0 = alloc cpu=0 order=1 gfp=0"), std::string::npos);
  EXPECT_NE(report.find("to reproduce:  ci/buddyproof repro 'a b' --subject naive\n"),
            std::string::npos);
  EXPECT_NE(report.find("ci/buddyproof min 'a b' --subject naive -o 'a b.min'\n"),
            std::string::npos);
}

TEST(Report, MarksTheClosingEvents) {
  Refused r;
  r.refusal.event = 3;
  const std::string report = report_refusal(r.program, r.history, r.refusal, {});
  EXPECT_NE(report.find("\n> census"), std::string::npos);
  EXPECT_EQ(report.find("to reproduce"), std::string::npos);
}

TEST(Report, ShowsLongProgramsAroundTheEvent) {
  Refused r;
  r.program.ops.assign(1000, Op::drain(kAllCpus));
  r.history.outcomes.assign(1002, {});
  r.refusal.event = 500;
  const std::string report = report_refusal(r.program, r.history, r.refusal, {});
  EXPECT_NE(report.find("# 460 operations are not shown"), std::string::npos);
  EXPECT_NE(report.find("# 495 operations are not shown"), std::string::npos);
}

TEST(Report, JsonNamesTheSameThings) {
  const Refused r;
  const nlohmann::json j = refusal_json(r.program, r.history, r.refusal, {"f", ""});
  EXPECT_EQ(j["rule"], "I-8");
  EXPECT_EQ(j["event"], 1);
  EXPECT_EQ(j["frame"], 0x40);
  EXPECT_EQ(j["answer"], "taken 0x40");
  EXPECT_EQ(j["reproduce"], "ci/buddyproof repro f");
}

TEST(Report, ShellWordsAreQuotedOnlyIfNeeded) {
  EXPECT_EQ(shell_word("a/b-1.bin"), "a/b-1.bin");
  EXPECT_EQ(shell_word("id:000,x"), "id:000,x");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
}

// The test of a program, character by character: it is pasted, so its form is a promise.
TEST(ToCpp, PinsTheForm) {
  const Refused r;
  const std::string source = to_cpp(r.program, "I-8", {"f", "naive"});
  const std::string head =
      "// SPDX-License-Identifier: MIT\n"
      "// Breaks I-8 until it is fixed.\n"
      "#include <gtest/gtest.h>\n"
      "\n"
      "#include \"fuzz/engines/replay.h\"\n"
      "\n"
      "TEST(Regress, I_8_";
  EXPECT_EQ(source.substr(0, head.size()), head);
  EXPECT_NE(source.find("R\"program(" + print_text(r.program) + ")program\","), std::string::npos);
  EXPECT_NE(source.find("\"naive\");\n  EXPECT_TRUE(replay.accepted()) << replay.report;\n}\n"),
            std::string::npos);
}

}  // namespace
}  // namespace bp
