// SPDX-License-Identifier: MIT
// `buddyproof prove` as a user meets it: with both solvers, without one, with one that dies, is
// late or lies, with ids and folders that are none; and its page in a real browser. Nothing that is
// not decided passes.
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
using nlohmann::json;

class ProveVerb : public testing::Test {
 protected:
  struct Ran {
    int status;
    std::string out, err;
  };
  ProveVerb() {
    std::string name = testing::TempDir() + "bp_prove_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    fs::create_directories(folder_ / "bin");
  }
  ~ProveVerb() override {
    std::error_code ec;
    fs::remove_all(folder_, ec);
  }
  static std::string slurp(const fs::path& file) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  Ran shell(const std::string& command) const {
    const std::string line =
        "cd " + folder_.string() + " && { " + command + "; } >out.log 2>err.log";
    const int raw = std::system(line.c_str());
    return {WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw), slurp(folder_ / "out.log"),
            slurp(folder_ / "err.log")};
  }
  Ran run_in(const std::string& path, const std::string& arguments) const {
    return shell("PATH=" + path + " " BP_BUDDYPROOF " prove " + arguments);
  }
  Ran run(const std::string& arguments) const { return run_in("$PATH", arguments); }
  /// With a cvc5 that does this instead.
  Ran run_with(const std::string& cvc5, const std::string& arguments) const {
    write("bin/cvc5", "#!/bin/sh\n" + cvc5 + "\n");
    fs::permissions(folder_ / "bin/cvc5", fs::perms::owner_all);
    return run_in("bin:$PATH", arguments);
  }

  fs::path folder_;
};

/// One line on stderr that says this.
void expect_refused(const std::string& err, const std::string& text) {
  EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << err;
  EXPECT_NE(err.find(text), std::string::npos) << err;
}

TEST_F(ProveVerb, PrintsBothAnswersAndTheCounterexample) {
  const Ran r = run("--only P-GFP-3 --no-cache");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_NE(r.out.find("2 obligations: 2 as expected, 0 not; 0 from the cache"), std::string::npos)
      << r.out;
  EXPECT_NE(r.out.find("P-GFP-3.any-mask: counterexample: gfp = 0 (E0:0x0), "), std::string::npos)
      << r.out;
}

TEST_F(ProveVerb, ASecondRunIsAnsweredFromTheCacheUnlessItMayNot) {
  EXPECT_EQ(run("--only P-GFP-2").status, 0);
  EXPECT_NE(run("--only P-GFP-2").out.find("1 from the cache"), std::string::npos);
  EXPECT_NE(run("--only P-GFP-2 --no-cache").out.find("0 from the cache"), std::string::npos);
}

TEST_F(ProveVerb, ListsTheLongOnesOnlyWhenAsked) {
  const Ran shown = run("--list");
  const Ran all = run("--list --long");
  EXPECT_EQ(shown.out.find("TREE-128.take.order-7 "), std::string::npos);
  EXPECT_NE(all.out.find("TREE-128.take.order-7 "), std::string::npos);
  EXPECT_NE(shown.out.find("ROW-tree.order-6 "), std::string::npos);
  EXPECT_LT(std::count(shown.out.begin(), shown.out.end(), '\n'),
            std::count(all.out.begin(), all.out.end(), '\n'));
  const Ran one = run("--list --json --only TREE-128.canonical");
  EXPECT_EQ(json::parse(one.out)["expected"], "proved") << one.out;
}

TEST_F(ProveVerb, ALongOneIsProvedWhenItIsNamed) {
  const Ran r = run("--only TREE-128.split.order-3.runs-4 --no-cache --json");
  EXPECT_EQ(r.status, 0) << r.out;
  const json j = json::parse(r.out);
  EXPECT_EQ(j["z3"]["answer"], "proved");
  EXPECT_EQ(j["cvc5"]["answer"], "proved");
}

TEST_F(ProveVerb, LeavesTheQuestionsWhereItWasTold) {
  EXPECT_EQ(run("--only P-GFP-2 --smt2 questions").status, 0);
  EXPECT_NE(slurp(folder_ / "questions/P-GFP-2.smt2").find("(check-sat)"), std::string::npos);
  EXPECT_EQ(shell("cvc5 --incremental questions/P-GFP-2.smt2").out, "sat\nunsat\n");
}

