// SPDX-License-Identifier: MIT
// rules_index TREE OUT: writes where the sources below TREE cite rules to OUT, as C++. OUT is left
// alone if it says so already, so that nothing is compiled for nothing. Exit status: 1 if a source
// cites a rule that does not exist, each named on a line; 2 usage; 3 OUT cannot be written.
#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>

#include "fuzz/rules_index/index.h"

namespace {

using namespace bp::rules_index;

int fail(int status, const std::string& line) {
  std::fprintf(stderr, "rules_index: %s\n", line.c_str());
  return status;
}

bool says(const char* file, const std::string& content) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return in && text.str() == content;
}

int run(int argc, char** argv) {
  if (argc != 3) return fail(2, "usage: rules_index TREE OUT");
  const Scan scan = scan_tree(argv[1]);
  if (scan.files == 0) return fail(2, std::string(argv[1]) + ": holds no source");
  for (const std::string& fault : scan.faults) std::fprintf(stderr, "%s\n", fault.c_str());
  if (!scan.faults.empty()) return 1;
  const std::string content = as_source(scan);
  if (says(argv[2], content)) return 0;
  std::ofstream out(argv[2], std::ios::binary);
  out << content;
  out.close();
  return out ? 0 : fail(3, std::string(argv[2]) + ": cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    return fail(3, error.what());
  }
}
