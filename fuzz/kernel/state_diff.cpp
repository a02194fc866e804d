// SPDX-License-Identifier: MIT
#include "fuzz/kernel/state_diff.h"

#include <algorithm>

#include "fuzz/report/fmt.h"
#include "model/vocab/machine.h"

namespace bp::kernel {

using namespace reference;

namespace {

constexpr std::string_view kTypeNames[kTypes] = {"UNMOVABLE",  "MOVABLE", "RECLAIMABLE",
                                                 "HIGHATOMIC", "CMA",     "ISOLATE"};

std::string text(Pfn p) { return fmt::format("{:x}", std::uint64_t{p}); }
std::string text(std::optional<Migratetype> t) {
  return t ? fmt::format("{}", static_cast<unsigned>(*t)) : std::string("-");
}
std::string text(const PcpBlock& b) { return fmt::format("{}/{}", text(b.head), text(b.cached)); }
std::string text(const PageblockRun& r) {
  return fmt::format("{}={}", text(r.begin), text(r.type));
}

/// Collects up to a number of differences.
class Collector {
 public:
  Collector(std::vector<StateDifference>& out, std::size_t max) : out_(out), max_(max) {}
  bool full() const { return out_.size() >= max_; }

  void add(std::string where, std::string expected, std::string got) {
    if (!full()) out_.push_back({std::move(where), std::move(expected), std::move(got)});
  }
  template <class Where>
  void number(const Where& where, std::int64_t expected, std::int64_t got) {
    if (expected != got) add(where(), fmt::format("{}", expected), fmt::format("{}", got));
  }
  /// Of two lists: the first entries that differ, each with its place.
  template <class T, class Where>
  void list(const Where& where, const std::vector<T>& expected, const std::vector<T>& got) {
    if (expected == got) return;
    const auto at = std::ranges::mismatch(expected, got);
    const auto place = at.in1 - expected.begin();
    add(fmt::format("{}, {} entries, of the reference {}, from entry {} on", where(),
                    expected.size(), got.size(), place),
        shown(expected, place), shown(got, place));
  }

 private:
  template <class T>
  static std::string shown(const std::vector<T>& list, std::ptrdiff_t from) {
    constexpr std::ptrdiff_t kShown = 6;
    const std::ptrdiff_t end = std::min(std::ssize(list), from + kShown);
    std::string out;
    for (auto i = from; i < end; ++i) out += text(list[static_cast<std::size_t>(i)]) + " ";
    return out + (end < std::ssize(list) ? "..." : "(end)");
  }

