// SPDX-License-Identifier: MIT
#include "model/rules/zonelist.h"

namespace bp::rules {
namespace {

void append_node(const Layout& l, const ZonelistQuery& q, unsigned node, Zonelist& list) {
  if (q.nodemask != 0 && (q.nodemask >> node & 1) == 0) return;
  const auto [first, end] = l.zones_of_node[node];
  for (std::uint8_t i = end; i-- > first;) {
    if (l.zones[i].type <= q.highest) list.push_back(i);
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
