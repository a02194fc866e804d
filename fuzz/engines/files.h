// SPDX-License-Identifier: MIT
// Files in and out: whole, bounded, and never half written. Every failure is one line that says
// what and where. xz and zstd are undone on reading, by the file's first bytes; zstd is done on
// writing, by the name's ending.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

inline constexpr std::size_t kFileMax = std::size_t{512} << 20;  ///< Also after decompression.

using Bytes = std::vector<std::uint8_t>;

struct FileRead {
  std::optional<Bytes> bytes;  ///< The content, decompressed, or
  std::string fault;           ///< why not.
};

/// A regular file or a pipe of 1..kFileMax bytes.
FileRead read_whole(const std::filesystem::path& path);

/// Writes a new file beside `path`, syncs it and renames it: `path` is whole or as it was. Returns
/// what went wrong, or an empty string.
std::string write_whole(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
std::string write_whole(const std::filesystem::path& path, std::string_view text);

}  // namespace bp
