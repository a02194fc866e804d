// SPDX-License-Identifier: MIT
// The judge with one rule broken: a judge that refuses what is right is seen on sound subjects, and
// one that accepts what is wrong on histories that were edited in one place.
#pragma once

#include <span>
#include <string_view>

#include "model/judge/rulebook.h"

namespace bp {

struct BrokenRules {
  std::string_view name;  ///< "mark-inclusive", ...
  Rulebook rules;
};

/// Lives as long as the program.
std::span<const BrokenRules> broken_rules();

}  // namespace bp
