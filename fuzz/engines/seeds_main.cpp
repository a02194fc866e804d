// SPDX-License-Identifier: MIT
// Saved programs and traces of kernels as inputs for an engine that a campaign does not start, such
// as that of OSS-Fuzz. (Scenarios of schedules are inputs as they stand.)
//
//   write_seeds FOLDER FILE...
//
// FOLDER exists. Exit status: 0, or 2 and one line.
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/engines/seeds.h"

int main(int argc, char** argv) {
  std::string fault = "usage: write_seeds FOLDER FILE...";
  if (argc > 2) {
    const std::vector<std::filesystem::path> files(argv + 2, argv + argc);
    const bp::Seeds seeds = bp::read_seeds(files);
    fault = seeds.fault.empty() ? bp::write_inputs(seeds.inputs, argv[1]) : seeds.fault;
  }
  if (fault.empty()) return 0;
  std::fprintf(stderr, "write_seeds: %s\n", fault.c_str());
  return 2;
}
