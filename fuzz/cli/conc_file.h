// SPDX-License-Identifier: MIT
// Concurrent cases as the verbs take them: read from a file, replayed, printed. Which bug is
// planted a case says itself, unless a --subject says otherwise.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "fuzz/cli/cli.h"
#include "fuzz/explore/case_file.h"

namespace bp::cli {

/// A case, or one line that says what is wrong and where.
struct ConcFile {
  std::optional<explore::Case> one;
  std::string fault;
};
ConcFile read_conc(const std::filesystem::path& path);

/// With the subject's plant in place of the case's own; empty: as it says itself.
ConcFile read_conc_on(const std::filesystem::path& path, const std::string& subject);

/// Whether the file begins as a concurrent case does. False if it cannot be read.
bool is_conc(const std::filesystem::path& path);

/// What corpus/regress keeps: concurrent cases, or all else.
enum class Regressions : std::uint8_t { cases, programs };
FileList kept(Regressions which);

/// `repro` of one, in a process of its own: prints what it came to; the exit status.
int repro_conc(const std::filesystem::path& path, const std::string& subject, bool json);

}  // namespace bp::cli
