// SPDX-License-Identifier: MIT
// `buddyproof kernel judge --edited`: what the judge of kernels refuses, and by which rule.
#pragma once

#include <string>
#include <vector>

namespace bp::cli {

struct EditedFlags {
  std::vector<std::string> named;  ///< Recordings and folders.
  unsigned places = 2;             ///< Edits of a kind for each profile, at most.
  bool json = false;
};

/// Prints a line for each kind of edit: kViolation if one was made nowhere, survived, or was
/// refused by a wrong rule.
int judge_edited(const EditedFlags& o);

}  // namespace bp::cli