TEST_F(ProveVerb, AWrongCommandLineIsOneLineAndStatusTwo) {
  const Ran unknown = run("--only P-GFP-99");
  EXPECT_EQ(unknown.status, 2);
  expect_refused(unknown.err, "--only P-GFP-99: no obligation of this id; see ");
  for (const char* arguments : {"--timeout 0", "--timeout soon", "--solver yices", "--jobs 0"}) {
    EXPECT_EQ(run(arguments).status, 2) << arguments;
  }
}

TEST_F(ProveVerb, APageThatCannotBeWrittenIsStatusThree) {
  const Ran r = run("--only P-GFP-2 --html /dev/null/page.html");
  EXPECT_EQ(r.status, 3);
  expect_refused(r.err, "/dev/null/page.html: cannot be written");
}

/// Named, not as expected, and status 3: the machine's fault, not the code's.
void expect_undecided(int status, const std::string& out, const std::string& note) {
  EXPECT_EQ(status, 3) << out;
  EXPECT_NE(out.find("P-GFP-2: " + note), std::string::npos) << out;
  EXPECT_NE(out.find("P-GFP-2 is NOT proved as expected"), std::string::npos) << out;
  EXPECT_NE(out.find("1 obligations: 0 as expected, 1 not"), std::string::npos) << out;
}

TEST_F(ProveVerb, WithoutASolverNothingPasses) {
  const Ran none = run_in("bin", "--only P-GFP-2 --no-cache");
  expect_undecided(none.status, none.out,
                   "cvc5 is not installed: apt-get install cvc5, or ask for z3 only");
  EXPECT_EQ(run_in("bin", "--only P-GFP-2 --no-cache --solver z3").status, 0);
  EXPECT_EQ(run_in("bin", "--only P-GFP-2 --no-cache --solver cvc5").status, 3);
}

TEST_F(ProveVerb, ASolverThatDiesIsNamed) {
  const Ran killed = run_with("echo sat; kill -9 $$", "--only P-GFP-2 --no-cache");
  expect_undecided(killed.status, killed.out, "cvc5 was ended by signal 9");
  const Ran silent = run_with("exit 1", "--only P-GFP-2 --no-cache");
  expect_undecided(silent.status, silent.out, "cvc5, premises: no answer");
  const Ran halfway = run_with("echo sat; exit 1", "--only P-GFP-2 --no-cache");
  expect_undecided(halfway.status, halfway.out, "cvc5, claim: no answer");
  const Ran error = run_with("echo '(error \"no memory\")'", "--only P-GFP-2 --no-cache");
  expect_undecided(error.status, error.out, "cvc5, premises: (error \"no memory\")");
}

TEST_F(ProveVerb, ASolverThatIsLateIsNamed) {
  const Ran late = run_with("exec sleep 60", "--only P-GFP-2 --no-cache --timeout 1");
  expect_undecided(late.status, late.out, "cvc5 gave no answer in 2000 ms");
  const Ran unsure = run_with("echo sat; echo unknown", "--only P-GFP-2 --no-cache");
  expect_undecided(unsure.status, unsure.out, "cvc5, claim: unknown");
  const Ran both = run("--only BUD-model --no-cache --timeout 0.01");
  EXPECT_EQ(both.status, 3) << both.out;
  EXPECT_NE(both.out.find("z3, "), std::string::npos) << both.out;
}

TEST_F(ProveVerb, ASolverThatDisagreesIsAViolation) {
  const Ran vacuous = run_with("echo unsat; echo unsat", "--only P-GFP-2 --no-cache");
  EXPECT_EQ(vacuous.status, 1) << vacuous.out;
  EXPECT_NE(vacuous.out.find("cannot be met"), std::string::npos) << vacuous.out;
  const Ran proves = run_with("echo sat; echo unsat", "--only P-GFP-6 --no-cache");
  EXPECT_EQ(proves.status, 1) << proves.out;
  EXPECT_NE(proves.out.find("P-GFP-6 is NOT refuted as expected"), std::string::npos);
  // A counterexample that the compiled code does not show refutes nothing.
  const Ran made_up = run_with(
      "echo sat; echo sat; echo '('; for s in 'gfp () (_ BitVec 32) #x00000000' 'config () (_ "
      "BitVec 4) #x0' 'era () (_ BitVec 3) #b000'; do echo \"(define-fun $s)\"; done; echo ')'",
      "--only P-GFP-2 --no-cache");
  EXPECT_EQ(made_up.status, 3) << made_up.out;
  EXPECT_NE(made_up.out.find("the compiled code does not show this counterexample"),
            std::string::npos)
      << made_up.out;
}

