// SPDX-License-Identifier: MIT
// The reference's unit tests as the last judge of its planted bugs: the program unit_kills, built
// beside this one, is asked about those that no recording kills.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace bp::cli {

struct UnitKills {
  std::string fault;                         ///< It could not be asked: why, and what to do.
  std::map<std::string, std::string> tests;  ///< By mutant: the first test that failed.
};

/// `mutants`: by name, "merge-never@v7.1"; none of them: nothing is asked.
UnitKills ask_unit_tests(const std::vector<std::string>& mutants);

}  // namespace bp::cli
