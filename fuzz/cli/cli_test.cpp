// SPDX-License-Identifier: MIT
// The built program as a user meets it: exit statuses, one line for every wrong input, nothing
// half written, and the walk from a refused program to a smaller one to a test that fails alike.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "fuzz/kernel/input.h"
#include "fuzz/report/json.h"

namespace bp {
namespace {

namespace fs = std::filesystem;

/// A folder of this test's own, removed at its end.
class CliTest : public testing::Test {
 protected:
  CliTest() {
    std::string name = testing::TempDir() + "bp_cli_XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~CliTest() override {
    std::error_code ec;
    fs::remove_all(folder_, ec);
  }

  struct Ran {
    int status;
    std::string out, err;
  };

  static std::string slurp(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  fs::path write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }

  /// A shell command in the folder.
  Ran shell(const std::string& command) {
    const std::string line = "cd " + folder_.string() + " && { " + command + "; } >" +
                             (folder_ / "stdout").string() + " 2>" + (folder_ / "stderr").string();
    const int raw = std::system(line.c_str());
    Ran r{WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw), slurp(folder_ / "stdout"),
          slurp(folder_ / "stderr")};
    fs::remove(folder_ / "stdout");
    fs::remove(folder_ / "stderr");
    return r;
  }
  Ran run(const std::string& arguments) { return shell(BP_BUDDYPROOF " " + arguments); }

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_))
      all.push_back(entry.path().filename().string());
    std::sort(all.begin(), all.end());
    return all;
  }

  fs::path folder_;
};

constexpr const char* kGood =
    "buddyproof 1\n"
    "machine profile=v6.1-lts192 zones=DMA cpus=1 pageblock_order=4 min_free_kbytes=0 pcp_high=4 "
    "pcp_batch=2\n"
    "node 0 cpus=0 zone=DMA:0x0-0x100\n"
    "b0 = alloc cpu=0 order=1 gfp=0\n"
    "free b0 cpu=0\n";

/// A frame is freed twice; naive-free-unchecked takes it.
constexpr const char* kDoubleFree =
    "buddyproof 1\n"
    "machine profile=v6.1-lts192 zones=DMA cpus=1 pageblock_order=4 min_free_kbytes=0 pcp_high=4 "
    "pcp_batch=2\n"
    "node 0 cpus=0 zone=DMA:0x0-0x100\n"
    "b0 = alloc cpu=0 order=1 gfp=0\n"
    "b1 = alloc cpu=0 order=0 gfp=0\n"
    "free b1 cpu=0\n"
    "free b0 cpu=0\n"
    "free b0 cpu=0\n"
    "drain cpu=all\n";

/// A recorded kernel's state.
std::string state_text() {
  const kernel::FileText file = kernel::read_file(
      std::string(BP_SOURCE_DIR) + "/corpus/kernel/states/v7.1-512M-cma/state.txt.zst");
  EXPECT_EQ(file.fault, "");
  return file.bytes;
}

