// SPDX-License-Identifier: MIT
// A campaign, of programs and of schedules, whose libFuzzer target is a script: engines that crash
// outside of a program, that cannot do their work, and that end at once. The program runs from a
// tree of the test's own, whose target is that script.
#include <gtest/gtest.h>

#include "fuzz/cli/test_shell.h"
#include "fuzz/report/json.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// As libFuzzer's is when its custom mutator crashes: an empty input, and the stack in the log.
constexpr const char* kMutatorCrashes =
    "echo '==7==ERROR: AddressSanitizer: SEGV on unknown address 0x0'\n"
    "echo '    #0 0x1 in bp::mutate_bytes(unsigned char*) /src/mutate.cpp:3:4'\n"
    "echo '    #1 0x2 in LLVMFuzzerCustomMutator /src/mutator.cpp:9:1'\n"
    "echo 'SUMMARY: AddressSanitizer: SEGV /src/mutate.cpp:3:4 in bp::mutate_bytes'\n"
    ": > ${found}crash-da39a3ee\n"
    "exit 77\n";

class FakeEngine : public cli::ShellTest {
 protected:
  /// `body`: what the script does with $found, the place for findings, and $runs, how often it ran.
  Ran campaign(const std::string& body, const std::string& more) {
    return campaign_of("libfuzzer/bin/fuzz_seq", "--seeds " BP_SOURCE_DIR "/corpus/seq", body,
                       more);
  }
  Ran conc_campaign(const std::string& body, const std::string& more) {
    return campaign_of("libfuzzer-plain/bin/fuzz_conc",
                       "--mode conc --seeds " BP_SOURCE_DIR "/corpus/conc", body, more);
  }
  Ran campaign_of(const std::string& target, const std::string& mode, const std::string& body,
                  const std::string& more) {
    const std::string script = "tree/build/" + target;
    write(script,
          "#!/bin/sh\n"
          "for word; do case $word in -artifact_prefix=*) found=${word#*=} ;; esac; done\n"
          "echo >> $PWD/runs; runs=$(wc -l < $PWD/runs)\n" +
              body);
    const Ran ready = shell("chmod +x " + script +
                            " && mkdir -p tree/build/release/bin && cp "
                            "-u " BP_BUDDYPROOF " tree/build/release/bin/buddyproof");
    EXPECT_EQ(ready.status, 0) << ready.err;
    return shell("tree/build/release/bin/buddyproof fuzz --engine libfuzzer --jobs 1 --out c " +
                 mode + " " + more);
  }
  std::string kept_note() {
    for (const auto& e : fs::recursive_directory_iterator(path("c/crashes")))
      if (e.path().extension() == ".txt") return slurp(e.path());
    return "";
  }
};

TEST_F(FakeEngine, ACrashInTheMutatorIsNamedAndItsStackIsKept) {
  const Ran r = campaign(kMutatorCrashes, "--time 4 --until-first");
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_NE(r.out.find("libfuzzer-0 crashed outside of any program, in a mutator or in itself"),
            std::string::npos)
      << r.out;
  EXPECT_NE(r.out.find("#0 0x1 in bp::mutate_bytes"), std::string::npos) << r.out;
  EXPECT_NE(r.out.find("its output: "), std::string::npos) << "where the log is";
  EXPECT_NE(kept_note().find("# SUMMARY: AddressSanitizer: SEGV"), std::string::npos);
  EXPECT_NE(kept_note().find("#     #1 0x2 in LLVMFuzzerCustomMutator"), std::string::npos);
  const Ran triage = run("triage c");
  EXPECT_EQ(triage.status, 1);
  EXPECT_NE(triage.out.find("bp::mutate_bytes"), std::string::npos) << triage.out;
}

TEST_F(FakeEngine, CrashesInTheMutatorAreToldApartByTheirReason) {
  const Ran r = campaign(
      "[ $runs -gt 2 ] && exec sleep 30\n"
      "echo \"==7==ERROR: AddressSanitizer: bug $runs\"\n"
      "echo \"SUMMARY: AddressSanitizer: bug $runs\"\n"
      ": > ${found}crash-$runs\nexit 77\n",
      "--time 6 --json");
  EXPECT_EQ(r.status, 1) << r.err;
  std::vector<std::string> reasons;
  std::istringstream lines(r.out);
  for (std::string line; std::getline(lines, line);) {
    const json j = json::parse(line, nullptr, false);
    if (j.is_object() && j.value("verdict", "") == "engine") {
      EXPECT_EQ(j["in_a_program"], false);
      reasons.push_back(j["reason"]);
    }
  }
  EXPECT_EQ(reasons, (std::vector<std::string>{"SUMMARY: AddressSanitizer: bug 1",
                                               "SUMMARY: AddressSanitizer: bug 2"}))
      << r.out;
}

