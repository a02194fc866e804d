// SPDX-License-Identifier: MIT
// Every program up to a small bound on a tiny machine: what random search may miss, a small scope
// holds whole. Operations come from a short alphabet; a free names each live block once.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "model/vocab/program.h"

namespace bp {

/// What the programs are made of.
struct Scope {
  Machine machine;
  std::vector<Op> allocs;  ///< Each of these at every place.
  bool frees = true;       ///< A proper free of each live block, at every place.
  bool drain = true;       ///< A drain of all CPUs.
  unsigned length = 4;     ///< Operations of the longest program.
};

/// DMA of 8 frames with one reserved for it, NORMAL of 24 frames; one CPU with a list of two pages.
Scope tiny_scope(Profile p, unsigned length);

/// Calls `visit` for every program of exactly `scope.length` operations, whose prefixes are the
/// shorter ones; stops when it says false. Returns how many it visited.
std::uint64_t for_each_program(const Scope& scope,
                               const std::function<bool(const Program&)>& visit);

}  // namespace bp
