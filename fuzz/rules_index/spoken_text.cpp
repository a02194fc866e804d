// SPDX-License-Identifier: MIT
#include "fuzz/rules_index/spoken_text.h"

#include <algorithm>
#include <cctype>

namespace bp::rules_index {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_raw(std::string_view prefix) {
  return prefix == "R" || prefix == "u8R" || prefix == "uR" || prefix == "UR" || prefix == "LR";
}
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class Masker {
 public:
  explicit Masker(std::string_view source) : in_(source), out_(source.size(), kBlot) {
    for (std::size_t i = 0; i < in_.size(); ++i)
      if (in_[i] == '\n' || is_blank(in_[i])) out_[i] = in_[i];
  }

  std::string run() {
    while (at_ < in_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = in_[at_];
    if (in_.substr(at_).starts_with("//")) return line_comment();
    if (in_.substr(at_).starts_with("/*")) return block_comment();
    if (is_word(c)) return word();
    if (c == '"' || c == '\'') return quoted(c);
    ++at_;
  }

  void say(std::size_t begin, std::size_t end) {
    std::copy(in_.begin() + static_cast<std::ptrdiff_t>(begin),
              in_.begin() + static_cast<std::ptrdiff_t>(end),
              out_.begin() + static_cast<std::ptrdiff_t>(begin));
  }

  /// Also over a line that ends in a backslash: there the comment goes on.
  void line_comment() {
    while (at_ < in_.size() && (in_[at_] == '/' || in_[at_] == '!' || in_[at_] == '<'))
      out_[at_++] = ' ';
    const std::size_t begin = at_;
    while (at_ < in_.size() && (in_[at_] != '\n' || in_[at_ - 1] == '\\')) ++at_;
    say(begin, at_);
  }

  void block_comment() {
    std::size_t end = in_.find("*/", at_ + 2);
    end = end == std::string_view::npos ? in_.size() : end + 2;
    say(at_, end);
    for (std::size_t i = at_; i < end; ++i)
      if (in_[i] == '*' || (in_[i] == '/' && (i == at_ || i + 1 == end))) out_[i] = ' ';
    at_ = end;
  }

  /// Numbers too, so that the quote of 1'000 opens nothing.
  void word() {
    const std::size_t begin = at_;
    const bool is_number = std::isdigit(static_cast<unsigned char>(in_[at_])) != 0;
    while (at_ < in_.size() && (is_word(in_[at_]) || (is_number && in_[at_] == '\''))) ++at_;
    const std::string_view name = in_.substr(begin, at_ - begin);
    if (at_ < in_.size() && in_[at_] == '"' && is_raw(name)) return raw_string();
    if (name.starts_with("R_")) rule_name(begin, name);
  }

  /// R_WMARK_6_refuses names R-WMARK-6; what follows the number is dropped.
  void rule_name(std::size_t begin, std::string_view name) {
    const std::size_t second = name.find('_', 2);
    if (second == std::string_view::npos) return;
    const std::size_t end = std::min(name.find('_', second + 1), name.size());
    say(begin, begin + end);
    out_[begin + 1] = '-';
    out_[begin + second] = '-';
  }

  void raw_string() {
    const std::size_t open = in_.find('(', at_);
    if (open == std::string_view::npos) return quoted('"');
    const std::string close = ")" + std::string(in_.substr(at_ + 1, open - at_ - 1)) + "\"";
    const std::size_t end = std::min(in_.find(close, open), in_.size());
    say(open + 1, end);
    at_ = std::min(end + close.size(), in_.size());
  }

  void quoted(char quote) {
    const std::size_t begin = ++at_;
    while (at_ < in_.size() && in_[at_] != quote && in_[at_] != '\n')
      at_ += in_[at_] == '\\' ? 2U : 1U;
    at_ = std::min(at_, in_.size());
    if (quote == '"') say(begin, at_);
    if (at_ < in_.size() && in_[at_] == quote) ++at_;
  }

  std::string_view in_;
  std::string out_;
  std::size_t at_ = 0;
};

}  // namespace

std::string spoken_text(std::string_view source) { return Masker(source).run(); }

}  // namespace bp::rules_index
