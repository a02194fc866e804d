// SPDX-License-Identifier: MIT
// One line of program text as words with their columns, and numbers read from words.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bp::text {

/// A word of a line and where it stands.
struct Word {
  std::string_view text;
  std::size_t column = 0;  ///< From 1.
};

/// Walks over the words of a line; '#' ends it.
class Words {
 public:
  explicit Words(std::string_view line) : line_(line) {}

  /// The next word, or one without text at the end of the line.
  Word next() {
    while (at_ < line_.size() && is_space(line_[at_])) ++at_;
    const std::size_t begin = at_;
    if (begin < line_.size() && line_[begin] == '#') at_ = line_.size();
    const std::size_t first = at_ == line_.size() && begin < line_.size() ? line_.size() : begin;
    while (at_ < line_.size() && !is_space(line_[at_]) && line_[at_] != '#') ++at_;
    return {line_.substr(first, at_ - first), begin + 1};
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
  std::string_view line_;
  std::size_t at_ = 0;
};

/// A decimal or 0x-hexadecimal number that fits, and nothing else.
inline std::optional<std::uint64_t> number(std::string_view text) {
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// Splits at the first `separator`: what stands before it; `rest` keeps what stands behind, or is
/// empty.
inline std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view head = rest.substr(0, at);
  rest = at == rest.npos ? std::string_view{} : rest.substr(at + 1);
  return head;
}

}  // namespace bp::text
