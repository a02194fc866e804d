// SPDX-License-Identifier: MIT
// Cursors over bytes that never fail: an exhausted reader yields zeros.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bp::bytes {

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::size_t left() const { return bytes_.size() - at_; }
  std::uint8_t byte() { return at_ < bytes_.size() ? bytes_[at_++] : std::uint8_t{0}; }
  std::span<const std::uint8_t> take(std::size_t n) { return at_ += n, bytes_.subspan(at_ - n, n); }

  /// Seven bits a byte, low first; the top bit says that more follow. At most ten bytes.
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t b = byte();
      value |= std::uint64_t{b & 0x7fU} << shift;
      if (b < 0x80) break;
    }
    return value;
  }
  /// A varint in [0, end); `end` is not 0.
  std::uint64_t below(std::uint64_t end) { return varint() % end; }
  /// Signed: even values go up, odd ones down.
  std::int64_t zigzag() {
    const std::uint64_t v = varint();
    return static_cast<std::int64_t>(v >> 1) ^ -static_cast<std::int64_t>(v & 1);
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

class Writer {
 public:
  explicit Writer(std::vector<std::uint8_t>& out) : out_(out) {}

  void byte(unsigned b) { out_.push_back(static_cast<std::uint8_t>(b)); }
  void varint(std::uint64_t v) {
    for (; v >= 0x80; v >>= 7) byte(static_cast<unsigned>(v & 0x7f) | 0x80);
    byte(static_cast<unsigned>(v));
  }
  void zigzag(std::int64_t v) {
    varint((static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63));
  }

 private:
  std::vector<std::uint8_t>& out_;
};

}  // namespace bp::bytes
