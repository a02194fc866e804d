// SPDX-License-Identifier: MIT
#include "model/rules/zonelist_build.h"

#include <algorithm>

namespace bp::rules {

std::vector<ZonePlace> build_zonelist(std::span<const unsigned> nodes,
                                      std::span<const ZonePlace> zones, ZonelistOrder order) {
  const auto turn = [&](const ZonePlace& z) { return std::ranges::find(nodes, z.node); };
  std::vector<ZonePlace> list;
  for (const ZonePlace& z : zones) {
    if (turn(z) != nodes.end()) list.push_back(z);
  }
  std::ranges::sort(list, [&](const ZonePlace& a, const ZonePlace& b) {
    if (order == ZonelistOrder::zone && a.index != b.index) return a.index > b.index;
    return turn(a) != turn(b) ? turn(a) < turn(b) : a.index > b.index;
  });
  return list;
}

}  // namespace bp::rules
