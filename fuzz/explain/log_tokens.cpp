// SPDX-License-Identifier: MIT
#include "fuzz/explain/log_tokens.h"

#include <algorithm>
#include <optional>

namespace bp::explain {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\0'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  return s;
}

/// Quotation marks of mail: '>' and '|', each perhaps after blanks.
std::string_view without_quotes(std::string_view s) {
  for (std::string_view t = trimmed(s); !t.empty(); t = trimmed(t)) {
    // A mask that was broken off goes on with '|' and a word.
    const bool is_bar = t.front() == '|' && (t.size() == 1 || is_space(t[1]));
    if (t.front() != '>' && !is_bar) break;
    t.remove_prefix(1);
    s = t;
  }
  return s;
}

/// "<4>".
std::string_view without_priority(std::string_view s) {
  if (s.size() < 3 || s.front() != '<' || !is_digit(s[1])) return s;
  const std::size_t end = s.find('>');
  return end == s.npos || end > 4 ? s : s.substr(end + 1);
}

/// "16:37:06" somewhere in it.
bool has_time(std::string_view s) {
  for (std::size_t i = 0; i + 8 <= s.size(); ++i) {
    bool fits = true;
    for (std::size_t k = 0; fits && k < 8; ++k)
      fits = k == 2 || k == 5 ? s[i + k] == ':' : is_digit(s[i + k]);
    if (fits) return true;
  }
  return false;
}

/// A host's, blanks around it.
bool is_one_name(std::string_view s) {
  s = trimmed(s);
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s.find_first_of(" \t:[]()=<>") == s.npos;
}

/// "Jun 18 16:37:06 host kernel: ", "2024-01-01T00:00:00+00:00 host kernel: ", "kernel: ".
std::string_view without_syslog(std::string_view s) {
  constexpr std::size_t kFar = 160;  // Names of hosts are bounded; a message may say "kernel:" too.
  const std::string_view name = "kernel";
  const std::size_t at = s.substr(0, kFar).find(name);
  if (at == s.npos || (at != 0 && !is_space(s[at - 1]))) return s;
  if (at != 0 && !has_time(s.substr(0, at)) && !is_one_name(s.substr(0, at))) return s;
  std::size_t end = at + name.size();
  while (end < s.size() && (is_space(s[end]) || s[end] == '[' || s[end] == ']' || is_digit(s[end])))
    ++end;
  if (end == s.size() || s[end] != ':') return s;
  return s.substr(end + 1);
}

/// A word of digits with ':' or '-' between: a time or a date that stands alone.
std::string_view without_time(std::string_view s) {
  const std::size_t end = std::min(s.find_first_of(" \t"), s.size());
  const std::string_view word = s.substr(0, end);
  if (word.size() < 5 || !is_digit(word.front())) return s;
  const auto fits = [](char c) {
    return is_digit(c) || c == ':' || c == '-' || c == '.' || c == 'T' || c == 'Z' || c == '+' ||
           c == ',';
  };
  const bool is_time = std::ranges::all_of(word, fits) &&
                       std::ranges::any_of(word, [](char c) { return c == ':' || c == '-'; });
  return is_time ? s.substr(end) : s;
}

/// What a bracket says of who wrote the line: "[    T1]", "[C" and a number,
/// "[pid:1361,cpu5,comm]",
/// "[3:  Binder:9343_3:22875]".
std::string_view caller_in(std::string_view inside) {
  inside = trimmed(inside);
  if (inside.size() > 1 && (inside[0] == 'T' || inside[0] == 'C') &&
      std::ranges::all_of(inside.substr(1), is_digit))
    return inside;
  if (inside.starts_with("pid:")) return inside.substr(0, inside.find(','));
  if (!inside.empty() && is_digit(inside[0]) && inside.find(": ") != inside.npos) return inside;
  return {};
}

/// One bracket, unless it is an address of a trace: "[<ffff>]", "[c01b661c]", or part of a word.
std::optional<std::string_view> bracket(std::string_view s) {
  constexpr std::size_t kLong = 64;
  if (s.empty() || s.front() != '[' || s.starts_with("[<")) return std::nullopt;
  const std::size_t end = s.find(']');
  if (end == s.npos || end > kLong) return std::nullopt;
  return s.substr(1, end - 1);
}

void replace_all(std::string& s, std::string_view from, std::string_view to) {
  if (s.find(from) == s.npos) return;
  std::string out;
  std::size_t at = 0;
  for (std::size_t hit; (hit = s.find(from, at)) != s.npos; at = hit + from.size())
    out.append(s, at, hit - at).append(to);
  s = out.append(s, at, s.npos);
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Mail in the form quoted-printable: told by "=3D", which every kernel line with '=' has there.
std::string unquoted_printable(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '=') {
      out += s[i];
    } else if (s.substr(i).starts_with("=\n")) {
      i += 1;
    } else if (s.substr(i).starts_with("=\r\n")) {
      i += 2;
    } else if (i + 2 < s.size() && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2]));
      i += 2;
    } else {
      out += s[i];
    }
  }
  return out;
}

/// Newlines that a logger wrote as characters end a line too, but count as none.
constexpr char kSoftNewline = '\v';

void undo_escapes(std::string& line) {
  replace_all(line, "\\x0a", "\v");
  replace_all(line, "#012", "\v");
  replace_all(line, "&gt;", ">");
  replace_all(line, "&lt;", "<");
  replace_all(line, "&amp;", "&");
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
  std::string line(raw.substr(0, kLineMax));
  undo_escapes(line);
  const Unprefixed u = without_prefix(line);
  out.caller.resize(number + 1);
  out.caller[number] = std::string(u.caller);
  for (std::string_view rest = u.rest;;) {
    const std::size_t end = std::min(rest.find(kSoftNewline), rest.size());
    add_words(rest.substr(0, end), number, out);
    if (end == rest.size()) return;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

Unprefixed without_prefix(std::string_view line) {
  Unprefixed u{without_quotes(line), {}};
  // Each pass takes one thing off; the most that was seen on real lines is five.
  for (unsigned pass = 0; pass < 10; ++pass) {
    const std::string_view s = trimmed(u.rest);
    if (const auto inside = bracket(s)) {
      if (u.caller.empty()) u.caller = caller_in(*inside);
      u.rest = s.substr(inside->size() + 2);
      continue;
    }
    std::string_view rest = without_priority(s);
    if (rest == s) rest = without_syslog(s);
    if (rest == s) rest = without_time(s);
    if (rest == s) break;
    u.rest = rest;
  }
  return u;
}

LogTokens read_tokens(std::string_view text) {
  std::string decoded;
  if (text.find("=3D") != text.npos) text = decoded = unquoted_printable(text);
  LogTokens out;
  out.caller.resize(1);
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
