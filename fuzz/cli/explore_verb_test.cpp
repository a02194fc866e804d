// SPDX-License-Identifier: MIT
// `explore` and the planted bugs of schedules as a user meets them: sums, tables, statuses.
#include <gtest/gtest.h>

#include "fuzz/cli/test_shell.h"
#include "fuzz/report/json.h"

namespace bp {
namespace {

using nlohmann::json;

class ExploreVerb : public cli::ShellTest {
 protected:
  static json last_line(const std::string& out) {
    const std::size_t end = out.find_last_not_of('\n');
    return json::parse(out.substr(out.rfind('\n', end) + 1), nullptr, false);
  }
  void write_two(const std::string& plant) {
    write("in/one.conc",
          "conc 1\nzone normal 0 64\nsetup\n  alloc 5 x\n  alloc 5 y\ntask 0\n"
          "  free x\n  free y\ntask 1\n  alloc 5 c\n" +
              plant);
    write("in/two.conc", "conc 1\nzone normal 0 1\ntask 0\n  alloc 0 a\ntask 1\n  alloc 0 b\n");
  }
};

TEST_F(ExploreVerb, StepsOverAllFilesHaveProgressAndASum) {
  write_two("");
  const Ran r = run("explore in --total-steps 20000 --json");
  ASSERT_EQ(r.status, 0) << r.err;
  const json sum = last_line(r.out)["sum"];
  EXPECT_EQ(sum["files"], 2);
  EXPECT_EQ(sum["broken"], 0);
  EXPECT_GE(sum["steps"], 20000);
  EXPECT_LE(sum["steps"], 22000);
  EXPECT_NE(r.err.find("1 of 2 files"), std::string::npos) << r.err;
  EXPECT_NE(r.err.find("2 of 2 files"), std::string::npos) << r.err;
  EXPECT_EQ(run("explore in --total-steps 20000 --steps 10").status, 2);
}

TEST_F(ExploreVerb, TheSumTellsWhatIsBroken) {
  write_two("bug swing_keeps_row\n");
  const Ran r = run("explore in --total-steps 200000 --json --out .");
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_EQ(last_line(r.out)["sum"]["broken"], 1) << r.out;
  EXPECT_NE(
      run("explore in --total-steps 200000 --out .").out.find("2 scenarios, 1 of them broken"),
      std::string::npos);
}

/// A bug that every mode kills at once, and one that a bound of a millisecond leaves alive.
TEST_F(ExploreVerb, PlantedBugsAreATableForDocumentsAndForMachines) {
  const std::string hunt = "mutants --run --layer conc --mode random --mode exhaustive --seeds 3 ";
  const Ran table = run(hunt + "--only claim-torn --seconds 20 --markdown");
  ASSERT_EQ(table.status, 0) << table.err;
  EXPECT_TRUE(
      table.out.starts_with("| planted bug | what was done wrong | rules | random | exhaustive |"))
      << table.out;
  EXPECT_NE(table.out.find("| claim-torn | "), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("| mode | killed within 1 s | killed within 10 s |"), std::string::npos);
  EXPECT_NE(table.err.find("1 of 1: claim-torn random, 3 of 3 hunts killed"), std::string::npos)
      << table.err;
  const Ran lives = run(hunt + "--only spins-on-owner --seconds 0.001 --json --beside");
  EXPECT_EQ(lives.status, 1);
  const json row = json::parse(lives.out.substr(0, lives.out.find('\n')));
  EXPECT_EQ(row["modes"]["random"]["hunts"], 2) << "half of three live: the median is known";
  EXPECT_EQ(row["modes"]["exhaustive"]["hunts"], 1) << "it has no seed";
  EXPECT_TRUE(row["modes"]["random"]["seconds"].is_null()) << row;
  // Without a program nothing is claimed; with one, it says that it cannot plant this.
  for (const char* checker : {"tsan", "relacy"})
    EXPECT_TRUE(row[checker].is_null() || row[checker]["run"] == false) << row;
}

}  // namespace
}  // namespace bp
