// SPDX-License-Identifier: MIT
// A campaign whose libFuzzer target is a script: engines that crash outside of a program, that
// cannot do their work, and that end at once. The program runs from a tree of the test's own, whose
// target is that script.
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
    write("tree/build/libfuzzer/bin/fuzz_seq",
          "#!/bin/sh\n"
          "for word; do case $word in -artifact_prefix=*) found=${word#*=} ;; esac; done\n"
          "echo >> $PWD/runs; runs=$(wc -l < $PWD/runs)\n" +
              body);
    const Ran ready = shell(
        "chmod +x tree/build/libfuzzer/bin/fuzz_seq && mkdir -p tree/build/release/bin && cp "
        "-u " BP_BUDDYPROOF " tree/build/release/bin/buddyproof");
    EXPECT_EQ(ready.status, 0) << ready.err;
    return shell(
        "tree/build/release/bin/buddyproof fuzz --engine libfuzzer --jobs 1 --seeds " BP_SOURCE_DIR
        "/corpus/seq --out c " +
        more);
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

}  // namespace
}  // namespace bp
