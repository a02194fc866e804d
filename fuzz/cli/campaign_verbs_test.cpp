// SPDX-License-Identifier: MIT
// status, triage and report as a user meets them: beside a campaign that runs, after it was killed,
// on folders that are none; SARIF before a validator that is not ours; the page in a real browser.
#include <gtest/gtest.h>

#include "fuzz/campaign/test_campaign.h"
#include "fuzz/cli/test_shell.h"
#include "fuzz/report/json.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using campaign::TestCampaign;
using nlohmann::json;

constexpr const char* kVerbsPlant = "naive-free-unchecked";
constexpr const char* kHostileRule = "<b data-smuggled='1'>&";

class CampaignVerbs : public cli::ShellTest {
 protected:
  static fs::path some_input(const fs::path& folder) {
    for (const auto& e : fs::directory_iterator(folder)) {
      if (e.path().extension() == ".bin") return e.path();
    }
    return {};
  }
  /// A folder with two runs and crashes that reproduce.
  struct Found : TestCampaign {
    Found() : TestCampaign(kVerbsPlant) { add_all(*this); }
  };
  static void add_all(TestCampaign& c) {
    c.add_crash("R-BUDDY-18", campaign::kDoubleFreeText);
    c.add_crash("R-BUDDY-18", campaign::kMachineText +
                                  "b0 = alloc cpu=0 order=0 gfp=0\n"
                                  "free b0 cpu=0\nfree b0 cpu=0\n");
    c.add_crash(kHostileRule, campaign::kDoubleFreeText);
    for (unsigned s = 1; s <= 5; ++s) c.add_sample(s, 100 * s, 500 + s);
    c.add_sample(1, 50, 506);
  }
};

constexpr const char* kMapped =
    "buddyproof 1\n"
    "machine profile=v6.1-lts192 cpus=2 pageblock_order=9 min_free_kbytes=512\n"
    "node 0 cpus=0-1 zone=DMA:1-0x1000 zone=DMA32:0x1000-0x8000 hole=0x9f-0x100\n"
    "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n"
    "free b0 cpu=0\n"
    "free b0 cpu=1\n";

/// Programs of other people that a test looks through; a reason to skip if they are not here.
class OtherEyes {
 public:
  OtherEyes() : modules_(fs::path(BP_SOURCE_DIR) / "build/web/node_modules") {}
  std::string missing() const {
    if (std::system("node --version >/dev/null 2>&1") != 0) return "node is missing: run ci/setup";
    if (!fs::exists(modules_ / "ajv")) return "build/web is missing: run ci/setup";
    return "";
  }
  std::string missing_browser() const {
    if (std::system("command -v chromium >/dev/null 2>&1") != 0)
      return "chromium is missing: run ci/setup";
    return missing();
  }
  std::string command(const std::string& script) const {
    return "BP_NODE_MODULES=" + modules_.string() + " BP_CHROMIUM=$(command -v chromium) node " +
           BP_SOURCE_DIR "/ci/web/" + script;
  }

 private:
  fs::path modules_;
};

TEST_F(CampaignVerbs, StatusWorksBesideACampaignAndAfterItWasKilled) {
  // Bounded by the campaign's own time; it is killed as soon as it was seen to have run something.
  const Ran r =
      run("fuzz --engine builtin --jobs 1 --time 30 --subject " + std::string(kVerbsPlant) +
          " --out c >/dev/null 2>&1 & pid=$!; "
          "for i in $(seq 100); do " BP_BUDDYPROOF
          " status c --json 2>/dev/null | grep -q '\"executions\":[1-9]' && break; "
          "sleep 0.2; done; " BP_BUDDYPROOF
          " status c --json; kill -9 $pid; wait $pid 2>/dev/null; "
          "for i in $(seq 50); do " BP_BUDDYPROOF
          " status c | grep -q ': stopped' && break; sleep 0.1; done");
  EXPECT_EQ(r.status, 0) << r.err;
  const json running = json::parse(r.out, nullptr, false);
  ASSERT_TRUE(running.is_object()) << r.out << r.err;
  EXPECT_EQ(running["phase"], "running");
  EXPECT_GT(running["tallies"]["executions"], 0);
  const Ran after = run("status c");
  EXPECT_EQ(after.status, 0);
  EXPECT_NE(after.out.find(": stopped before its time was spent"), std::string::npos) << after.out;
  EXPECT_LT(std::count(after.out.begin(), after.out.end(), '\n'), 24) << "one screen";
  EXPECT_EQ(run("report c -o c.html").status, 0);
}

