// SPDX-License-Identifier: MIT
#include "fuzz/explain/log_escapes.h"

#include <algorithm>
#include <array>
#include <optional>

namespace bp::explain {
namespace {

void replace_all(std::string& s, std::string_view from, std::string_view to) {
  if (s.find(from) == s.npos) return;
  std::string out;
  std::size_t at = 0;
  for (std::size_t hit; (hit = s.find(from, at)) != s.npos; at = hit + from.size())
    out.append(s, at, hit - at).append(to);
  s = out.append(s, at, s.npos);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// ESC [ ... letter: colours of dmesg.
void remove_colours(std::string& s) {
  for (std::size_t at; (at = s.find("\x1b[")) != s.npos;) {
    std::size_t end = at + 2;
    while (end < s.size() && (s[end] == ';' || (s[end] >= '0' && s[end] <= '9'))) ++end;
    s.erase(at, end + 1 - at);
  }
}

/// Tags of web pages; <IRQ>, <TASK> and addresses of a trace are none.
void remove_tags(std::string& s) {
  constexpr std::array<std::string_view, 20> kTags{
      "a",  "b", "blockquote", "code", "div",  "em",    "font", "i",  "kbd", "li",
      "ol", "p", "pre",        "samp", "span", "table", "td",   "tr", "tt",  "ul"};
  std::size_t at = 0;
  while ((at = s.find('<', at)) != s.npos) {
    const std::size_t name = at + (s.compare(at, 2, "</") == 0 ? 2 : 1);
    const std::size_t end = s.find_first_not_of("abcdefghijklmnopqrstuvwxyz", name);
    const bool is_tag =
        end != s.npos && (s[end] == '>' || s[end] == ' ') &&
        std::ranges::find(kTags, std::string_view(s).substr(name, end - name)) != kTags.end();
    const std::size_t close = is_tag ? s.find('>', end) : s.npos;
    if (close == s.npos) {
      ++at;
    } else {
      s.replace(at, close + 1 - at, " ");
    }
  }
}

/// The string of JSON that begins at `at`, behind its quotation mark. Nothing: it has no end.
std::optional<std::string> json_string(std::string_view s, std::size_t at) {
  std::string out;
  for (; at < s.size() && s[at] != '"'; ++at) {
    if (s[at] != '\\' || at + 1 == s.size()) {
      out += s[at];
      continue;
    }
    const char c = s[++at];
    const bool short_code = c == 'u' && at + 4 < s.size() && s.substr(at + 1, 2) == "00";
    if (short_code) {
      out += static_cast<char>(std::max(hex_digit(s[at + 3]), 0) * 16 +
                               std::max(hex_digit(s[at + 4]), 0));
      at += 4;
    } else {
      out += c == 'n' ? kSoftNewline : c == 't' ? '\t' : c;
    }
  }
  return at < s.size() ? std::optional(out) : std::nullopt;
}

/// The message of a line that is JSON, as journald, Docker and others write it.
std::optional<std::string> json_message(std::string_view s) {
  const std::size_t begin = s.find_first_not_of(" \t");
  if (begin == s.npos || (s[begin] != '{' && s[begin] != '"')) return std::nullopt;
  for (const std::string_view key : {"\"MESSAGE\"", "\"message\"", "\"msg\"", "\"log\""}) {
    std::size_t at = s.find(key);
    if (at == s.npos) continue;
    at = s.find_first_not_of(" :", at + key.size());
    if (at != s.npos && s[at] == '"') return json_string(s, at + 1);
  }
  return s[begin] == '"' ? json_string(s, begin + 1) : std::nullopt;
}

/// The last field of a line of comma-separated values, if it is quoted.
std::optional<std::string> csv_message(std::string_view s) {
  while (!s.empty() && (s.back() == '\r' || s.back() == ' ')) s.remove_suffix(1);
  const std::size_t begin = s.rfind(",\"");
  if (s.empty() || s.front() == '{' || s.back() != '"' || begin == s.npos) return std::nullopt;
  if (begin + 3 > s.size()) return std::nullopt;
  std::string out(s.substr(begin + 2, s.size() - begin - 3));
  replace_all(out, "\"\"", "\"");
  return out;
}

/// Every equals sign ends a line, and more than one in the middle of a word: one of the text's own
/// would be "=3D".
bool has_soft_breaks(std::string_view text) {
  unsigned breaks = 0;
  for (std::size_t at = 0; (at = text.find('=', at)) != text.npos; ++at) {
    const bool ends = text.substr(at).starts_with("=\n") || text.substr(at).starts_with("=\r\n");
    if (!ends) return false;
    breaks += at > 0 && text[at - 1] != ' ' ? 1U : 0U;
  }
  return breaks > 1;
}

}  // namespace

std::string without_escapes(std::string_view raw) {
  constexpr std::string_view kByteOrder = "\xef\xbb\xbf";
  if (raw.starts_with(kByteOrder)) raw.remove_prefix(kByteOrder.size());
  std::string line(raw);
  if (auto field = csv_message(raw)) {
    line = std::move(*field);
  } else if (auto message = json_message(raw)) {
    line = std::move(*message);
  }
  remove_tags(line);
  constexpr std::pair<std::string_view, std::string_view> kWritten[] = {
      {"\x7f", ""},     {"\xe2\x80\x8b", ""}, {"\xc2\xa0", " "}, {"\\x0a", "\v"}, {"\\n", "\v"},
      {"#012", "\v"},   {"<br>", ""},         {"<br/>", ""},     {"<br />", ""},  {"&nbsp;", " "},
      {"&quot;", "\""}, {"&#39;", "'"},       {"&#x27;", "'"},   {"&#34;", "\""}, {"&#124;", "|"},
      {"&gt;", ">"},    {"&lt;", "<"},        {"&amp;", "&"}};
  for (const auto& [from, to] : kWritten) replace_all(line, from, to);
  remove_colours(line);
  return line;
}

bool is_quoted_printable(std::string_view text) {
  return text.find("=3D") != text.npos || has_soft_breaks(text);
}

std::string with_plain_lines(std::string_view text) {
  constexpr std::string_view kLittle = "\xff\xfe", kBig = "\xfe\xff";
  std::string out;
  if (text.starts_with(kLittle) || text.starts_with(kBig)) {
    const std::size_t low = text.starts_with(kLittle) ? 0 : 1;
    for (std::size_t i = 2; i + 1 < text.size(); i += 2)
      out += text[i + 1 - low] == '\0' ? text[i + low] : '?';
  } else {
    out = text;
  }
  if (out.find('\n') == out.npos) std::ranges::replace(out, '\r', '\n');
  return out;
}

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

}  // namespace bp::explain
