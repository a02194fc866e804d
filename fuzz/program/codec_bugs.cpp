// SPDX-License-Identifier: MIT
#include "fuzz/program/codec_bugs.h"

#include "fuzz/program/bytes_codec.h"

namespace bp {
namespace {

struct StaleHandleOffByOne : bytes::Sound {
  static constexpr std::uint32_t handle(std::uint32_t h) { return h == 0 ? h : h - 1; }
};

struct OrderOfThreeBits : bytes::Sound {
  static constexpr unsigned order(unsigned o) { return o & 7; }
};

}  // namespace

std::string_view codec_bug_name(CodecBug b) {
  return b == CodecBug::stale_handle_off_by_one ? "stale-handle-off-by-one" : "order-of-three-bits";
}

void decode_with(CodecBug b, std::span<const std::uint8_t> bytes, Program& out) {
  switch (b) {
    case CodecBug::stale_handle_off_by_one:
      return bytes::decode_with<StaleHandleOffByOne>(bytes, out);
    case CodecBug::order_of_three_bits: return bytes::decode_with<OrderOfThreeBits>(bytes, out);
  }
}

}  // namespace bp
