// SPDX-License-Identifier: MIT
#include "fuzz/kernel/boot_sizes.h"

#include <algorithm>

namespace bp::kernel {
namespace {

/// A zone that nothing else tells of has grown by an eighth at most; with what is told, by as much
/// as it is: half, where an initrd or CMA took the better part of a small machine.
constexpr std::int64_t kGrowthShare = 8;
constexpr std::int64_t kGrowthShareMax = 2;

/// What the row of `below` says of zone `z`: its columns are sums of the zones above, z among them,
/// divided by the ratio.
Pages told_by(const ZoneinfoZone& below, std::int64_t ratio, const ZoneinfoZone& z,
              std::span<const ZoneinfoZone> zones, std::span<const ZoneType> types) {
  Pages told;
  for (std::size_t c = 0; c < std::min(types.size(), below.protection.size()); ++c) {
    if (types[c] < z.type) continue;
    Pages others;
    for (const ZoneinfoZone& other : zones) {
      const bool counted = other.node == z.node && other.type != z.type &&
                           other.type > below.type && other.type <= types[c];
      if (counted) others += other.managed;
    }
    // A row that is right for the sizes of now was computed anew, and tells nothing of boot.
    if (below.protection[c] * ratio + Pages{ratio} > others + z.managed) continue;
    told = std::max(told, below.protection[c] * ratio - others);
  }
  return told;
}

}  // namespace

std::vector<Pages> fewest_at_boot(std::span<const ZoneinfoZone> zones,
                                  std::span<const ZoneType> types,
                                  std::span<const std::int64_t> ratios) {
  std::vector<Pages> fewest;
  for (const ZoneinfoZone& z : zones) {
    Pages told;
    for (const ZoneinfoZone& below : zones) {
      const auto index =
          static_cast<std::size_t>(std::ranges::find(types, below.type) - types.begin());
      if (below.node != z.node || below.type >= z.type || index >= ratios.size()) continue;
      told = std::max(told, told_by(below, ratios[index], z, zones, types));
    }
    const std::int64_t share = told > Pages{0} ? kGrowthShareMax : kGrowthShare;
    fewest.push_back(std::clamp(told, z.managed - z.managed / share, z.managed));
  }
  return fewest;
}

std::vector<rules::ZoneSize> resized(std::span<const rules::ZoneSize> sizes,
                                     std::span<const Pages> managed) {
  std::vector<rules::ZoneSize> out(sizes.begin(), sizes.end());
  for (std::size_t i = 0; i < out.size(); ++i) out[i].managed = managed[i];
  return out;
}

MarkBounds marks_at_boot(std::span<const rules::ZoneSize> sizes, std::span<const Pages> fewest,
                         std::size_t i, Pages pages_min, std::int64_t scale_factor, Profile p) {
  std::vector<rules::ZoneSize> small(sizes.begin(), sizes.end());
  std::vector<rules::ZoneSize> large = resized(sizes, fewest);
  std::swap(small[i].managed, large[i].managed);
  return {rules::marks_of_all(small, pages_min, scale_factor, p)[i],
          rules::marks_of_all(large, pages_min, scale_factor, p)[i]};
}

}  // namespace bp::kernel
