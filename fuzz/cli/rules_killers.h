// SPDX-License-Identifier: MIT
// Which planted bugs of the reference break a rule, and what kills each: the recording and batch
// where `mutants --remember` saw it, or a case worked out by hand; and the unit test that
// unit_kills saw fail. Rules that no Rulebook holds are broken by edits of the sources instead.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/mutants/model_plants.h"
#include "fuzz/mutants/rule_edits.h"
#include "fuzz/mutants/unit_kills.h"

namespace bp::cli {

struct RuleKill {
  std::string mutant;       ///< "expand-to-tail@v4.7", or "edit of FILE: TEXT -> TEXT".
  std::string killed_by;    ///< A recording or a case; empty: neither.
  std::string test;         ///< A unit test of the reference that fails; empty: none.
  std::string_view reason;  ///< Why it lives, if it does.
};

/// Reads what is remembered once, and asks the cases when a rule is asked for.
class RuleKillers {
 public:
  RuleKillers();
  std::vector<RuleKill> of(std::string_view rule) const;

 private:
  std::string killer_of(const ModelMutant& m) const;
  std::string test_of(const ModelMutant& m) const;

  std::vector<ModelMutant> mutants_;
  std::map<std::string, std::string> remembered_;
  UnitKills tests_;
  std::vector<RuleEdit> edits_;
};

}  // namespace bp::cli
