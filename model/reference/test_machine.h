// SPDX-License-Identifier: MIT
// A machine built by hand, for tests of the reference: zones of a few pageblocks, blocks placed one
// by one, numbers written down. What is not said is as simple as it can be:
//
//   - One node with one CPU. Kernels know the zones NORMAL and MOVABLE, nothing else.
//   - Pageblocks are of order 9 and MOVABLE, as a booting kernel makes them.
//   - Per-CPU lists pass everything through, one block at a time, as while Linux boots: high 0,
//     batch 1 (R-CFG-11).
//   - Watermarks are 0, no zone is kept for anybody, and every counter is exact: threshold 0.
//   - Memory that is on no list is held by somebody.
//
// Calls about a zone speak of the last one named. Start it with Kernel, in test_kernel.h.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <vector>

#include "model/reference/kernel_state.h"

namespace bp::reference {

class TestMachine {
 public:
  explicit TestMachine(Profile p) {
    s_.config.profile = p;
    s_.config.zones = {ZoneType::normal, ZoneType::movable};
    s_.config.cpu_node = {0};
  }

  // The machine. First of all.

  TestMachine& configured(std::vector<ZoneType> zones) {
    s_.config.zones = std::move(zones);
    return *this;
  }
  TestMachine& x86_64() {
    return configured({ZoneType::dma, ZoneType::dma32, ZoneType::normal, ZoneType::movable});
  }
  TestMachine& with_cma() {
    s_.config.cma = true;
    return *this;
  }
  TestMachine& cpus(std::vector<std::uint8_t> node_of_each) {
    s_.config.cpu_node = std::move(node_of_each);
    return *this;
  }
  Config& config() { return s_.config; }

  // Zones, by node and upwards. `end` is not in the zone.

  TestMachine& zone(ZoneType t, std::uint64_t begin, std::uint64_t end, unsigned node = 0) {
    while (s_.nodes.size() <= node) add_node();
    in(t, node);
    ZoneNumbers& n = now().numbers;
    n.start = static_cast<std::int64_t>(begin);
    n.managed = n.present = n.spanned = static_cast<std::int64_t>(end - begin);
    n.stat[static_cast<unsigned>(Stat::fair)] = kNobodysTurnEnds;
    PcpState pcp;
    pcp.numbers.batch = 1;
    now().pcp.assign(s_.config.cpu_node.size(), pcp);
    now().pageblocks = {{Pfn{begin}, Migratetype::movable}};
    return *this;
  }
  TestMachine& zone(std::uint64_t begin, std::uint64_t end) {
    return zone(ZoneType::normal, begin, end);
  }

  /// Speaks of a zone named before.
  TestMachine& in(ZoneType t, unsigned node = 0) {
    const auto& types = s_.config.zones;
    const auto index = static_cast<std::size_t>(std::ranges::find(types, t) - types.begin());
    at_ = node * types.size() + index;
    return *this;
  }

  /// The pageblocks of [begin, end) have this type.
  TestMachine& type(Migratetype t, std::uint64_t begin, std::uint64_t end) {
    std::vector<PageblockRun> runs;
    const auto after = type_at(Pfn{end});
    for (const PageblockRun& r : now().pageblocks) {
      if (r.begin < Pfn{begin}) runs.push_back(r);
    }
    runs.push_back({Pfn{begin}, t});
    if (end < zone_end()) runs.push_back({Pfn{end}, after});
    for (const PageblockRun& r : now().pageblocks) {
      if (r.begin > Pfn{end}) runs.push_back(r);
    }
    now().pageblocks = std::move(runs);
    return *this;
  }

  /// Free blocks, at the end of a list.
  TestMachine& free(unsigned order, Migratetype t, std::initializer_list<std::uint64_t> heads) {
    for (const std::uint64_t p : heads) list_free(order, t, Pfn{p});
    return *this;
  }
  /// Everything from `begin` to `end`, in the largest blocks that fit, by their pageblocks' type.
  TestMachine& free_range(std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t p = begin; p < end;) {
      unsigned order = kOrderMax;
      while (!is_one_block(p, order, end)) --order;
      list_free(order, *type_at(Pfn{p}), Pfn{p});
      p += std::uint64_t{1} << order;
    }
    return *this;
  }
  TestMachine& free_all() {
    return free_range(static_cast<std::uint64_t>(now().numbers.start), zone_end());
  }
  /// Blocks on a per-CPU list, first one first; they go back as type `cached`.
  TestMachine& on_pcp(unsigned list, unsigned order, Migratetype cached,
                      std::initializer_list<std::uint64_t> heads, unsigned cpu = 0) {
    PcpState& p = now().pcp[cpu];
    for (const std::uint64_t h : heads) {
      p.lists[list].push_back({Pfn{h}, reads_types_late() ? std::nullopt : std::optional{cached}});
      p.numbers.count += std::int64_t{1} << order;
    }
    return *this;
  }

  /// `count` held pages from `begin` on that count as movable (C8).
  TestMachine& lru(std::uint64_t begin, std::uint64_t count) {
    for (std::uint64_t p = begin; p < begin + count; ++p) now().lru.push_back(Pfn{p});
    return *this;
  }

