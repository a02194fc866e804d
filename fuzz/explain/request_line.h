// SPDX-License-Identifier: MIT
// The line that says what was asked for, "java: page allocation failure: order:4, mode:0x10c0d0" or
// "httpd invoked oom-killer: gfp_mask=0x24201ca(...), order=0", in all forms since 2.6.32, and the
// lines after it that say who asked.
#pragma once

#include <optional>

#include "fuzz/explain/failure_report.h"
#include "fuzz/explain/log_tokens.h"

namespace bp::explain {

struct RequestAt {
  Request request;
  std::size_t end = 0;  ///< The first word after it.
};

/// If the words from `at` on are "page allocation failure" or "invoked oom-killer".
std::optional<RequestAt> request_at(const LogTokens& log, std::size_t at);

/// The version, the nodes allowed, or what a call trace tells, from `at` on: the first word after
/// it; `at` if there is nothing of that.
std::size_t read_request_detail(const LogTokens& log, std::size_t at, Request& r);

}  // namespace bp::explain
