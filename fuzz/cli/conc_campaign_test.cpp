// SPDX-License-Identifier: MIT
// The concurrent mode as a user meets it: the same folder, the same verbs, and a case that goes
// from found to reproduced to smaller to gone.
#include <gtest/gtest.h>

#include "fuzz/cli/test_shell.h"
#include "fuzz/report/json.h"
#include "fuzz/report/well_formed.h"

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

TEST_F(ConcCampaign, OnlySchedulesAreVariedIfOneAsksForThat) {
  write("seeds/plain.conc", "conc 1\nzone normal 0 64\ntask 0\n  alloc 0 a\ntask 1\n  hold\n");
  const std::string command = "fuzz --jobs 1 --time 1 --seeds seeds --only-schedules --out ";
  ASSERT_EQ(run(command + "c --mode conc").status, 0);
  EXPECT_TRUE(fs::is_empty(path("c/corpus/conc"))) << "no other scenario is kept";
  const Ran wrong = run(command + "d");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_NE(wrong.err.find("--only-schedules: there are schedules in --mode conc only"),
            std::string::npos)
      << wrong.err;
}

/// What an engine with coverage kept has no name for it; no mutation makes a machine with types.
TEST_F(ConcCampaign, AnotherEngineGoesOnFromWhatLibFuzzerKept) {
  write("seeds/plain.conc", "conc 1\nzone normal 0 64\ntask 0\n  alloc 0 a\ntask 1\n  hold\n");
  const std::string command =
      "fuzz --mode conc --jobs 1 --until-first --seeds seeds --out c "
      "--subject lockfree-own-type-only ";
  ASSERT_EQ(run(command + "--time 1").status, 0);
  using namespace std::string_literals;
  write("c/corpus/conc/0123abcd", slurp(BP_SOURCE_DIR "/corpus/conc/types.conc") + "\0\1\2"s);
  EXPECT_EQ(run(command + "--time 20 --resume").status, 1);
}

/// Carves a row while it is taken apart; the planted bug gives a frame twice.
constexpr const char* kFindIt =
    "fuzz --mode conc --jobs 1 --time 60 --until-first --subject lockfree-swing-skipped --out c";

TEST_F(ConcCampaign, ACaseIsShownAsTextPictureAndPage) {
  ASSERT_EQ(run(kFindIt).status, 1);
  ASSERT_EQ(shell("cp $(ls c/crashes/conc/*/*.txt | head -n 1) race.txt").status, 0);
  const Ran text = run("show race.txt");
  ASSERT_EQ(text.status, 0) << text.err;
  EXPECT_NE(text.out.find("bug swing_skipped"), std::string::npos) << text.out;
  const Ran svg = run("show race.txt --svg");
  EXPECT_EQ(xml_fault(svg.out), "");
  EXPECT_NE(svg.out.find("class=\"faulty\""), std::string::npos) << svg.err;
  const Ran sound = run("show race.txt --svg --subject lockfree");
  EXPECT_NE(sound.out.find("No rule was broken."), std::string::npos) << sound.err;
  EXPECT_NE(run("show race.txt --html").out.find("<h2>The case</h2>"), std::string::npos);
  EXPECT_EQ(json::parse(run("show race.txt --html --json").out)["form"], "html");
  EXPECT_EQ(run("repro race.txt --subject lockfree").status, 0) << "mended";
  for (const char* wrong : {"--c", "--batch 1", "--subject naive", "--svg --subject naive"}) {
    const Ran r = run("show race.txt " + std::string(wrong));
    EXPECT_EQ(r.status, 2) << wrong;
    EXPECT_EQ(std::ranges::count(r.err, '\n'), 1) << r.err;
    EXPECT_EQ(r.out, "") << wrong;
  }
  const std::string triaged = run("triage c").out;
  EXPECT_EQ(triaged.find("--subject"), std::string::npos) << "the case says it: " << triaged;
}

TEST_F(ConcCampaign, ACaseBecomesATestThatFailsUntilItIsMended) {
  ASSERT_EQ(run(kFindIt).status, 1);
  ASSERT_EQ(shell("cp $(ls c/crashes/conc/*/*.txt | head -n 1) race.txt").status, 0);
  ASSERT_EQ(run("show race.txt --cpp >pasted.cpp").status, 0);
  const std::string compile = BP_COMPILE " pasted.cpp -o pasted " BP_LINK;
  const Ran compiled = shell(compile);
  ASSERT_EQ(compiled.status, 0) << compiled.err;
  EXPECT_EQ(shell("./pasted").status, 1);
  ASSERT_EQ(shell("sed -i '/^bug /d' pasted.cpp && " + compile).status, 0);
  const Ran mended = shell("./pasted");
  EXPECT_EQ(mended.status, 0) << mended.out;
}

TEST_F(ConcCampaign, ACorpusOfCasesIsMergedMinimisedAndPruned) {
  const std::string one = "conc 1\nzone normal 0 1\ntask 0\n  alloc 0 a\n";
  write("in/one.conc", one);
  write("in/same.conc", "# the same\n" + one);
  write("in/two.conc", one + "task 1\n  alloc 0 b\n");
  const Ran min = run("corpus cmin in -o small --json");
  ASSERT_EQ(min.status, 0) << min.err;
  EXPECT_EQ(json::parse(min.out)["inputs"], 2);
  EXPECT_EQ(json::parse(min.out)["kept"], 2) << "only the larger one tells null";
  EXPECT_EQ(run("repro small").status, 0);
  EXPECT_NE(slurp(path("small/CORPUS.md")).find("target conc"), std::string::npos);
  const Ran again = run("corpus merge in -o small --json");
  EXPECT_EQ(json::parse(again.out)["kept"], 0) << again.err;
  write("small/twice.conc", one);
  const Ran prune = run("corpus prune small --json");
  ASSERT_EQ(prune.status, 0) << prune.err;
  EXPECT_EQ(json::parse(prune.out)["kept"], 2);
  EXPECT_EQ(shell("ls small/*.conc | wc -l").out, "2\n");
  write("seq/a.bin", "x");
  for (const char* wrong : {"corpus merge in seq -o new", "corpus merge seq -o small",
                            "corpus cmin in -o new --subject naive"}) {
    const Ran r = run(wrong);
    EXPECT_EQ(r.status, 2) << wrong;
    EXPECT_EQ(std::ranges::count(r.err, '\n'), 1) << r.err;
    EXPECT_FALSE(fs::exists(path("new"))) << wrong;
  }
}

TEST_F(ConcCampaign, WhatItCannotDoIsSaidInOneLine) {
  for (const char* more : {"--subject naive", "--engine none", "--subject ./lib.so",
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
