// SPDX-License-Identifier: MIT
// What the kernel computes once for a machine (R-ZONE, R-CFG): zones with their marks and reserves,
// the node order of each zonelist, per-CPU list sizes. Every other rule works on this.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "model/vocab/fixed_vec.h"
#include "model/vocab/machine.h"

namespace bp::rules {

inline constexpr unsigned kZonesMax = kNodesMax * kZonesPerNodeMax;

/// One zone, with what follows from its size. Zones are numbered node by node, by type within a
/// node.
struct ZoneLayout {
  unsigned node = 0;
  ZoneType type = ZoneType::normal;
  PfnRange frames;  ///< Spanned.
  Pages managed;    ///< Spanned less holes.
  Watermarks marks;
  std::array<Pages, kZoneTypes>
      lowmem_reserve;  ///< By the type of the request's highest zone (R-CFG-8).
  Pages pcp_high;      ///< Most pages on one CPU's lists.
  Pages pcp_batch;     ///< Pages per refill; at least 1.
};

/// Zone numbers, the one to try first in front.
using Zonelist = FixedVec<std::uint8_t, kZonesMax>;

/// The nodes of a zonelist in order, nodes without memory left out.
using NodeOrder = FixedVec<std::uint8_t, kNodesMax>;

struct Layout {
  /// Zones [first, second) of `zones` are the node's.
  FixedVec<std::pair<std::uint8_t, std::uint8_t>, kNodesMax> zones_of_node;
  FixedVec<ZoneLayout, kZonesMax> zones;
  FixedVec<NodeOrder, kNodesMax> fallback;       ///< Of each node's FALLBACK list (R-ZONE-5, 7, 8).
  FixedVec<Zonelist, kNodesMax> fallback_zones;  ///< Each node's FALLBACK list (R-ZONE-4, 5).
  FixedVec<PfnRange, kNodesMax * kHolesMax> holes;  ///< Ascending.
};

/// The machine is valid (first_fault() is empty).
Layout lay_out(const Machine& m);

/// The number of the zone that spans `p`, or nothing. A frame in a hole is spanned by its zone.
std::optional<unsigned> zone_of(const Layout& l, Pfn p);

}  // namespace bp::rules