TEST_F(CliTest, EveryBadInputIsOneLineAndStatusTwo) {
  write("good.txt", kGood);
  write("empty.txt", "");
  write("broken.txt", "buddyproof 1\nmachine profile=v9\n");
  write("raw.txt", std::string(kGood) + "b1 = alloc cpu=0 order=0 gfp=0x200da\n");
  write("order.txt", std::string(kGood) + "b1 = alloc cpu=0 order=11 gfp=0\n");
  write("nocpu.txt",
        "buddyproof 1\nmachine profile=v6.1-lts192 cpus=0\nnode 0 zone=NORMAL:0x0-0x100\n");
  write("backwards.txt",
        "buddyproof 1\nmachine profile=v6.1-lts192 cpus=1\nnode 0 cpus=0 zone=NORMAL:0x100-0x1\n");
  write("overlap.txt",
        "buddyproof 1\nmachine profile=v6.1-lts192 zones=DMA cpus=1\nnode 0 cpus=0 "
        "zone=DMA:0x0-0x100 zone=NORMAL:0x80-0x200\n");
  write("bad.litmus", "litmus a\nthread\n  store x 1 acq\n");
  write("bad.json", "[{\"name\": 3}]");
  write("torn.json", "[{");
  write("garbage.trace", "0 1 ..... 0 A 1a6f4d 0 1 140dca\nthis is no event\n");
  write("one.trace", "0 1 ..... 0 A 1a6f4d 0 1 140dca\n");
  write("cut.recording", "@@BATCH 0\n@@S0\nzone 0 0 Normal managed 1\n");
  write("garbage.zoneinfo", "Node zero, zone what\n");
  const std::string state = state_text();
  write("state.txt", state);
  write("cut-state.txt", state.substr(0, state.size() / 2));
  write("recording.txt", "@@BATCH 3\n@@S0\n" + state + "@@RES\n");
  ASSERT_EQ(run("show good.txt > a.txt; zstd -q a.txt && head -c 40 a.txt.zst > cut.zst").status,
            0);
  ASSERT_EQ(shell("truncate -s 1G huge.txt; mkdir folder; touch secret; chmod 000 secret").status,
            0);
  const auto before = names();
  for (const char* arguments : {"",
                                "nonsense",
                                "--nonsense",
                                "repro",
                                "repro --nonsense good.txt",
                                "repro missing.txt",
                                "repro empty.txt",
                                "repro broken.txt",
                                "repro raw.txt",
                                "repro order.txt",
                                "repro nocpu.txt",
                                "repro backwards.txt",
                                "repro overlap.txt",
                                "repro cut.zst",
                                "repro huge.txt",
                                "repro folder",
                                "repro good.txt --subject nobody",
                                "repro good.txt --subject ./missing.so",
                                "show",
                                "show missing.txt",
                                "show folder",
                                "show empty.txt",
                                "show broken.txt",
                                "show huge.txt",
                                "show cut.zst",
                                "show good.txt --text --cpp",
                                "show good.txt --svg --html",
                                "show good.txt --c --cpp",
                                "show good.txt --c --subject nobody",
                                "show state.txt --c",
                                "show state.txt --html",
                                "show good.txt --batch 0",
                                "show good.txt --after",
                                "show good.txt --profile v7.1",
                                "show good.txt --text=zoneinfo",
                                "show state.txt --cpp",
                                "show state.txt --subject lockfree",
                                "show state.txt --text=meminfo",
                                "show state.txt --text --svg",
                                "show state.txt --batch 0",
                                "show state.txt --after",
                                "show state.txt --profile v2.4",
                                "show cut-state.txt",
                                "show recording.txt --batch 9",
                                "show recording.txt --batch nine",
                                "show recording.txt --after",
                                "min good.txt",
                                "min -o out.txt",
                                "min missing.txt -o out.txt",
                                "min broken.txt -o out.txt",
                                "min good.txt -o out.txt",
                                "min empty.txt -o out.txt",
                                "min folder -o out.txt",
                                "min huge.txt -o out.txt",
                                "fuzz --time 0",
                                "fuzz --time never",
                                "fuzz --jobs 0",
                                "fuzz --engine honggfuzz",
                                "fuzz --subject nobody",
                                "fuzz --engine builtin --time 1 --seeds missing.txt --out o",
                                "fuzz --engine builtin --time 1 --out good.txt",
                                "fuzz --engine builtin --time 1 --out o --shard 2/2",
                                "kernel",
                                "kernel nonsense",
                                "kernel import",
                                "kernel import garbage.trace",
                                "kernel import garbage.trace -o out.txt",
                                "kernel import garbage.trace -o out.txt --era E3",
                                "kernel import missing -o out.txt",
                                "kernel import folder -o out.txt",
                                "kernel import empty.txt -o out.txt",
                                "kernel import huge.txt -o out.txt",
                                "kernel import cut.zst -o out.txt",
                                "kernel import garbage.trace -o out.txt --era E9",
                                "kernel import garbage.trace -o out.txt --profile v3",
                                "kernel import garbage.trace -o out.txt --machine broken.txt",
                                "kernel check",
                                "kernel check missing",
                                "kernel check folder",
                                "kernel check empty.txt",
                                "kernel check huge.txt",
                                "kernel check cut.zst",
                                "kernel check good.txt",
                                "kernel check garbage.trace",
                                "kernel check one.trace",
                                "kernel check cut.recording",
                                "kernel check cut.recording --json",
                                "kernel check cut.recording --profile v3",
                                "kernel zoneinfo missing",
                                "kernel zoneinfo folder",
                                "kernel zoneinfo empty.txt",
                                "kernel zoneinfo garbage.zoneinfo",
                                "kernel zoneinfo huge.txt",
                                "kernel zoneinfo good.txt good.txt",
                                "kernel zoneinfo --check missing",
                                "kernel zoneinfo --check folder",
                                "kernel zoneinfo --check empty.txt",
                                "kernel zoneinfo --check garbage.zoneinfo",
                                "kernel zoneinfo --check huge.txt",
                                "kernel zoneinfo --check good.txt",
                                "kernel zoneinfo --check --profile v3",
                                "litmus",
                                "litmus missing",
                                "litmus empty.txt",
                                "litmus bad.litmus",
                                "litmus bad.json",
                                "litmus torn.json",
                                "litmus folder",
                                "litmus huge.txt",
                                "litmus bad.litmus --defect nobody",
                                "mutants --only nobody",
                                "mutants --run --seconds -1",
                                "mutants --run --list",
                                "bench --workload nobody",
                                "bench --subject nobody",
                                "bench --threads 3",
                                "bench --svg no/such/folder/plot.svg",
                                "prove --only P-NONE",
                                "prove --solver yices",
                                "prove --seconds 0"}) {
    const Ran r = run(arguments);
    EXPECT_EQ(r.status, 2) << arguments << "\n" << r.err;
    EXPECT_EQ(r.out, "") << arguments;
    EXPECT_EQ(std::count(r.err.begin(), r.err.end(), '\n'), 1) << arguments << "\n" << r.err;
    EXPECT_EQ(r.err.substr(0, 12), "buddyproof: ") << arguments;
    ASSERT_EQ(names(), before) << "left behind by: " << arguments;
  }
}

