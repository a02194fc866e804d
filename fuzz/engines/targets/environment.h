// SPDX-License-Identifier: MIT
// What both targets read of the environment, and how they say that it is wrong.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace bp {

/// Ends the program: one line on stderr, status 2.
[[noreturn]] inline void unusable(const std::string& what) {
  constexpr int kUsage = 2;
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(kUsage);
}

/// Empty if it is not set.
inline std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace bp
