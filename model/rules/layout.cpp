// SPDX-License-Identifier: MIT
#include "model/rules/layout.h"

#include <algorithm>
#include <vector>

#include "model/rules/lowmem_reserve.h"
#include "model/rules/node_order.h"
#include "model/rules/pcp_size.h"
#include "model/rules/watermark_setup.h"
#include "model/rules/zonelist_build.h"

namespace bp::rules {
namespace {

constexpr int kLocalDistance = 10;   ///< To itself, where the machine states no distances.
constexpr int kRemoteDistance = 20;  ///< To another node.

void place_zones(const Machine& m, Layout& l) {
  for (unsigned n = 0; n < m.nodes.size(); ++n) {
    const auto first = static_cast<std::uint8_t>(l.zones.size());
    for (const Zone& z : m.nodes[n].zones) {
      ZoneLayout zone;
      zone.node = n;
      zone.type = z.type;
      zone.frames = z.frames;
      zone.managed = managed_pages(m.nodes[n], z);
      l.zones.push_back(zone);
    }
    l.zones_of_node.push_back({first, static_cast<std::uint8_t>(l.zones.size())});
    for (const PfnRange& h : m.nodes[n].holes) l.holes.push_back(h);
  }
  std::ranges::sort(l.holes, {}, &PfnRange::begin);
}

std::vector<ZoneSize> sizes_of(const Machine& m, const Layout& l) {
  std::vector<ZoneSize> sizes;
  for (const ZoneLayout& z : l.zones) {
    sizes.push_back({.node = z.node, .type = z.type, .managed = z.managed});
  }
  set_low_memory(sizes, m.profile);
  return sizes;
}

void set_marks(const Machine& m, std::span<const ZoneSize> sizes, Layout& l) {
  const std::vector<ZoneMarks> computed =
      marks_of_all(sizes, pages_min_of(m.min_free_kbytes), m.watermark_scale_factor, m.profile);
  std::size_t i = 0;
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones) {
      const ZoneMarks& c = computed[i];
      l.zones[i].marks = z.marks.value_or(Watermarks{c.min, c.low, c.high});
      ++i;
    }
  }
}

std::int64_t ratio_of(const Machine& m, ZoneType t) {
  if (m.lowmem_reserve_ratio.empty()) return default_reserve_ratio(t, m.profile);
  return m.lowmem_reserve_ratio[static_cast<unsigned>(t)];
}

void set_pcp(const Machine& m, ZoneLayout& z) {
  const Node& n = m.nodes[z.node];
  const int local = n.cpu_end - n.cpu_begin;
  const PcpSize size = pcp_size({.managed = z.managed,
                                 .low = z.marks.low,
                                 .cpus = static_cast<unsigned>(local > 0 ? local : m.cpus)},
                                m.profile);
  z.pcp_high = m.pcp_high != 0 ? Pages{m.pcp_high} : size.high;
  z.pcp_batch = m.pcp_batch != 0 ? Pages{m.pcp_batch} : size.batch;
  z.pcp_batch = std::max(std::min(z.pcp_batch, z.pcp_high), Pages{1});
}

std::vector<NumaNode> numa_nodes_of(const Machine& m) {
  std::vector<NumaNode> nodes(m.nodes.size());
  for (std::size_t from = 0; from < nodes.size(); ++from) {
    const Node& n = m.nodes[from];
    nodes[from].memory = !n.zones.empty();
    for (std::size_t to = 0; to < nodes.size(); ++to) {
      const int unstated = from == to ? kLocalDistance : kRemoteDistance;
      nodes[from].distance.push_back(n.distance.empty() ? unstated : n.distance[to]);
    }
  }
  return nodes;
}

/// Zonelists as at boot: no node has its CPUs yet (C-3).
void set_fallback_lists(const Machine& m, Layout& l) {
  std::vector<ZonePlace> places;
  for (const ZoneLayout& z : l.zones) places.push_back({z.node, static_cast<unsigned>(z.type)});
  for (const auto& nodes : node_orders(numa_nodes_of(m), m.profile)) {
    NodeOrder order;
    for (const unsigned n : nodes) order.push_back(static_cast<std::uint8_t>(n));
    l.fallback.push_back(order);
    Zonelist list;
    for (const ZonePlace& place : build_zonelist(nodes, places, ZonelistOrder::node)) {
      list.push_back(static_cast<std::uint8_t>(std::ranges::find(places, place) - places.begin()));
    }
    l.fallback_zones.push_back(list);
  }
}

}  // namespace

Layout lay_out(const Machine& m) {
  Layout l;
  place_zones(m, l);
  const std::vector<ZoneSize> sizes = sizes_of(m, l);
  set_marks(m, sizes, l);
  for (std::size_t i = 0; i < l.zones.size(); ++i) {
    ZoneLayout& z = l.zones[i];
    z.lowmem_reserve = lowmem_reserve(sizes, sizes[i], ratio_of(m, z.type), m.profile);
    set_pcp(m, z);
  }
  set_fallback_lists(m, l);
  return l;
}

std::optional<unsigned> zone_of(const Layout& l, Pfn p) {
  for (unsigned i = 0; i < l.zones.size(); ++i) {
    if (l.zones[i].frames.holds(p)) return i;
  }
  return std::nullopt;
}

}  // namespace bp::rules
