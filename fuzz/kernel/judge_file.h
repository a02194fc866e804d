// SPDX-License-Identifier: MIT
// A recorded file under the judge of kernels, from its bytes to a verdict. The reference has no
// part in it. A value that can be printed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/kernel/dialect.h"
#include "fuzz/kernel/judged_batch.h"
#include "model/judge/kernel_judge.h"

namespace bp::kernel {

struct JudgedFile {
  std::string file;
  FileKind kind = FileKind::unknown;
  Profile profile = Profile::v6_1_lts192;
  std::uint64_t batches = 0, events = 0, allocations = 0, decided = 0;
  DoubtCounts doubts;              ///< Of the allocations that are not decided.
  std::uint64_t refused = 0;       ///< Batches; nothing is read of one after its first refusal.
  std::string fault;               ///< One line; nothing else counts.
  std::optional<Refusal> refusal;  ///< The first.
  std::int64_t batch = 0;          ///< Of the refusal, by its number in the file,
  std::size_t line = 0;            ///< and its line.

  bool was_judged() const { return fault.empty() && batches > 0; }
};

/// What is done with each batch; false ends the file there.
using HistoryVisitor = std::function<bool(const KernelHistory&)>;

/// Every batch of a text as a history, in order. The fault of the text, if it has one: one line.
std::string for_each_history(const std::string& file, std::string_view text,
                             const HistoryVisitor& visit);

JudgedFile judge_file(const std::string& file);
/// The same of a text that was read already.
JudgedFile judge_text(const std::string& file, std::string_view text);

}  // namespace bp::kernel
