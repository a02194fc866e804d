// SPDX-License-Identifier: MIT
// The third of the five values: accepted, or refused at one event by one rule.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "model/vocab/units.h"

namespace bp {

/// Why a history was refused. The first difference is the bug; later ones are its echo.
struct Refusal {
  std::string_view rule;  ///< Id, e.g. "I-8". Constant.
  std::string_view
      statement;  ///< What the rule says, one clause. Constant, so that triage groups by it.
  std::string_view file;  ///< Where the rule is decided.
  int line = 0;
  std::size_t event = 0;  ///< Index of the outcome in the history.
  Pfn frame = kNoPfn;     ///< The frame at fault, if one is.
  std::string seen;       ///< What the subject did.
  std::string allowed;    ///< What would have been accepted.
};

struct Verdict {
  std::optional<Refusal> refusal;  ///< None: accepted.
  bool accepted() const { return !refusal.has_value(); }
};

}  // namespace bp
