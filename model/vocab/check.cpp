// SPDX-License-Identifier: MIT
#include "model/vocab/check.h"

#include <cstdio>
#include <cstdlib>

namespace bp {

void check_failed(const char* file, int line, const char* text) noexcept {
  std::fprintf(stderr, "%s:%d: Assertion '%s' failed.\n", file, line, text);
  std::fflush(stderr);
  std::abort();
}

}  // namespace bp
