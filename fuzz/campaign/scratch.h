// SPDX-License-Identifier: MIT
// A folder for a moment: made on construction, gone with all it holds on destruction.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace bp::campaign {

class Scratch {
 public:
  Scratch() {
    std::error_code ec;
    std::string name = (std::filesystem::temp_directory_path(ec) / "buddyproof-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Scratch() {
    std::error_code ec;
    if (!path_.empty()) std::filesystem::remove_all(path_, ec);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// Empty: it could not be made.
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace bp::campaign
