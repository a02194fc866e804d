// SPDX-License-Identifier: MIT
#include "fuzz/explain/log_tokens.h"

#include <algorithm>

#include "fuzz/explain/log_escapes.h"

namespace bp::explain {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\0'; }

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  return s;
}

void add_words(std::string_view s, std::size_t line, LogTokens& out) {
  bool first = true;
  while (!(s = trimmed(s)).empty()) {
    const std::size_t end = std::min(s.find_first_of(" \t\r\0"), s.size());
    out.tokens.push_back({std::string(s.substr(0, end)), line, first, false});
    first = false;
    s.remove_prefix(end);
  }
}

void add_line(std::string_view raw, std::size_t number, LogTokens& out) {
  const std::string line = without_escapes(raw.substr(0, kLineMax));
  out.caller.resize(number + 1);
  out.stamp.resize(number + 1);
  for (std::string_view rest = line;;) {
    const std::size_t end = std::min(rest.find(kSoftNewline), rest.size());
    const Unprefixed u = without_prefix(rest.substr(0, end));
    if (out.caller[number].empty()) out.caller[number] = std::string(u.caller);
    if (!out.stamp[number]) out.stamp[number] = u.stamp;
    add_words(u.rest, number, out);
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  const bool is_cut = raw.size() > kLineMax;
  if (is_cut && !out.tokens.empty() && out.tokens.back().line == number)
    out.tokens.back().cut = true;
}

}  // namespace

LogTokens read_tokens(std::string_view bytes) {
  std::string decoded = with_plain_lines(bytes);
  // A mail that quotes a mail may be in that form twice.
  constexpr unsigned kTimesMax = 2;
  for (unsigned i = 0; i < kTimesMax && is_quoted_printable(decoded); ++i)
    decoded = unquoted_printable(decoded);
  std::string_view text = decoded;
  LogTokens out;
  out.caller.resize(1);
  out.stamp.resize(1);
  std::size_t number = 0;
  const bool whole = text.empty() || text.back() == '\n';
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    add_line(text.substr(0, end), ++number, out);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!whole && !out.tokens.empty() && out.tokens.back().line == number)
    out.tokens.back().cut = true;
  return out;
}

}  // namespace bp::explain
