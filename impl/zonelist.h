// SPDX-License-Identifier: MIT
// Zonelists (R-ZONE-4, 5, 10..12): for each node its zones and those of its fallback nodes, highest
// type first within a node, as zone numbers in one array; and the highest zone type of a mask.
// Built once, read by everyone, never written again. Freestanding.
#pragma once

#include <cstdint>

#include "impl/config.h"
#include "impl/gfp_table.h"
#include "impl/planted.h"

namespace bp::impl {

/// Zone numbers in the order in which they are tried.
struct Zonelist {
  std::uint8_t zones[kMaxZones] = {};
  std::uint8_t count = 0;
};

struct Zonelists {
  Zonelist fallback[kMaxNodes];  ///< FALLBACK: the node and those after it.
  Zonelist own[kMaxNodes];       ///< NOFALLBACK: the node alone, for THISNODE.
};

/// Appends a node's zones, highest type first; `c.zones` has them ascending.
template <class Policy>
constexpr void append_node(const Config& c, unsigned node, Zonelist& out) {
  const bool ascending = Policy::planted(Bug::zones_ascending);
  for (unsigned i = 0; i < c.n_zones; ++i) {
    const unsigned z = ascending ? i : c.n_zones - 1 - i;
    if (c.zones[z].node == node) out.zones[out.count++] = static_cast<std::uint8_t>(z);
  }
}

template <class Policy>
constexpr void build_zonelists(const Config& c, Zonelists& out) {
  for (unsigned node = 0; node < c.nodes; ++node) {
    out.own[node].count = 0;
    out.fallback[node].count = 0;
    append_node<Policy>(c, node, out.own[node]);
    const NodeList& order = c.fallback[node];
    for (unsigned k = 0; k < order.count; ++k)
      append_node<Policy>(c, order.nodes[k], out.fallback[node]);
  }
}

/// The highest zone type that each of the 16 zone nibbles allows. The packed table decides; a bad
/// nibble silently gives index 0, the lowest configured zone, as in the kernel.
struct ZoneOfMask {
  ZoneType type[kGfpZoneMask + 1] = {};
  constexpr ZoneType operator()(std::uint32_t gfp) const { return type[gfp & kGfpZoneMask]; }
};

template <class Policy>
constexpr ZoneOfMask zone_of_mask(ZoneConfig c) {
  ZoneType by_index[kZoneTypes] = {};
  unsigned count = 0;
  for (unsigned t = 0; t < kZoneTypes; ++t) {
    const auto type = static_cast<ZoneType>(t);
    if (c.has(type)) by_index[count++] = type;
  }
  const GfpZoneTable table = gfp_zone_table(c);
  ZoneOfMask out;
  for (std::uint32_t nibble = 0; nibble <= kGfpZoneMask; ++nibble) {
    out.type[nibble] = by_index[gfp_zone_index(nibble, table.word, table.shift)];
    const bool dma32 = (nibble & ~8U) == gfp_encode(GfpFlag::dma32, Era::e3);
    if (Policy::planted(Bug::dma32_falls_to_dma) && dma32 && !c.dma32)
      out.type[nibble] = by_index[0];
  }
  return out;
}

}  // namespace bp::impl
