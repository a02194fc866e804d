// SPDX-License-Identifier: MIT
// Lines, words and numbers of a program's text, and the first thing wrong with it. Words are views
// into the text, so that a fault's column is the distance of its word from the start of the line.
// Promises: one pass, no allocation, every byte is looked at (control characters and bytes that are
// not UTF-8 are faults wherever they stand; words are ASCII). Leaves out what the words mean.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/program/text.h"

namespace bp {

/// Longest line in bytes; only the schedule's may be longer. A machine's fullest node fits twice.
inline constexpr std::size_t kLineMax = 4096;

class TextCursor {
 public:
  explicit TextCursor(std::string_view text)
      : at_(text.data()), end_(at_ + text.size()), line_(at_), line_end_(at_) {}

  /// To the first word of the next line that has one. False at the end of the text or at a fault.
  bool next_line();

  /// The next word of the line; empty at its end or at a fault.
  std::string_view next_word() {
    while (at_ != line_end_ && is_blank(*at_)) ++at_;
    const char* const first = at_;
    while (at_ != line_end_ && kClass[index(*at_)] == Class::word) ++at_;
    if (at_ != line_end_ && !is_blank(*at_)) leave_word();
    return {first, static_cast<std::size_t>(at_ - first)};
  }

  /// Everything of the line after the words read so far, for messages about what is missing.
  std::string_view rest() const { return {at_, 0}; }
  std::string_view line_start() const { return {line_, 0}; }
  std::size_t line_number() const { return number_; }

  /// Notes a fault at a view into the current line, unless one was noted before; always false.
  bool fail(std::string_view where, std::string what) {
    return fail_at(number_, static_cast<std::size_t>(where.data() - line_) + 1, std::move(what));
  }
  bool fail_at(std::size_t line, std::size_t column, std::string what);
  bool failed() const { return !fault_.what.empty(); }
  const TextFault& fault() const { return fault_; }

 private:
  enum class Class : std::uint8_t { bad, word, blank, comment };
  static constexpr std::array<Class, 256> classes() {
    std::array<Class, 256> c{};
    for (std::size_t b = 0x21; b < 0x7f; ++b) c[b] = Class::word;
    c[' '] = c['\t'] = Class::blank;
    c['#'] = Class::comment;
    return c;
  }
  static const std::array<Class, 256> kClass;

  static std::size_t index(char c) { return static_cast<unsigned char>(c); }
  static bool is_blank(char c) { return c == ' ' || c == '\t'; }
  void begin_line();
  void leave_word();
  void skip_comment();
  void fail_byte(const char* where, const char* why);

  const char* at_;
  const char* end_;
  const char* line_;
  const char* line_end_;  ///< At the newline, or the end of the text.
  const char* next_ = at_;
  std::size_t number_ = 0;
  TextFault fault_;
};

inline constexpr std::array<TextCursor::Class, 256> TextCursor::kClass = TextCursor::classes();

/// A word for a message: quoted, and cut where it is long.
std::string quoted(std::string_view word);

enum class NumberFault : std::uint8_t { none, not_a_number, too_large };

/// Reads all of `word` as decimal or 0x hexadecimal, at most `max`.
inline NumberFault parse_number(std::string_view word, std::uint64_t max, std::uint64_t& out) {
  const bool hex = word.starts_with("0x");
  const char* const first = word.data() + (hex ? 2 : 0);
  const char* const last = word.data() + word.size();
  const auto [end, error] = std::from_chars(first, last, out, hex ? 16 : 10);
  if (error == std::errc::result_out_of_range && end == last) return NumberFault::too_large;
  if (error != std::errc{} || end != last) return NumberFault::not_a_number;
  return out > max ? NumberFault::too_large : NumberFault::none;
}

/// As parse_number(), noting a fault that names `what`.
bool read_number(TextCursor& cursor, std::string_view word, const char* what, std::uint64_t max,
                 std::uint64_t& out);

/// One "key=value" word.
struct KeyValue {
  std::string_view key;
  std::string_view text;
};

/// Splits at the first '='; a word without one is a fault.
bool split_key(TextCursor& cursor, std::string_view word, KeyValue& out);

}  // namespace bp
