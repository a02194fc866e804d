// SPDX-License-Identifier: MIT
// The order in which a node's FALLBACK zonelist visits the nodes (R-ZONE-5, 7, 8, 9; C-3).
#pragma once

#include <span>
#include <vector>

#include "model/vocab/profile.h"

namespace bp::rules {

/// A node as the order sees it.
struct NumaNode {
  bool memory = true;         ///< Has a zone with pages.
  bool cpus = false;          ///< CPUs are attached to it. At boot none are yet on x86 (C-3, W-2).
  std::vector<int> distance;  ///< To each node, as many as nodes.
};

/// The orders of all nodes in one build, which node_load is carried through: element n is node n's,
/// itself first, nodes without memory left out. Nodes are numbered by their place.
std::vector<std::vector<unsigned>> node_orders(std::span<const NumaNode> nodes, Profile p);

/// R-ZONE-9: without NUMA distances, those above `local` and then those below.
std::vector<unsigned> uma_node_order(unsigned local, unsigned nodes);

}  // namespace bp::rules
