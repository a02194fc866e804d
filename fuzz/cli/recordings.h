// SPDX-License-Identifier: MIT
// Which files are meant by names of recordings and of folders that hold some.
#pragma once

#include <string>
#include <vector>

namespace bp::cli {

/// A recording to look at; one that was found in a folder may be something else.
struct Recorded {
  std::string file;
  bool from_folder = false;
};

struct RecordedFiles {
  std::vector<Recorded> files;
  std::string fault;  ///< One line; a folder without a recording is one.
};

/// In the order of the names, those of a folder by name. In folders only what a recording may be
/// called is taken.
RecordedFiles recorded_files(const std::vector<std::string>& named);

}  // namespace bp::cli