TEST_F(CliTest, FaultsNameFileLineAndColumn) {
  write("bad.txt", std::string(kGood) + "b1 = alloc cpu=0 order=11 gfp=0\n");
  const Ran r = run("repro bad.txt");
  EXPECT_EQ(r.err.substr(0, 25), "buddyproof: bad.txt:6:24:") << r.err;
}

TEST_F(CliTest, LitmusSaysWhatIsForbiddenAndWhatIsMissing) {
  write("sb.litmus",
        "litmus SB\nthread\n store x 1 sc\n a = load y sc\nthread\n store y 1 sc\n b = load x sc\n"
        "observe a b\nrc11: 0 1, 1 0, 1 1\n");
  write("sb.json",
        R"([{"name": "SB", "observed": ["a", "b"], "threads": [["store x 1 sc", "a = load y sc"],
            ["store y 1 sc", "b = load x sc"]], "allowed_rc11": [[0, 1], [1, 0], [1, 1]]}])");
  for (const char* file : {"sb.litmus", "sb.json"}) {
    EXPECT_EQ(run(std::string("litmus ") + file).status, 0);
    const Ran weak = run(std::string("litmus --defect seq_cst_is_acq_rel ") + file);
    EXPECT_EQ(weak.status, 1);
    EXPECT_NE(weak.out.find("a=0 b=0  FORBIDDEN"), std::string::npos) << weak.out;
  }
  write("sure.litmus", "litmus W\nthread\n store x 1 rlx\nobserve x\nrc11: 1, 2\n");
  const Ran missing = run("litmus sure.litmus --json");
  EXPECT_EQ(missing.status, 1);
  const auto report = nlohmann::json::parse(missing.out);
  EXPECT_EQ(report[0]["outcomes"][1]["verdict"], "missing");
  EXPECT_EQ(run("litmus sb.litmus --executions 3").status, 124);
}

TEST_F(CliTest, HelpAndVersionSaySo) {
  for (const char* verb : {"", "fuzz", "repro", "show", "min", "kernel", "kernel import",
                           "kernel zoneinfo", "kernel check", "mutants", "prove"}) {
    const Ran r = run(std::string(verb) + " --help");
    EXPECT_EQ(r.status, 0) << verb;
    EXPECT_NE(r.out.find("buddyproof"), std::string::npos) << verb;
    EXPECT_EQ(r.err, "") << verb;
  }
  EXPECT_EQ(run("--version").out.substr(0, 11), "buddyproof ");
}

