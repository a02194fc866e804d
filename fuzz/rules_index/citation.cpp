// SPDX-License-Identifier: MIT
#include "fuzz/rules_index/citation.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace bp::rules_index {
namespace {

constexpr std::string_view kLetters = "CLMNWFGB";  ///< Of ids such as W-10.
constexpr std::size_t kDigitsMax = 3;
constexpr unsigned kLanguage = 99;  ///< C99 is no rule.

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_word(char c) { return is_digit(c) || is_upper(c) || is_lower(c) || c == '_'; }

/// Reads on from a position, which it moves only past what it recognised.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Citation> all() {
    std::vector<Citation> found;
    while (at_ < text_.size()) {
      if (is_start() && list(found)) continue;
      count_line(text_[at_++]);
    }
    return found;
  }

 private:
  char ahead(std::size_t n = 0) const { return at_ + n < text_.size() ? text_[at_ + n] : '\0'; }
  void count_line(char c) { line_ += c == '\n' ? 1U : 0U; }

  bool is_start() const {
    if (!is_upper(ahead())) return false;
    return at_ == 0 || (!is_word(text_[at_ - 1]) && text_[at_ - 1] != '-');
  }

  /// "R-WMARK-", "W-", "C", if a digit follows.
  std::string_view prefix_here() const {
    std::size_t n = 1;
    if (ahead() == 'R' && ahead(1) == '-') {
      n = 2;
      while (is_upper(ahead(n))) ++n;
      if (n == 2 || ahead(n) != '-') return {};
      ++n;
    } else if (kLetters.find(ahead()) == std::string_view::npos) {
      return {};
    } else if (ahead(1) == '-') {
      n = 2;
    } else if (ahead() != 'C') {
      return {};
    }
    return is_digit(ahead(n)) ? text_.substr(at_, n) : std::string_view{};
  }

  /// A number that ends there.
  std::optional<unsigned> number_here() {
    std::size_t n = 0;
    unsigned value = 0;
    while (is_digit(ahead(n)) && n <= kDigitsMax)
      value = value * 10 + static_cast<unsigned>(ahead(n++) - '0');
    const bool goes_on = is_word(ahead(n)) || ahead(n) == '%' ||
                         (ahead(n) == '-' && is_word(ahead(n + 1))) ||
                         (ahead(n) == '.' && is_digit(ahead(n + 1)));
    if (n == 0 || n > kDigitsMax || goes_on) return std::nullopt;
    at_ += n;
    return value;
  }

  /// One id or range with the prefix, and what follows it after separators.
  bool list(std::vector<Citation>& found) {
    const std::string prefix(prefix_here());
    if (prefix.empty()) return false;
    const std::size_t start = at_;
    at_ += prefix.size();
    auto number = number_here();
    if (!number || (prefix == "C" && *number == kLanguage)) {
      at_ = start;
      return false;
    }
    while (number) {
      const std::size_t line = line_;
      found.push_back({prefix, *number, range_end(prefix).value_or(*number), line});
      number = next_item();
    }
    return true;
  }

  /// `..8`, `..R-CFG-8`.
  std::optional<unsigned> range_end(const std::string& prefix) {
    const std::size_t start = at_;
    if (!text_.substr(at_).starts_with("..")) return std::nullopt;
    at_ += 2;
    if (text_.substr(at_).starts_with(prefix)) at_ += prefix.size();
    const auto end = number_here();
    if (!end) at_ = start;
    return end;
  }

  std::optional<unsigned> next_item() {
    const std::size_t start = at_, line = line_;
    std::optional<unsigned> number;
    if (separator()) number = number_here();
    // "R-CFG-8, 0 without a zone": rules count from 1.
    if (number.value_or(0) == 0) {
      at_ = start;
      line_ = line;
      return std::nullopt;
    }
    return number;
  }

  bool separator() {
    blanks();
    bool seen = false;
    if (ahead() == ',' || ahead() == '/' || ahead() == '&') {
      ++at_;
      seen = true;
      blanks();
    }
    for (const std::string_view word : {"and", "or"}) {
      if (!text_.substr(at_).starts_with(word) || is_word(ahead(word.size()))) continue;
      at_ += word.size();
      seen = true;
      blanks();
      break;
    }
    return seen;
  }

  void blanks() {
    while (ahead() == ' ' || ahead() == '\t' || ahead() == '\r' || ahead() == '\n')
      count_line(text_[at_++]);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::string id_of(std::string_view prefix, unsigned number) {
  const std::string digits = std::to_string(number);
  return std::string(prefix) + (prefix == "B-" && digits.size() < 2 ? "0" : "") + digits;
}

std::string Citation::first_id() const { return id_of(prefix, first); }
std::string Citation::last_id() const { return id_of(prefix, last); }

std::vector<Citation> citations_in(std::string_view text) { return Reader(text).all(); }

}  // namespace bp::rules_index
