// SPDX-License-Identifier: MIT
#include "model/reference/tick.h"

#include <algorithm>

#include "model/reference/pcp.h"

namespace bp::reference {
namespace {

bool fold(Zone& z, Pcp& p) {
  bool any = false;
  for (unsigned s = 0; s < kStats; ++s) {
    z.n.stat[s] += p.n.diff[s];
    any = any || p.n.diff[s] != 0;
    p.n.diff[s] = 0;
  }
  return any;
}

}  // namespace

void age_list(Allocator& a, Zone& z, Pcp& p) {
  if (p.n.expire == 0 || p.n.count == 0) return;
  if (z.node == a.config.cpu_node[a.cpu]) {
    p.n.expire = 0;
    return;
  }
  if (--p.n.expire == 0) drain_batch(a, z, p);
}

void tick(Allocator& a, bool age) {
  const bool numa =
      std::ranges::any_of(a.nodes, [](const NodeState& n) { return !n.nofallback.empty(); });
  for (Zone& z : a.zones) {
    if (!z.populated()) continue;
    Pcp& p = own_pcp(a, z);
    if (fold(z, p) && numa) p.n.expire = a.rules.expire_ticks;
    if (!age) continue;
    a.rules.decay(a, z, p);
    if (numa) a.rules.age(a, z, p);
  }
}

void drain_batch(Allocator& a, Zone& z, Pcp& p) {
  const std::int64_t pages = std::min(p.n.count, p.n.batch);
  if (pages > 0) a.rules.bulk_free(a, z, p, pages, 0);
}

}  // namespace bp::reference
