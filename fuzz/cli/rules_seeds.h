// SPDX-License-Identifier: MIT
// `buddyproof rules --seeds`: the documents line by line, each with the call, the rules and the
// tests that cover it.
#pragma once

#include <string>
#include <vector>

#include "fuzz/rules_index/survey.h"
#include "model/rules/registry/seeds.h"

namespace bp::cli {

struct SeedFacts {
  const registry::SeedLine* line = nullptr;
  std::vector<std::string_view> ids;
  std::vector<std::string_view> unknown;   ///< Ids that are none.
  std::vector<std::string_view> untested;  ///< Rules that no test cites.
  std::vector<std::string_view> tests;     ///< One for each rule, that cites it: of the reference,
                                           ///< if there is any.
};

std::vector<SeedFacts> survey_seeds(const std::vector<rules_index::RuleFacts>& rules);
std::string seeds_table(const std::vector<SeedFacts>& seeds);
std::string seeds_json(const std::vector<SeedFacts>& seeds);

}  // namespace bp::cli
