// SPDX-License-Identifier: MIT
// What happens to campaigns on real machines: a folder that is another's, a disk that is full or
// read-only, an engine that is missing or killed, a clock that jumps, a kill at any moment. Each
// says what happened and what to do, and nothing that was found is lost.
#include <gtest/gtest.h>

#include "fuzz/campaign/test_campaign.h"
#include "fuzz/cli/test_shell.h"
#include "fuzz/report/json.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kPlant = "naive-free-unchecked";

class BadFolders : public cli::ShellTest {
 protected:
  static std::string fuzz(const std::string& more) {
    return "fuzz --engine builtin --jobs 1 --seeds " BP_SOURCE_DIR "/corpus/seq --out c " + more;
  }
  static std::string planted(const std::string& more) {
    return fuzz("--subject " + std::string(kPlant) + " " + more);
  }
  /// One line that has both.
  static void expect_advice(const Ran& r, const std::string& what, const std::string& advice) {
    EXPECT_EQ(std::ranges::count(r.err, '\n'), 1) << r.err;
    EXPECT_NE(r.err.find(what), std::string::npos) << r.err;
    EXPECT_NE(r.err.find(advice), std::string::npos) << r.err;
  }
  /// In a mount namespace of its own, in which a small disk is mounted on ./disk; a reason to skip
  /// if that is not allowed here.
  static std::string on_disk(const std::string& options, const std::string& script) {
    return "mkdir -p disk; unshare --map-root-user --mount sh -c 'mount -t tmpfs -o " + options +
           " tmpfs disk || exit 77; " + script + "'";
  }
  std::string no_disk() {
    return shell(on_disk("size=64k", "true")).status == 0
               ? ""
               : "no disk may be mounted here: needs root or namespaces of users";
  }
  json status() {
    const Ran r = run("status c --json");
    EXPECT_EQ(r.status, 0) << r.err;
    return json::parse(r.out, nullptr, false);
  }
};

TEST_F(BadFolders, OfAnotherVersionTargetSubjectOrShardIsLeftAlone) {
  ASSERT_EQ(run(fuzz("--time 1 --subject naive")).status, 0);
  const std::string manifest = slurp(path("c/manifest.json"));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = manifest;
    text.replace(text.find(from), from.size(), to);
    write("c/manifest.json", text);
    const Ran r = run(fuzz("--time 1 --resume --subject naive"));
    EXPECT_EQ(r.status, 2) << r.out;
    EXPECT_EQ(slurp(path("c/manifest.json")), text) << "it is as it was";
    return r;
  };
  expect_advice(with("\"version\": 1", "\"version\": 7"), "folder version 7",
                "use the program that wrote it");
  expect_advice(with("\"seq\"", "\"other\""), "target other, not seq", "name another folder");
  expect_advice(with("\"naive\"", "\"locked\""), "subject locked, not naive",
                "name another folder");
  expect_advice(with("\"shards\": 1", "\"shards\": 4"), "shard 0/4, not 0/1",
                "name another folder");
  expect_advice(with("{", "["), "not readable", "restore it or name another folder");
}

TEST_F(BadFolders, ASecondCampaignInItWaitsItsTurn) {
  const Ran r = shell(BP_BUDDYPROOF " " + fuzz("--time 20 --subject naive") +
                      " >/dev/null & pid=$!; for i in $(seq 100); do [ -e c/manifest.json ] && "
                      "break; sleep 0.1; done; sleep 0.2; " BP_BUDDYPROOF " " +
                      fuzz("--time 1 --subject naive --resume") +
                      "; echo $?; kill -TERM $pid; wait $pid; echo $?");
  EXPECT_EQ(r.out, "2\n0\n") << "the second is refused, the first is not disturbed";
  expect_advice(r, "another campaign runs in it", "name another folder");
}

TEST_F(BadFolders, AReadOnlyDiskIsNamedAndNothingRuns) {
  if (const std::string why = no_disk(); !why.empty()) GTEST_SKIP() << why;
  const Ran r =
      shell(on_disk("size=1m", "cd disk; mount -o remount,ro .; cd ../disk; " BP_BUDDYPROOF " " +
                                   fuzz("--time 1")));
  EXPECT_EQ(r.status, 2);
  expect_advice(r, "disk/c/", "Read-only file system");
}

TEST_F(BadFolders, ADiskThatIsFullFromTheStartIsNamed) {
  if (const std::string why = no_disk(); !why.empty()) GTEST_SKIP() << why;
  const Ran r =
      shell(on_disk("size=64k", "cd disk; dd if=/dev/zero of=fill 2>/dev/null; " BP_BUDDYPROOF " " +
                                    fuzz("--time 1")));
  EXPECT_EQ(r.status, 2);
  expect_advice(r, "disk/c", "No space left on device");
}

