// SPDX-License-Identifier: MIT
// `buddyproof mutants --layer model`: planted bugs of the reference, what kills them.
#pragma once

#include <string>
#include <vector>

namespace bp::cli {

struct ModelMutantFlags {
  std::vector<std::string> only;        ///< Plants or mutants by name; empty: all.
  std::vector<std::string> recordings;  ///< Files and folders; empty: the repository's.
  bool run = false, json = false;
  bool takes_reasons = false;  ///< See ModelRunOptions.
  bool remembers = false;      ///< The hints beside the recordings are written anew.
  unsigned jobs = 2;
};

bool is_model_mutant(const std::string& name);

/// Lists them, or runs them: kViolation if one lives and no reason is stated.
int model_mutants(const ModelMutantFlags& f);

}  // namespace bp::cli
