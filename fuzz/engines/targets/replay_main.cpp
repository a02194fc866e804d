// SPDX-License-Identifier: MIT
// A fuzz target without an engine, for any compiler: runs each file named on the command line, and
// each file in each folder named there, once. A crash is a finding; status 2: a file that cannot be
// read.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "fuzz/engines/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& named) {
  if (!fs::is_directory(named)) return {named};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(named)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t runs = 0;
  for (int i = 1; i < argc; ++i) {
    for (const fs::path& path : files_of(argv[i])) {
      const bp::FileRead file = bp::read_whole(path);
      if (!file.bytes) {
        std::fprintf(stderr, "%s\n", file.fault.c_str());
        return 2;
      }
      LLVMFuzzerTestOneInput(file.bytes->data(), file.bytes->size());
      ++runs;
    }
  }
  std::printf("%zu inputs run, none refused\n", runs);
  return 0;
}
