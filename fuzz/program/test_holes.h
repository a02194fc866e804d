// SPDX-License-Identifier: MIT
// For tests of what makes or changes machines: where the holes of a machine lie.
#pragma once

#include <algorithm>

#include "model/vocab/machine.h"

namespace bp {

/// Whether each hole is inside one zone of its node, and not just in touch with it.
inline bool holes_lie_inside_zones(const Machine& m) {
  return std::ranges::all_of(m.nodes, [](const Node& n) {
    return std::ranges::all_of(n.holes, [&](const PfnRange& h) {
      return std::ranges::any_of(n.zones, [&](const Zone& z) {
        return z.frames.begin <= h.begin && h.end <= z.frames.end;
      });
    });
  });
}

}  // namespace bp
