// SPDX-License-Identifier: MIT
// Concurrent cases as the verbs take them: read from a file, replayed, printed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "fuzz/explore/case_file.h"

namespace bp::cli {

/// A case, or one line that says what is wrong and where.
struct ConcFile {
  std::optional<explore::Case> one;
  std::string fault;
};
ConcFile read_conc(const std::filesystem::path& path);

/// Whether the file begins as a concurrent case does. False if it cannot be read.
bool is_conc(const std::filesystem::path& path);

/// `repro` of one: runs it and prints what it came to; the exit status.
int repro_conc(const std::filesystem::path& path, bool json);

}  // namespace bp::cli
