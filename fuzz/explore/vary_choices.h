// SPDX-License-Identifier: MIT
// Inputs of the fuzzers of schedules: the text of a scenario, a zero byte, and one byte for each
// choice of the schedule. So each has a cursor of its own: a change of one does not shift what the
// other means, and a scenario alone is an input. Mutation keeps scenarios legal. Knows no
// allocator: AFL++ loads it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/explore/scenario.h"
#include "fuzz/program/rng.h"

namespace bp::explore {

/// Most choices of one input.
inline constexpr std::size_t kChoicesMax = 4096;

/// Choices near to `from`: some changed, left out, put in, or taken from `other`.
std::vector<std::uint8_t> varied_choices(const std::vector<std::uint8_t>& from,
                                         const std::vector<std::uint8_t>& other, Rng& rng);

struct ConcInput {
  std::string_view scenario;
  std::span<const std::uint8_t> choices;
};
/// Any bytes are one; whether the scenario is legal is another matter.
ConcInput split_input(std::span<const std::uint8_t> bytes);

/// What mutation may change beside the schedule.
enum class Scenarios : std::uint8_t { mutated, given };

/// In place, like libFuzzer's custom mutator: the new size, at most `max`.
std::size_t mutate_input(std::uint8_t* data, std::size_t size, std::size_t max, unsigned seed,
                         Scenarios scenarios);
/// The first one's scenario, and choices of both.
std::size_t cross_inputs(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
                         std::span<std::uint8_t> out, unsigned seed);

}  // namespace bp::explore
