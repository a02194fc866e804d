// SPDX-License-Identifier: MIT
// One line of a litmus text, read from left to right. The first thing wrong stays as the fault,
// with its column; after it nothing more is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bp::sched {

class LitmusLine {
 public:
  /// Less the comment.
  explicit LitmusLine(std::string_view line) : line_(line.substr(0, line.find('#'))) {
    skip_blanks();
  }

  bool ok() const { return fault_.empty(); }
  const std::string& fault() const { return fault_; }
  /// From 1.
  std::size_t fault_column() const { return fault_at_ + 1; }
  /// What comes next is wrong.
  void blame(std::string what) { blame_at(at_, std::move(what)); }
  /// What was read last is wrong.
  void blame_last(std::string what) { blame_at(last_, std::move(what)); }

  bool done() const { return at_ == line_.size(); }
  /// The next word, up to a blank or a comma; empty at the end.
  std::string_view peek() const {
    std::size_t end = at_;
    while (end < line_.size() && !is_blank(line_[end]) && line_[end] != ',') ++end;
    return line_.substr(at_, end - at_);
  }
  std::string_view word() {
    const std::string_view w = peek();
    take(w.size());
    return w;
  }
  bool accept_word(std::string_view w) { return peek() == w ? (take(w.size()), true) : false; }
  bool accept(char c) { return at_ < line_.size() && line_[at_] == c ? (take(1), true) : false; }
  /// What is left, without the blanks at its end.
  std::string_view rest() {
    std::string_view r = line_.substr(at_);
    while (!r.empty() && is_blank(r.back())) r.remove_suffix(1);
    take(line_.size() - at_);
    return r;
  }

  bool at_number() const {
    return at_ < line_.size() && (is_digit(line_[at_]) || line_[at_] == '-');
  }
  /// A decimal number of at most nine digits.
  std::int64_t number() {
    std::size_t end = at_ + (at_ < line_.size() && line_[at_] == '-' ? 1 : 0);
    const std::size_t digits = end;
    std::int64_t n = 0;
    for (; end < line_.size() && is_digit(line_[end]) && end - digits < kDigitsMax; ++end)
      n = n * 10 + (line_[end] - '0');
    if (end == digits) return blame("expected a number"), 0;
    if (end < line_.size() && is_digit(line_[end]))
      return blame("a number has at most nine digits"), 0;
    const bool negative = digits != at_;
    take(end - at_);
    return negative ? -n : n;
  }

  /// A name: a letter, then letters, digits and underscores.
  std::string_view identifier(const char* what) {
    std::size_t end = at_;
    while (end < line_.size() && (is_letter(line_[end]) || is_digit(line_[end]))) ++end;
    if (end == at_ || is_digit(line_[at_])) return blame(std::string("expected ") + what), "";
    const std::string_view name = line_.substr(at_, end - at_);
    take(name.size());
    return name;
  }

 private:
  static constexpr std::size_t kDigitsMax = 9;
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  void skip_blanks() {
    while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
  }
  void take(std::size_t n) {
    last_ = at_;
    at_ += n;
    skip_blanks();
  }
  void blame_at(std::size_t at, std::string what) {
    if (!fault_.empty()) return;
    fault_ = std::move(what);
    fault_at_ = at;
    at_ = line_.size();
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::size_t last_ = 0;
  std::string fault_;
  std::size_t fault_at_ = 0;
};

}  // namespace bp::sched
