// SPDX-License-Identifier: MIT
#include "model/rules/lowmem_reserve.h"

#include <algorithm>

#include "model/rules/config_rules.h"

namespace bp::rules {

ReserveRow lowmem_reserve(std::span<const ZoneSize> zones, const ZoneSize& z, std::int64_t ratio,
                          Profile p) {
  ReserveRow row{};
  const bool always = config_rules(p).zero_ratio_reserves;
  if (!always && (ratio < 1 || z.managed == Pages{0})) return row;
  for (unsigned column = 0; column < kZoneTypes; ++column) {
    Pages above;
    for (const ZoneSize& other : zones) {
      const bool between = other.type > z.type && static_cast<unsigned>(other.type) <= column;
      if (other.node == z.node && between) above += other.managed;
    }
    row[column] = above / std::max<std::int64_t>(ratio, 1);
  }
  return row;
}

std::int64_t default_reserve_ratio(ZoneType t, Profile p) {
  return config_rules(p).reserve_ratio[static_cast<unsigned>(t)];
}

Pages reserved_of(Pages managed, Pages high, const ReserveRow& row) {
  return std::min(managed, high + *std::ranges::max_element(row));
}

}  // namespace bp::rules
