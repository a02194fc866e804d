// SPDX-License-Identifier: MIT
// Saved programs as inputs to start from: bytes, short, on machines small enough to be quick. A
// long program (a kernel's trace) becomes many, each a window of it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "model/vocab/program.h"

namespace bp {

inline constexpr std::size_t kSeedOps = 192;        ///< Operations of one window.
inline constexpr std::size_t kSeedsOfProgram = 48;  ///< Windows of one program, evenly spread.

/// The program as windows on a machine of at most kSmallSpannedMax pages. Zones that are too large
/// lose their end; stated marks shrink with them, holes beyond the end go.
std::vector<Program> seeds_of(const Program& p);

struct SeedsWritten {
  std::size_t count = 0;
  std::string fault;  ///< One line, if a file could not be read or written.
};

/// Files are programs, traces of kernels (.trace) or /proc/zoneinfo (.zoneinfo), packed or not.
/// Reads every file of `files` and writes its seeds as bytes into `folder`, which exists.
SeedsWritten write_seeds(const std::vector<std::filesystem::path>& files,
                         const std::filesystem::path& folder);

/// A short name for a file with this content: 16 hexadecimal digits.
std::string content_name(std::string_view bytes);

}  // namespace bp
