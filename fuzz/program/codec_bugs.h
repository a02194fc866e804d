// SPDX-License-Identifier: MIT
// Decoders with one planted fault each, to see that the round-trip check fires. Only tests and the
// table of planted bugs use them; the shipped decoder is another instance of the same template.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/vocab/program.h"

namespace bp {

enum class CodecBug : std::uint8_t {
  stale_handle_off_by_one,  ///< A free of a dead handle names the next one.
  order_three_bits,         ///< Orders 8, 9 and 10 lose their top bit.
  offset_eight_bits,        ///< Offsets from 256 on lose their top bits.
  schedule_loses_last,      ///< The last choice of a schedule is dropped.
};
inline constexpr unsigned kCodecBugs = 4;

std::string_view codec_bug_name(CodecBug bug);  ///< "order-three-bits"

/// decode(), with the fault. The program is legal all the same.
void decode_with(CodecBug bug, std::span<const std::uint8_t> bytes, Program& out);

/// The check that has to catch them: whether `p` comes back from its bytes as it was.
bool round_trips_with(CodecBug bug, const Program& p);

}  // namespace bp