TEST_F(FakeEngine, OneThatCannotDoItsWorkEndsTheCampaignWithItsOwnWords) {
  const Ran r = campaign("echo 'ERROR: no memory for it'; exit 1\n", "--time 4");
  EXPECT_EQ(r.status, 3);
  EXPECT_EQ(std::ranges::count(r.err, '\n'), 1) << r.err;
  for (const char* says : {"libfuzzer-0 ended with status 1", "ERROR: no memory for it",
                           "logs/libfuzzer-0.log", "--resume"})
    EXPECT_NE(r.err.find(says), std::string::npos) << says << " in " << r.err;
}

TEST_F(FakeEngine, OneThatDiesOverAndOverIsNotStartedForEver) {
  const Ran r = campaign("kill -9 $$\n", "--time 20");
  EXPECT_EQ(r.status, 3);
  EXPECT_NE(r.err.find("was ended by SIGKILL, and is started again"), std::string::npos) << r.err;
  EXPECT_NE(r.err.find("ended with SIGKILL"), std::string::npos) << r.err;
  EXPECT_LE(std::ranges::count(r.err, '\n'), 6) << r.err;
}

/// Breaks a rule under any schedule, with the bug below.
constexpr const char* kSavesACase =
    "printf 'conc 1\\nzone normal 0 8\\ntask 0\\n  alloc 0 a\\n\\0\\1\\2' > ${found}crash-1\n"
    "exit 77\n";

TEST_F(FakeEngine, AnInputOfSchedulesIsJudgedKeptUnderItsRuleAndReplays) {
  const Ran r =
      conc_campaign(kSavesACase, "--time 4 --until-first --subject lockfree-zone-end-rounded");
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_NE(r.out.find("Assertion 'S6 after a drain"), std::string::npos) << r.out;
  EXPECT_EQ(shell("ls c/crashes/conc").out, "S6\n");
  const Ran again = run("repro c/crashes/conc/S6/*.txt");
  EXPECT_EQ(again.status, 1) << again.err;
  EXPECT_NE(kept_note().find("bug zone_end_rounded"), std::string::npos) << kept_note();
  EXPECT_NE(kept_note().find("\nhash "), std::string::npos) << kept_note();
  EXPECT_EQ(run("min c/crashes/conc/S6/*.txt -o small.txt").status, 0);
  EXPECT_EQ(run("triage c").status, 1);
  EXPECT_EQ(run("triage c --subject lockfree").status, 0);
  // As the engine left it, it replays too: on a subject that is sound nothing is wrong.
  EXPECT_EQ(run("repro c/engines/found/libfuzzer-0/crash-1").status, 0);
  EXPECT_EQ(
      run("repro c/engines/found/libfuzzer-0/crash-1 --subject lockfree-zone-end-rounded").status,
      1);
}

TEST_F(FakeEngine, ASoundInputOfSchedulesThatEndsAnEngineIsKeptWithItsReason) {
  const Ran r = conc_campaign(
      "echo '==7==ERROR: libFuzzer: timeout after 10 s'\n"
      "echo 'SUMMARY: libFuzzer: timeout'\n" +
          std::string(kSavesACase),
      "--time 4 --until-first");
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_NE(r.out.find("breaks no rule in this build, but libfuzzer-0 stopped on it"),
            std::string::npos)
      << r.out;
  EXPECT_NE(kept_note().find("# SUMMARY: libFuzzer: timeout"), std::string::npos) << kept_note();
}

