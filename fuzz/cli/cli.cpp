// SPDX-License-Identifier: MIT
#include "fuzz/cli/cli.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace bp::cli {

namespace fs = std::filesystem;

int fail(Exit status, std::string_view line) {
  std::fflush(stdout);
  std::fprintf(stderr, "buddyproof: %.*s\n", static_cast<int>(line.size()), line.data());
  return status;
}

bool colour_wanted() {
  const char* no = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no == nullptr || *no == '\0');
}

std::string alarming(std::string_view text) {
  if (!colour_wanted()) return std::string(text);
  return "\033[1;31m" + std::string(text) + "\033[0m";
}

fs::path own_path() {
  std::error_code ec;
  fs::path self = fs::read_symlink("/proc/self/exe", ec);
  return ec ? fs::path("buddyproof") : self;
}

fs::path source_tree() {
  return own_path().parent_path().parent_path().parent_path().parent_path();
}

std::string commit_of(const fs::path& tree) {
  const auto words_of = [&](const std::string& file) {
    std::ifstream in(tree / ".git" / file);
    std::string first, second;
    in >> first >> second;
    return std::pair(first, second);
  };
  const auto [head, ref] = words_of("HEAD");
  return head == "ref:" ? words_of(ref).first : head;
}

fs::path built(std::string_view preset, std::string_view name) {
  return own_path().parent_path().parent_path().parent_path() / preset / "bin" / name;
}

FileList expand(const std::vector<std::string>& named) {
  FileList list;
  for (const std::string& name : named) {
    std::error_code ec;
    if (!fs::is_directory(name, ec)) {
      list.files.emplace_back(name);
      continue;
    }
    std::vector<fs::path> inside;
    fs::recursive_directory_iterator at(name, ec);
    for (; !ec && at != fs::recursive_directory_iterator(); at.increment(ec)) {
      if (at->is_regular_file(ec) && at->path().extension() != ".md") inside.push_back(at->path());
    }
    if (ec) return {{}, name + ": cannot be read: " + ec.message()};
    if (inside.empty()) return {{}, name + ": the directory holds no file"};
    std::sort(inside.begin(), inside.end());
    list.files.insert(list.files.end(), inside.begin(), inside.end());
  }
  return list;
}

}  // namespace bp::cli
