// SPDX-License-Identifier: MIT
// `buddyproof mutants --layer conc`: planted bugs of the concurrent layer, by mode who kills them.
#pragma once

#include <string>
#include <vector>

namespace bp::cli {

struct ConcMutantFlags {
  std::vector<std::string> only;   ///< By name; empty: all.
  std::vector<std::string> modes;  ///< Empty: all.
  unsigned seeds = 1;
  double seconds = 10;  ///< For one bug, mode and seed.
  bool run = false, json = false, markdown = false;
  bool beside = false;  ///< Also under threads with TSan, and under Relacy.
};

bool is_conc_mutant(const std::string& name);

/// Lists them, or runs them: kViolation if one lives in every mode, or is seen by no rule that it
/// names.
int conc_mutants(const ConcMutantFlags& f);

}  // namespace bp::cli
