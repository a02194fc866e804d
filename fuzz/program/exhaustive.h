// SPDX-License-Identifier: MIT
// All programs of a small scope, each once, in a fixed order: shortest prefixes first, depth first.
// The alphabet at a point is every alloc of the scope, a free (as asked for) of each handle that is
// live there, and the drains. Leaves out frees that are errors, censuses and schedules: every
// history ends with a drain and a census anyway.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "model/vocab/program.h"

namespace bp {

/// An alloc of the alphabet; it comes on every CPU.
struct Request {
  Order order;
  Gfp mask;
};

struct Scope {
  Machine machine;
  std::vector<Request> requests;
  unsigned depth = 0;      ///< Most operations of a program.
  bool drains = true;      ///< Whether a drain of all CPUs is in the alphabet.
  bool all_depths = true;  ///< Also every shorter program but the empty one; else only full ones.
};

/// One node with DMA of 8 frames and NORMAL of 24; orders 0, 1 and 3; a kernel, a user and a DMA
/// mask. `cpus` is 1 or 2.
Scope tiny_scope(unsigned cpus, unsigned depth);

/// The same zones on one CPU, with so little above stated marks, so large a reserve and so short a
/// list of pages that a few operations reach every refusal: what finds most planted bugs at once.
/// Six requests of GFP_KERNEL, GFP_ATOMIC and GFP_DMA.
Scope scarce_scope(Profile profile, unsigned depth);

/// Calls back with each program until it says false; how many there were.
std::uint64_t for_each_program(const Scope& scope,
                               const std::function<bool(const Program&)>& callback);

/// How many there are, counted without making them.
std::uint64_t count_programs(const Scope& scope);

}  // namespace bp
