// SPDX-License-Identifier: MIT
#include "fuzz/program/codec_bugs.h"

#include "fuzz/program/bytes_decode.h"

namespace bp {
namespace {

using bytes::NoFaults;

struct StaleHandleOffByOne : NoFaults {
  static constexpr std::uint32_t stale_place(std::uint32_t place) { return place + 1; }
};
struct OrderThreeBits : NoFaults {
  static constexpr unsigned order_nibble(unsigned nibble) { return nibble & 7; }
};
struct OffsetEightBits : NoFaults {
  static constexpr unsigned offset(unsigned offset) { return offset & 0xff; }
};
struct ScheduleLosesLast : NoFaults {
  static constexpr std::size_t choices(std::size_t count) { return count == 0 ? 0 : count - 1; }
};

constexpr std::string_view kNames[kCodecBugs] = {"stale-handle-off-by-one", "order-three-bits",
                                                 "offset-eight-bits", "schedule-loses-last"};

}  // namespace

std::string_view codec_bug_name(CodecBug bug) { return kNames[static_cast<unsigned>(bug)]; }

void decode_with(CodecBug bug, std::span<const std::uint8_t> bytes, Program& out) {
  switch (bug) {
    case CodecBug::stale_handle_off_by_one:
      return bytes::decode_as<StaleHandleOffByOne>(bytes, out);
    case CodecBug::order_three_bits: return bytes::decode_as<OrderThreeBits>(bytes, out);
    case CodecBug::offset_eight_bits: return bytes::decode_as<OffsetEightBits>(bytes, out);
    case CodecBug::schedule_loses_last: return bytes::decode_as<ScheduleLosesLast>(bytes, out);
  }
}

bool round_trips_with(CodecBug bug, const Program& p) {
  std::vector<std::uint8_t> encoded;
  encode(p, encoded);
  Program back;
  decode_with(bug, encoded, back);
  return back == p;
}

}  // namespace bp
