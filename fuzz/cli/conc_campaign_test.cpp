// SPDX-License-Identifier: MIT
// The concurrent mode as a user meets it: the same folder, the same verbs, and a case that goes
// from found to reproduced to smaller to gone.
#include <gtest/gtest.h>

#include "fuzz/cli/test_shell.h"
#include "fuzz/report/json.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class ConcCampaign : public cli::ShellTest {};

TEST_F(ConcCampaign, APlantedBugIsFoundReplayedMadeSmallerAndGone) {
  const Ran found = run(
      "fuzz --mode conc --jobs 1 --time 60 --until-first --subject lockfree-swing-skipped --out c");
  ASSERT_EQ(found.status, 1) << found.out << found.err;
  EXPECT_NE(found.out.find("Assertion '"), std::string::npos) << found.out;
  fs::path bin;
  for (const auto& e : fs::recursive_directory_iterator(path("c/crashes/conc")))
    if (e.path().extension() == ".bin") bin = e.path();
  ASSERT_FALSE(bin.empty());
  const fs::path text = fs::path(bin).replace_extension(".txt");
  EXPECT_EQ(run("repro " + bin.string()).status, 1);
  EXPECT_EQ(run("repro " + text.string()).status, 1);
  const Ran min = run("min " + text.string() + " -o small.txt --json");
  ASSERT_EQ(min.status, 0) << min.err;
  const json m = json::parse(min.out);
  EXPECT_LE(m["operations"], m["operations_before"]);
  EXPECT_EQ(run("repro small.txt").status, 1) << slurp(path("small.txt"));
  EXPECT_EQ(run("triage c --sarif c.sarif --junit c.xml").status, 1);
  EXPECT_EQ(run("triage c --subject lockfree").status, 0) << "mended";
  EXPECT_EQ(run("report c -o c.html").status, 0);
  EXPECT_EQ(run("campaign merge c -o all").status, 0);
  EXPECT_EQ(run("triage all").status, 1);
}

TEST_F(ConcCampaign, ASoundAllocatorIsFineAndItsScenariosAreGoneOnWith) {
  ASSERT_EQ(run("fuzz --mode conc --jobs 1 --time 2 --out c").status, 0);
  const json one = json::parse(run("status c --json").out);
  EXPECT_EQ(one["target"], "conc");
  EXPECT_GT(one["tallies"]["executions"], 100);
  EXPECT_FALSE(fs::is_empty(path("c/corpus/conc")));
  EXPECT_EQ(run("fuzz --mode conc --jobs 1 --time 2 --resume --out c").status, 0);
  EXPECT_EQ(run("repro c/corpus/conc").status, 0) << "what is kept is replayed as it is";
}

TEST_F(ConcCampaign, WhatItCannotDoIsSaidInOneLine) {
  for (const char* more : {"--engine libfuzzer", "--subject naive", "--subject ./lib.so",
                           "--shard 99/100", "--seeds missing"}) {
    const Ran r = run("fuzz --mode conc --time 1 --out c " + std::string(more));
    EXPECT_EQ(r.status, 2) << more;
    EXPECT_EQ(std::ranges::count(r.err, '\n'), 1) << r.err;
    EXPECT_FALSE(fs::exists(path("c"))) << more;
  }
  ASSERT_EQ(run("fuzz --engine builtin --jobs 1 --time 1 --out c").status, 0);
  const Ran r = run("fuzz --mode conc --time 1 --resume --out c");
  EXPECT_EQ(r.status, 2);
  EXPECT_NE(r.err.find("target seq, not conc"), std::string::npos) << r.err;
}

}  // namespace
}  // namespace bp
