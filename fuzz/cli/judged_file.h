// SPDX-License-Identifier: MIT
// One saved program run and judged in a process of its own, and what is printed of it: the work of
// `repro`, and the end of a campaign that found something.
#pragma once

#include <string>

#include "fuzz/campaign/folder.h"
#include "fuzz/engines/execute.h"

namespace bp::cli {

struct JudgedFile {
  std::string file;
  std::string subject;  ///< As --subject takes it, for the commands printed.
  Setup setup;
  bool json = false;
  /// Not null: what is refused or crashes is kept there, and only the first of a rule is printed.
  campaign::Folder* keep = nullptr;
  /// It was reported already, when it could not be kept: now only that is tried.
  bool said_before = false;
};

/// Prints the verdict; returns the exit status. A crash of the subject is a violation. If it cannot
/// be kept, it is reported all the same, one line says why, and the status is kInfrastructure.
int judge_file(const JudgedFile& j);

}  // namespace bp::cli
