// SPDX-License-Identifier: MIT
// Makes a refused program smaller while it keeps breaking the same rule: first operations, in
// halves and then one by one, then the values of what is left, then the machine. Greedy to a fixed
// point, then by jumps from there: some of the operations, changed, on a machine of other sizes;
// the first that has fewer operations is the next start. Jumps are seeded: the same program has the
// same result.
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