TEST_F(CliTest, ReproIsQuietOnSuccessAndLoudOnViolation) {
  write("good.txt", kGood);
  write("bad.txt", kDoubleFree);
  const Ran good = run("repro good.txt bad.txt");
  EXPECT_EQ(good.status, 0) << good.out << good.err;
  EXPECT_EQ(std::count(good.out.begin(), good.out.end(), '\n'), 2);
  EXPECT_EQ(good.out.substr(0, 28), "ok good.txt: 2 operations, 1") << good.out;
  const Ran bad = run("repro good.txt bad.txt --subject naive-free-unchecked");
  EXPECT_EQ(bad.status, 1);
  EXPECT_NE(bad.out.find("Assertion 'R-BUDDY-18 "), std::string::npos) << bad.out;
  EXPECT_NE(bad.out.find("\n> free b0 cpu=0"), std::string::npos) << bad.out;
}

TEST_F(CliTest, JsonIsOneObjectALine) {
  write("good.txt", kGood);
  write("bad.txt", kDoubleFree);
  const Ran r = run("repro --json good.txt bad.txt --subject naive-free-unchecked");
  std::istringstream lines(r.out);
  std::string first, second;
  std::getline(lines, first);
  std::getline(lines, second);
  EXPECT_EQ(nlohmann::json::parse(first)["verdict"], "accepted");
  EXPECT_EQ(nlohmann::json::parse(second)["refusal"]["rule"], "R-BUDDY-18");
  for (const char* arguments : {"show good.txt --json", "kernel zoneinfo --json",
                                "mutants --list --only naive-free-unchecked --json"}) {
    const Ran one = run(arguments);
    EXPECT_EQ(one.status, 0) << one.err;
    EXPECT_FALSE(nlohmann::json::parse(one.out, nullptr, false).is_discarded()) << arguments;
  }
}

TEST_F(CliTest, TextAndBytesAreTheSameProgram) {
  write("bad.txt", kDoubleFree);
  ASSERT_EQ(run("min bad.txt -o small.bin.zst --subject naive-free-unchecked").status, 0);
  ASSERT_EQ(run("min bad.txt -o small.txt --subject naive-free-unchecked").status, 0);
  EXPECT_EQ(run("show small.bin.zst").out, slurp(folder_ / "small.txt"));
}

TEST_F(CliTest, ConcurrentCasesComeToTheSameHashesInTwoProcesses) {
  const std::string all = "repro " BP_SOURCE_DIR "/corpus/conc/*.conc";
  const auto first = run(all), second = run(all);
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_GT(first.out.size(), 500U);
  EXPECT_EQ(first.out, second.out);
}

TEST_F(CliTest, CheckRecomputesRecordedMachines) {
  const std::string recorded = BP_SOURCE_DIR "/corpus/kernel/snapshots";
  const Ran all = run("kernel zoneinfo --check " + recorded);
  EXPECT_EQ(all.status, 0) << all.out << all.err;
  EXPECT_NE(all.out.find("C16: a threshold"), std::string::npos);
  EXPECT_NE(all.out.find("33 snapshots: 1862 figures, 1715 equal, 147 explained, 0 not equal; 130 "
                         "zonelists, 130 equal\n"),
            std::string::npos)
      << all.out;
  const Ran json = run("kernel zoneinfo --check --json " + recorded);
  EXPECT_EQ(nlohmann::json::parse(json.out)["different"], 0);
  EXPECT_EQ(nlohmann::json::parse(json.out)["snapshots"].size(), 33U);
}

