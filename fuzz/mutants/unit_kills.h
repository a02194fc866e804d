// SPDX-License-Identifier: MIT
// Which unit test of the reference fails under which of its planted bugs: what the program
// unit_kills finds out, asked for now or remembered.
//
//     MUTANT SUITE.TEST      a line of the file it remembers in
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace bp {

using UnitKills = std::map<std::string, std::string>;  ///< A test that fails, by mutant.

/// Relative to the source tree.
inline constexpr const char* kUnitKillsFile = "fuzz/mutants/unit_kills.txt";

UnitKills load_unit_kills(const std::filesystem::path& file);
/// False: it could not be written.
bool save_unit_kills(const UnitKills& kills, const std::filesystem::path& file);

/// Runs the program on these mutants ("merge-never@v7.1"). Empty as well if it cannot be run.
UnitKills run_unit_kills(const std::filesystem::path& program,
                         const std::vector<std::string>& mutants);

}  // namespace bp
