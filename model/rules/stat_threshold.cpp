// SPDX-License-Identifier: MIT
#include "model/rules/stat_threshold.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace bp::rules {
namespace {

constexpr std::int64_t kThresholdMax = 125;  ///< The diffs are signed bytes.
/// Zones are counted in units of 128 MiB.
constexpr std::int64_t kUnitPages = std::int64_t{1} << (27 - kPageShift);

int bit_length(std::int64_t n) {
  return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n)));
}

}  // namespace

int stat_threshold(Pages managed, unsigned cpus) {
  const int size = 1 + bit_length(static_cast<std::int64_t>(managed / kUnitPages));
  return static_cast<int>(std::min<std::int64_t>(2 * bit_length(cpus) * size, kThresholdMax));
}

int pressed_stat_threshold(Pages min, Pages low, unsigned cpus) {
  const Pages share = (low - min) / std::int64_t{std::max(cpus, 1U)};
  return static_cast<int>(
      static_cast<std::int64_t>(std::clamp(share, Pages{1}, Pages{kThresholdMax})));
}

}  // namespace bp::rules
