// SPDX-License-Identifier: MIT
// A folder for what another program is to read: the caller's, or a temporary one that is removed at
// the end. Throws std::runtime_error, or what std::filesystem throws, if the disk does not obey.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace bp::proofs {

class Folder {
 public:
  explicit Folder(const std::string& kept) : path_(kept), is_kept_(!kept.empty()) {
    if (is_kept_) {
      std::filesystem::create_directories(path_);
      return;
    }
    std::string name = (std::filesystem::temp_directory_path() / "buddyproof-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no temporary folder can be made at " + name);
    }
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;  // What cannot be removed is left to the system's own cleaning.
    if (!is_kept_) std::filesystem::remove_all(path_, ignored);
  }

  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream out(file);
    out << text << std::flush;
    if (!out) throw std::runtime_error(file.string() + " cannot be written");
    return file.string();
  }

 private:
  std::filesystem::path path_;
  bool is_kept_;
};

}  // namespace bp::proofs
