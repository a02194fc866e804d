// SPDX-License-Identifier: MIT
#include "model/rules/zonelist.h"

namespace bp::rules {
namespace {

void append_node(const Layout& l, const ZonelistQuery& q, unsigned node, Zonelist& list) {
  if (q.nodemask != 0 && (q.nodemask >> node & 1) == 0) return;
  for (std::size_t i = l.zones.size(); i-- > 0;) {
    const ZoneLayout& z = l.zones[i];
    if (z.node == node && z.type <= q.highest) list.push_back(static_cast<std::uint8_t>(i));
  }
}

}  // namespace

Zonelist zonelist(const Layout& l, const ZonelistQuery& q) {
  Zonelist list;
  if (!q.fallback) {
    append_node(l, q, q.node, list);
  } else {
    for (const unsigned node : l.fallback[q.node]) append_node(l, q, node, list);
  }
  return list;
}

}  // namespace bp::rules
