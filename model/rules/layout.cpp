// SPDX-License-Identifier: MIT
#include "model/rules/layout.h"

#include <algorithm>
#include <bit>

#include "model/rules/node_order.h"

namespace bp::rules {
namespace {

constexpr std::array<std::uint32_t, kZoneTypes> kRatioV4_7{256, 256, 32, 32, 1, 1};
constexpr std::array<std::uint32_t, kZoneTypes> kRatioV6_1{256, 256, 32, 0, 0, 0};

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

/// R-CFG-5: MOVABLE counts as high memory where it was cut from it.
bool is_highmem(const Layout& l, ZoneType t) {
  const bool populated =
      std::ranges::any_of(l.zones, [](const ZoneLayout& z) { return z.type == ZoneType::highmem; });
  return t == ZoneType::highmem || (t == ZoneType::movable && populated);
}

/// R-CFG-4..6. A machine without low memory has no share to split (P-CFG-5): its share is 0.
Watermarks computed_marks(const Machine& m, const Layout& l, const ZoneLayout& z) {
  Pages lowmem;
  for (const ZoneLayout& other : l.zones) {
    if (!is_highmem(l, other.type)) lowmem += other.managed;
  }
  const std::int64_t pages_min = m.min_free_kbytes >> (kPageShift - 10);
  const Pages share = lowmem == Pages{0} ? Pages{0} : Pages{z.managed * pages_min / lowmem};
  const Pages min =
      is_highmem(l, z.type) ? std::clamp(z.managed / 1024, Pages{32}, Pages{128}) : share;
  const Pages delta = std::max(share / 4, z.managed * m.watermark_scale_factor / 10000);
  return {min, min + delta, min + delta * 2};
}

void set_marks(const Machine& m, Layout& l) {
  std::size_t i = 0;
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones) {
      l.zones[i].marks = z.marks ? *z.marks : computed_marks(m, l, l.zones[i]);
      ++i;
    }
  }
}

std::int64_t ratio_of(const Machine& m, ZoneType t) {
  const auto i = static_cast<unsigned>(t);
  if (!m.lowmem_reserve_ratio.empty()) return m.lowmem_reserve_ratio[i];
  return m.profile == Profile::v4_7 ? kRatioV4_7[i] : kRatioV6_1[i];
}

/// R-CFG-8: what zone `z` keeps from requests that could have used the zones above it on its node.
void set_lowmem_reserve(const Machine& m, const Layout& l, ZoneLayout& z) {
  std::int64_t ratio = ratio_of(m, z.type);
  const bool none = m.profile != Profile::v4_7 && (ratio == 0 || z.managed == Pages{0});
  ratio = std::max<std::int64_t>(ratio, 1);
  for (unsigned column = 0; column < kZoneTypes; ++column) {
    Pages above;
    for (const ZoneLayout& other : l.zones) {
      const bool between = other.type > z.type && static_cast<unsigned>(other.type) <= column;
      if (other.node == z.node && between) above += other.managed;
    }
    z.lowmem_reserve[column] = none ? Pages{0} : above / ratio;
  }
}

Pages rounddown_pow2(Pages n) {
  return Pages{static_cast<std::int64_t>(
      std::bit_floor(static_cast<std::uint64_t>(static_cast<std::int64_t>(n))))};
}

/// R-CFG-11, R-CFG-12: a thousandth of the zone, within a bound, a quarter of it, one less than a
/// power of two.
Pages raw_batch(Profile p, Pages managed) {
  const Pages bound{((p == Profile::v4_7 ? 512 : 1024) << 10) >> kPageShift};
  const Pages b = std::max(std::min(managed / 1024, bound) / 4, Pages{1});
  return rounddown_pow2(b + b / 2) - Pages{1};
}

void set_pcp(const Machine& m, ZoneLayout& z) {
  const Pages raw = raw_batch(m.profile, z.managed);
  z.pcp_batch = std::max(raw, Pages{1});
  if (m.profile == Profile::v4_7) {
    z.pcp_high = raw * 6;
  } else {
    const Node& n = m.nodes[z.node];
    const int local = n.cpu_end - n.cpu_begin;
    z.pcp_high = std::max(z.pcp_batch * 4, z.marks.low / (local > 0 ? local : m.cpus));
  }
  if (m.pcp_high != 0) z.pcp_high = Pages{m.pcp_high};
  if (m.pcp_batch != 0) z.pcp_batch = Pages{m.pcp_batch};
  z.pcp_batch = std::max(std::min(z.pcp_batch, z.pcp_high), Pages{1});
}

}  // namespace

Layout lay_out(const Machine& m) {
  Layout l;
  place_zones(m, l);
  set_marks(m, l);
  for (ZoneLayout& z : l.zones) {
    set_lowmem_reserve(m, l, z);
    set_pcp(m, z);
  }
  set_node_orders(m, l);
  return l;
}

std::optional<unsigned> zone_of(const Layout& l, Pfn p) {
  for (unsigned i = 0; i < l.zones.size(); ++i) {
    if (l.zones[i].frames.holds(p)) return i;
  }
  return std::nullopt;
}

}  // namespace bp::rules
