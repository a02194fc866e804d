// SPDX-License-Identifier: MIT
// How the verb `rules` shows what it chose: as text within 100 columns or as JSON.
#pragma once

#include <span>
#include <string>

#include "fuzz/rules_index/survey.h"

namespace bp::cli {

/// A table by subject, then what is not coded, then a line of totals.
std::string rules_table(std::span<const rules_index::RuleFacts* const> chosen);
/// Each in full, with all its places.
std::string rules_in_full(std::span<const rules_index::RuleFacts* const> chosen);
/// An array of objects, one a line.
std::string rules_json(std::span<const rules_index::RuleFacts* const> chosen);

std::string bugs_table(std::span<const rules_index::BugFacts* const> chosen);
std::string bugs_in_full(std::span<const rules_index::BugFacts* const> chosen);
std::string bugs_json(std::span<const rules_index::BugFacts* const> chosen);

}  // namespace bp::cli
