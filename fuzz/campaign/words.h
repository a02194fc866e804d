// SPDX-License-Identifier: MIT
// Numbers as people read them, and text from elsewhere made fit to print. Used by all that a
// campaign's readers print.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bp::campaign {

/// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t n);

/// Two figures that matter: "0.40 s", "42 s", "3 min 20 s", "2 h 5 min", "3 d 4 h".
std::string duration_text(double seconds);

/// Executions a second: "0.3/s", "12/s", "1,234/s".
std::string rate_text(double per_second);

/// "1 input", "2 inputs"; `many` where an s does not do.
std::string counted(std::uint64_t n, std::string_view one, std::string_view many = {});

/// UTC, "2026-11-21T08:30:00Z".
std::string utc_text(std::int64_t unix_time);

/// Valid UTF-8 without control characters but newline and tab: what is not becomes U+FFFD.
std::string clean_text(std::string_view text);

/// clean_text() as the content of an element or the value of an attribute, in XML and HTML.
std::string markup(std::string_view text);

}  // namespace bp::campaign
