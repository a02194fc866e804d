// SPDX-License-Identifier: MIT
// One state out of a file: a dump by itself, or the state before or after a batch of a recording.
// Which kernel wrote it follows from the dump; plain dumps of 6.12 look like those of 6.1, so that
// the caller may say which it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/reference/kernel_state.h"

namespace bp::kernel {

/// Which state of a recording. A dump by itself has neither batches nor an afterwards.
struct DumpChoice {
  std::optional<std::uint64_t> batch;  ///< By the number in the file; none: the first.
  bool after = false;                  ///< After the batch instead of before it.
  std::optional<Profile> profile;      ///< None: as the dump gives it away.
};

struct DumpFile {
  std::optional<reference::KernelState> state;
  std::string where;           ///< "batch 3, after"; empty for a dump by itself.
  std::string fault;           ///< What is wrong, in one clause, and
  std::size_t fault_line = 0;  ///< where, from 1; 0: in the whole.
};

/// Whether a text is meant as a dump or a recording: by its first line that is not empty.
bool is_dump(std::string_view text);

DumpFile read_dump(std::string_view text, const DumpChoice& choice = {});

}  // namespace bp::kernel
