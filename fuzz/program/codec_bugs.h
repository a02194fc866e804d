// SPDX-License-Identifier: MIT
// Bugs planted in the decoder of programs, chosen at run time; decode() itself is untouched.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/vocab/program.h"

namespace bp {

enum class CodecBug : std::uint8_t {
  stale_handle_off_by_one,  ///< A stale free names the block before.
  order_of_three_bits,      ///< Orders 8 to 10 lose their top bit.
};
inline constexpr unsigned kCodecBugs = 2;

std::string_view codec_bug_name(CodecBug b);

/// decode() with the bug.
void decode_with(CodecBug b, std::span<const std::uint8_t> bytes, Program& out);

}  // namespace bp