  TestMachine& marks(std::int64_t min, std::int64_t low, std::int64_t high) {
    now().numbers.min = min;
    now().numbers.low = low;
    now().numbers.high = high;
    now().numbers.promo = high + (high - low);
    return *this;
  }
  /// lowmem_reserve: one for each configured zone.
  TestMachine& reserve(std::initializer_list<std::int64_t> by_zone) {
    std::ranges::copy(by_zone, now().numbers.reserve.begin());
    return *this;
  }
  /// NR_FREE_PAGES is this much higher than what is free, as some defects leave it (W-15).
  TestMachine& drift(std::int64_t pages) {
    now().numbers.stat[static_cast<unsigned>(Stat::free)] += pages;
    return *this;
  }
  /// v4.7: what is left of the zone's turn.
  TestMachine& turn(std::int64_t pages) {
    now().numbers.stat[static_cast<unsigned>(Stat::fair)] = pages;
    return *this;
  }
  /// Sizes of the per-CPU lists of all CPUs.
  TestMachine& pcp(std::int64_t high, std::int64_t batch) {
    for (PcpState& p : now().pcp) {
      p.numbers.high = p.numbers.high_min = p.numbers.high_max = high;
      p.numbers.batch = batch;
    }
    return *this;
  }
  /// The same where a list's size follows its use (v6.12, v7.1).
  TestMachine& tuned_pcp(std::int64_t high, std::int64_t high_min, std::int64_t high_max,
                         std::int64_t batch) {
    pcp(high, batch);
    for (PcpState& p : now().pcp) {
      p.numbers.high_min = high_min;
      p.numbers.high_max = high_max;
    }
    return *this;
  }
  TestMachine& flag(ZoneFlag f) {
    now().numbers.flags |= std::int64_t{1} << static_cast<unsigned>(f);
    return *this;
  }
  /// How far a CPU's part of a counter goes before it is folded into the zone's.
  TestMachine& threshold(std::int64_t pages) {
    for (PcpState& p : now().pcp) p.numbers.threshold = pages;
    return *this;
  }

  // For what has no word of its own.

  ZoneState& now() { return s_.zones[at_]; }
  ZoneNumbers& numbers() { return now().numbers; }
  PcpNumbers& pcp_numbers(unsigned cpu = 0) { return now().pcp[cpu].numbers; }
  std::vector<NodeState>& nodes() { return s_.nodes; }

  /// The state, zonelists included: each node's own zones from the highest down, then the others'
  /// in the order of their numbers.
  KernelState build() const {
    KernelState s = s_;
    for (unsigned n = 0; n < s.nodes.size(); ++n) {
      append_zones(s, n, s.nodes[n].fallback);
      for (unsigned other = 0; other < s.nodes.size(); ++other) {
        if (other != n) append_zones(s, other, s.nodes[n].fallback);
      }
      if (s.nodes.size() > 1) append_zones(s, n, s.nodes[n].nofallback);
    }
    return s;
  }

 private:
  static constexpr std::int64_t kNobodysTurnEnds = 1 << 20;

  /// v6.12 and later cache no type, and count what is free in the highatomic reserve.
  bool reads_types_late() const {
    return s_.config.profile == Profile::v6_12 || s_.config.profile == Profile::v7_1;
  }
  void add_node() {
    const auto node = static_cast<unsigned>(s_.nodes.size());
    s_.nodes.emplace_back().kswapd_zone = static_cast<std::int64_t>(s_.config.zones.size());
    for (unsigned i = 0; i < s_.config.zones.size(); ++i) {
      ZoneState& z = s_.zones.emplace_back();
      z.node = node;
      z.index = i;
      z.type = s_.config.zones[i];
    }
  }
  std::uint64_t zone_end() const {
    const ZoneNumbers& n = s_.zones[at_].numbers;
    return static_cast<std::uint64_t>(n.start + n.spanned);
  }
  std::optional<Migratetype> type_at(Pfn p) const {
    std::optional<Migratetype> t;
    for (const PageblockRun& r : s_.zones[at_].pageblocks) {
      if (r.begin <= p) t = r.type;
    }
    return t;
  }
  bool is_one_block(std::uint64_t p, unsigned order, std::uint64_t end) const {
    const std::uint64_t pages = std::uint64_t{1} << order;
    if (p % pages != 0 || p + pages > end) return false;
    const std::uint64_t pageblock = std::uint64_t{1} << s_.config.pageblock_order;
    for (std::uint64_t q = p; q < p + pages; q += pageblock) {
      if (type_at(Pfn{q}) != type_at(Pfn{p})) return false;
    }
    return true;
  }
  void list_free(unsigned order, Migratetype t, Pfn head) {
    ZoneState& z = now();
    z.lists[order][static_cast<unsigned>(t)].push_back(head);
    ++z.nr_free[order];
    if (t == Migratetype::isolate) return;
    const std::int64_t pages = std::int64_t{1} << order;
    z.numbers.stat[static_cast<unsigned>(Stat::free)] += pages;
    if (t == Migratetype::cma) z.numbers.stat[static_cast<unsigned>(Stat::cma)] += pages;
    if (reads_types_late() && t == Migratetype::highatomic) z.numbers.free_highatomic += pages;
    if (s_.config.profile == Profile::v7_1 && order >= s_.config.pageblock_order)
      z.numbers.stat[static_cast<unsigned>(Stat::blocks)] += pages;
  }
  static void append_zones(const KernelState& s, unsigned node, std::vector<ZoneRef>& list) {
    for (auto z = s.zones.rbegin(); z != s.zones.rend(); ++z) {
      if (z->node != node || z->numbers.present == 0) continue;
      list.push_back({static_cast<std::uint8_t>(node), static_cast<std::uint8_t>(z->index)});
    }
  }

  KernelState s_;
  std::size_t at_ = 0;  ///< The zone that calls speak of.
};

}  // namespace bp::reference
