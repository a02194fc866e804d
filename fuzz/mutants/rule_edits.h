// SPDX-License-Identifier: MIT
// Edits of the model's sources that break a rule which no Rulebook holds, and the unit test that
// fails under each, as ci/rule-edits found it. The list is a file of lines
//
//     RULES <tab> FILE <tab> TEXT <tab> WHAT REPLACES IT <tab> TEST
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bp {

struct RuleEdit {
  std::string rules;  ///< Ids, separated by blanks.
  std::string file;   ///< From the top of the tree.
  std::string from;   ///< Within a line; its first place in the file is meant.
  std::string to;
  std::string test;  ///< "Suite.Test", or "compiler": a static_assert fails. Empty: not known.
};

/// Relative to the source tree.
inline constexpr const char* kRuleEditsFile = "fuzz/mutants/rule_edits.txt";

/// Lines that are none are left out.
std::vector<RuleEdit> load_rule_edits(const std::filesystem::path& file);

}  // namespace bp
