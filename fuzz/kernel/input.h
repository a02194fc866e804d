// SPDX-License-Identifier: MIT
// Files that were recorded somewhere: plain, xz or zstd, told apart by their first bytes. Bounded
// on both sides of the decompressor, so that no file can take more memory than its bound.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "fuzz/program/text.h"

namespace bp::kernel {

/// The contents, or `fault`: one line that names the file and says what is wrong.
struct FileText {
  std::string bytes;
  std::string fault;
};

/// Reads and decompresses. An empty file is a fault, and so is one of more than `max` bytes, packed
/// or not. Files without a length, as those in /proc and pipes, are read to their end.
FileText read_file(const std::string& path, std::size_t max = kTextMax);

/// What read_file does with the bytes it has read; `path` is for the fault.
FileText unpack(std::string bytes, const std::string& path, std::size_t max = kTextMax);

/// As small as xz makes it; read_file() gives it back.
std::string pack_xz(std::string_view bytes);

}  // namespace bp::kernel
