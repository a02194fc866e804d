// SPDX-License-Identifier: MIT
#include "model/rules/min_free.h"

#include <algorithm>

#include "model/rules/config_rules.h"
#include "model/vocab/check.h"

namespace bp::rules {
namespace {

constexpr std::int64_t kMinFreeKbytesMin = 128;
constexpr std::int64_t kKbytesOfPage = std::int64_t{1} << (kPageShift - 10);
/// For each zone: two free pageblocks, and one for each pair of the three types on per-CPU lists.
constexpr std::int64_t kBlocksOfZone = 2 + 3 * 3;
constexpr std::int64_t kThpShare = 20;

/// The largest r with r * r <= n, by bisection.
std::int64_t floor_sqrt(std::int64_t n) {
  std::int64_t low = 0;
  std::int64_t high = std::int64_t{1} << 31;
  while (high - low > 1) {
    const std::int64_t middle = (low + high) / 2;
    (middle * middle <= n ? low : high) = middle;
  }
  return low;
}

}  // namespace

Pages pages_above_high(std::span<const ZoneSize> zones, std::span<const Pages> high) {
  check(zones.size() == high.size(), "each zone has a high mark");
  Pages sum;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    if (zones[i].type <= ZoneType::normal) sum += std::max(zones[i].managed - high[i], Pages{0});
  }
  return sum;
}

std::int64_t computed_min_free_kbytes(Pages above_high, Profile p) {
  const std::int64_t kbytes = static_cast<std::int64_t>(above_high) * kKbytesOfPage;
  return std::clamp(floor_sqrt(kbytes * 16), kMinFreeKbytesMin,
                    config_rules(p).min_free_kbytes_max);
}

std::int64_t thp_min_free_kbytes(std::span<const ZoneSize> zones, Pages above_high,
                                 Order pageblock_order, Profile p) {
  const bool high_too = config_rules(p).thp_counts_high;
  const std::int64_t counted = std::ranges::count_if(zones, [&](const ZoneSize& z) {
    return z.managed > Pages{0} && (high_too || z.type <= ZoneType::normal);
  });
  const Pages wanted = pages_in(pageblock_order) * (counted * kBlocksOfZone);
  return static_cast<std::int64_t>(std::min(wanted, above_high / kThpShare)) * kKbytesOfPage;
}

}  // namespace bp::rules
