// SPDX-License-Identifier: MIT
// Programs as bytes: what fuzzers mutate. decode() is total: any bytes make a legal, bounded
// program; decode(encode(p)) is p for every legal program p.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/vocab/program.h"

namespace bp {

/// Bounds of what bytes without the magic prefix can make, so that a mutated input stays quick.
/// encode() writes the prefix for a program beyond them.
inline constexpr Pages kSmallSpannedMax{1 << 14};  ///< 64 MiB of frames, all zones.
inline constexpr std::size_t kSmallOpsMax = 1024;
inline constexpr std::size_t kSmallChoicesMax = 1 << 14;  ///< Of the schedule.

/// Whether they keep those bounds.
bool is_small(const Machine& m);
bool is_small(const Program& p);

/// Never fails; overwrites `out`, keeping its capacity.
void decode(std::span<const std::uint8_t> bytes, Program& out);

/// `p` is legal. Appends nothing: overwrites `out`.
void encode(const Program& p, std::vector<std::uint8_t>& out);

}  // namespace bp
