// SPDX-License-Identifier: MIT
// States made by hand, for the tests of what prints and draws states.
#pragma once

#include <vector>

#include "model/reference/kernel_state.h"

namespace bp {

/// Puts a free block on its list and counts it.
inline void add_free(reference::ZoneState& z, Pfn head, unsigned order, Migratetype type) {
  z.lists[order][static_cast<unsigned>(type)].push_back(head);
  ++z.nr_free[order];
  z.numbers.stat[static_cast<unsigned>(reference::Stat::free)] += std::int64_t{1} << order;
}

/// A zone of `spanned` frames from `start` on, in which all pageblocks are MOVABLE.
inline reference::ZoneState made_zone(unsigned node, unsigned index, ZoneType type,
                                      std::int64_t start, std::int64_t spanned) {
  reference::ZoneState z;
  z.node = node;
  z.index = index;
  z.type = type;
  z.numbers.start = start;
  z.numbers.spanned = z.numbers.present = z.numbers.managed = spanned;
  if (spanned > 0) {
    z.pageblocks = {
        {align_down(Pfn{static_cast<std::uint64_t>(start)}, Order{9}), Migratetype::movable}};
    z.pcp.resize(1);
  }
  return z;
}

/// One node, one CPU: a DMA zone from frame 1 to 0xfff with an UNMOVABLE pageblock first, a NORMAL
/// one of 16 MB with a hole of a pageblock at 0x1400, and MOVABLE without pages.
inline reference::KernelState made_state(Profile profile) {
  reference::KernelState s;
  s.config.profile = profile;
  s.config.zones = {ZoneType::dma, ZoneType::normal, ZoneType::movable};
  s.nodes.resize(1);
  s.zones = {made_zone(0, 0, ZoneType::dma, 1, 4095),
             made_zone(0, 1, ZoneType::normal, 0x1000, 4096),
             made_zone(0, 2, ZoneType::movable, 0, 0)};
  reference::ZoneState& dma = s.zones[0];
  dma.pageblocks = {{Pfn{0}, Migratetype::unmovable}, {Pfn{0x200}, Migratetype::movable}};
  add_free(dma, Pfn{0x100}, 8, Migratetype::unmovable);
  add_free(dma, Pfn{0x400}, 10, Migratetype::movable);
  reference::ZoneState& normal = s.zones[1];
  normal.pageblocks = {{Pfn{0x1000}, Migratetype::movable},
                       {Pfn{0x1400}, std::nullopt},
                       {Pfn{0x1600}, Migratetype::reclaimable}};
  normal.numbers.present = normal.numbers.managed = 4096 - 512;
  normal.numbers.min = 40, normal.numbers.low = 50, normal.numbers.high = 60;
  normal.numbers.promo = 70, normal.numbers.boost = 8;
  add_free(normal, Pfn{0x1003}, 0, Migratetype::movable);
  add_free(normal, Pfn{0x1600}, 3, Migratetype::reclaimable);
  reference::PcpState& pcp = normal.pcp[0];
  pcp.lists[0] = {{Pfn{0x1010}, Migratetype::unmovable}, {Pfn{0x1011}, Migratetype::unmovable}};
  pcp.numbers.count = 2, pcp.numbers.high = 12, pcp.numbers.batch = 3;
  pcp.numbers.high_min = 12, pcp.numbers.high_max = 99, pcp.numbers.threshold = 4;
  return s;
}

}  // namespace bp
