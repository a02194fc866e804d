// SPDX-License-Identifier: MIT
// The edits that break rules fit the sources as they are, and something is known to kill each.
#include "fuzz/mutants/rule_edits.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "model/rules/registry/registry.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
const fs::path kTree = BP_SOURCE_DIR;

std::vector<RuleEdit> edits() { return load_rule_edits(kTree / kRuleEditsFile); }

bool stands_in(const std::string& text, const fs::path& file) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

TEST(RuleEdits, FitTheSources) {
  EXPECT_GE(edits().size(), 100U);
  for (const RuleEdit& e : edits()) {
    EXPECT_TRUE(stands_in(e.from, kTree / e.file)) << e.file << ": " << e.from;
    EXPECT_NE(e.from, e.to);
    std::istringstream ids(e.rules);
    for (std::string id; ids >> id;) EXPECT_NE(registry::find_rule(id), nullptr) << id;
  }
}

/// What ci/rule-edits found; it says so again whenever it is asked.
TEST(RuleEdits, EachMakesATestFailThatIsThere) {
  for (const RuleEdit& e : edits()) {
    ASSERT_FALSE(e.test.empty()) << e.file << ": " << e.from;
    if (e.test == "compiler") continue;
    // "Kernels/Calls.AllocPageIsOrder0/v4_7": the suite and the test are words of some source.
    const std::size_t dot = e.test.find('.'), slash = e.test.find('/', dot);
    const std::string name = e.test.substr(dot + 1, slash - dot - 1);
    bool found = false;
    for (const auto& f : fs::recursive_directory_iterator(kTree / "model")) {
      const bool is_test = f.path().string().ends_with("_test.cpp");
      found = found || (is_test && stands_in(name, f.path()));
    }
    EXPECT_TRUE(found) << e.test;
  }
}

}  // namespace
}  // namespace bp
