// SPDX-License-Identifier: MIT
// The plot of a verb that measures: its file is opened before the work, which takes long, and what
// the disk did not take is told.
#pragma once

#include <fstream>
#include <string>
#include <string_view>

#include "fuzz/cli/cli.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {

class SvgFile {
 public:
  /// An empty path: nothing is to be written, and all is well.
  explicit SvgFile(std::string path) : path_(std::move(path)) {}

  /// kFine, or one line is printed. Before write().
  int open() {
    if (path_.empty()) return kFine;
    file_.open(path_);
    return file_ ? kFine : fail(kUsage, fmt::format("--svg {}: cannot be written", path_));
  }
  int write(std::string_view svg) {
    if (path_.empty()) return kFine;
    file_ << svg;
    if (file_.flush()) return kFine;
    return fail(kInfrastructure,
                fmt::format("--svg {}: not written, is the disk full? Run it again", path_));
  }

 private:
  std::string path_;
  std::ofstream file_;
};

}  // namespace bp::cli
