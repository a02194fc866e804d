// SPDX-License-Identifier: MIT
// A run as a row of memory states: what is free, what is on per-CPU lists and what the program
// holds, after each operation. A run is made visible by asking the subject for a census after every
// operation: with_censuses(p) is run in place of p, and steps_of() reads the history of that run.
#pragma once

#include <vector>

#include "model/vocab/history.h"
#include "model/vocab/program.h"

namespace bp {

/// A block in the hands of the program.
struct HeldBlock {
  Pfn head;
  Order order;
  std::uint32_t handle = 0;
};

/// The memory after one event; step 0 is the memory before the first.
struct MemoryStep {
  std::size_t event = 0;  ///< Of `p`; its closing drain is p.ops.size(). Of step 0: 0.
  Outcome answer;
  std::vector<CensusBlock> blocks;  ///< Free and on lists.
  std::vector<HeldBlock> held;
};

/// `p` with a census before the first and after every operation.
Program with_censuses(const Program& p);

/// `h` is the history of with_censuses(p). p.ops.size() + 2 steps: before all, one each, and after
/// the closing drain; fewer if the run ended before.
std::vector<MemoryStep> steps_of(const Program& p, const History& h);

}  // namespace bp