TEST_F(CliTest, CheckFindsAFigureAndAListThatAreWrong) {
  const std::string recorded = BP_SOURCE_DIR "/corpus/kernel/snapshots/";
  ASSERT_EQ(shell("zstd -dqc " + recorded + "5.15-160M.txt.zst > m.txt").status, 0);
  ASSERT_EQ(run("kernel zoneinfo --check m.txt").status, 0);
  ASSERT_EQ(shell("sed -i 's/batch: 7$/batch: 8/' m.txt").status, 0);
  const Ran wrong = run("kernel zoneinfo --check m.txt");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_NE(wrong.out.find("NOT EQUAL\n      node 0 DMA32: cpu 0 batch 8 (7)"), std::string::npos)
      << wrong.out;
  ASSERT_EQ(shell("zstd -dqc " + recorded + "4.7-zonelists-n4-s1.txt.zst > z.txt").status, 0);
  ASSERT_EQ(shell("sed -i 's|zl 1 0: 1/1 3/1|zl 1 0: 3/1 1/1|' z.txt").status, 0);
  const Ran lists = run("kernel zoneinfo --check z.txt --json");
  EXPECT_EQ(lists.status, 1);
  EXPECT_EQ(nlohmann::json::parse(lists.out)["different"], 3);
}

// Lines that 4.8 to 5.13 print as 5.15 does.
TEST_F(CliTest, CheckAsksForTheProfileWhereNothingShowsIt) {
  const std::string recorded = BP_SOURCE_DIR "/corpus/kernel/snapshots/5.15-160M.txt.zst";
  ASSERT_EQ(shell("zstd -dqc " + recorded + " | sed '/high_fraction/d' > m.txt").status, 0);
  const Ran r = run("kernel zoneinfo --check m.txt");
  EXPECT_EQ(r.status, 2);
  EXPECT_NE(r.err.find("say --profile, one of v4.7, v6.1-lts192, v5.15, v6.12, v7.1"),
            std::string::npos)
      << r.err;
  // With it, but for suffix 3, whose fraction is no longer known.
  EXPECT_EQ(run("kernel zoneinfo --check m.txt --profile v5.15").status, 1);
}

TEST_F(CliTest, AStateIsPrintedAsProcWithDiffAndTail) {
  write("state.txt", state_text());
  const std::string files = BP_SOURCE_DIR "/corpus/kernel/states/v7.1-512M-cma/";
  EXPECT_EQ(run("show state.txt --text=buddyinfo | diff - " + files + "buddyinfo").out, "");
  EXPECT_EQ(run("show state.txt --text=pagetypeinfo | diff - " + files + "pagetypeinfo").out, "");
  const Ran all = shell("mkdir proc && for f in buddyinfo pagetypeinfo zoneinfo; do " BP_BUDDYPROOF
                        " show state.txt --text=$f > proc/$f || exit; done; "
                        "tail -n +1 proc/* | sed 's,> proc/,> /proc/,' > all; " BP_BUDDYPROOF
                        " show state.txt --text | diff all -");
  EXPECT_EQ(all.status, 0) << all.out << all.err;
  EXPECT_EQ(run("show state.txt").out, slurp(folder_ / "all"));
}

// The expression in --help makes the kernel's own file comparable: only what moved on is left.
TEST_F(CliTest, HelpTellsHowToCompareZoneinfo) {
  write("state.txt", state_text());
  const Ran r = shell(BP_BUDDYPROOF
                      " show --help | tail -n 1 | sed 's/^ *//' > known && " BP_BUDDYPROOF
                      " show state.txt --text=zoneinfo > ours && grep -E -f known " BP_SOURCE_DIR
                      "/corpus/kernel/states/v7.1-512M-cma/zoneinfo | diff ours - | grep -c '^>'");
  EXPECT_EQ(r.out, "2\n") << r.err;
}

TEST_F(CliTest, AStateIsDrawnAndTheMomentIsInItsName) {
  const std::string state = state_text();
  write("state.txt", state);
  write("two.txt", "@@BATCH 3\n@@S0\n" + state + "@@RES\n@@S1\n" + state + "@@END\n");
  const Ran alone = run("show state.txt --svg");
  EXPECT_EQ(alone.status, 0) << alone.err;
  EXPECT_EQ(alone.out.substr(0, 5), "<svg ");
  EXPECT_NE(alone.out.find(">state.txt</text>"), std::string::npos);
  ASSERT_EQ(shell("xz two.txt").status, 0);
  EXPECT_NE(run("show two.txt.xz --svg --after").out.find(">two.txt.xz, batch 3, after</text>"),
            std::string::npos);
  const auto json =
      nlohmann::json::parse(run("show two.txt.xz --batch 3 --text=buddyinfo --json").out);
  EXPECT_EQ(json["state"], "batch 3, before");
  EXPECT_EQ(json["form"], "buddyinfo");
  EXPECT_EQ(json["content"], run("show state.txt --text=buddyinfo").out);
}