TEST_F(CampaignVerbs, TriageJudges) {
  const Found c;
  const std::string folder = c.path().string();
  const Ran broken = run("triage " + folder);
  EXPECT_EQ(broken.status, 1) << broken.err;
  EXPECT_NE(broken.out.find("3 crashes in 1 folder: 1 rule broken, 1 group"), std::string::npos)
      << broken.out;
  EXPECT_NE(broken.out.find("to minimise:   ci/buddyproof min "), std::string::npos);
  const Ran mended = run("triage " + folder + " --subject naive --json");
  EXPECT_EQ(mended.status, 0) << mended.err;
  EXPECT_EQ(json::parse(mended.out)["gone"].size(), 3U);
}

TEST_F(CampaignVerbs, SarifIsValidByTheSchemaOfItsMakers) {
  const OtherEyes eyes;
  if (const std::string why = eyes.missing(); !why.empty()) GTEST_SKIP() << why;
  const Found c;
  EXPECT_EQ(run("triage " + c.path().string() + " --sarif found.sarif").status, 1);
  const Ran valid = shell(eyes.command("validate_sarif.js") + " found.sarif");
  EXPECT_EQ(valid.status, 0) << valid.out << valid.err;
  EXPECT_EQ(valid.out, "valid: 1 results, 1 rules, 3 artifacts\n");
  // The validator is one that can say no.
  const Ran broken = shell("sed -i s/startLine/startLime/ found.sarif; " +
                           eyes.command("validate_sarif.js") + " found.sarif");
  EXPECT_EQ(broken.status, 1) << broken.out << broken.err;
}

TEST_F(CampaignVerbs, SarifOfNothingIsValidToo) {
  const OtherEyes eyes;
  if (const std::string why = eyes.missing(); !why.empty()) GTEST_SKIP() << why;
  TestCampaign c("naive");
  c.open();
  EXPECT_EQ(run("triage " + c.path().string() + " --sarif none.sarif").status, 0);
  const Ran valid = shell(eyes.command("validate_sarif.js") + " none.sarif");
  EXPECT_EQ(valid.out, "valid: 0 results, 0 rules, 0 artifacts\n") << valid.err;
}

/// What the reader of a page sees, however it is looked at.
void expect_readable(const json& look) {
  SCOPED_TRACE(look["name"].get<std::string>());
  EXPECT_TRUE(look["requests"].empty()) << look["requests"];
  EXPECT_TRUE(look["console"].empty()) << look["console"];
  EXPECT_EQ(look["plots"], 2);
  EXPECT_EQ(look["points"], 12) << "six samples in each plot";
  EXPECT_EQ(look["points_outside"], 0);
  EXPECT_EQ(look["units"][0], "programs/s");
  EXPECT_EQ(look["crashes"], 1);
  EXPECT_EQ(look["pictures"], 1);
  EXPECT_EQ(look["elements_smuggled"], 0);
  EXPECT_TRUE(look["texts_cut"].empty()) << look["texts_cut"];
  EXPECT_FALSE(look["wider_than_window"].get<bool>());
  EXPECT_GT(look["text"], 500);
}

TEST_F(CampaignVerbs, ThePageIsReadableInABrowserAndAsksForNothing) {
  const OtherEyes eyes;
  if (const std::string why = eyes.missing_browser(); !why.empty()) GTEST_SKIP() << why;
  const Found c;
  ASSERT_EQ(run("report " + c.path().string() + " -o page.html").status, 0);
  const Ran r = shell(eyes.command("look_at_page.js") + " page.html");
  ASSERT_EQ(r.status, 0) << r.err;
  const json looks = json::parse(r.out);
  ASSERT_EQ(looks.size(), 3U);
  for (const json& look : looks) expect_readable(look);
  EXPECT_NE(looks[0]["background"], looks[1]["background"]) << "light and dark";
}

