// SPDX-License-Identifier: MIT
// Lines of a recording as words and numbers. A number is the whole word or it is none.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bp::kernel {

/// The words of a line, separated by blanks and tabs; those beyond N are counted and not kept.
template <std::size_t N>
struct Words {
  std::array<std::string_view, N> at{};
  std::size_t count = 0;

  explicit Words(std::string_view line) {
    for (;;) {
      const std::size_t begin = line.find_first_not_of(" \t");
      if (begin == std::string_view::npos) return;
      const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
      if (count < N) at[count] = line.substr(begin, end - begin);
      ++count;
      line.remove_prefix(end);
    }
  }
};

/// A word of an unknown file, fit for one readable line.
inline std::string quoted(std::string_view word) {
  constexpr std::size_t kShown = 40;
  std::string out = "'";
  for (const char c : word.substr(0, kShown)) out += c >= ' ' && c < 127 ? c : '?';
  return out + (word.size() > kShown ? "...'" : "'");
}

template <class T>
std::optional<T> number(std::string_view word, int base = 10) {
  T value{};
  const char* const end = word.data() + word.size();
  const auto [at, error] = std::from_chars(word.data(), end, value, base);
  if (error != std::errc{} || at != end) return std::nullopt;
  return value;
}

/// The next line without its newline; `text` becomes what follows it.
inline std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace bp::kernel
