// SPDX-License-Identifier: MIT
// Random machines, operations and programs: small, legal, and made of what matters (masks that
// kernels use, small reserves, zones that fill up). Everything is decided by the generator's state.
#pragma once

#include <cstddef>

#include "fuzz/program/rng.h"
#include "model/vocab/program.h"

namespace bp {

/// Valid and within the small bounds of bytes.h.
Machine random_machine(Rng& rng);

/// What a whole program leans to: with some things switched off for its length, others get further
/// than an even mix would bring them.
struct Swarm {
  unsigned alloc = 12, free = 8, drain = 1, census = 0, misuse = 1;  ///< Weights of operations.
  unsigned order_max = 10;                                           ///< No order above.
  bool small_orders = true;                                          ///< Mostly orders 0 to 3.
  bool masks_of_kernels = true;  ///< Composite masks; else any bits.
  bool places = true;            ///< Nodes and node masks are named at times.
};
Swarm random_swarm(Rng& rng);

Gfp random_gfp(Rng& rng, Era era, const Swarm& s);

/// An alloc for this machine.
Op random_alloc(Rng& rng, const Machine& m, const Swarm& s);

/// A legal program of at most `ops` operations on a random machine.
Program random_program(Rng& rng, std::size_t ops);

/// Appends up to `ops` random operations.
void append_random(Rng& rng, const Swarm& s, std::size_t ops, Program& p);

}  // namespace bp
