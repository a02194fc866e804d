// SPDX-License-Identifier: MIT
// A recorded kernel's calls as work for the threads of a benchmark: each thread does what the
// trace's CPUs of its number did, in their order. A block is freed by the thread whose CPU freed
// it, after whoever allocated it. Masks are not taken over: the machine has one zone, and every
// call says GFP_KERNEL. Frees of what was allocated before the trace began are left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bp::bench {

struct ScriptStep {
  std::uint32_t block = 0;  ///< Below Script::blocks.
  std::uint8_t order = 0;
  bool allocates = false;
};

struct Script {
  std::vector<std::vector<ScriptStep>> of_thread;
  std::vector<std::vector<ScriptStep>> left;  ///< By thread: the frees of what the trace kept.
  std::uint32_t blocks = 0;
  std::uint64_t events = 0;  ///< Steps of all threads.
};

struct ScriptResult {
  Script script;
  std::string fault;  ///< One clause with the line's number, if the trace cannot be read.
};

/// CPU c of the trace is thread c modulo `threads`; at least one.
ScriptResult script_of(std::string_view trace, unsigned threads);

/// Reads a recording, plain, xz or zstd, into `text`. Nothing, or a line that names the file and
/// says why it is none.
std::string read_trace(const std::string& path, std::string& text);

}  // namespace bp::bench
