// SPDX-License-Identifier: MIT
// A kernel log as words. What stands before a message (syslog's date, dmesg's time, a caller's id,
// a mail's quotation marks) is taken off, what journald or a mail client did to lines is undone,
// and what is left is a row of words that know their line. Readers look for records in that row, so
// that a record may be broken over lines anywhere between two words.
//
// Never a guess: a word that the text's end cuts off says so, and words of two lines are glued only
// by whoever knows what a whole word looks like (glued()).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bp::explain {

struct Token {
  std::string text;
  std::size_t line = 0;  ///< From 1, of the text as given.
  bool first = false;    ///< The first of its line, of what was taken for one.
  bool cut = false;      ///< The text ends in the middle of it, perhaps.
};

struct LogTokens {
  std::vector<Token> tokens;
  /// By line, from 1: who wrote it, "T1" (a thread) or "pid:12"; empty: it does not say.
  std::vector<std::string> caller;
  /// By line, from 1: the time that the kernel gave it, in microseconds; none: it shows none.
  std::vector<std::optional<std::int64_t>> stamp;
};

/// Any bytes. Lines of more than kLineMax bytes are cut there.
LogTokens read_tokens(std::string_view text);
inline constexpr std::size_t kLineMax = 1 << 16;

/// What is taken off the start of a line, for tests: the rest, and the caller's id and the kernel's
/// time, in microseconds, if it said them.
struct Unprefixed {
  std::string_view rest;
  std::string_view caller;
  std::optional<std::int64_t> stamp = {};
};
Unprefixed without_prefix(std::string_view line);

}  // namespace bp::explain
