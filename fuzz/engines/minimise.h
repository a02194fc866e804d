// SPDX-License-Identifier: MIT
// Makes a refused program smaller while it keeps breaking the same rule: first operations, in
// halves and then one by one, then the values of what is left, then the machine. Greedy to a fixed
// point: no single step that is known here makes the result smaller.
//
// The schedule is dropped: a sequential run makes no choice.
#pragma once

#include <cstddef>
#include <string>

#include "fuzz/engines/execute.h"
#include "model/vocab/program.h"

namespace bp {

inline constexpr std::size_t kMinimiseRuns = 200'000;  ///< Executions at most: seconds.

struct Minimised {
  Program program;
  std::size_t executions = 0;
  bool finished = true;  ///< False: the executions ran out first; the result is still right.
};

/// `execute` refuses `p` by `rule`.
Minimised minimise(const Program& p, Executor& execute, const std::string& rule,
                   std::size_t executions_max = kMinimiseRuns);

/// The program without operations [begin, end), without the frees of handles that they define, and
/// with all later handles renumbered.
Program without_ops(const Program& p, std::size_t begin, std::size_t end);

}  // namespace bp
