// SPDX-License-Identifier: MIT
// For tests: every program of corpus/litmus, in the order of the file names.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/sched/litmus_parse.h"

namespace bp::sched {

struct LitmusFile {
  std::string path;
  LitmusParse parsed;
};

inline std::vector<LitmusFile> litmus_corpus(const std::filesystem::path& source_dir) {
  std::vector<LitmusFile> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(source_dir / "corpus/litmus")) {
    if (entry.path().extension() != ".litmus") continue;
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    files.push_back({entry.path().filename().string(), parse_litmus(text)});
  }
  std::sort(files.begin(), files.end(),
            [](const LitmusFile& a, const LitmusFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace bp::sched
