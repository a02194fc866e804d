// SPDX-License-Identifier: MIT
#include "model/reference/setup.h"

#include <algorithm>

#include "model/rules/pcp_size.h"
#include "model/rules/watermark_setup.h"

namespace bp::reference {
namespace {

std::int64_t count_of(Pages n) { return static_cast<std::int64_t>(n); }

rules::PcpSize size_of_lists(const Allocator& a, const Zone& z) {
  const auto on_node = std::ranges::count(a.config.cpu_node, z.node);
  const auto cpus = on_node != 0 ? static_cast<std::size_t>(on_node) : a.config.cpu_node.size();
  return rules::pcp_size({.managed = Pages{z.n.managed},
                          .low = Pages{z.n.low},
                          .cpus = static_cast<unsigned>(cpus),
                          .fraction = a.config.high_fraction},
                         a.rules.profile);
}

}  // namespace

/// R-CFG-1, but thresholds, which stay as they were at boot (C16).
void recompute_watermarks(Allocator& a, std::int64_t min_free_kbytes) {
  if (min_free_kbytes != 0) a.config.min_free_kbytes = min_free_kbytes;
  std::vector<rules::ZoneSize> sizes;
  for (const Zone& z : a.zones)
    sizes.push_back({.node = z.node, .type = z.type, .managed = Pages{z.n.managed}});
  rules::set_low_memory(sizes, a.rules.profile);
  const auto marks = rules::marks_of_all(sizes, rules::pages_min_of(a.config.min_free_kbytes),
                                         a.config.scale_factor, a.rules.profile);
  for (Zone& z : a.zones) {
    const rules::ZoneMarks& m = marks[z.id];
    z.n.min = count_of(m.min);
    z.n.low = count_of(m.low);
    z.n.high = count_of(m.high);
    z.n.promo = count_of(m.promo);
    z.n.boost = 0;
    if (z.populated()) a.rules.after_setup(a, z);
  }
}

void renew_turn(Allocator& a, Zone& z) {
  const std::int64_t left = z.n.stat[static_cast<unsigned>(Stat::fair)];
  a.change(z, Stat::fair, z.n.high - z.n.low - left);
}

void resize_lists(Allocator& a, Zone& z) {
  const rules::PcpSize size = size_of_lists(a, z);
  for (Pcp& p : z.pcp) {
    p.n.high = count_of(size.high);
    p.n.batch = count_of(size.batch);
  }
}

void rebound_lists(Allocator& a, Zone& z) {
  const rules::PcpSize size = size_of_lists(a, z);
  for (Pcp& p : z.pcp) {
    p.n.high_min = count_of(size.high_min);
    p.n.high_max = count_of(size.high_max);
    p.n.batch = count_of(size.batch);
  }
}

}  // namespace bp::reference
