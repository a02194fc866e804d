// SPDX-License-Identifier: MIT
// Saved programs as inputs to start from: bytes, short, on machines small enough to be quick. A
// long program (a kernel's trace) becomes many, each a window of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "fuzz/engines/files.h"
#include "model/vocab/program.h"

namespace bp {

inline constexpr std::size_t kSeedOps =
    64;  ///< Operations of one window: what a fuzzer runs quickly.
inline constexpr std::size_t kSeedsOfProgram = 48;  ///< Windows of one program, evenly spread.

/// The program as windows on a machine of at most kSmallSpannedMax pages. Zones that are too large
/// lose their end; stated marks shrink with them, holes beyond the end go.
std::vector<Program> seeds_of(const Program& p);

struct Seeds {
  std::vector<Bytes> inputs;
  std::string fault;  ///< One line, if a file could not be read.
};

/// Files are programs, traces of kernels (.trace) or /proc/zoneinfo (.zoneinfo), packed or not.
Seeds read_seeds(const std::vector<std::filesystem::path>& files);

/// Writes each into `folder`, which exists, under a name made from its content. Returns what went
/// wrong, or an empty string.
std::string write_inputs(const std::vector<Bytes>& inputs, const std::filesystem::path& folder);

/// A short name for a file with this content: 16 hexadecimal digits.
std::string content_name(std::span<const std::uint8_t> bytes);

}  // namespace bp
