// SPDX-License-Identifier: MIT
// A recorded file checked from its bytes to its verdict: what kind it is, whether it contradicts
// itself, and whether the reference does what the kernel did. A value that can be printed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/kernel/dialect.h"
#include "fuzz/kernel/replay.h"
#include "model/invariants/known_defects.h"

namespace bp::kernel {

/// The first difference of a file, in words.
struct CheckFinding {
  std::size_t line = 0;    ///< Of the operation, or of the dump that ends the batch.
  std::int64_t batch = 0;  ///< By its number in the file.
  std::string text;        ///< The operation; empty: the states differ, not an answer.
  std::vector<StateDifference> differences;
  std::vector<std::string> around;  ///< Lists that the operation saw.
};

/// An invariant that the kernel's states break, and the defects of that kernel that explain it.
struct KernelFinding {
  Finding finding;          ///< The first of its kind.
  std::int64_t batch = 0;   ///< Where it was seen first.
  std::uint64_t times = 1;  ///< How often a state broke it anew.
  std::size_t line = 0;     ///< Of the operation that broke it, or of the dump that shows it.
  std::string text;         ///< That operation; empty: it came between two batches.
};

struct FileCheck {
  std::string file;
  FileKind kind = FileKind::unknown;
  Profile profile = Profile::v6_1_lts192;
  unsigned cpus = 0, nodes = 0;  ///< Of the first batch's machine.
  std::int64_t megabytes = 0;    ///< Managed, in MiB.
  std::uint64_t ops = 0, compared = 0;
  std::uint64_t mismatches = 0;  ///< Operations that were the first of their batch to differ.
  std::uint64_t batches = 0, exact = 0;
  double seconds = 0;  ///< Processor time to read the text and replay it, without decompression.
  std::string fault;   ///< One line that names file, line and what is wrong; nothing else counts.
  std::optional<CheckFinding> finding;
  std::vector<KernelFinding> kernel;  ///< What the kernel itself got wrong.

  bool was_replayed() const { return fault.empty() && batches > 0; }
  bool agrees() const { return mismatches == 0 && exact == batches && unexplained() == 0; }
  /// Invariants broken by a defect that nobody knows.
  std::size_t unexplained() const;
};

/// Called after each batch.
using CheckProgress = std::function<void(const FileCheck&)>;

/// `profile`: instead of the one that the file shows. A file without dumps is not replayed.
FileCheck check_file(const std::string& file, std::optional<Profile> profile,
                     const CheckProgress& progress);

/// The same of a text that was read already.
FileCheck check_text(const std::string& file, std::string_view text, std::optional<Profile> profile,
                     const CheckProgress& progress);

}  // namespace bp::kernel
