// SPDX-License-Identifier: MIT
#include "fuzz/cli/rules_killers.h"

#include <algorithm>

#include "fuzz/cli/cli.h"
#include "fuzz/mutants/model_run.h"
#include "fuzz/mutants/model_vectors.h"
#include "fuzz/report/fmt.h"
#include "fuzz/rules_index/survey.h"

namespace bp::cli {

RuleKillers::RuleKillers() : mutants_(bp::model_mutants()) {
  for (const auto& [mutant, hint] : load_hints(source_tree() / "corpus/kernel/kills.txt"))
    remembered_[mutant] = fmt::format("{} batch {}", hint.recording, hint.batch);
  tests_ = load_unit_kills(source_tree() / kUnitKillsFile);
  edits_ = load_rule_edits(source_tree() / kRuleEditsFile);
}

std::string RuleKillers::killer_of(const ModelMutant& m) const {
  if (const auto at = remembered_.find(m.name()); at != remembered_.end()) return at->second;
  const ModelVector* v = broken_vector(m.rulebook());
  return v == nullptr ? std::string() : fmt::format("case: {}", v->name);
}

std::string RuleKillers::test_of(const ModelMutant& m) const {
  const auto at = tests_.find(m.name());
  return at == tests_.end() ? std::string() : at->second;
}

std::vector<RuleKill> RuleKillers::of(std::string_view rule) const {
  const auto is_among = [rule](std::string_view ids) {
    const auto all = rules_index::words(ids);
    return std::ranges::find(all, rule) != all.end();
  };
  std::vector<RuleKill> kills;
  for (const ModelMutant& m : mutants_) {
    if (!is_among(m.plant->rules)) continue;
    kills.push_back({m.name(), killer_of(m), test_of(m), survivor_reason(*m.plant, m.profile)});
  }
  for (const RuleEdit& e : edits_) {
    if (!is_among(e.rules)) continue;
    kills.push_back({fmt::format("edit of {}: {} -> {}", e.file, e.from, e.to), {}, e.test, {}});
  }
  return kills;
}

}  // namespace bp::cli