// From a refused program to a smaller one, and to a test that is compiled and fails as it does.
TEST_F(CliTest, TheWalkFromAProgramToATestThatFails) {
  write("bad.txt", kDoubleFree);
  const Ran min = run("min bad.txt -o small.txt --subject naive-free-unchecked --json");
  ASSERT_EQ(min.status, 0) << min.err;
  EXPECT_EQ(nlohmann::json::parse(min.out)["operations"], 2) << min.out;
  ASSERT_EQ(run("show small.txt --cpp --subject naive-free-unchecked > pasted.cpp").status, 0);
  const Ran built = shell(BP_COMPILE " pasted.cpp -o pasted " BP_LINK);
  ASSERT_EQ(built.status, 0) << built.err;
  const Ran failing = shell("./pasted");
  EXPECT_EQ(failing.status, 1);
  EXPECT_NE(failing.out.find("Assertion 'R-BUDDY-18 "), std::string::npos) << failing.out;
  // The same program on a sound subject: the same source passes.
  const Ran fixed = shell("sed -i s/naive-free-unchecked/naive/ pasted.cpp && " BP_COMPILE
                          " pasted.cpp -o pasted " BP_LINK " && ./pasted");
  EXPECT_EQ(fixed.status, 0) << fixed.out << fixed.err;
}

/// The slow path: an answer, a task, and who is asked for help (version 2).
constexpr const char* kInVain =
    "buddyproof 2\n"
    "machine profile=v6.1-lts192 zones=DMA32 cpus=1 pageblock_order=9 min_free_kbytes=0\n"
    "node 0 cpus=0 zone=NORMAL:0x400-0x408:0,0,0\n"
    "b0 = alloc_pages cpu=0 order=3 gfp=GFP_KERNEL\n"
    "world is=compaction_helps\n"
    "answer compaction result=success\n"
    "answer reclaim progress=2\n"
    "b1 = alloc cpu=0 order=0 gfp=GFP_KERNEL|__GFP_THISNODE\n"
    "get b0\n"
    "free b0 cpu=0\n"
    "b2 = alloc_pages_bulk cpu=0 pages=3 gfp=GFP_KERNEL\n"
    "split b0 order=3\n"
    "b5 = get_zeroed_page cpu=0 gfp=GFP_KERNEL\n"
    "free_pages b5 cpu=0\n";
/// Types of pageblocks, and ranges of them (version 3).
constexpr const char* kOfCma =
    "buddyproof 3\n"
    "machine profile=v6.1-lts192 zones=DMA32 cpus=1 pageblock_order=9 min_free_kbytes=0 "
    "highatomic=1\n"
    "node 0 cpus=0 zone=NORMAL:0x100-0x1000:0,0,0\n"
    "cma 0x200-0xc00\n"
    "isolate 0xc00-0xe00\n"
    "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n"
    "offline 0xe00-0x1000\n"
    "unisolate 0xc00-0xe00\n"
    "b1 = alloc cpu=0 order=9 gfp=GFP_KERNEL\n"
    "b2 = alloc cpu=0 order=9 gfp=GFP_KERNEL\n"
    "online 0xe00-0x1000\n"
    "b3 = range 0xe00-0x1000\n"
    "free b3 cpu=0\n";

struct Pasted {
  const char* program;
  const char* wrong;  ///< A subject with a bug that it shows,
  const char* rule;   ///< and the rule that refuses it.
  friend void PrintTo(const Pasted& p, std::ostream* out) { *out << p.wrong; }
};
constexpr Pasted kPasted[] = {{kDoubleFree, "naive-free-unchecked", "R-BUDDY-18"},
                              {kInVain, "lockfree-kills-in-vain", "R-OOM-2"},
                              {kOfCma, "lockfree-cma-for-all", "R-CMA-1"}};

