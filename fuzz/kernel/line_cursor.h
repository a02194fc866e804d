// SPDX-License-Identifier: MIT
// One line of a recording, read from left to right. Numbers are scanned by hand: a recording is
// megabytes of them and has to be read faster than it is replayed. The first thing wrong stays as
// the fault; from then on every read gives 0, so that a reader checks once, at the line's end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/kernel/fields.h"

namespace bp::kernel {

class LineCursor {
 public:
  explicit LineCursor(std::string_view line) : at_(line.data()), end_(line.data() + line.size()) {}

  bool ok() const { return fault_.empty(); }
  const std::string& fault() const { return fault_; }
  void blame(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
    at_ = end_;
  }

  /// Nothing but blanks is left.
  bool done() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r')) ++at_;
    return at_ == end_;
  }

  /// The next word; empty at the line's end.
  std::string_view word() {
    if (done()) return {};
    const char* const begin = at_;
    while (at_ != end_ && *at_ != ' ' && *at_ != '\t') ++at_;
    return {begin, static_cast<std::size_t>(at_ - begin)};
  }

  /// Takes `c` if it comes next, without blanks.
  bool accept(char c) { return at_ != end_ && *at_ == c ? (++at_, true) : false; }
  void expect(char c) {
    if (!accept(c)) blame(std::string("expected '") + c + "' before " + quoted(rest()));
  }

  /// A decimal number, maybe negative, of at most kDigitsMax digits.
  std::int64_t integer() {
    if (done()) return missing();
    const char* const begin = at_;
    const bool negative = accept('-');
    const char* const digits = at_;
    std::int64_t value = 0;
    for (; at_ != end_ && *at_ >= '0' && *at_ <= '9'; ++at_) {
      if (at_ - digits == kDigitsMax) return too_big(begin);
      value = value * 10 + (*at_ - '0');
    }
    if (at_ == digits || !at_border()) return not_a_number(begin);
    return negative ? -value : value;
  }

  /// An integer within the bounds.
  std::int64_t integer(std::int64_t min, std::int64_t max) {
    const char* const begin = at_;
    const std::int64_t value = integer();
    if (value >= min && value <= max) return value;
    blame_word(begin, " is not within " + std::to_string(min) + ".." + std::to_string(max));
    return 0;
  }

  /// A hexadecimal number of at most 16 digits, lower case as kernels print them.
  std::uint64_t hex() {
    if (done()) return static_cast<std::uint64_t>(missing());
    const char* const begin = at_;
    std::uint64_t value = 0;
    for (; at_ != end_; ++at_) {
      const unsigned digit = kHexDigit[static_cast<unsigned char>(*at_)];
      if (digit > 15) break;
      if (at_ - begin == 16) return static_cast<std::uint64_t>(too_big(begin));
      value = value << 4 | digit;
    }
    if (at_ == begin || !at_border()) return static_cast<std::uint64_t>(not_a_number(begin));
    return value;
  }

  /// The number behind a name that must come next.
  std::int64_t named(std::string_view name) {
    expect_word(name);
    return integer();
  }
  std::uint64_t named_hex(std::string_view name) {
    expect_word(name);
    return hex();
  }
  void expect_word(std::string_view name) {
    const std::string_view next = word();
    if (next != name) blame("expected '" + std::string(name) + "' and found " + quoted(next));
  }

  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

 private:
  static constexpr std::ptrdiff_t kDigitsMax = 12;  ///< Sums and most products stay in 64 bits.
  static constexpr auto kHexDigit = [] {
    std::array<unsigned char, 256> table{};
    for (auto& entry : table) entry = 255;
    for (unsigned char d = 0; d < 10; ++d) table[static_cast<std::size_t>('0' + d)] = d;
    for (unsigned char d = 0; d < 6; ++d) {
      table[static_cast<std::size_t>('a' + d)] = static_cast<unsigned char>(10 + d);
    }
    return table;
  }();

  /// A number ends at a blank, at the line's end or at one of the formats' separators.
  bool at_border() const {
    return at_ == end_ || *at_ == ' ' || *at_ == '/' || *at_ == '=' || *at_ == ':' ||
           *at_ == '\t' || *at_ == '\r';
  }
  void blame_word(const char* begin, const std::string& what) {
    LineCursor again({begin, static_cast<std::size_t>(end_ - begin)});
    blame(quoted(again.word()) + what);
  }
  std::int64_t missing() { return blame("a number is missing at the end of the line"), 0; }
  std::int64_t too_big(const char* at) { return blame_word(at, " is too big a number"), 0; }
  std::int64_t not_a_number(const char* at) { return blame_word(at, " is not a number"), 0; }

  const char* at_;
  const char* end_;
  std::string fault_;
};

/// A text's lines with their numbers, from 1.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::size_t bytes_left() const { return rest_.size(); }
  /// The next line without its newline; there is one.
  std::string_view take() { return ++number_, take_line(rest_); }
  std::string_view peek() const { return rest_.substr(0, rest_.find('\n')); }
  /// Of the line taken last; 0 before the first.
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

}  // namespace bp::kernel
