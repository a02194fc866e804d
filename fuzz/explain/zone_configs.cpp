// SPDX-License-Identifier: MIT
#include "fuzz/explain/zone_configs.h"

#include <algorithm>

#include "model/rules/gfp_zone.h"

namespace bp::explain {
namespace {

unsigned columns_of(const std::vector<ZoneFacts>& zones) {
  std::size_t most = 0;
  for (const ZoneFacts& z : zones) most = std::max(most, z.reserve.size());
  return static_cast<unsigned>(most);
}

unsigned types_of(ZoneConfig c) {
  unsigned n = 0;
  for (unsigned t = 0; t < kZoneTypes; ++t) n += c.has(ZoneType{static_cast<std::uint8_t>(t)});
  return n;
}

bool is_printed(const std::vector<ZoneFacts>& zones, ZoneType t) {
  return std::ranges::any_of(zones, [&](const ZoneFacts& z) { return z.type == t; });
}

bool has_printed(const std::vector<ZoneFacts>& zones, ZoneConfig c) {
  return std::ranges::all_of(zones, [&](const ZoneFacts& z) { return c.has(z.type); });
}

/// No page of a device is the allocator's, so that a row cannot grow in that column.
bool grows_by_device(const ZoneFacts& z, ZoneConfig c) {
  if (!c.has(ZoneType::device)) return false;
  const unsigned i = rules::zone_index(ZoneType::device, c);
  return i > 0 && i < z.reserve.size() && z.reserve[i] > z.reserve[i - 1];
}

/// A row that grows from one column to the next tells of memory in that zone (R-CFG-8). If the
/// request may use that zone it was printed: so a type that was not is not there.
bool fits_rows(const std::vector<ZoneFacts>& zones, ZoneConfig c, ZoneType highest) {
  for (const ZoneFacts& z : zones) {
    if (grows_by_device(z, c)) return false;
    for (unsigned t = static_cast<unsigned>(z.type) + 1; t <= static_cast<unsigned>(highest); ++t) {
      const ZoneType type{static_cast<std::uint8_t>(t)};
      if (!c.has(type) || is_printed(zones, type)) continue;
      const unsigned i = rules::zone_index(type, c);
      if (i < z.reserve.size() && z.reserve[i] > z.reserve[i - 1]) return false;
    }
  }
  return true;
}

/// The fewer of these, the likelier.
unsigned oddity(const std::vector<ZoneFacts>& zones, ZoneConfig c) {
  unsigned n = c.highmem && c.dma32 ? 8 : 0;
  if (c.device && c.highmem) n += 4;
  for (const ZoneType t : {ZoneType::dma, ZoneType::dma32, ZoneType::highmem}) {
    if (c.has(t) && !is_printed(zones, t)) ++n;
  }
  return n;
}

}  // namespace

std::vector<ZoneConfig> possible_configs(const std::vector<ZoneFacts>& zones,
                                         std::optional<Gfp> gfp) {
  const unsigned columns = columns_of(zones);
  std::vector<ZoneConfig> fit, lost, loose;
  for (unsigned bits = 0; bits < kZoneConfigs; ++bits) {
    const ZoneConfig c = ZoneConfig::from_bits(bits);
    if (!has_printed(zones, c)) continue;
    loose.push_back(c);
    if (columns != 0 && types_of(c) != columns) continue;
    lost.push_back(c);
    if (gfp && !fits_rows(zones, c, rules::highest_zone(*gfp, c))) continue;
    fit.push_back(c);
  }
  // A zone's lines may be lost; and then a row may be damaged.
  if (fit.empty()) fit = lost.empty() ? loose : lost;
  std::ranges::sort(fit, {}, [&](ZoneConfig c) { return std::pair(oddity(zones, c), c.bits()); });
  // HIGHMEM beside DMA32 exists nowhere: only if nothing else fits.
  if (oddity(zones, fit.front()) < 8)
    std::erase_if(fit, [&](ZoneConfig c) { return oddity(zones, c) >= 8; });
  return fit;
}

}  // namespace bp::explain
