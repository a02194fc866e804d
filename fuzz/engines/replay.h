// SPDX-License-Identifier: MIT
// A file back into a program, and a program back into its verdict and report: what `repro`, a saved
// test and a crashed campaign share.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fuzz/engines/execute.h"
#include "fuzz/report/report.h"
#include "model/vocab/program.h"

namespace bp {

struct Loaded {
  std::optional<Program> program;  ///< Legal, or
  std::string fault;               ///< one line: what and where.
};

/// Text or bytes, zstd or not. A name that ends in .txt (or .txt.zst) is text and one in .bin is
/// bytes; of others, what holds only printable characters is text.
Loaded load_program(const std::filesystem::path& path);

/// What load_program does with what it has read and unpacked.
Loaded unpacked_program(std::string_view bytes, const std::filesystem::path& path);

/// `name` is for the fault.
Loaded parse_program(std::string_view text, std::string_view name);

/// As bytes if the name ends in .bin or .bin.zst, else as text. Returns what went wrong, or "".
std::string save_program(const std::filesystem::path& path, const Program& p);

/// One run, judged.
struct Replay {
  bool ran = false;  ///< The subject could be found and created.
  Verdict verdict;
  std::string report;  ///< Empty if accepted; otherwise what is wrong, as report_refusal() says it.
  bool accepted() const { return ran && verdict.accepted(); }
};

Replay replay(const Program& p, Setup setup, const ReportContext& context);

/// For tests made by `buddyproof show --cpp`: `subject` as --subject takes it.
Replay replay_text(std::string_view program, std::string_view subject);

}  // namespace bp
