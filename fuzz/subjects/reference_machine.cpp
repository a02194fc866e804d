// SPDX-License-Identifier: MIT
#include "fuzz/subjects/reference_machine.h"

#include <algorithm>

#include "model/vocab/operation.h"

namespace bp {

using namespace reference;

namespace {

/// Where there are types, that of CMA areas and ranges.
unsigned pageblock_order(const bp_machine& m) {
  const bool typed = m.n_cma != 0 || m.highatomic != 0;
  return typed ? static_cast<unsigned>(kRangeOrder) : m.pageblock_order;
}

std::vector<ZoneType> zone_types(const bp_machine& m) {
  const ZoneConfig c = ZoneConfig::from_bits(m.zone_config);
  std::vector<ZoneType> types;
  for (unsigned t = 0; t < kZoneTypes; ++t) {
    if (c.has(ZoneType{static_cast<std::uint8_t>(t)}))
      types.push_back(ZoneType{static_cast<std::uint8_t>(t)});
  }
  return types;
}

std::uint8_t index_of(const std::vector<ZoneType>& types, std::uint32_t type) {
  const auto at = std::ranges::find(types, ZoneType{static_cast<std::uint8_t>(type)});
  return static_cast<std::uint8_t>(at - types.begin());
}

/// The largest aligned blocks that fit, from the bottom up.
void list_free(ZoneState& z, std::uint64_t begin, std::uint64_t end, Migratetype type) {
  while (begin < end) {
    unsigned order = kOrderMax;
    while (begin % (std::uint64_t{1} << order) != 0 || (std::uint64_t{1} << order) > end - begin)
      --order;
    z.lists[order][static_cast<unsigned>(type)].push_back(Pfn{begin});
    ++z.nr_free[order];
    begin += std::uint64_t{1} << order;
  }
}

/// CMA areas apart from what is around them.
void list_free_of_types(const bp_machine& m, ZoneState& z, std::uint64_t begin, std::uint64_t end) {
  for (std::uint32_t i = 0; i < m.n_cma; ++i) {
    const std::uint64_t from = std::clamp(m.cma[i].begin, begin, end);
    const std::uint64_t to = std::clamp(m.cma[i].end, begin, end);
    list_free(z, begin, from, Migratetype::movable);
    list_free(z, from, to, Migratetype::cma);
    begin = to;
  }
  list_free(z, begin, end, Migratetype::movable);
}

void list_free_around_holes(const bp_machine& m, const bp_zone& from, ZoneState& z) {
  std::uint64_t at = from.begin;
  for (std::uint32_t h = 0; h < m.n_holes; ++h) {
    const bp_range& hole = m.holes[h];
    if (hole.end <= at || hole.begin >= from.end) continue;
    if (hole.begin > at) list_free_of_types(m, z, at, hole.begin);
    at = hole.end;
  }
  if (at < from.end) list_free_of_types(m, z, at, from.end);
}

void set_types(const bp_machine& m, const bp_zone& from, ZoneState& z) {
  z.pageblocks = {{Pfn{from.begin}, Migratetype::movable}};
  for (std::uint32_t i = 0; i < m.n_cma; ++i) {
    if (m.cma[i].begin < from.begin || from.end <= m.cma[i].begin) continue;
    if (z.pageblocks.back().begin == Pfn{m.cma[i].begin}) z.pageblocks.pop_back();
    z.pageblocks.push_back({Pfn{m.cma[i].begin}, Migratetype::cma});
    if (m.cma[i].end < from.end) z.pageblocks.push_back({Pfn{m.cma[i].end}, Migratetype::movable});
  }
}

std::int64_t free_cma(const ZoneState& z) {
  std::int64_t pages = 0;
  for (unsigned o = 0; o < kOrders; ++o)
    pages += static_cast<std::int64_t>(z.lists[o][static_cast<unsigned>(Migratetype::cma)].size())
             << o;
  return pages;
}

void fill(const bp_machine& m, const bp_zone& from, const std::vector<ZoneType>& types,
          ZoneState& z) {
  list_free_around_holes(m, from, z);
  ZoneNumbers& n = z.numbers;
  for (unsigned o = 0; o < kOrders; ++o) n.managed += z.nr_free[o] << o;
  n.present = n.managed;
  n.spanned = static_cast<std::int64_t>(from.end - from.begin);
  n.start = static_cast<std::int64_t>(from.begin);
  n.min = from.mark_min;
  n.low = from.mark_low;
  n.high = n.promo = from.mark_high;
  n.stat[static_cast<unsigned>(Stat::free)] = n.managed;
  n.stat[static_cast<unsigned>(Stat::cma)] = free_cma(z);
  n.stat[static_cast<unsigned>(Stat::fair)] = n.high - n.low;
  if (m.profile == BP_PROFILE_V7_1) {
    for (unsigned o = pageblock_order(m); o < kOrders; ++o)
      n.stat[static_cast<unsigned>(Stat::blocks)] += z.nr_free[o] << o;
  }
  for (unsigned i = 0; i < types.size(); ++i)
    n.reserve[i] = from.lowmem_reserve[static_cast<unsigned>(types[i])];
  PcpState pcp;
  pcp.numbers.high = pcp.numbers.high_min = pcp.numbers.high_max = from.pcp_high;
  pcp.numbers.batch = from.pcp_batch;
  z.pcp.assign(m.cpus, pcp);
  set_types(m, from, z);
}

/// Nodes in the order of the machine's list, zones of each from the highest down.
void link(const KernelState& s, std::uint32_t node, std::vector<ZoneRef>& list) {
  for (auto z = s.zones.rbegin(); z != s.zones.rend(); ++z) {
    if (z->node == node && z->numbers.managed > 0)
      list.push_back({static_cast<std::uint8_t>(node), static_cast<std::uint8_t>(z->index)});
  }
}

}  // namespace

Rulebook rules_of(const bp_machine& m) {
  Rulebook r = rulebook_of(Profile{static_cast<std::uint8_t>(m.profile)});
  if (m.highatomic == 0) r.reserve_highatomic = [](Allocator&, reference::Zone&, Pfn, Order) {};
  // Before 6.1 areas begin and end at multiples of the largest block, and so they never merge with
  // what is beside them. Here they do not.
  if (m.n_cma != 0) r.may_merge = rulebook_of(Profile::v6_1_lts192).may_merge;
  return r;
}

KernelState booted(const bp_machine& m) {
  KernelState s;
  s.config.profile = Profile{static_cast<std::uint8_t>(m.profile)};
  s.config.pageblock_order = pageblock_order(m);
  s.config.cma = m.n_cma != 0;
  s.config.zones = zone_types(m);
  s.config.cpu_node.assign(m.node_of_cpu, m.node_of_cpu + m.cpus);
  for (std::uint32_t node = 0; node < m.n_nodes; ++node) {
    s.nodes.emplace_back().kswapd_zone = static_cast<std::int64_t>(s.config.zones.size());
    for (unsigned i = 0; i < s.config.zones.size(); ++i) {
      ZoneState& z = s.zones.emplace_back();
      z.node = node;
      z.index = i;
      z.type = s.config.zones[i];
    }
  }
  for (std::uint32_t i = 0; i < m.n_zones; ++i) {
    const ZoneRef at = zone_ref(m, i);
    fill(m, m.zones[i], s.config.zones, s.zones[at.node * s.config.zones.size() + at.index]);
  }
  for (std::uint32_t node = 0; node < m.n_nodes; ++node) {
    for (std::uint32_t i = 0; i < m.n_fallback[node]; ++i)
      link(s, m.fallback[node][i], s.nodes[node].fallback);
    if (m.n_nodes > 1) link(s, node, s.nodes[node].nofallback);
  }
  return s;
}

ZoneRef zone_ref(const bp_machine& m, std::uint32_t zone) {
  const bp_zone& z = m.zones[zone];
  return {static_cast<std::uint8_t>(z.node), index_of(zone_types(m), z.type)};
}

Environment environment_of(const bp_machine& m, const bp_environment& e) {
  const auto is = [&](std::uint32_t flag) { return (e.flags & flag) != 0; };
  Environment out;
  out.cpusets = is(BP_WORLD_CPUSETS);
  out.reclaims_nodes = is(BP_WORLD_ZONE_RECLAIM);
  out.compacts = !is(BP_WORLD_NO_COMPACTION);
  out.compaction_may_help = is(BP_WORLD_COMPACTION_HELPS);
  out.storage_suspended = is(BP_WORLD_SUSPENDED);
  const Era era{static_cast<std::uint8_t>(m.era)};
  if (era != Era::e0) out.gfp_allowed = gfp_decode(e.gfp_allowed, era);
  for (std::uint32_t i = 0; i < m.n_zones; ++i) {
    out.conditions.push_back(
        {.zone = zone_ref(m, i),
         .reclaimable = e.reclaimable,
         .in_writeback = is(BP_WORLD_WRITEBACK) ? std::int64_t{e.reclaimable} : 0,
         .over_dirty_limit = (e.dirty_nodes >> m.zones[i].node & 1) != 0});
  }
  return out;
}

Gfp mask_of(const bp_machine& m, std::uint32_t raw, const bp_environment* e) {
  const Era era{static_cast<std::uint8_t>(m.era)};
  Gfp g = gfp_decode(era == Era::e0 && e != nullptr ? raw & e->gfp_allowed : raw, era);
  // No kernel says what two types at once are (L-2): here the one that picks the zone counts.
  if (g.has(GfpFlag::movable)) g = g.without(GfpFlag::reclaimable);
  if (era != Era::e0) return g;
  g |= GfpFlag::kswapd_reclaim;
  return g.has(GfpFlag::wait) ? g | GfpFlag::direct_reclaim : g | GfpFlag::atomic;
}

}  // namespace bp
