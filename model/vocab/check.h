// SPDX-License-Identifier: MIT
// check(): the one assertion of the project, on in every build. A silent wrong answer costs more
// than a branch. Freestanding: whoever links `impl` alone supplies check_failed(); hosted programs
// get the one in check.cpp, which prints one glibc-shaped line and aborts.
#pragma once

namespace bp {

/// Called when a check() does not hold; must not return. `text` is constant per call site, so that
/// triage tools group crashes by it.
[[noreturn]] void check_failed(const char* file, int line, const char* text) noexcept;

}  // namespace bp

/// Stops the program unless `condition` holds. `text` names the rule or says what must hold.
#define check(condition, text)                         \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::bp::check_failed(__FILE__, __LINE__, text))
