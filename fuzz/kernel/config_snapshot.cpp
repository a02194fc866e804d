// SPDX-License-Identifier: MIT
#include "fuzz/kernel/config_snapshot.h"

#include <algorithm>
#include <utility>

#include "fuzz/kernel/fields.h"

namespace bp::kernel {
namespace {

using LineWords = Words<12>;

constexpr std::int64_t kKbytesOfPage = std::int64_t{1} << (kPageShift - 10);
/// More than any of these numbers is, and few enough that products stay in 64 bits.
constexpr std::int64_t kNumberMax = std::int64_t{1} << 42;

std::optional<std::int64_t> small_number(std::string_view word) {
  const auto n = number<std::int64_t>(word);
  return n && *n >= 0 && *n <= kNumberMax ? n : std::nullopt;
}

/// A line of sysctls: the name, then one number, or for the ratios one for each zone.
std::string read_sysctl(const LineWords& w, VmSysctls& out) {
  const std::pair<std::string_view, std::optional<std::int64_t>*> single[] = {
      {"min_free_kbytes", &out.min_free_kbytes},
      {"watermark_scale_factor", &out.watermark_scale_factor},
      {"percpu_pagelist_high_fraction", &out.high_fraction},
      {"percpu_pagelist_fraction", &out.fraction}};
  for (const auto& [name, value] : single) {
    if (w.at[0] != name) continue;
    *value = w.count == 2 ? small_number(w.at[1]) : std::nullopt;
    if (!*value) return std::string(name) + " has no number";
  }
  if (w.at[0] != "lowmem_reserve_ratio") return {};
  if (w.count < 2 || w.count > kZoneTypes + 1) return "lowmem_reserve_ratio is one number a zone";
  out.lowmem_reserve_ratio.clear();
  for (std::size_t i = 1; i < w.count; ++i) {
    const auto ratio = small_number(w.at[i]);
    if (!ratio) return quoted(w.at[i]) + " is no ratio";
    out.lowmem_reserve_ratio.push_back(*ratio);
  }
  return {};
}

std::string read_meminfo_line(const LineWords& w, Meminfo& out, bool& kernel_reclaimable) {
  constexpr std::string_view kNeeded[] = {
      "MemTotal:",       "MemFree:",      "MemAvailable:", "Active(file):",
      "Inactive(file):", "KReclaimable:", "SReclaimable:"};
  const std::string_view key = w.at[0];
  if (std::ranges::find(kNeeded, key) == std::end(kNeeded)) return {};
  const auto kbytes = w.count == 3 && w.at[2] == "kB" ? small_number(w.at[1]) : std::nullopt;
  if (!kbytes) return std::string(key) + " is no number of kB";
  const Pages n{*kbytes / kKbytesOfPage};
  if (key == "MemTotal:") out.total = n;
  if (key == "MemFree:") out.free = n;
  if (key == "MemAvailable:") out.available = n;
  if (key == "Active(file):" || key == "Inactive(file):") out.file += n;
  if (key == "KReclaimable:") out.reclaimable = n, kernel_reclaimable = true;
  if (key == "SReclaimable:" && !kernel_reclaimable) out.reclaimable = n;
  return {};
}

/// Calls `line_reader` with the words of each line until it has a fault to tell.
template <class T, class LineReader>
Parsed<T> read_lines(std::string_view text, LineReader line_reader) {
  Parsed<T> out;
  while (!text.empty() && out.fault.empty()) {
    ++out.line;
    const LineWords w(take_line(text));
    if (w.count > 0) out.fault = line_reader(w, out.got);
  }
  return out;
}

bool fits(const ZoneConfig& config, const std::vector<ZoneinfoZone>& zones, std::size_t columns) {
  std::size_t count = 0;
  for (unsigned t = 0; t < kZoneTypes; ++t) {
    if (config.has(static_cast<ZoneType>(t))) ++count;
  }
  const bool dma32 = std::ranges::find(zones, ZoneType::dma32, &ZoneinfoZone::type) != zones.end();
  return count == columns && config.dma32 == dma32 &&
         std::ranges::all_of(zones, [&](const ZoneinfoZone& z) { return config.has(z.type); });
}

std::string zone_word(const ZoneinfoZone& z) {
  return "zone " + std::string(zone_name(z.type)) + " of node " + std::to_string(z.node);
}

/// What a whole zoneinfo has in this zone and one that ends early has not.
std::string what_is_cut(const ZoneinfoZone& z, const Zoneinfo& in) {
  if (z.protection.empty()) return zone_word(z) + " has no line 'protection:'";
  if (z.protection.size() > kZoneTypes) return "'protection:' has more columns than zone types";
  if (z.managed > Pages{0} && z.cpus.empty()) return zone_word(z) + " has no 'pagesets'";
  // Since 4.8 empty zones are printed too, so each node has as many as a row has columns.
  const auto of_node = std::ranges::count(in.zones, z.node, &ZoneinfoZone::node);
  if (!in.signs.scanned && static_cast<std::size_t>(of_node) != z.protection.size()) {
    return "node " + std::to_string(z.node) + " has " + std::to_string(of_node) + " zones and " +
           std::to_string(z.protection.size()) + " columns of 'protection:'";
  }
  return {};
}

}  // namespace

Parsed<VmSysctls> read_sysctls(std::string_view text) {
  return read_lines<VmSysctls>(text, read_sysctl);
}

Parsed<Meminfo> read_meminfo(std::string_view text) {
  bool kernel_reclaimable = false;
  return read_lines<Meminfo>(text, [&](const LineWords& w, Meminfo& out) {
    return read_meminfo_line(w, out, kernel_reclaimable);
  });
}

Parsed<std::optional<Order>> read_pageblock_order(std::string_view text) {
  using Out = std::optional<Order>;
  return read_lines<Out>(text, [](const LineWords& w, Out& out) -> std::string {
    if (w.count != 4 || w.at[0] != "Page" || w.at[2] != "order:") return {};
    const auto order = number<unsigned>(w.at[3]);
    if (!order || *order == 0 || *order > kOrderMax) return quoted(w.at[3]) + " is no order";
    out = Order{*order};
    return {};
  });
}

Parsed<Zoneinfo> read_complete_zones(std::string_view text) {
  Parsed<Zoneinfo> out;
  out.got = read_zones(text);
  out.fault = out.got.fault;
  out.line = out.got.fault_line;
  for (const ZoneinfoZone& z : out.got.zones) {
    if (!out.fault.empty()) break;
    out.fault = what_is_cut(z, out.got);
    out.line = z.line;
  }
  return out;
}

std::vector<ZoneType> column_types(const Zoneinfo& in) {
  const std::size_t columns = in.zones.front().protection.size();
  for (unsigned bits = 0; bits < kZoneConfigs; ++bits) {
    const ZoneConfig config = ZoneConfig::from_bits(bits);
    if (!fits(config, in.zones, columns)) continue;
    std::vector<ZoneType> types;
    for (unsigned t = 0; t < kZoneTypes; ++t) {
      if (config.has(static_cast<ZoneType>(t))) types.push_back(static_cast<ZoneType>(t));
    }
    return types;
  }
  return {};
}

std::optional<Profile> profile_of(const ConfigSnapshot& s) {
  const ZoneinfoSigns& signs = s.zoneinfo.signs;
  if (signs.scanned) return Profile::v4_7;
  if (signs.high_min || signs.free_highatomic) return Profile::v7_1;
  if (signs.promo) return Profile::v6_12;
  if (signs.boost) return Profile::v6_1_lts192;
  // 4.8 to 5.13 print the same lines as 5.15 and size their per-CPU lists in another way.
  if (signs.per_node && s.sysctls.high_fraction && !s.sysctls.fraction) return Profile::v5_15;
  return std::nullopt;
}

}  // namespace bp::kernel
