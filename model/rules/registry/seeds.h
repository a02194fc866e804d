// SPDX-License-Identifier: MIT
// The five documents that the project began with, line by line: what each says, whether it is
// right, which call of the reference does it, and which rules say what is true. The documents
// contradict each other and the kernel; a line that errs says so and is covered by the rule that
// corrects it.
#pragma once

#include <span>
#include <string_view>

namespace bp::registry {

/// Whether a document is right.
enum class SeedVerdict : unsigned char {
  holds,   ///< As it says.
  partly,  ///< With an exception, which the line names.
  errs,    ///< No kernel of the profiles does so.
};

struct SeedLine {
  std::string_view document;   ///< "0 Q1(2)": the number, and the question in it.
  std::string_view statement;  ///< What it says or names, shortened.
  SeedVerdict verdict = SeedVerdict::holds;
  std::string_view instead;    ///< What is true where it is not right; empty: it is.
  std::string_view operation;  ///< What to call to see it.
  std::string_view rules;      ///< Ids, separated by blanks: at least one, coded and tested.
};

std::span<const SeedLine> seed_lines();

}  // namespace bp::registry
