// SPDX-License-Identifier: MIT
// Whether an entry of a zonelist is for a request (R-ZONE-11, 12, R-GFP-6): its type is not above
// the highest that the mask allows, and its node is allowed. Word: std::uint64_t, or symbolic;
// types by ZoneType's number, nodes 0..63. Freestanding.
#pragma once

#include <cstdint>

namespace bp::impl {

/// The nodes a request may be served from, one bit a node. `nodemask` 0: all. Truth `here_only`:
/// THISNODE, which leaves `home` alone.
template <class Word, class Truth>
constexpr Word nodes_allowed(Word nodemask, Truth here_only, Word home) {
  Word nodes = nodemask;
  if (nodes == Word(0)) nodes = ~nodes;
  if (here_only) nodes = nodes & (Word(1) << home);
  return nodes;
}

/// `nodes` as nodes_allowed() gave them.
template <class Word>
constexpr auto zone_serves(Word type, Word node, Word highest, Word nodes) {
  return type <= highest && (nodes >> node & Word(1)) == Word(1);
}

}  // namespace bp::impl
