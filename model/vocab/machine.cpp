// SPDX-License-Identifier: MIT
#include "model/vocab/machine.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace bp {
namespace {

constexpr Order kPageblock{9};  ///< Of CMA areas and ranges.
constexpr std::string_view kProfileNames[kProfiles] = {"v4.7", "v6.1-lts192", "v5.15", "v6.12",
                                                       "v7.1"};
constexpr std::string_view kZoneNames[kZoneTypes] = {"DMA",     "DMA32",   "NORMAL",
                                                     "HIGHMEM", "MOVABLE", "DEVICE"};

std::string name_of(const Zone& z) { return "zone " + std::string(zone_name(z.type)); }

std::optional<std::string> fault_of_marks(const Zone& z) {
  if (!z.marks) return std::nullopt;
  const Watermarks& w = *z.marks;
  if (w.min < Pages{0} || w.low < w.min || w.high < w.low) {
    return name_of(z) + " has watermarks out of order";
  }
  if (w.high > kSpannedMax) return name_of(z) + " has a watermark above the largest machine";
  return std::nullopt;
}

std::optional<std::string> fault_of_zone(const Machine& m, const Zone& z) {
  if (z.type == ZoneType::device) return name_of(z) + " cannot be allocated from";
  if (!m.zones.has(z.type)) return name_of(z) + " is not in the machine's zones=";
  if (z.frames.end <= z.frames.begin) return name_of(z) + " ends before it starts";
  if (z.frames.end > kPfnMax + Pages{1}) return name_of(z) + " reaches beyond the last pfn";
  return fault_of_marks(z);
}

std::optional<std::string> fault_of_holes(const Node& n) {
  Pfn floor{0};
  for (const PfnRange& h : n.holes) {
    if (h.end <= h.begin) return "a hole ends before it starts";
    if (h.begin < floor) return "holes overlap or are not in ascending order";
    const bool inside = std::ranges::any_of(
        n.zones, [&](const Zone& z) { return z.frames.begin <= h.begin && h.end <= z.frames.end; });
    if (!inside) return "a hole does not lie inside one zone of its node";
    floor = h.end;
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_node(const Machine& m, const Node& n, unsigned first_cpu) {
  if (n.cpu_end < n.cpu_begin) return "its CPU range ends before it starts";
  if (n.cpu_begin == n.cpu_end && n.cpu_begin != 0) return "its empty CPU range is not [0, 0)";
  if (n.cpu_begin != n.cpu_end && (n.cpu_begin != first_cpu || n.cpu_end > m.cpus)) {
    return "its CPUs do not follow those of the nodes before it";
  }
  for (std::size_t i = 0; i < n.zones.size(); ++i) {
    if (auto fault = fault_of_zone(m, n.zones[i])) return fault;
    if (i > 0 && n.zones[i].type <= n.zones[i - 1].type)
      return "its zones are not in ascending order";
    if (i > 0 && n.zones[i].frames.begin < n.zones[i - 1].frames.end) {
      return name_of(n.zones[i]) + " starts before " + name_of(n.zones[i - 1]) + " ends";
    }
  }
  if (auto fault = fault_of_holes(n)) return fault;
  if (!n.distance.empty() && n.distance.size() != m.nodes.size()) {
    return "its distances are not one per node";
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_cma(const Machine& m) {
  Pfn floor{0};
  for (const PfnRange& area : m.cma) {
    if (area.end <= area.begin) return "a CMA area ends before it starts";
    if (!is_aligned(area.begin, kPageblock) || !is_aligned(area.end, kPageblock))
      return "a CMA area is not a multiple of 512 frames";
    if (area.begin < floor) return "CMA areas overlap or are not in ascending order";
    if (zone_around(m, area) == nullptr) return "a CMA area does not lie inside one zone";
    floor = area.end;
  }
  return std::nullopt;
}

/// Its first frame that begins a pageblock, and how many it holds wholly.
std::pair<Pfn, std::uint64_t> pageblocks_of(const Zone& z) {
  const Pfn begin = align_up(z.frames.begin, kPageblock);
  const Pfn end = align_down(z.frames.end, kPageblock);
  if (end <= begin) return {begin, 0};
  return {begin, static_cast<std::uint64_t>(std::int64_t{end - begin}) >> 9};
}

bool any_zones_overlap(const Machine& m) {
  FixedVec<PfnRange, kNodesMax * kZonesPerNodeMax> all;
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones) all.push_back(z.frames);
  }
  std::ranges::sort(all, {}, &PfnRange::begin);
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].begin < all[i - 1].end) return true;
  }
  return false;
}

