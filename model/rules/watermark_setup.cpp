// SPDX-License-Identifier: MIT
#include "model/rules/watermark_setup.h"

#include <algorithm>

#include "model/rules/config_rules.h"

namespace bp::rules {
namespace {

constexpr std::int64_t kScaleUnit = 10000;
constexpr Pages kHighMinFloor{32}, kHighMinCeiling{128};  ///< R-CFG-5: high memory's min.

Pages low_memory_of(std::span<const ZoneSize> zones) {
  Pages sum;
  for (const ZoneSize& z : zones) {
    if (z.low_memory) sum += z.managed;
  }
  return sum;
}

ZoneMarks marks_of(const ZoneSize& z, Pages share, std::int64_t scale_factor, bool promo) {
  const Pages min =
      z.low_memory ? share : std::clamp(z.managed / 1024, kHighMinFloor, kHighMinCeiling);
  // R-CFG-6: the distance between marks follows the share, also where min does not.
  const Pages delta = std::max(share / 4, z.managed * scale_factor / kScaleUnit);
  return {min, min + delta, min + delta * 2, promo ? min + delta * 3 : Pages{0}};
}

}  // namespace

void set_low_memory(std::span<ZoneSize> zones, Profile p) {
  const bool highmem = std::ranges::any_of(
      zones, [](const ZoneSize& z) { return z.type == ZoneType::highmem && z.managed > Pages{0}; });
  const bool movable_is_high = highmem || config_rules(p).movable_is_high;
  for (ZoneSize& z : zones) {
    const bool high =
        z.type == ZoneType::highmem || (z.type == ZoneType::movable && movable_is_high);
    z.low_memory = !high;
  }
}

Pages pages_min_of(std::int64_t min_free_kbytes) {
  return Pages{min_free_kbytes >> (kPageShift - 10)};
}

std::vector<ZoneMarks> marks_of_all(std::span<const ZoneSize> zones, Pages pages_min,
                                    std::int64_t scale_factor, Profile p) {
  const Pages low_memory = low_memory_of(zones);
  std::vector<ZoneMarks> marks;
  for (const ZoneSize& z : zones) {
    const Pages share = low_memory == Pages{0}
                            ? Pages{0}
                            : Pages{z.managed * static_cast<std::int64_t>(pages_min) / low_memory};
    marks.push_back(marks_of(z, share, scale_factor, config_rules(p).promo));
  }
  return marks;
}

}  // namespace bp::rules
