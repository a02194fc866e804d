// SPDX-License-Identifier: MIT
// Mutation of programs: on operations, machines and schedules, never on raw bytes. The result is
// always legal and within the small bounds of bytes.h.
#pragma once

#include <cstdint>
#include <span>

#include "fuzz/program/rng.h"
#include "model/vocab/program.h"

namespace bp {

inline constexpr std::size_t kMutatedOpsMax =
    256;  ///< Mutation does not grow a program beyond: longer ones are slow.

/// One to a few changes. `p` is legal and small.
void mutate(Program& p, Rng& rng);

/// The machine of `a` with operations of both, taken in turns from a few stretches.
void cross(const Program& a, const Program& b, Rng& rng, Program& out);

/// decode, mutate, encode: what a fuzzing engine calls. `data` holds `size` bytes and has room for
/// `max`. Returns the new size. A result that has no room loses operations from its end.
std::size_t mutate_bytes(std::uint8_t* data, std::size_t size, std::size_t max, std::uint64_t seed);

/// The same for two inputs; returns how much of `out` was filled.
std::size_t cross_bytes(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
                        std::span<std::uint8_t> out, std::uint64_t seed);

}  // namespace bp