std::optional<std::string> fault_of_machine_line(const Machine& m) {
  if (m.cpus == 0) return "cpus=0: a machine has at least one CPU";
  if (m.cpus > kCpusMax) return "cpus is above 64";
  if (m.pageblock_order < Order{1} || m.pageblock_order > Order{kOrderMax}) {
    return "pageblock_order is outside 1..10";
  }
  if (m.watermark_scale_factor < 1 || m.watermark_scale_factor > 3000) {
    return "watermark_scale_factor is outside 1..3000";
  }
  if (m.pcp_high != 0 && m.pcp_batch > m.pcp_high) return "pcp_batch is above pcp_high";
  if (m.min_free_kbytes > (std::uint32_t{1} << 26)) return "min_free_kbytes is above 64 GiB";
  if (!m.lowmem_reserve_ratio.empty() && m.lowmem_reserve_ratio.size() != kZoneTypes) {
    return "lowmem_reserve_ratio needs one number per zone type";
  }
  if (m.nodes.empty()) return "there is no node";
  return std::nullopt;
}

}  // namespace

std::string_view profile_name(Profile p) { return kProfileNames[static_cast<unsigned>(p)]; }

std::optional<Profile> profile_named(std::string_view name) {
  for (unsigned p = 0; p < kProfiles; ++p) {
    if (kProfileNames[p] == name) return Profile{static_cast<std::uint8_t>(p)};
  }
  return std::nullopt;
}

std::string_view zone_name(ZoneType t) { return kZoneNames[static_cast<unsigned>(t)]; }

std::optional<ZoneType> zone_named(std::string_view name) {
  for (unsigned t = 0; t < kZoneTypes; ++t) {
    if (kZoneNames[t] == name) return ZoneType{static_cast<std::uint8_t>(t)};
  }
  return std::nullopt;
}

std::optional<MachineFault> first_fault(const Machine& m) {
  if (auto what = fault_of_machine_line(m)) return MachineFault{std::nullopt, *what};
  unsigned cpus = 0;
  Pages spanned;
  Pages managed;
  for (std::size_t i = 0; i < m.nodes.size(); ++i) {
    const Node& n = m.nodes[i];
    if (auto what = fault_of_node(m, n, cpus)) return MachineFault{i, *what};
    if (n.cpu_begin != n.cpu_end) cpus = n.cpu_end;
    for (const Zone& z : n.zones) {
      spanned += z.frames.span();
      managed += managed_pages(n, z);
      if (spanned > kSpannedMax) return MachineFault{i, "the zones span more than 2^26 pages"};
    }
  }
  if (cpus != m.cpus) return MachineFault{std::nullopt, "a CPU is on no node"};
  if (any_zones_overlap(m)) return MachineFault{std::nullopt, "zones of two nodes overlap"};
  if (managed == Pages{0}) return MachineFault{std::nullopt, "no frame is managed"};
  if (m.is_typed() && spanned > kTypedSpannedMax)
    return MachineFault{std::nullopt, "with highatomic or cma the zones span at most 2^21 pages"};
  if (auto what = fault_of_cma(m)) return MachineFault{std::nullopt, *what};
  return std::nullopt;
}

unsigned node_of_cpu(const Machine& m, unsigned cpu) {
  for (unsigned i = 0; i < m.nodes.size(); ++i) {
    if (m.nodes[i].cpu_begin <= cpu && cpu < m.nodes[i].cpu_end) return i;
  }
  check(false, "every CPU of a valid machine is on a node");
  return 0;
}

std::optional<Pfn> pageblock_at(const Machine& m, std::uint64_t n) {
  std::uint64_t all = 0;
  for (const Node& node : m.nodes)
    for (const Zone& z : node.zones) all += pageblocks_of(z).second;
  if (all == 0) return std::nullopt;
  n %= all;
  for (const Node& node : m.nodes) {
    for (const Zone& z : node.zones) {
      const auto [begin, blocks] = pageblocks_of(z);
      if (n < blocks) return begin + pages_in(kPageblock) * static_cast<std::int64_t>(n);
      n -= blocks;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> pageblock_number(const Machine& m, Pfn p) {
  std::uint64_t before = 0;
  for (const Node& node : m.nodes) {
    for (const Zone& z : node.zones) {
      const auto [begin, blocks] = pageblocks_of(z);
      if (begin <= p && is_aligned(p, kPageblock)) {
        const auto n = static_cast<std::uint64_t>(std::int64_t{p - begin}) >> 9;
        if (n < blocks) return before + n;
      }
      before += blocks;
    }
  }
  return std::nullopt;
}

const Zone* zone_around(const Machine& m, const PfnRange& r) {
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones)
      if (z.frames.begin <= r.begin && r.end <= z.frames.end) return &z;
  }
  return nullptr;
}

Pages managed_pages(const Node& n, const Zone& z) {
  Pages managed = z.frames.span();
  for (const PfnRange& h : n.holes) {
    const Pfn begin = std::max(h.begin, z.frames.begin);
    const Pfn end = std::min(h.end, z.frames.end);
    if (begin < end) managed -= end - begin;
  }
  return managed;
}

}  // namespace bp