// The disk fills up under a campaign that is about to find something, and has room again later.
TEST_F(BadFolders, ADiskThatFillsUpLosesNothingThatWasFound) {
  if (const std::string why = no_disk(); !why.empty()) GTEST_SKIP() << why;
  const Ran r = shell(
      on_disk("size=4m", "cd disk; " BP_BUDDYPROOF " " + planted("--time 12") +
                             " & pid=$!; for i in $(seq 200); do [ -e c/engines/logs ] && break; "
                             "sleep 0.01; done; dd if=/dev/zero of=fill 2>/dev/null; sleep 4; "
                             "rm fill; wait $pid; echo \"status $?\"; " BP_BUDDYPROOF " triage c"));
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_NE(r.out.find("status 1\n"), std::string::npos) << r.out << r.err;
  EXPECT_NE(r.out.find("R-BUDDY-18"), std::string::npos) << r.out << r.err;
  EXPECT_NE(r.err.find("No space left on device"), std::string::npos) << "it was full: " << r.err;
}

TEST_F(BadFolders, ADiskThatStaysFullIsNoReasonToSayFine) {
  if (const std::string why = no_disk(); !why.empty()) GTEST_SKIP() << why;
  const Ran r = shell(
      on_disk("size=4m",
              "cd disk; " BP_BUDDYPROOF " " + planted("--time 5") +
                  " & pid=$!; for i in $(seq 3000); do [ -s c/engines/stats/builtin-0 ] && break; "
                  "sleep 0.01; done; dd if=/dev/zero of=fill 2>/dev/null; wait $pid"));
  EXPECT_EQ(r.status, 1) << r.out << r.err;
  EXPECT_EQ(r.out.find("fine"), std::string::npos) << r.out;
}

TEST_F(BadFolders, WhatACampaignSaysAtItsEndIsWhatItsFolderSays) {
  const Ran r = run(fuzz("--time 2 --subject naive --json"));
  ASSERT_EQ(r.status, 0) << r.err;
  const std::size_t line = r.out.rfind('\n', r.out.size() - 2) + 1;
  const json said = json::parse(r.out.substr(line), nullptr, false);
  EXPECT_EQ(said["last"]["executions"], status()["tallies"]["executions"]) << r.out;
}

TEST_F(BadFolders, AnEngineThatIsMissingIsNamedWithWhatInstallsIt) {
  const Ran r =
      shell("PATH=/nowhere " BP_BUDDYPROOF " fuzz --engine afl --jobs 1 --time 1 --out c");
  EXPECT_EQ(r.status, 3);
  // Which of the two is missing depends on what was built.
  const bool built = r.err.find("afl-fuzz: not found on the PATH; ci/setup") != std::string::npos;
  const bool bare = r.err.find("not built; 'ci/build") != std::string::npos;
  EXPECT_TRUE(built || bare) << r.err;
  EXPECT_FALSE(fs::exists(path("c")));
}

// The engine is the campaign's child; whoever is short of memory kills it.
TEST_F(BadFolders, AnEngineThatIsKilledIsStartedAgain) {
  const Ran r = shell(BP_BUDDYPROOF " " + fuzz("--time 5 --subject naive") +
                      " & pid=$!; for i in $(seq 100); do child=$(pgrep -P $pid) && break; sleep "
                      "0.1; done; kill -9 $child; wait $pid");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  expect_advice(r, "builtin-0 was ended by SIGKILL", "is started again");
}

TEST_F(BadFolders, ASeedOf100MegabytesIsRefusedInOneLine) {
  write("huge/a.bin", "aaa");
  fs::resize_file(path("huge/a.bin"), std::uintmax_t{100} << 20);
  const Ran r = run("fuzz --engine builtin --jobs 1 --time 1 --out c --seeds huge");
  EXPECT_EQ(r.status, 2);
  expect_advice(r, "huge/a.bin: 104857600 bytes", "leave it out");
  EXPECT_FALSE(fs::exists(path("c")));
}

