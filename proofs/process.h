// SPDX-License-Identifier: MIT
// One program run to its end or to its time limit, with what it printed.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace bp::proofs {

struct Finished {
  std::string printed;  ///< Both of its outputs, at most kPrintedMax bytes.
  std::string fault;    ///< Empty if it ran to its end: the exit status is for the caller to judge.
  int status = 0;
  bool is_missing = false;  ///< There is no such program.
  double milliseconds = 0;
};

/// More than any answer of a solver here; what comes after is dropped.
inline constexpr std::size_t kPrintedMax = std::size_t{1} << 20;

/// `words[0]` is looked for in PATH. Kills the program when `limit` has passed.
Finished run_program(const std::vector<std::string>& words, std::chrono::milliseconds limit);

}  // namespace bp::proofs
