// SPDX-License-Identifier: MIT
// The order in which a node's FALLBACK zonelist visits the nodes (R-ZONE-5, 7, 8; C-3).
#pragma once

#include "model/rules/layout.h"

namespace bp::rules {

/// Fills l.fallback for all nodes, in one build as at boot. The zones of `l` are placed.
void set_node_orders(const Machine& m, Layout& l);

}  // namespace bp::rules
