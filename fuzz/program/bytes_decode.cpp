// SPDX-License-Identifier: MIT
#include "fuzz/program/bytes_decode.h"

#include "model/vocab/gfp_text.h"

namespace bp {

std::uint32_t bytes::composite_bits(unsigned number, Era e) {
  const auto all = gfp_composites();
  const std::int64_t raw = all[number % all.size()].raw[static_cast<unsigned>(e)];
  return raw < 0 ? 0 : static_cast<std::uint32_t>(raw);
}

void decode(std::span<const std::uint8_t> bytes, Program& out) {
  bytes::decode_as<bytes::NoFaults>(bytes, out);
}

}  // namespace bp
