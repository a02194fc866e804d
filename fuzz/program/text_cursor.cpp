// SPDX-License-Identifier: MIT
#include "fuzz/program/text_cursor.h"

#include <cstring>

namespace bp {
namespace {

/// Length of the UTF-8 sequence at `p` (RFC 3629: no overlong form, no surrogate), or 0.
std::size_t utf8_length(const char* p, const char* end) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return p + i < end ? static_cast<unsigned char>(p[i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const unsigned b = byte(0);
  if (b < 0x80) return 1;
  if (b >= 0xc2 && b <= 0xdf) return tail(1) ? 2 : 0;
  if (b >= 0xe0 && b <= 0xef) {
    const unsigned low = b == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = b == 0xed ? 0x9f : 0xbf;
    return byte(1) >= low && byte(1) <= high && tail(2) ? 3 : 0;
  }
  if (b >= 0xf0 && b <= 0xf4) {
    const unsigned low = b == 0xf0 ? 0x90 : 0x80;
    const unsigned high = b == 0xf4 ? 0x8f : 0xbf;
    return byte(1) >= low && byte(1) <= high && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

std::string hex_byte(char c) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto b = static_cast<unsigned char>(c);
  return {'0', 'x', kDigits[b >> 4], kDigits[b & 15]};
}

}  // namespace

bool TextCursor::next_line() {
  while (!failed() && next_ != nullptr && next_ != end_) {
    begin_line();
    while (at_ != line_end_ && is_blank(*at_)) ++at_;
    if (at_ == line_end_) continue;
    if (kClass[index(*at_)] != Class::word) {
      leave_word();
      continue;
    }
    const auto length = static_cast<std::size_t>(line_end_ - line_);
    if (length > kLineMax && !std::string_view(at_, line_end_).starts_with("schedule ")) {
      return fail_at(number_, kLineMax + 1, "the line is longer than 4096 bytes");
    }
    return true;
  }
  return false;
}

/// The carriage return of a DOS line end belongs to the line end.
void TextCursor::begin_line() {
  ++number_;
  line_ = at_ = next_;
  const auto left = static_cast<std::size_t>(end_ - at_);
  const auto* newline = static_cast<const char*>(std::memchr(at_, '\n', left));
  line_end_ = newline == nullptr ? end_ : newline;
  next_ = newline == nullptr ? end_ : newline + 1;
  if (newline != nullptr && newline != line_ && newline[-1] == '\r') --line_end_;
}

/// At a byte that is neither of a word nor blank: a comment, or a fault.
void TextCursor::leave_word() {
  if (kClass[index(*at_)] == Class::comment) return skip_comment();
  fail_byte(at_, index(*at_) < 0x80 ? "is a control character" : "is not allowed outside comments");
}

void TextCursor::skip_comment() {
  const char* p = at_;
  const char* const stop = line_end_;
  line_end_ = at_;
  while (p < stop) {
    const std::size_t length = utf8_length(p, stop);
    if (length == 0) return fail_byte(p, "is not UTF-8");
    if ((index(*p) < 0x20 && *p != '\t') || *p == 0x7f) {
      return fail_byte(p, "is a control character");
    }
    p += length;
  }
}

void TextCursor::fail_byte(const char* where, const char* why) {
  fail({where, 1}, "byte " + hex_byte(*where) + " " + why);
  line_end_ = at_;
}

bool TextCursor::fail_at(std::size_t line, std::size_t column, std::string what) {
  if (!failed()) fault_ = {line, column, std::move(what)};
  return false;
}

std::string quoted(std::string_view word) { return "'" + std::string(word.substr(0, 40)) + "'"; }

bool read_number(TextCursor& cursor, std::string_view word, const char* what, std::uint64_t max,
                 std::uint64_t& out) {
  switch (parse_number(word, max, out)) {
    case NumberFault::none: return true;
    case NumberFault::not_a_number:
      return cursor.fail(word, std::string(what) + " needs a number, not " + quoted(word));
    case NumberFault::too_large:
      return cursor.fail(word, std::string(what) + " is above " + std::to_string(max));
  }
  return false;
}

bool split_key(TextCursor& cursor, std::string_view word, KeyValue& out) {
  const std::size_t equals = word.find('=');
  if (equals == word.npos) {
    return cursor.fail(word, "expected key=value, not " + quoted(word));
  }
  out = {word.substr(0, equals), word.substr(equals + 1)};
  return true;
}

}  // namespace bp