TEST_F(ProveVerb, HeadersThatAreNoneAreOneLine) {
  const Ran none = run("--headers nowhere");
  EXPECT_EQ(none.status, 2);
  expect_refused(none.err, "nowhere: no such folder");
  const Ran empty = run("--headers bin");
  EXPECT_EQ(empty.status, 2);
  expect_refused(empty.err, "bin: no kernel headers here");
}

/// A package without a single macro.
TEST_F(ProveVerb, HeadersWithoutTheMacrosAreOneLine) {
  const std::string machine = "usr/src/linux-headers-9-x/",
                    common = "usr/src/linux-headers-9-common/";
  write(machine + "include/generated/autoconf.h", "#define CONFIG_X86_64 1\n");
  write(machine + "arch/x86/include/generated/asm/none.h", "");
  write(machine + "Makefile", "include /usr/src/linux-headers-9-common/Makefile\n");
  for (const char* header : {"kconfig.h", "compiler_types.h"}) {
    write(common + "include/linux/" + header, "");
  }
  write(common + "include/linux/gfp.h", "enum { ZONE_NORMAL, ZONE_MOVABLE };\n");
  const Ran r = run("--headers .");
  EXPECT_EQ(r.status, 2);
  expect_refused(r.err, "the headers do not define GFP_ZONE_TABLE, GFP_ZONES_SHIFT, ");
  const Ran compiler = run("--headers . --compiler no-such-clang");
  EXPECT_EQ(compiler.status, 3);
  expect_refused(compiler.err, "no-such-clang is not installed");
}

TEST_F(ProveVerb, HeadersOfDebiansKernelAreProved) {
  const fs::path package = BP_SOURCE_DIR "/build/kernel-headers";
  if (!fs::exists(package)) GTEST_SKIP() << "no kernel headers: ci/setup --with-kernel-headers";
  const Ran r = run("--headers " + package.string());
  EXPECT_EQ(r.status, 0) << r.err << r.out;
  EXPECT_TRUE(r.out.starts_with("linux-headers-")) << r.out;
  EXPECT_NE(r.out.find("9 obligations: 9 as expected, 0 not"), std::string::npos) << r.out;
}

TEST_F(ProveVerb, ThePageHasResultsEditsAndWhatIsLeftOut) {
  ASSERT_EQ(run("--only P-GFP-1 --html page.html").status, 0);
  const std::string page = slurp(folder_ / "page.html");
  for (const char* text :
       {"<code>P-GFP-1.edited-row</code>", "2 of 2 obligations are as expected", "edits killed",
        "impl/row.h", "every legal mask decodes to the rule's zone", "P-TR-12"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  for (const char* text : {"http:", "https:", "src=", "href=", "<script", "@import", "url("}) {
    EXPECT_EQ(page.find(text), std::string::npos) << text;
  }
}

TEST_F(ProveVerb, ThePageIsReadableInABrowserAndAsksForNothing) {
  const fs::path modules = fs::path(BP_SOURCE_DIR) / "build/web/node_modules";
  if (shell("command -v chromium && command -v node").status != 0 || !fs::exists(modules)) {
    GTEST_SKIP() << "chromium, node or build/web is missing: run ci/setup";
  }
  ASSERT_EQ(run("--only P-GFP-1 --html page.html").status, 0);
  const Ran r = shell("BP_NODE_MODULES=" + modules.string() +
                      " BP_CHROMIUM=$(command -v chromium) node " BP_SOURCE_DIR
                      "/ci/web/look_at_page.js page.html");
  ASSERT_EQ(r.status, 0) << r.err;
  const json looks = json::parse(r.out);
  ASSERT_EQ(looks.size(), 3U);
  for (const json& look : looks) {
    SCOPED_TRACE(look["name"].get<std::string>());
    EXPECT_TRUE(look["requests"].empty()) << look["requests"];
    EXPECT_TRUE(look["console"].empty()) << look["console"];
    EXPECT_EQ(look["sections"], json({"results", "edits", "left-out"}));
    EXPECT_FALSE(look["wider_than_window"].get<bool>());
    EXPECT_GT(look["text"], 2000);
  }
  EXPECT_NE(looks[0]["background"], looks[1]["background"]) << "light and dark";
}

}  // namespace
}  // namespace bp
