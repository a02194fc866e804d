// SPDX-License-Identifier: MIT
// Every way through a rule of the model that asks a mask for its flags. The rule is run, as it
// stands, once for each way in which its questions can be answered; questions and answers on the
// way to a result are the condition of that result. The conditions of two runs exclude each other
// and together cover every mask, because each run flips the last answer that had not been flipped.
//
// So the rule is not restated for the solver, and which flags it depends on is found, not assumed.
#pragma once

#include <utility>
#include <vector>

#include "model/vocab/check.h"
#include "model/vocab/gfp.h"

namespace bp::proofs {

/// No rule asks for more than a handful of flags: 2^10 runs are far above, and stop a loop.
inline constexpr std::size_t kPathsMax = 1024;

using Answers = std::vector<std::pair<GfpFlag, bool>>;

/// A flag set that answers from a script, and with "no" where the script ends.
class ScriptedFlags {
 public:
  explicit ScriptedFlags(Answers& answers) : answers_(&answers) {}

  bool has(GfpFlag flag) const {
    for (const auto& [asked, answer] : *answers_) {
      if (asked == flag) return answer;
    }
    answers_->emplace_back(flag, false);
    return false;
  }

 private:
  Answers* answers_;
};

template <class Result>
struct Path {
  Answers answers;
  Result result;
};

/// The next script: the last "no" becomes "yes", what followed it is forgotten. False at the end.
inline bool advance(Answers& script) {
  while (!script.empty() && script.back().second) script.pop_back();
  if (script.empty()) return false;
  script.back().second = true;
  return true;
}

/// `rule` takes a flag set and is a pure function of it.
template <class Rule>
auto all_paths(const Rule& rule) {
  using Result = decltype(rule(std::declval<const ScriptedFlags&>()));
  std::vector<Path<Result>> paths;
  Answers script;
  do {
    check(paths.size() < kPathsMax, "a rule asks a bounded number of questions");
    const ScriptedFlags flags(script);
    const Result result = rule(flags);
    paths.push_back({script, result});
  } while (advance(script));
  return paths;
}

}  // namespace bp::proofs
