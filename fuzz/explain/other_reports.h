// SPDX-License-Identifier: MIT
// Lines that look like a report of the page allocator and are none, or are in a form that is not
// read: a log that has nothing else is told what it has.
#pragma once

#include <string_view>

#include "fuzz/explain/log_tokens.h"

namespace bp::explain {

/// What the words from `at` on begin, "a vmalloc error"; empty: nothing that is known.
std::string_view other_report_at(const LogTokens& log, std::size_t at);

}  // namespace bp::explain
