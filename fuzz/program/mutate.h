// SPDX-License-Identifier: MIT
// Changes to programs that know what a program is: they edit operations, machines and schedules,
// never raw bytes, so that a free keeps naming its alloc while others come and go. Deterministic by
// seed. What comes out is legal and within the small bounds of bytes.h, whatever went in.
// A changed program was never run: its execution hash is 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/program/rng.h"
#include "model/vocab/program.h"

namespace bp {

/// One to four changes. Some of them may turn out to change nothing.
void mutate(Program& p, Rng& rng);

/// The machine of one and operations of both. Overwrites `out`, which is neither.
void cross(const Program& a, const Program& b, Program& out, Rng& rng);

/// Decodes, mutates and encodes in place; the new size, at most `max_size`. Where the result is too
/// large, operations are dropped from its end. The shape of LLVMFuzzerCustomMutator.
std::size_t mutate_bytes(std::uint8_t* data, std::size_t size, std::size_t max_size,
                         std::uint64_t seed);

/// The same of two inputs; the size of what was written to `out`. The shape of
/// LLVMFuzzerCustomCrossOver.
std::size_t cross_bytes(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
                        std::uint8_t* out, std::size_t max_size, std::uint64_t seed);

}  // namespace bp
