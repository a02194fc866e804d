// SPDX-License-Identifier: MIT
// Random machines: valid by construction, so that none is thrown away.
#include <algorithm>
#include <array>

#include "fuzz/program/bytes.h"
#include "fuzz/program/bytes_machine.h"
#include "fuzz/program/generate.h"

namespace bp {
namespace {

constexpr Pages kZoneMax{4096};
constexpr Pages kZoneMin{8};

/// CPUs in runs, node after node; node 0 has the first.
void spread_cpus(Rng& rng, Machine& m) {
  unsigned next = 0;
  for (std::size_t i = 0; i < m.nodes.size(); ++i) {
    const bool last = i + 1 == m.nodes.size();
    const unsigned left = m.cpus - next;
    const unsigned take = last ? left : rng.between(i == 0 ? 1 : 0, std::max(1U, left));
    if (take == 0 || left == 0) continue;
    m.nodes[i].cpu_begin = static_cast<std::uint8_t>(next);
    m.nodes[i].cpu_end = static_cast<std::uint8_t>(next + take);
    next += take;
  }
}

Watermarks random_marks(Rng& rng, Pages span) {
  const auto some = [&] {
    return Pages{rng.below(static_cast<std::size_t>(static_cast<std::int64_t>(span)) / 8 + 2)};
  };
  const Pages min = some();
  const Pages low = min + some();
  return {min, low, low + some()};
}

/// Zones of one node from `cursor` on, which moves behind them.
void place_zones(Rng& rng, const Machine& m, Node& n, Pfn& cursor, Pages& left) {
  for (unsigned t = 0; t < kZonesPerNodeMax; ++t) {
    const ZoneType type{static_cast<std::uint8_t>(t)};
    const bool wanted = type == ZoneType::movable ? rng.one_in(4) : !rng.one_in(3);
    if (!m.zones.has(type) || !wanted || left < kZoneMin) continue;
    if (rng.one_in(4)) cursor += Pages{rng.below(64)};
    const Pages span = random_span(rng, left);
    Zone z{type, {cursor, cursor + span}, {}};
    if (rng.one_in(4)) z.marks = random_marks(rng, span);
    n.zones.push_back(z);
    cursor += span;
    left -= span;
  }
}

/// Ascending holes that leave each zone at least its last frame.
void dig_holes(Rng& rng, Node& n) {
  for (const Zone& z : n.zones) {
    const auto span = static_cast<std::uint32_t>(static_cast<std::int64_t>(z.frames.span()));
    if (!rng.one_in(4) || span < 4 || n.holes.full()) continue;
    const std::uint32_t begin = rng.below(span - 2);
    const std::uint32_t end = rng.between(begin + 1, std::min(begin + 64, span - 1));
    n.holes.push_back({z.frames.begin + Pages{begin}, z.frames.begin + Pages{end}});
  }
}

void random_distances(Rng& rng, Machine& m) {
  for (std::size_t i = 0; i < m.nodes.size(); ++i) {
    for (std::size_t j = 0; j < m.nodes.size(); ++j) {
      m.nodes[i].distance.push_back(static_cast<std::uint8_t>(i == j ? 10 : rng.between(11, 40)));
    }
  }
}

void random_knobs(Rng& rng, Machine& m) {
  constexpr std::array<std::uint32_t, 6> kRatios = {0, 1, 2, 8, 32, 256};
  m.pageblock_order = Order{rng.one_in(3) ? rng.between(1, kOrderMax) : rng.between(3, 9)};
  m.min_free_kbytes = rng.below(rng.one_in(4) ? 2048 : 128);
  if (rng.one_in(8)) m.watermark_scale_factor = rng.between(1, 3000);
  if (rng.one_in(4)) {
    while (!m.lowmem_reserve_ratio.full()) m.lowmem_reserve_ratio.push_back(rng.pick(kRatios));
  }
  if (rng.one_in(2)) m.pcp_high = static_cast<std::uint16_t>(rng.between(1, 16));
  if (rng.one_in(4)) {
    m.pcp_batch = static_cast<std::uint16_t>(rng.between(1, m.pcp_high != 0 ? m.pcp_high : 8U));
  }
}

}  // namespace

Pages random_span(Rng& rng, Pages most) {
  Pages span = pages_in(Order{rng.between(6, 11)});
  if (rng.one_in(2))
    span += Pages{rng.below(static_cast<std::size_t>(static_cast<std::int64_t>(span)))};
  if (rng.one_in(8)) span = kZoneMin + Pages{rng.below(56)};
  return std::min({span, most, kZoneMax});
}

/// Areas of one or two pageblocks, and the reserve; nothing where no zone holds a pageblock.
void random_types(Rng& rng, Machine& m) {
  m.highatomic = rng.one_in(2);
  for (unsigned n = rng.below(kCmaMax); n > 0; --n) {
    const auto begin = pageblock_at(m, rng.below(64));
    if (begin) m.cma.push_back({*begin, *begin + pages_in(kRangeOrder) * rng.between(1, 2)});
  }
  bytes::fit_types(m);
}

Machine random_machine(Rng& rng) {
  Machine m;
  m.profile = Profile{static_cast<std::uint8_t>(rng.below(kProfiles))};
  m.era = rng.one_in(8) ? Era{static_cast<std::uint8_t>(rng.below(kEras))} : era_of(m.profile);
  m.zones = ZoneConfig::from_bits(rng.one_in(8) ? rng.below(kZoneConfigs) : rng.below(4));
  m.cpus = static_cast<std::uint8_t>(rng.between(1, 4));
  random_knobs(rng, m);
  for (unsigned n = rng.one_in(2) ? 1 : rng.between(1, 3); n > 0; --n) m.nodes.push_back({});
  spread_cpus(rng, m);
  Pfn cursor{rng.one_in(2) ? 0 : rng.below(4096)};
  Pages left = kSmallSpannedMax;
  const bool descending = rng.one_in(8);  // The last node has the lowest frames.
  for (std::size_t i = 0; i < m.nodes.size(); ++i) {
    Node& n = m.nodes[descending ? m.nodes.size() - 1 - i : i];
    place_zones(rng, m, n, cursor, left);
    dig_holes(rng, n);
  }
  if (m.nodes.size() > 1 && rng.one_in(3)) random_distances(rng, m);
  if (std::ranges::all_of(m.nodes, [](const Node& n) { return n.zones.empty(); })) {
    m.nodes[0].zones.push_back(
        {ZoneType::normal, {cursor, cursor + random_span(rng, left)}, std::nullopt});
  }
  if (rng.one_in(4)) random_types(rng, m);
  return m;
}

}  // namespace bp
