// SPDX-License-Identifier: MIT
// Reading a tree: what each file is to a rule, misspelt ids with their places, and the program that
// stops a build for them.
#include "fuzz/rules_index/index.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace bp::rules_index {
namespace {

namespace fs = std::filesystem;

class RulesIndex : public testing::Test {
 protected:
  RulesIndex() {
    std::string name = testing::TempDir() + "bp_rules_XXXXXX";
    tree_ = ::mkdtemp(name.data());
  }
  ~RulesIndex() override {
    std::error_code ec;
    fs::remove_all(tree_, ec);
  }

  void write(const std::string& path, const std::string& content) const {
    fs::create_directories((tree_ / path).parent_path());
    std::ofstream(tree_ / path) << content;
  }
  std::string read(const std::string& path) const {
    std::ifstream in(tree_ / path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  /// Exit status of the program over the tree; what it says is in the file `said`.
  int run() const {
    const std::string line = std::string(BP_RULES_INDEX) + " " + tree_.string() + " " +
                             (tree_ / "out.cpp").string() + " 2>" + (tree_ / "said").string();
    const int raw = std::system(line.c_str());
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : -1;
  }

  fs::path tree_;
};

TEST_F(RulesIndex, KnowsWhatAFileIsToARule) {
  EXPECT_EQ(use_of("model/rules/watermark.cpp"), Use::code);
  EXPECT_EQ(use_of("impl/watermark.h"), Use::code);
  EXPECT_EQ(use_of("impl/watermark_test.cpp"), Use::test);
  EXPECT_EQ(use_of("fuzz/subjects/test_bench.h"), Use::test);
  EXPECT_EQ(use_of("proofs/prove_test.cpp"), Use::test);
  EXPECT_EQ(use_of("proofs/gfp_zone.cpp"), Use::proof);
  EXPECT_EQ(use_of("fuzz/mutants/plants.cpp"), Use::plant);
  EXPECT_EQ(use_of("fuzz/subjects/naive_bugs.h"), Use::plant);
  EXPECT_EQ(use_of("impl/planted.h"), Use::plant);
  EXPECT_EQ(use_of("fuzz/subjects/naive.cpp"), Use::harness);
}

TEST_F(RulesIndex, RangesCiteWhatThereIs) {
  Scan scan;
  scan_source("model/a.h", "// R-MT-14..20\n// B-02\n", scan);
  ASSERT_EQ(scan.faults, std::vector<std::string>{});
  ASSERT_EQ(scan.found.size(), 4U);
  EXPECT_EQ(scan.found[0], (Found{"R-MT-14", Use::code, "model/a.h", 1}));
  EXPECT_EQ(scan.found[2].id, "R-MT-20");
  EXPECT_EQ(scan.found[3], (Found{"B-02", Use::code, "model/a.h", 2}));
}

TEST_F(RulesIndex, PlacesAreInTheRegistrysOrderAndNoneTwice) {
  write("model/b.cpp", "// R-WMARK-10, 9, R-GEN-1, R-GEN-1\n");
  write("model/a_test.cpp", "// R-GEN-1\n");
  write("model/a.c", "int x;\n// R-GEN-1\n");
  const Scan scan = scan_tree(tree_);
  EXPECT_EQ(scan.files, 3U);
  const std::vector<Found> expect = {{"R-GEN-1", Use::code, "model/a.c", 2},
                                     {"R-GEN-1", Use::code, "model/b.cpp", 1},
                                     {"R-GEN-1", Use::test, "model/a_test.cpp", 1},
                                     {"R-WMARK-9", Use::code, "model/b.cpp", 1},
                                     {"R-WMARK-10", Use::code, "model/b.cpp", 1}};
  EXPECT_EQ(scan.found, expect);
}

TEST_F(RulesIndex, MisspeltIdsAreNamedWithTheirPlace) {
  write("proofs/deep/a.cpp", "int x;\n\n// as R-WMRK-6 says, R-CFG-4..99\n");
  const Scan scan = scan_tree(tree_);
  ASSERT_EQ(scan.faults.size(), 2U);
  EXPECT_TRUE(
      scan.faults[0].starts_with("proofs/deep/a.cpp:3: R-WMRK-6: no such rule; nearest: R-WMARK-6"))
      << scan.faults[0];
  EXPECT_TRUE(scan.faults[1].starts_with("proofs/deep/a.cpp:3: R-CFG-99: no such rule"))
      << scan.faults[1];
}

TEST_F(RulesIndex, RangesThatGoDownAreFaults) {
  Scan scan;
  scan_source("impl/a.h", "// R-CFG-8..4\n", scan);
  ASSERT_EQ(scan.faults.size(), 1U);
  EXPECT_NE(scan.faults[0].find("goes down"), std::string::npos);
}

TEST_F(RulesIndex, ReadsSourcesOnly) {
  write("model/notes.md", "R-WMRK-6");
  write("corpus/a.cpp", "// R-WMRK-6");
  write("fuzz/rules_index/a.cpp", "// R-WMRK-6");
  write("impl/a.h", "int R_wmrk = 6;");
  const Scan scan = scan_tree(tree_);
  EXPECT_EQ(scan.files, 1U);
  EXPECT_TRUE(scan.faults.empty());
}

TEST_F(RulesIndex, TheProgramStopsForAMisspeltId) {
  write("impl/a.h", "// R-WMARK-66\n");
  EXPECT_EQ(run(), 1);
  EXPECT_TRUE(read("said").starts_with("impl/a.h:1: R-WMARK-66: no such rule")) << read("said");
  EXPECT_FALSE(fs::exists(tree_ / "out.cpp"));
}

TEST_F(RulesIndex, TheProgramLeavesAloneWhatIsUpToDate) {
  write("impl/a.h", "// R-WMARK-6\n");
  EXPECT_EQ(run(), 0);
  EXPECT_NE(read("out.cpp").find(R"({"R-WMARK-6", Use::code, "impl/a.h", 1})"), std::string::npos);
  const fs::file_time_type long_ago{};
  fs::last_write_time(tree_ / "out.cpp", long_ago);
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(fs::last_write_time(tree_ / "out.cpp"), long_ago);
  write("impl/a.h", "\n// R-WMARK-6\n");
  EXPECT_EQ(run(), 0);
  EXPECT_NE(read("out.cpp").find(R"("impl/a.h", 2)"), std::string::npos);
}

TEST_F(RulesIndex, TheProgramRefusesATreeWithoutSources) { EXPECT_EQ(run(), 2); }

// The tree itself, as it stands: what was compiled in is what is there.
TEST_F(RulesIndex, IsThatOfThisTree) {
  const Scan scan = scan_tree(BP_SOURCE_DIR);
  EXPECT_EQ(scan.faults, std::vector<std::string>{});
  ASSERT_EQ(places().size(), scan.found.size());
  const auto same = [](const Place& p, const Found& f) {
    return p.id == f.id && p.use == f.use && p.file == f.file && p.line == f.line;
  };
  EXPECT_TRUE(std::ranges::equal(places(), scan.found, same));
}

TEST_F(RulesIndex, NearestIdsAreThoseOneSlipAway) {
  EXPECT_EQ(nearest_ids("R-WMRK-6").front(), "R-WMARK-6");
  EXPECT_EQ(nearest_ids("RWMARK-17").front(), "R-WMARK-17");
}

}  // namespace
}  // namespace bp::rules_index
