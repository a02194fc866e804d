// SPDX-License-Identifier: MIT
// For tests of the built program as a user meets it: a folder of the test's own, commands run in it
// by a shell, and what they said.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/campaign/scratch.h"

namespace bp::cli {

class ShellTest : public testing::Test {
 protected:
  struct Ran {
    int status;
    std::string out, err;
  };
  static std::string slurp(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::filesystem::path path(const std::string& name) const { return scratch_.path() / name; }
  /// In the test's folder; what it says is kept outside of it.
  Ran shell(const std::string& command) {
    const std::filesystem::path out = logs_.path() / "out", err = logs_.path() / "err";
    const std::string line = "cd " + scratch_.path().string() + " && { " + command + "\n} >" +
                             out.string() + " 2>" + err.string();
    const int raw = std::system(line.c_str());
    return {WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw), slurp(out), slurp(err)};
  }
  Ran run(const std::string& arguments) { return shell(BP_BUDDYPROOF " " + arguments); }
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(path(name).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& e : std::filesystem::directory_iterator(scratch_.path()))
      all.push_back(e.path().filename().string());
    std::ranges::sort(all);
    return all;
  }

  campaign::Scratch scratch_, logs_;
};

}  // namespace bp::cli
