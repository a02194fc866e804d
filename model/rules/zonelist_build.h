// SPDX-License-Identifier: MIT
// The zones of a zonelist in order, from the order of its nodes (R-ZONE-4, 5, 6, 10).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bp::rules {

/// A zone with pages, present though perhaps not managed (R-ZONE-4).
struct ZonePlace {
  unsigned node = 0;
  unsigned index = 0;  ///< Among the configured types, or by type: only the order of them counts.
  bool operator==(const ZonePlace&) const = default;
};

/// v4.7 had a choice; later kernels order by node.
enum class ZonelistOrder : std::uint8_t {
  node,  ///< Node by node, each from its highest zone down (R-ZONE-5).
  zone,  ///< From the highest index down, each through all nodes (R-ZONE-6).
};

/// A FALLBACK list. `zones` in any order; those of nodes that are not in `nodes` are left out. With
/// the local node alone it is the NOFALLBACK list (R-ZONE-10).
std::vector<ZonePlace> build_zonelist(std::span<const unsigned> nodes,
                                      std::span<const ZonePlace> zones, ZonelistOrder order);

}  // namespace bp::rules
