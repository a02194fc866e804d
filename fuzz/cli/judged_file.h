// SPDX-License-Identifier: MIT
// One saved program run and judged in a process of its own, and what is printed of it: the work of
// `repro`, and the end of a campaign that found something.
#pragma once

#include <filesystem>
#include <string>

#include "fuzz/engines/execute.h"

namespace bp::cli {

struct JudgedFile {
  std::string file;
  std::string subject;  ///< As --subject takes it, for the commands printed.
  Setup setup;
  bool json = false;
  /// Not empty: a refused program is also saved here, in a folder named after the rule, as text and
  /// bytes, and the report names that file.
  std::filesystem::path save_under;
};

/// Prints the verdict; returns the exit status. A crash of the subject is a violation.
int judge_file(const JudgedFile& j);

/// Copies a finding to FOLDER/KIND/NAME and returns where it is; if it cannot be copied, where it
/// was.
std::filesystem::path save_finding(const std::filesystem::path& folder, const std::string& kind,
                                   const std::filesystem::path& finding);

}  // namespace bp::cli
