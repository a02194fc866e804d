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
  write("garbage.zoneinfo", "Node zero, zone what\n");
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
                                "show good.txt --svg",
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
                                "kernel zoneinfo missing",
                                "kernel zoneinfo folder",
                                "kernel zoneinfo empty.txt",
                                "kernel zoneinfo garbage.zoneinfo",
                                "kernel zoneinfo huge.txt",
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
                           "kernel zoneinfo", "mutants", "prove"}) {
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

// From a refused program to a smaller one, and to a test that is compiled and fails as it does.
TEST_F(CliTest, TheWalkFromAProgramToATestThatFails) {
  write("bad.txt", kDoubleFree);
  const Ran min = run("min bad.txt -o small.txt --subject naive-free-unchecked --json");
  ASSERT_EQ(min.status, 0) << min.err;
  EXPECT_EQ(nlohmann::json::parse(min.out)["operations"], 3) << min.out;
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

TEST_F(CliTest, ACampaignFindsAPlantedBugAndReportsItAsReproDoes) {
  write("good.txt", kGood);
  const Ran r =
      run("fuzz --engine builtin --jobs 1 --time 60 --out o --subject naive-free-unchecked "
          "--seeds good.txt");
  EXPECT_EQ(r.status, 1) << r.out << r.err;
  // Which of the wrong frees comes first is the campaign's luck; the folder is named for its rule.
  const fs::path crashes = folder_ / "o/crashes";
  const bool twice = fs::is_directory(crashes / "R-BUDDY-18");
  ASSERT_TRUE(twice || fs::is_directory(crashes / "R-API-13")) << r.out;
  const std::string rule = twice ? "R-BUDDY-18" : "R-API-13";
  const Ran again = run("repro o/crashes/" + rule + " --subject naive-free-unchecked");
  EXPECT_EQ(again.status, 1);
  const std::size_t assertion = r.out.find("Assertion '");
  ASSERT_NE(assertion, std::string::npos);
  EXPECT_NE(again.out.find(r.out.substr(assertion, 40)), std::string::npos);
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
