// SPDX-License-Identifier: MIT
#include "model/reference/kswapd.h"

#include <algorithm>

#include "model/reference/watermark_check.h"

namespace bp::reference {
namespace {

/// Any zone up to `highest` is at its high mark for the order. With defrag_mode only free
/// pageblocks count (C11).
bool is_balanced(const Allocator& a, unsigned node, Order o, unsigned highest) {
  bool any_managed = false;
  for (const Zone& z : a.zones) {
    if (z.node != node || z.index > highest || z.n.managed == 0) continue;
    any_managed = true;
    const bool by_blocks = a.config.defrag_mode && o > Order{0};
    const std::int64_t free = a.read(z, by_blocks ? Stat::blocks : Stat::free);
    if (is_watermark_ok(a, z, o, a.rules.mark_of(z, Mark::high), highest, {}, free)) return true;
  }
  return !any_managed;
}

bool is_boosted(const Allocator& a, unsigned node, unsigned highest) {
  return std::ranges::any_of(a.zones, [&](const Zone& z) {
    return z.node == node && z.index <= highest && z.n.managed != 0 && z.n.boost != 0;
  });
}

}  // namespace

void wake_kswapd(Allocator& a, Zone& z, Order o, unsigned highest) {
  if (z.n.managed == 0) return;
  NodeState& node = a.nodes[z.node];
  const auto none = static_cast<std::int64_t>(a.config.zones.size());
  if (node.kswapd_zone == none || node.kswapd_zone < highest) node.kswapd_zone = highest;
  node.kswapd_order = std::max<std::int64_t>(node.kswapd_order, static_cast<unsigned>(o));
  if (node.kswapd_running || node.kswapd_failures >= a.rules.kswapd_failures_max) return;
  if (!a.rules.needs_kswapd(a, z.node, o, highest)) return;
  node.kswapd_running = true;
}

bool needs_kswapd(const Allocator& a, unsigned node, Order o, unsigned highest) {
  return !is_balanced(a, node, o, highest) || is_boosted(a, node, highest);
}

Order order_to_wake_for(const Config& c, Order o) {
  return c.defrag_mode ? std::max(o, Order{c.pageblock_order}) : o;
}

void wake_nobody(Allocator&, Zone&, Order, unsigned) {}

void wake_all_kswapds(Allocator& a, const Context& c) {
  const Order o = a.rules.order_to_wake_for(a.config, Order{c.order});
  int last = -1;
  for (const ZoneRef at : c.zonelist) {
    if (!c.allows(at)) continue;
    if (last != at.node) a.rules.wake_kswapd(a, a.zone(at), o, c.highest);
    last = at.node;
  }
}

}  // namespace bp::reference
