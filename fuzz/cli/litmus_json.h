// SPDX-License-Identifier: MIT
// Litmus programs as a JSON list, as other tools exchange them, turned into the text form:
//   [{"name": "SB", "observed": ["a", "b"], "threads": [["store x 1 rlx", "a = load y rlx"], ...],
//     "allowed_rc11": [[0, 1], ...], "allowed_cpp20": [[0, 1], ...]}]
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bp::cli {

/// The texts in order, or one line that says what is wrong.
struct LitmusTexts {
  std::vector<std::string> programs;
  std::string fault;
};

LitmusTexts litmus_texts_of_json(std::string_view text);

}  // namespace bp::cli