class PastedC : public CliTest, public testing::WithParamInterface<Pasted> {};
INSTANTIATE_TEST_SUITE_P(OfEachVersion, PastedC, testing::ValuesIn(kPasted));

// The same walk for somebody who has the ABI's header, a C compiler and a subject.
TEST_P(PastedC, FailsOnTheBugAndPassesWithoutIt) {
  const auto [program, wrong, rule] = GetParam();
  write("bad.txt", program);
  const Ran shown = run(std::string("show bad.txt --c --subject ") + wrong + " > pasted.c");
  ASSERT_EQ(shown.status, 0) << shown.err;
  EXPECT_EQ(slurp(folder_ / "pasted.c").find("#include \"fuzz/r"), std::string::npos);
  for (const char* name : {wrong, "naive", "lockfree", "reference"}) {
    write("subject.cpp", std::string("#include \"fuzz/subjects/registry.h\"\n"
                                     "extern \"C\" const bp_subject* bp_subject_get(void) { "
                                     "return bp::find_subject(\"") +
                             name + "\").subject; }\n");
    const Ran built =
        shell("cc -std=c11 -Wall -Wextra -Wpedantic -Werror -c -I" BP_SOURCE_DIR
              " pasted.c -o pasted.o && " BP_COMPILE " subject.cpp pasted.o -o pasted " BP_LINK);
    ASSERT_EQ(built.status, 0) << built.err;
    const Ran r = shell("./pasted");
    const bool sound = std::string_view(name) != wrong;
    EXPECT_EQ(r.status, sound ? 0 : 1) << name << ": " << r.out << r.err;
    EXPECT_EQ(r.err.find(rule) == std::string::npos, sound) << r.err;
  }
}

TEST_F(CliTest, AProgramIsDrawnStepByStep) {
  write("bad.txt", kDoubleFree);
  const Ran svg = run("show bad.txt --svg --subject naive-free-unchecked");
  EXPECT_EQ(svg.status, 0) << svg.err;
  EXPECT_EQ(svg.out.substr(0, 5), "<svg ");
  EXPECT_NE(svg.out.find("class=\"step refused\""), std::string::npos);
  EXPECT_NE(svg.out.find("the frame at fault"), std::string::npos);
  EXPECT_EQ(run("show bad.txt --svg --subject naive").out.find("class=\"step refused\""),
            std::string::npos);
  const Ran html = run("show bad.txt --html --json --subject naive-free-unchecked");
  EXPECT_EQ(nlohmann::json::parse(html.out)["form"], "html");
}

TEST_F(CliTest, ACampaignFindsAPlantedBugAndReportsItAsReproDoes) {
  write("good.txt", kGood);
  const Ran r =
      run("fuzz --engine builtin --jobs 1 --time 60 --out o --subject naive-free-unchecked "
          "--until-first --seeds good.txt");
  EXPECT_EQ(r.status, 1) << r.out << r.err;
  // Which of the wrong frees comes first is the campaign's luck; the folder is named for its rule.
  const std::string quoted = "Assertion '";
  const std::size_t named = r.out.find(quoted);
  ASSERT_NE(named, std::string::npos) << r.out;
  const std::size_t begin = named + quoted.size();
  const std::string rule = r.out.substr(begin, r.out.find(' ', begin) - begin);
  ASSERT_TRUE(fs::is_directory(folder_ / "o/crashes/seq" / rule)) << r.out;
  const Ran again = run("repro o/crashes/seq/" + rule + " --subject naive-free-unchecked");
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.out.find(r.out.substr(named, 40)), std::string::npos);
}

TEST_F(CliTest, ACampaignOnASoundSubjectIsFine) {
  write("good.txt", kGood);
  const Ran r = run("fuzz --engine builtin --jobs 2 --time 1 --out o --seeds good.txt --json");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  const std::size_t last = r.out.rfind("{\"last\"");
  ASSERT_NE(last, std::string::npos) << r.out;
  EXPECT_GT(nlohmann::json::parse(r.out.substr(last))["last"]["executions"], 1000);
}

}  // namespace
}  // namespace bp
