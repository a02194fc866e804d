// SPDX-License-Identifier: MIT
#include "fuzz/cli/recordings.h"

#include <filesystem>

#include "fuzz/cli/cli.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;

/// Recordings by their names; what else lies beside them is not even named.
bool looks_recorded(const fs::path& file) {
  const std::string name = file.filename().string();
  const bool is_archive = name.find(".tar") != std::string::npos;
  return !is_archive && (name.find(".txt") != std::string::npos || name.ends_with(".xz") ||
                         name.ends_with(".zst"));
}

}  // namespace

RecordedFiles recorded_files(const std::vector<std::string>& named) {
  RecordedFiles out;
  for (const std::string& name : named) {
    const bool folder = fs::is_directory(name);
    const FileList list = expand({name});
    if (!list.fault.empty()) return {{}, list.fault};
    for (const fs::path& file : list.files) {
      if (!folder || looks_recorded(file)) out.files.push_back({file.string(), folder});
    }
  }
  if (out.files.empty()) out.fault = named.front() + ": the directory holds no recording";
  return out;
}

}  // namespace bp::cli
