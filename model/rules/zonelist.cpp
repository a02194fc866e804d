// SPDX-License-Identifier: MIT
#include "model/rules/zonelist.h"

namespace bp::rules {
namespace {

bool allowed(const ZonelistQuery& q, const ZoneLayout& z) {
  if (!q.fallback && z.node != q.node) return false;
  if (q.nodemask != 0 && (q.nodemask >> z.node & 1) == 0) return false;
  return z.type <= q.highest;
}

}  // namespace

Zonelist zonelist(const Layout& l, const ZonelistQuery& q) {
  Zonelist list;
  for (const std::uint8_t i : l.fallback_zones[q.node]) {
    if (allowed(q, l.zones[i])) list.push_back(i);
  }
  return list;
}

}  // namespace bp::rules