/// Both runs keep what they have beside a place for findings; the second one says what it met.
TEST_F(FakeEngine, ResumedInTheConcurrentModeLibFuzzerFindsItsCorpusAndNothingTwice) {
  const std::string body = "ls $1 > $PWD/met-$runs\nprintf x > $1/kept-$runs\n" +
                           std::string("[ $runs = 1 ] && { ") + kSavesACase + "}\nexec sleep 30\n";
  const std::string more = "--time 3 --subject lockfree-zone-end-rounded ";
  EXPECT_EQ(conc_campaign(body, more).status, 1);
  const std::string runs = slurp(path("runs"));
  const Ran again = conc_campaign(body, more + "--resume");
  EXPECT_EQ(again.status, 124) << "these run no program: " << again.out << again.err;
  EXPECT_EQ(again.out.find("Assertion"), std::string::npos) << again.out;
  EXPECT_GT(slurp(path("runs")).size(), runs.size());
  EXPECT_NE(slurp(path("met-" + std::to_string(runs.size() + 1))).find("kept-1\n"),
            std::string::npos);
  EXPECT_EQ(shell("ls c/crashes/conc").out, "S6\n");
  EXPECT_EQ(conc_campaign(body, "--time 1").status, 2) << "not without --resume";
}

/// afl-fuzz is a script on the path; what it goes on with is its own folder.
TEST_F(FakeEngine, ResumedInTheConcurrentModeAflFindsItsQueueAndNothingTwice) {
  write("bin/afl-fuzz",
        "#!/bin/sh\nwhile [ $# -gt 0 ]; do case $1 in -o) out=$2 ;; -M) name=$2 ;; esac; shift; "
        "done\n"
        "at=$out/$name; ls $at/queue > met; echo $AFL_AUTORESUME >> met\n"
        "mkdir -p $at/queue $at/crashes; printf x > $at/queue/id:000000\n"
        "found=$at/crashes/id:000000; [ -e $found ] || " +
            std::string(
                "printf 'conc 1\\nzone normal 0 8\\ntask 0\\n  alloc 0 a\\n\\0\\1' > $found\n") +
            "exec sleep 30\n");
  for (const char* file : {"fuzz_conc", "libbp_conc_mutator.so"})
    write("tree/build/afl/bin/" + std::string(file), "");
  const std::string command =
      "PATH=$PWD/bin:$PATH tree/build/release/bin/buddyproof fuzz --mode conc --engine afl --jobs "
      "1 "
      "--subject lockfree-zone-end-rounded --time 3 --out c --seeds " BP_SOURCE_DIR "/corpus/conc ";
  ASSERT_EQ(shell("chmod +x bin/afl-fuzz && mkdir -p tree/build/release/bin && cp -u " BP_BUDDYPROOF
                  " tree/build/release/bin/buddyproof")
                .status,
            0);
  const Ran first = shell(command);
  EXPECT_EQ(first.status, 1) << first.err;
  EXPECT_EQ(shell("ls c/crashes/conc").out, "S6\n") << first.out << first.err;
  const Ran again = shell(command + "--resume");
  EXPECT_EQ(again.status, 124) << "these run no program: " << again.out << again.err;
  EXPECT_EQ(again.out.find("Assertion"), std::string::npos) << again.out;
  EXPECT_EQ(slurp(path("met")), "id:000000\n1\n");
}

TEST_F(FakeEngine, InTheConcurrentModeOneThatCannotWorkOrIsMissingIsSaidInOneLine) {
  const Ran r = conc_campaign("echo 'ERROR: no memory for it'; exit 1\n", "--time 4");
  EXPECT_EQ(r.status, 3);
  EXPECT_EQ(std::ranges::count(r.err, '\n'), 1) << r.err;
  EXPECT_NE(r.err.find("ERROR: no memory for it"), std::string::npos) << r.err;
  EXPECT_NE(r.err.find("--resume"), std::string::npos) << r.err;
  ASSERT_EQ(shell("rm -r tree/build/libfuzzer-plain c").status, 0);
  for (const char* engine : {"libfuzzer", "afl", "both"}) {
    const Ran missing =
        shell("tree/build/release/bin/buddyproof fuzz --mode conc --seeds " BP_SOURCE_DIR
              "/corpus/conc --out c --engine " +
              std::string(engine));
    EXPECT_EQ(missing.status, 3) << engine;
    EXPECT_EQ(std::ranges::count(missing.err, '\n'), 1) << missing.err;
    EXPECT_NE(missing.err.find("/fuzz_conc"), std::string::npos) << missing.err;
    for (const std::string preset : {"libfuzzer-plain", "afl"}) {
      const std::string command = "ci/build " + preset + " fuzz_targets";
      EXPECT_EQ(missing.err.find(command) != std::string::npos,
                std::string(engine) == "both" || preset.starts_with(engine))
          << preset << " for " << engine << ": " << missing.err;
    }
    EXPECT_FALSE(fs::exists(path("c"))) << engine;
  }
}

}  // namespace
}  // namespace bp