TEST_F(CampaignVerbs, ACorpusIsMinimisedMergedAndPruned) {
  const std::string seeds = BP_SOURCE_DIR "/corpus/seq";
  const std::string trace = BP_SOURCE_DIR "/corpus/kernel/busybox-6.1-slice.trace.zst";
  const json all =
      json::parse(run("corpus merge " + seeds + " " + trace + " -o all --no-coverage --json").out);
  EXPECT_GT(all["inputs"], 10) << "a trace is many inputs";
  const json again = json::parse(run("corpus merge all -o all --no-coverage --json").out);
  EXPECT_EQ(again["kept"], 0) << "nothing is new twice";
  write("all/twin.bin", slurp(some_input(scratch_.path() / "all")));
  const json small = json::parse(run("corpus cmin all -o small --no-coverage --json").out);
  EXPECT_EQ(small["features"], all["features"]);
  EXPECT_LE(small["kept"], all["kept"]);
  const json pruned = json::parse(run("corpus prune all --json").out);
  EXPECT_EQ(pruned["features"], all["features"]);
  EXPECT_EQ(pruned["kept"], small["kept"]);
  EXPECT_EQ(run("repro small").status, 0) << "what is kept is replayed as it is";
}

TEST_F(CampaignVerbs, ACorpusThatIsNoneOfOursIsRefusedInOneLine) {
  write("huge/a.bin", std::string(3, 'a'));
  fs::resize_file(scratch_.path() / "huge/a.bin", std::uintmax_t{100} << 20);
  write("newer/CORPUS.md", "buddyproof corpus, format 9, target seq\n");
  write("other/CORPUS.md", "buddyproof corpus, format 1, target none\n");
  write("campaign/manifest.json", R"({"version": 99})");
  for (const char* in : {"huge", "newer", "other", "campaign", "missing"}) {
    for (const char* verb : {"corpus merge ", "corpus cmin "}) {
      const Ran r = run(std::string(verb) + in + " -o out --no-coverage");
      EXPECT_EQ(r.status, 2) << in;
      EXPECT_EQ(std::ranges::count(r.err, '\n'), 1) << r.err;
      EXPECT_NE(r.err.find(in), std::string::npos) << r.err;
      EXPECT_FALSE(fs::exists(scratch_.path() / "out")) << in;
    }
    EXPECT_EQ(run(std::string("corpus prune ") + in).status, 2) << in;
  }
  EXPECT_TRUE(fs::exists(scratch_.path() / "huge/a.bin")) << "what is refused is not removed";
}

// The step-by-step map of a refused program, as `show --html` makes it.
TEST_F(CampaignVerbs, TheMapOfAProgramIsReadableInABrowserAndAsksForNothing) {
  const OtherEyes eyes;
  if (const std::string why = eyes.missing_browser(); !why.empty()) GTEST_SKIP() << why;
  write("bad.txt", kMapped);
  ASSERT_EQ(run("show bad.txt --html --subject naive-free-unchecked > map.html").status, 0);
  const Ran r = shell(eyes.command("look_at_page.js") + " map.html");
  ASSERT_EQ(r.status, 0) << r.err;
  const json looks = json::parse(r.out);
  ASSERT_EQ(looks.size(), 3U);
  for (const json& look : looks) {
    EXPECT_TRUE(look["requests"].empty()) << look["requests"];
    EXPECT_TRUE(look["console"].empty()) << look["console"];
    EXPECT_EQ(look["maps"], 5) << "before, three operations, the closing drain";
    EXPECT_EQ(look["maps_at_fault"], 1);
    EXPECT_EQ(look["map_blocks_outside"], 0);
    EXPECT_TRUE(look["texts_cut"].empty()) << look["texts_cut"];
    EXPECT_FALSE(look["wider_than_window"].get<bool>());
  }
  EXPECT_NE(looks[0]["background"], looks[1]["background"]) << "light and dark";
}

/// One task takes what another one frees, and the merge is not finished.
constexpr const char* kCase =
    "conc 1\ncpus 2\nzone normal 0 1536 pcp 2\nmachine types\nallow steps 20000\n"
    "setup\n  alloc 9 s movable\n  alloc 0 t movable\n"
    "task 1\n  isolate 512 1024\n  restore 512 1024\n"
    "task 1\n  free t\n  alloc 0 b movable\n  alloc 5 c movable\n  free b\n"
    "task 0\n  alloc 1 d\n  free d\n"
    "bug swing_skipped\nschedule\n";

/// What is looked at of a case alone.
void expect_lanes_and_arrows(const json& look) {
  SCOPED_TRACE(look["name"].get<std::string>());
  EXPECT_TRUE(look["requests"].empty()) << look["requests"];
  EXPECT_TRUE(look["console"].empty()) << look["console"];
  EXPECT_EQ(look["lanes"], json::parse(R"(["task 1, CPU 1", "task 2, CPU 1", "task 3, CPU 0"])"));
  EXPECT_GT(look["steps"], 50);
  EXPECT_GT(look["arrows"], 5) << "one task reads what the other wrote";
  EXPECT_EQ(look["arrows_outside"], 0);
  EXPECT_TRUE(look["texts_cut"].empty()) << look["texts_cut"];
  EXPECT_GE(look["owned"], 4) << "each block that was held";
  EXPECT_TRUE(look["verdict"].get<std::string>().starts_with("S6 ")) << look["verdict"];
  EXPECT_EQ(look["map_blocks_outside"], 0);
  EXPECT_FALSE(look["wider_than_window"].get<bool>());
}

