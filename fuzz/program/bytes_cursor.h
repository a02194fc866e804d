// SPDX-License-Identifier: MIT
// Reading and writing the numbers of the byte format. Reading never fails: past the end every byte
// is zero.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <vector>

#include "fuzz/program/bytes_format.h"

namespace bp::bytes {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes)
      : at_(bytes.data()), end_(at_ + bytes.size()) {}

  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  std::uint8_t u8() { return at_ == end_ ? std::uint8_t{0} : *at_++; }

  template <class T>
  T fixed() {
    T value{};
    if (left() >= sizeof value) {
      std::memcpy(&value, at_, sizeof value);
      at_ += sizeof value;
    } else if (at_ != end_) {
      std::memcpy(&value, at_, left());
      at_ = end_;
    }
    return value;
  }

  std::uint64_t leb() {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < kLebMax; ++i) {
      const std::uint8_t b = u8();
      value |= std::uint64_t{b & 0x7fU} << (7 * i);
      if ((b & 0x80) == 0) break;
    }
    return value;
  }

  /// 0..small_max in a byte, or up to full_max behind the escape; both wrap.
  std::uint64_t number(std::uint8_t small_max, std::uint64_t full_max) {
    const std::uint8_t b = u8();
    if (b != kEscape) return b % (small_max + 1U);
    return leb() % (full_max + 1);
  }

  bool take(std::span<const std::uint8_t> prefix) {
    if (left() < prefix.size() || !std::equal(prefix.begin(), prefix.end(), at_)) return false;
    at_ += prefix.size();
    return true;
  }

  /// What is left, at most `most` bytes; they stay.
  std::span<const std::uint8_t> rest(std::size_t most) const {
    return {at_, std::min(left(), most)};
  }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

class Writer {
 public:
  explicit Writer(std::vector<std::uint8_t>& out) : out_(out) {}

  void u8(std::uint64_t b) { out_.push_back(static_cast<std::uint8_t>(b)); }

  template <class T>
  void fixed(const T& value) {
    std::uint8_t raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    out_.insert(out_.end(), raw, raw + sizeof value);
  }

  void leb(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) u8((value & 0x7f) | 0x80);
    u8(value);
  }

  void escaped(std::uint64_t value) {
    u8(kEscape);
    leb(value);
  }

  void number(std::uint64_t value, std::uint8_t small_max) {
    value <= small_max ? u8(value) : escaped(value);
  }

 private:
  std::vector<std::uint8_t>& out_;
};

}  // namespace bp::bytes
