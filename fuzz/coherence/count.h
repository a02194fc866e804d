// SPDX-License-Identifier: MIT
// Counts what the operations of one subject cost in cache-line transfers, on so many virtual CPUs
// under one kind of traffic. One thread runs them all, so that a run with one seed gives the same
// figures every time, on every machine with the same compiler. What the CPUs say to each other to
// hand blocks over is not the subject's and is not counted.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/coherence/directory.h"
#include "fuzz/subject.h"

namespace bp::coherence {

enum class Traffic : std::uint8_t {
  local,      ///< Each CPU allocates a block and frees it.
  burst,      ///< Each CPU allocates kBurst blocks, then frees them: more than its list holds.
  remote,     ///< What a CPU allocates the next one frees.
  contended,  ///< As local, of a small zone and without per-CPU lists.
};
inline constexpr std::array kTraffics{Traffic::local, Traffic::burst, Traffic::remote,
                                      Traffic::contended};
inline constexpr unsigned kBurst = 512;
std::string_view name_of(Traffic t);

/// Whose turn it is, and how long a turn is.
enum class Turns : std::uint8_t {
  in_turn,  ///< One operation each, round and round.
  random,   ///< One operation, of a CPU drawn by the seed.
  steps,    ///< Up to one atomic access, in the middle of operations, of a CPU drawn by the seed.
};
inline constexpr std::array kTurns{Turns::in_turn, Turns::random, Turns::steps};
std::string_view name_of(Turns t);

struct Setting {
  Traffic traffic = Traffic::local;
  Turns turns = Turns::in_turn;
  unsigned cpus = 1;                 ///< 1..kCpusMax.
  unsigned order = 0;                ///< 0..BP_ORDER_MAX.
  std::uint64_t seed = 1;            ///< Of `random` and `steps`.
  std::uint64_t operations = 16384;  ///< Counted ones, at least; each CPU does its share before.
  bool only_atomics = false;         ///< Plain data is not counted.
};

struct Figure {
  std::string subject;
  Setting setting;
  std::uint64_t operations = 0;  ///< Counted allocations and frees.
  std::uint64_t nulls = 0;       ///< Allocations among them that found nothing.
  std::uint64_t barriers = 0;    ///< Over all CPUs, of drains.
  Tally tally;
  std::string fault;  ///< What the subject did wrong; the rest is then void.
};

Figure count(const bp_subject& subject, const Setting& setting);

}  // namespace bp::coherence