// A corpus that grew such a file by another hand does not stop a campaign that goes on.
TEST_F(BadFolders, AFileOf100MegabytesInTheCorpusStopsNobody) {
  ASSERT_EQ(run(fuzz("--time 1 --subject naive")).status, 0);
  write("c/corpus/seq/huge", "aaa");
  fs::resize_file(path("c/corpus/seq/huge"), std::uintmax_t{100} << 20);
  EXPECT_EQ(run(fuzz("--time 1 --subject naive --resume")).status, 0);
  EXPECT_EQ(run("report c -o c.html").status, 0);
  const Ran r = run("corpus prune c/corpus/seq");
  EXPECT_EQ(r.status, 2);
  expect_advice(r, "huge: 104857600 bytes", "leave it out");
}

constexpr const char* kJumpingClock =
    "#include <time.h>\n"
    "#include <sys/time.h>\n"
    "/* An hour back, then a day on, whenever it is asked. */\n"
    "time_t time(time_t* out) {\n"
    "  static long calls;\n"
    "  time_t t = 1000000000 + (++calls % 2 ? -3600 : 86400) * calls;\n"
    "  if (out) *out = t;\n"
    "  return t;\n"
    "}\n";

/// The disk has no block for the live tallies, as if it had filled up a moment before.
constexpr const char* kNoBlock =
    "#include <errno.h>\n"
    "int posix_fallocate(int f, long from, long bytes) { return ENOSPC; }\n"
    "int posix_fallocate64(int f, long from, long bytes) { return ENOSPC; }\n";

TEST_F(BadFolders, WithoutRoomToCountNothingIsSaidToBeFine) {
  write("full.c", kNoBlock);
  const std::string compile = "cc -shared -fPIC -o full.so full.c";
  if (shell(compile + " && LD_PRELOAD=$PWD/full.so " BP_BUDDYPROOF " --version").status != 0)
    GTEST_SKIP() << "no library can be put before this build's own (a sanitizer's must come first)";
  const Ran r =
      shell("LD_PRELOAD=$PWD/full.so " BP_BUDDYPROOF " " + fuzz("--time 2 --subject naive"));
  EXPECT_EQ(r.status, 3) << r.out;
  expect_advice(r, "c/engines/stats: nothing could be written there", "go on by --resume");
  EXPECT_EQ(r.out.find("fine"), std::string::npos) << r.out;
}

TEST_F(BadFolders, AClockThatJumpsChangesNeitherLengthNorOrder) {
  write("clock.c", kJumpingClock);
  const std::string compile = "cc -shared -fPIC -o clock.so clock.c";
  if (shell(compile + " && LD_PRELOAD=$PWD/clock.so " BP_BUDDYPROOF " --version").status != 0)
    GTEST_SKIP() << "no library can be put before this build's own (a sanitizer's must come first)";
  ASSERT_EQ(shell("LD_PRELOAD=$PWD/clock.so " BP_BUDDYPROOF " " + fuzz("--time 4 --subject naive"))
                .status,
            0);
  const json s = status();
  EXPECT_EQ(s["phase"], "finished");
  EXPECT_EQ(s["runs"], 1) << "a jump is no second run";
  EXPECT_GT(s["seconds"], 2.0);
  EXPECT_LT(s["seconds"], 10.0);
  EXPECT_EQ(run("report c -o c.html").status, 0);
}

// At moments all over a campaign's start, its finds and its writes.
TEST_F(BadFolders, AKillAtAnyMomentLosesAtMostSeconds) {
  std::uint64_t executions = 0, crashes = 0;
  for (const char* seconds : {"0.02", "0.3", "0.9", "1.6", "2.3", "0.1"}) {
    SCOPED_TRACE(seconds);
    shell(BP_BUDDYPROOF " " + planted("--time 30 --resume") + " >/dev/null 2>&1 & pid=$!; sleep " +
          seconds + "; kill -9 $pid; wait $pid 2>/dev/null");
    if (!fs::exists(path("c/manifest.json"))) continue;  // Before there was anything to lose.
    const json s = status();
    ASSERT_TRUE(s.is_object());
    const std::uint64_t now = s["tallies"]["executions"];
    EXPECT_GE(now, executions) << "what was written down stays";
    executions = now;
    for (const auto& e : fs::recursive_directory_iterator(path("c/crashes"))) {
      if (e.path().extension() != ".bin") continue;
      EXPECT_TRUE(fs::exists(fs::path(e.path()).replace_extension(".txt"))) << "never half a crash";
      ++crashes;
    }
  }
  EXPECT_GT(executions, 0U);
  EXPECT_GT(crashes, 0U);
  EXPECT_EQ(run(planted("--time 2 --resume")).status, 1);
  const Ran r = run("triage c");
  EXPECT_EQ(r.status, 1) << "every saved crash is whole: " << r.err;
  EXPECT_EQ(status()["phase"], "finished");
}

}  // namespace
}  // namespace bp