// The lanes and arrows of a case that breaks a rule, as `show --html` makes them.
TEST_F(CampaignVerbs, ACaseIsReadableInABrowserAndAsksForNothing) {
  const OtherEyes eyes;
  if (const std::string why = eyes.missing_browser(); !why.empty()) GTEST_SKIP() << why;
  write("race.conc", kCase);
  ASSERT_EQ(run("show race.conc --html > race.html").status, 0);
  const Ran r = shell(eyes.command("look_at_page.js") + " race.html");
  ASSERT_EQ(r.status, 0) << r.err;
  const json looks = json::parse(r.out);
  ASSERT_EQ(looks.size(), 3U);
  for (const json& look : looks) expect_lanes_and_arrows(look);
  EXPECT_NE(looks[0]["background"], looks[1]["background"]) << "light and dark";
}

TEST_F(CampaignVerbs, ABrowserWouldTellOfARequestAndOfAnError) {
  const OtherEyes eyes;
  if (const std::string why = eyes.missing_browser(); !why.empty()) GTEST_SKIP() << why;
  write("bad.html",
        "<!DOCTYPE html><title>t</title><img src='missing.png'><b data-smuggled='1'>"
        "</b><script>console.log('said'); nothing()</script>"
        "<div style='width:3000px'>wide</div>");
  const Ran r = shell(eyes.command("look_at_page.js") + " bad.html");
  ASSERT_EQ(r.status, 0) << r.err;
  const json look = json::parse(r.out)[0];
  EXPECT_EQ(look["requests"].size(), 1U);
  EXPECT_GE(look["console"].size(), 2U) << look["console"];
  EXPECT_EQ(look["elements_smuggled"], 1);
  EXPECT_TRUE(look["wider_than_window"].get<bool>());
}

TEST_F(CampaignVerbs, EveryBadInputIsOneLineAndLeavesNothingBehind) {
  const Found c;
  const std::string good = c.path().string();
  write("file", "x");
  write("lines.jsonl", "{\"id\": 1}\n");
  ASSERT_EQ(shell("mkdir empty other; cp -r " + good + " newer; cp -r " + good + " nobody; cp -r " +
                  good +
                  " cut; echo '{\"version\": 99}' >newer/manifest.json; "
                  "sed -i s/naive-free-unchecked/who/ nobody/manifest.json; "
                  "truncate -s -3 cut/crashes/seq/R-BUDDY-18/*.bin")
                .status,
            0);
  const auto before = names();
  for (const std::string& arguments :
       std::vector<std::string>{"status",
                                "status missing",
                                "status empty",
                                "status file",
                                "status newer",
                                "triage",
                                "triage missing",
                                "triage empty",
                                "triage newer",
                                "triage nobody",
                                "triage cut",
                                "triage " + good + " empty",
                                "triage " + good + " --subject who",
                                "triage " + good + " --sarif missing/x.sarif",
                                "triage " + good + " --sarif other",
                                "triage " + good + " --junit missing/x.xml",
                                "report " + good,
                                "report empty -o x.html",
                                "report missing -o x.html",
                                "report nobody -o x.html",
                                "report " + good + " -o missing/x.html",
                                "report " + good + " -o other",
                                "report " + good + " -o x.html --proofs missing",
                                "report " + good + " -o x.html --proofs lines.jsonl",
                                "report " + good + " -o x.html --mutants lines.jsonl",
                                "report " + good + " -o x.html --coverage lines.jsonl",
                                "report " + good + " -o x.html --uncovered lines.jsonl"}) {
    const Ran r = run(arguments);
    EXPECT_EQ(r.status, 2) << arguments;
    EXPECT_EQ(std::count(r.err.begin(), r.err.end(), '\n'), 1) << arguments << "\n" << r.err;
    EXPECT_TRUE(r.err.starts_with("buddyproof: ")) << arguments << "\n" << r.err;
    EXPECT_EQ(names(), before) << arguments;
  }
}

}  // namespace
}  // namespace bp