  std::vector<StateDifference>& out_;
  std::size_t max_;
};

/// Neighbours of one type are one run: where a dump begins a new one says nothing.
std::vector<PageblockRun> joined(const std::vector<PageblockRun>& runs) {
  std::vector<PageblockRun> out;
  for (const PageblockRun& r : runs) {
    if (out.empty() || out.back().type != r.type) out.push_back(r);
  }
  return out;
}

template <class Numbers, class Where, std::size_t N>
void compare_members(Collector& c, const Member<Numbers> (&members)[N], const Where& where,
                     const Numbers& expected, const Numbers& got) {
  if (expected == got) return;
  for (const Member<Numbers>& m : members) {
    c.number([&] { return where() + std::string(m.name); }, expected.*m.member, got.*m.member);
  }
}

template <class Where>
void compare_stats(Collector& c, const Where& where,
                   const std::array<std::int64_t, kStats>& expected,
                   const std::array<std::int64_t, kStats>& got) {
  for (unsigned s = 0; s < kStats; ++s) {
    c.number([&] { return where() + std::string(stat_name(Stat{static_cast<std::uint8_t>(s)})); },
             expected[s], got[s]);
  }
}

void compare_pcp(Collector& c, const ZoneState& z, std::size_t cpu, const PcpState& expected,
                 const PcpState& got) {
  const auto where = [&] { return fmt::format("{}, CPU {}: ", zone_label(z), cpu); };
  compare_members(c, kPcpMembers, where, expected.numbers, got.numbers);
  compare_stats(
      c, [&] { return where() + "not folded part of "; }, expected.numbers.diff, got.numbers.diff);
  for (std::size_t l = 0; l < kPcpLists; ++l) {
    c.list([&] { return where() + fmt::format("list {}", l); }, expected.lists[l], got.lists[l]);
  }
}

void compare_free_lists(Collector& c, const ZoneState& expected, const ZoneState& got) {
  for (std::size_t o = 0; o < kOrders; ++o) {
    for (std::size_t t = 0; t < kTypes; ++t) {
      const auto where = [&] {
        return fmt::format("{}: free list of order {}, {}", zone_label(expected), o, kTypeNames[t]);
      };
      c.list(where, expected.lists[o][t], got.lists[o][t]);
    }
    const auto where = [&] {
      return fmt::format("{}: nr_free of order {}", zone_label(expected), o);
    };
    c.number(where, expected.nr_free[o], got.nr_free[o]);
  }
}

void compare_zone(Collector& c, const ZoneState& expected, const ZoneState& got) {
  const auto where = [&] { return zone_label(expected) + ": "; };
  compare_members(c, kZoneMembers, where, expected.numbers, got.numbers);
  compare_stats(c, where, expected.numbers.stat, got.numbers.stat);
  for (std::size_t i = 0; i < kZoneIndices; ++i) {
    c.number([&] { return where() + fmt::format("lowmem_reserve for zone {}", i); },
             expected.numbers.reserve[i], got.numbers.reserve[i]);
  }
  compare_free_lists(c, expected, got);
  c.number([&] { return where() + "CPUs"; }, std::ssize(expected.pcp), std::ssize(got.pcp));
  for (std::size_t cpu = 0; cpu < std::min(expected.pcp.size(), got.pcp.size()); ++cpu) {
    compare_pcp(c, expected, cpu, expected.pcp[cpu], got.pcp[cpu]);
  }
  if (expected.pageblocks != got.pageblocks) {
    c.list([&] { return where() + "pageblock types"; }, joined(expected.pageblocks),
           joined(got.pageblocks));
  }
}

void compare_node(Collector& c, std::size_t nid, const NodeState& expected, const NodeState& got) {
  const auto named = [&](std::string_view what) {
    return [nid, what] { return fmt::format("node {}: {}", nid, what); };
  };
  c.number(named("kswapd running"), expected.kswapd_running, got.kswapd_running);
  c.number(named("kswapd failures"), expected.kswapd_failures, got.kswapd_failures);
  c.number(named("kswapd highest zone"), expected.kswapd_zone, got.kswapd_zone);
  c.number(named("kswapd order"), expected.kswapd_order, got.kswapd_order);
}

void compare_config(Collector& c, const Config& expected, const Config& got) {
  const auto named = [](std::string_view what) { return [what] { return std::string(what); }; };
  c.number(named("last interleave node"), expected.interleave_last, got.interleave_last);
  c.number(named("min_free_kbytes"), expected.min_free_kbytes, got.min_free_kbytes);
  c.number(named("mobility grouping off"), expected.grouping_disabled, got.grouping_disabled);
}

}  // namespace

std::string zone_label(const ZoneState& z) {
  return fmt::format("node {} {}", z.node, zone_name(z.type));
}

std::vector<StateDifference> differences(const KernelState& expected, const KernelState& got,
                                         std::size_t max) {
  std::vector<StateDifference> out;
  Collector c(out, max);
  compare_config(c, expected.config, got.config);
  c.number([] { return std::string("nodes"); }, std::ssize(expected.nodes), std::ssize(got.nodes));
  c.number([] { return std::string("zones"); }, std::ssize(expected.zones), std::ssize(got.zones));
  for (std::size_t n = 0; n < std::min(expected.nodes.size(), got.nodes.size()); ++n) {
    compare_node(c, n, expected.nodes[n], got.nodes[n]);
  }
  for (std::size_t z = 0; z < std::min(expected.zones.size(), got.zones.size()); ++z) {
    if (c.full()) break;
    compare_zone(c, expected.zones[z], got.zones[z]);
  }
  return out;
}

}  // namespace bp::kernel
