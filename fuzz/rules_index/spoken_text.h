// SPDX-License-Identifier: MIT
// What a source says besides its code: comments, strings and names of rules in identifiers. All
// else is blotted out, so that a list of numbers cannot run on from a comment into the code behind
// it.
#pragma once

#include <string>
#include <string_view>

namespace bp::rules_index {

/// In place of code.
inline constexpr char kBlot = '\x01';

/// As long as `source`, with the same line breaks. Comments and contents of strings stay, with
/// blanks for their marks, so that a sentence runs on over `//` lines; code becomes kBlot, but an
/// identifier such as R_WMARK_6 stays as R-WMARK-6. C and C++, raw strings and joined lines
/// included; an unterminated comment or string ends with the source.
std::string spoken_text(std::string_view source);

}  // namespace bp::rules_index
