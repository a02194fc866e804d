// SPDX-License-Identifier: MIT
// `buddyproof kernel zoneinfo --check`: recomputes a machine's figures and compares.
#pragma once

#include <string>
#include <vector>

namespace bp::cli {

struct CheckFlags {
  std::vector<std::string> paths;  ///< Empty: the machine at hand.
  std::string profile;             ///< Empty: told from what each zoneinfo prints.
  bool json = false;
};

/// The exit status: 0 if every figure is equal or explained, 1 if not, 2 for bad input.
int check_machines(const CheckFlags& flags);

}  // namespace bp::cli
