// SPDX-License-Identifier: MIT
// What a campaign counts: how often each operation was accepted and refused. An operation that is
// never refused, or never accepted, is one that the campaign does not test.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/vocab/history.h"
#include "model/vocab/operation.h"

#include <span>

namespace bp {

enum class Tally : std::uint8_t {
  executions,     ///< Programs run.
  operations,     ///< Operations of those programs, the closing ones left out.
  alloc_ok,       ///< Allocs answered with a block.
  alloc_null,     ///< Allocs answered with null.
  free_ok,        ///< Frees taken back.
  free_rejected,  ///< Frees refused as an error of the caller.
  free_skipped,   ///< Frees of handles that hold nothing.
  drain,          ///< Drains.
  census,         ///< Censuses.
  refused,        ///< Programs whose run the judge refused.
  task,           ///< Tasks put on a CPU.
  get,            ///< References taken, or refused.
  split,          ///< Blocks split, or refused.
  unpromised,     ///< Calls that the subject does not promise: nobody was asked.
  answer,         ///< Answers written down for a request.
  world,          ///< Worlds set up.
  traced,         ///< Allocs in an environment.
  steps,          ///< Of their traces, questions among them.
  range,          ///< Ranges set apart, given back, taken, removed or added.
  range_refused,  ///< Ranges for which that was refused.
};
inline constexpr unsigned kTallies = 20;
/// Those that the first campaigns counted; what a campaign wrote before it counted the others lacks
/// them.
inline constexpr unsigned kFirstTallies = 10;

using Tallies = std::array<std::uint64_t, kTallies>;

constexpr std::uint64_t& at(Tallies& t, Tally k) { return t[static_cast<unsigned>(k)]; }
constexpr std::uint64_t at(const Tallies& t, Tally k) { return t[static_cast<unsigned>(k)]; }

/// "executions", "operations", "alloc_ok", ...
std::string_view tally_name(Tally k);

/// Adds one run of `ops`, whose history is `h`.
void count(std::span<const Op> ops, const History& h, Tallies& t);

}  // namespace bp
