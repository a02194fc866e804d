// SPDX-License-Identifier: MIT
#include "fuzz/kernel/dump_reader.h"

#include <algorithm>

#include "fuzz/report/fmt.h"
#include "model/vocab/check.h"

namespace bp::kernel {

using namespace reference;

namespace {

constexpr std::int64_t kPagesMax = std::int64_t{1} << 40;
constexpr std::int64_t kSysctlMax = std::int64_t{1} << 31;

Pfn frame(LineCursor& c) {
  const Pfn p{c.hex()};
  if (p > kPfnMax) c.blame(fmt::format("pfn {:x} is 2^40 or above", std::uint64_t{p}));
  return p;
}

template <class List>
void read_frames(LineCursor& c, List& list) {
  while (!c.done()) list.push_back(frame(c));
}

void clear(ZoneState& z) {
  for (auto& of_order : z.lists) {
    for (auto& list : of_order) list.clear();
  }
  z.nr_free = {};
  z.pcp.clear();
  z.pageblocks.clear();
  z.lru.clear();
  z.numbers = {};
}

constexpr std::int64_t bit(ZoneFlag f) { return std::int64_t{1} << static_cast<unsigned>(f); }

/// The kernel's zone flags as ZoneFlag: their bits moved, and some mean nothing to an allocator.
std::int64_t flags_of(std::uint64_t raw, Profile p) {
  switch (p) {
    case Profile::v4_7: return (raw & 32) != 0 ? bit(ZoneFlag::fair_depleted) : 0;
    case Profile::v5_15:
    case Profile::v6_1_lts192: return static_cast<std::int64_t>(raw & 3);
    case Profile::v6_12:
    case Profile::v7_1: return static_cast<std::int64_t>(raw & 7);
  }
  return 0;
}

/// As the kernel prints it: DMA, DMA32, Normal, HighMem, Movable, Device.
std::optional<ZoneType> zone_of_kernel(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return zone_named(upper);
}

std::int64_t& part(PcpNumbers& n, Stat s) { return n.diff[static_cast<unsigned>(s)]; }
std::int64_t& global(ZoneNumbers& n, Stat s) { return n.stat[static_cast<unsigned>(s)]; }

}  // namespace

void read_sysctl(LineCursor& c, Sysctls& s) {
  const std::string_view name = c.word();
  if (name == "min_free_kbytes") s.min_free_kbytes = c.integer(0, kSysctlMax);
  if (name == "watermark_scale_factor") s.scale_factor = c.integer(0, kSysctlMax);
  if (name == "watermark_boost_factor") s.boost_factor = c.integer(0, kSysctlMax);
  if (name == "percpu_pagelist_high_fraction") s.high_fraction = c.integer(0, kSysctlMax);
}

void DumpReader::begin(KernelState& s, const Sysctls& sysctls) {
  state_ = &s;
  head_seen_ = realtime_said_ = false;
  s.nodes.clear();
  for (ZoneState& z : s.zones) clear(z);
  zones_ = 0;
  for (auto& of_node : zone_at_) of_node.fill(kNoZone);
  seen_ = {};
  s.config = {};
  s.config.profile = dialect_.profile;
  s.config.cpu_node = {0};
  s.config.thp = dialect_.recorder != Recorder::v4_7;
  s.config.min_free_kbytes = sysctls.min_free_kbytes;
  s.config.scale_factor = sysctls.scale_factor;
  s.config.boost_factor = sysctls.boost_factor;
  s.config.high_fraction = sysctls.high_fraction;
  set_types(5);
}

std::string DumpReader::read(std::string_view line) {
  check(state_ != nullptr, "a dump is begun before its lines");
  LineCursor c(line);
  const std::string_view kind = c.word();
  if (kind.empty()) return "an empty line inside a dump";
  read_line(kind, c);
  if (c.ok() && !c.done()) return quoted(c.word()) + " is left over at the end of the line";
  return c.fault();
}

void DumpReader::read_line(std::string_view kind, LineCursor& c) {
  if (kind == "fl") return read_free_list(c);
  if (kind == "nf") return read_nr_free(c);
  if (kind == "pl") return read_pcp_list(c);
  if (kind == "pcp") return read_pcp(c);
  if (kind == "zone") return read_zone(c);
  if (kind == "zf") return read_flags(c);
  if (kind == "pb") return read_pageblocks(c);
  if (kind == "zl") return read_zonelist(c);
  const Recorder r = dialect_.recorder;
  if (kind == "gl" && r == Recorder::v4_7) return read_gl(c);
  if (kind == "lru" && r != Recorder::v4_7) return read_lru(c);
  if (kind == "zx" && r != Recorder::v6_1) return read_zone_extra(c);
  if (kind == "px" && r == Recorder::v5_15_and_7_1) return read_pcp_extra(c);
  if (kind == "node" && r == Recorder::v5_15_and_7_1) return read_node(c);
  if (kind == "cfg" && r == Recorder::v6_1) return read_cfg_6_1(c);
  if (kind == "cfg" && r == Recorder::v5_15_and_7_1) return read_cfg_5_15(c);
  c.blame(
      fmt::format("{} is no line of a dump of {}", quoted(kind), profile_name(dialect_.written)));
}

// What the machine is.

void DumpReader::read_gl(LineCursor& c) {
  Config& config = state_->config;
  head_seen_ = true;
  config.grouping_disabled = c.named("mobility_disabled") != 0;
  c.named_hex("allowed_mask");
  c.expect_word("pageblock_order");
  config.pageblock_order = static_cast<unsigned>(c.integer(1, kOrderMax));
  set_types(c.named("migrate_types"));
  c.named("nodes");
  c.named("zone_reclaim");
  c.expect_word("local_node");
  config.cpu_node = {static_cast<std::uint8_t>(c.integer(0, kNodesMax - 1))};
  if (!c.ok()) return;
  if (types_ != 6)
    c.blame("v4.7 has 6 migratetypes with CMA and ISOLATE, and nothing else is read");
}

void DumpReader::read_cfg_5_15(LineCursor& c) {
  Config& config = state_->config;
  head_seen_ = true;
  c.expect_word("orders");
  c.integer(kOrders, kOrders);
  c.expect_word("pbo");
  config.pageblock_order = static_cast<unsigned>(c.integer(1, kOrderMax));
  c.expect_word("types");
  set_types(c.integer(5, 6));
  c.named("cma");
  c.named("iso");
  set_pcp_lists(c.named("pcplists"), c);
  c.named("zones");
  c.named("nodes");
  config.grouping_disabled = c.named("nomobility") != 0;
  c.expect_word("boostf");
  config.boost_factor = c.integer(0, kSysctlMax);
  config.defrag_mode = c.named("defrag") > 0;
  c.expect_word("minfree");
  config.min_free_kbytes = c.integer(0, kSysctlMax);
  c.named("cpu");
}

void DumpReader::read_cfg_6_1(LineCursor& c) {
  Config& config = state_->config;
  head_seen_ = true;
  c.expect_word("pbo");
  config.pageblock_order = static_cast<unsigned>(c.integer(1, kOrderMax));
  c.expect_word("maxo");
  c.integer(kOrderMax, kOrderMax);
  c.expect_word("types");
  set_types(c.integer(5, 6));
  set_pcp_lists(c.named("pcplists"), c);
  c.expect_word("cpus");
  set_cpus(c.integer(1, kCpusMax));
  c.named("bits");
  c.named("zones");
  c.named("nodes");
  read_cfg_tail(c);
  // The first wide recordings do not say; stopper threads, which run two CPUs, are real-time.
  if (!realtime_said_) config.realtime_task = config.cpu_node.size() > 1;
}

void DumpReader::read_cfg_tail(LineCursor& c) {
  Config& config = state_->config;
  while (!c.done()) {
    const std::string_view name = c.word();
    if (name.starts_with("cpu")) {
      const auto cpu = number<unsigned>(name.substr(3));
      if (!cpu || *cpu >= config.cpu_node.size()) return c.blame(quoted(name) + " is no CPU here");
      config.cpu_node[*cpu] = static_cast<std::uint8_t>(c.integer(0, kNodesMax - 1));
    } else if (name == "rt") {
      config.realtime_task = c.integer(0, 1) != 0;
      realtime_said_ = true;
    } else if (name == "policy") {
      config.policy =
          PolicyMode{static_cast<std::uint8_t>(std::max(c.integer(-1, 5), std::int64_t{0}))};
    } else if (name == "polmask") {
      config.policy_nodes = static_cast<unsigned>(c.integer(0, (1 << kNodesMax) - 1));
    } else if (name == "ilprev") {
      config.interleave_last = static_cast<unsigned>(c.integer(0, 1023));
    } else if (name.starts_with("dist")) {
      read_distance(name.substr(4), c);
    } else {
      return c.blame(quoted(name) + " is no word of a cfg line");
    }
  }
}

/// distA:B D
void DumpReader::read_distance(std::string_view name, LineCursor& c) {
  LineCursor pair(name);
  const auto from = static_cast<unsigned>(pair.integer(0, kNodesMax - 1));
  pair.expect(':');
  const auto to = static_cast<unsigned>(pair.integer(0, kNodesMax - 1));
  if (!pair.ok()) return c.blame(pair.fault());
  auto& distance = node(from).distance;
  if (distance.size() <= to) distance.resize(to + 1);
  distance[to] = c.integer(0, 1 << 20);
}

void DumpReader::read_node(LineCursor& c) {
  NodeState& n = node(nid(c));
  n.present = true;
  n.kswapd_running = c.named("kswapd_idle") == 0;
  n.kswapd_failures = c.named("failures");
  n.kswapd_zone = c.named("zoneidx");
  n.kswapd_order = c.named("order");
}

void DumpReader::set_types(std::int64_t types) {
  types_ = static_cast<unsigned>(types);
  state_->config.cma = types == kTypes;
}

void DumpReader::set_cpus(std::int64_t cpus) {
  state_->config.cpu_node.assign(static_cast<std::size_t>(cpus), 0);
}

/// Only the lists of whole pageblocks can be missing, on a kernel without huge pages.
void DumpReader::set_pcp_lists(std::int64_t lists, LineCursor& c) {
  state_->config.thp = lists == dialect_.pcp_lists;
  if (lists == dialect_.pcp_lists || lists == kPcpListsWithoutHuge) return;
  c.blame(fmt::format("{} per-CPU lists; {} has {}, or {} without huge pages", lists,
                      profile_name(dialect_.written), dialect_.pcp_lists, kPcpListsWithoutHuge));
}

// Words that many lines begin with.

unsigned DumpReader::nid(LineCursor& c) const {
  return static_cast<unsigned>(c.integer(0, kNodesMax - 1));
}

NodeState& DumpReader::node(unsigned nid) {
  auto& nodes = state_->nodes;
  while (nodes.size() <= nid) nodes.push_back({.present = false});
  return nodes[nid];
}

ZoneState& DumpReader::zone(LineCursor& c) {
  const unsigned node = nid(c);
  const auto index = static_cast<unsigned>(c.integer(0, kZoneIndices - 1));
  if (!c.ok()) return no_zone_;
  const std::size_t at = zone_at_[node][index];
  if (at != kNoZone) return state_->zones[at];
  c.blame(fmt::format("zone {} of node {} has no 'zone' line before this", index, node));
  return no_zone_;
}

PcpState& DumpReader::pcp(LineCursor& c) {
  ZoneState& z = zone(c);
  const std::int64_t cpu = c.integer(0, kCpusMax - 1);
  if (!c.ok()) return no_pcp_;
  if (cpu < std::ssize(z.pcp)) return z.pcp[static_cast<std::size_t>(cpu)];
  c.blame(fmt::format("CPU {} has no 'pcp' line of this zone before this", cpu));
  return no_pcp_;
}

std::optional<Migratetype> DumpReader::type(LineCursor& c) const {
  const std::int64_t n = c.integer();
  if (n < 0) return std::nullopt;
  if (n >= types_) {
    c.blame(fmt::format("{} is no migratetype: there are {}", n, types_));
    return std::nullopt;
  }
  return n + 1 == types_ ? Migratetype::isolate : Migratetype{static_cast<std::uint8_t>(n)};
}

// Zones.

void DumpReader::read_zone(LineCursor& c) {
  const unsigned on = nid(c);
  const auto index = static_cast<unsigned>(c.integer(0, kZoneIndices - 1));
  const std::string_view name = c.word();
  if (!c.ok()) return;
  const std::optional<ZoneType> type = zone_of_kernel(name);
  if (!type)
    return c.blame(quoted(name) +
                   " is no zone; DMA, DMA32, Normal, HighMem, Movable and Device are");
  auto& config_zones = state_->config.zones;
  if (index > config_zones.size() ||
      (index < config_zones.size() && config_zones[index] != *type)) {
    return c.blame(fmt::format("zone index {} is not {} on the other nodes", index, name));
  }
  if (!follows(on, index)) return c.blame("zones stand by node, then by index, each once");
  if (index == config_zones.size()) config_zones.push_back(*type);
  node(on).present = true;
  if (zones_ == state_->zones.size()) state_->zones.emplace_back();
  zone_at_[on][index] = zones_;
  ZoneState& z = state_->zones[zones_++];
  z.node = on, z.index = index, z.type = *type;
  ZoneNumbers& n = z.numbers;
  n.managed = c.named("managed");
  n.present = c.named("present");
  n.spanned = c.named("spanned");
  n.start = c.named("start");
  global(n, Stat::free) = c.named("free");
  n.min = c.named("min");
  n.low = c.named("low");
  n.high = c.named("high");
  n.promo = c.named("promo");
  n.boost = c.named("boost");
  n.highatomic = c.named("hatomic");
  c.expect_word("reserve");
  for (std::size_t i = 0; !c.done(); ++i) {
    if (i == n.reserve.size()) return c.blame("more lowmem_reserve values than zones");
    n.reserve[i] = c.integer();
  }
}

/// Whether a zone comes next in the order of zones.
bool DumpReader::follows(unsigned on, unsigned index) const {
  if (zones_ == 0) return index == 0;
  const ZoneState& last = state_->zones[zones_ - 1];
  return last.node == on ? index == last.index + 1 : last.node < on && index == 0;
}

void DumpReader::read_zone_extra(LineCursor& c) {
  ZoneState& z = zone(c);
  seen(z).extra = true;
  ZoneNumbers& n = z.numbers;
  if (dialect_.recorder == Recorder::v4_7) {
    global(n, Stat::fair) = c.named("batch");
    global(n, Stat::cma) = c.named("cma");
    n.isolated = c.named("isolate");
    n.flags = flags_of(c.named_hex("flags"), dialect_.written);
    c.named("drift");
    return;
  }
  global(n, Stat::cma) = c.named("cma");
  global(n, Stat::blocks) = c.named("blocks");
  n.free_highatomic = c.named("hafree");
  n.isolated = c.named("iso");
}

void DumpReader::read_free_list(LineCursor& c) {
  ZoneState& z = zone(c);
  const auto order = static_cast<std::size_t>(c.integer(0, kOrderMax));
  const std::optional<Migratetype> t = type(c);
  c.expect(':');
  if (!c.ok()) return;
  if (!t) return c.blame("a free list has a type");
  std::vector<Pfn>& list = z.lists[order][static_cast<std::size_t>(*t)];
  if (!list.empty()) return c.blame("this free list stands here twice");
  read_frames(c, list);
}

void DumpReader::read_nr_free(LineCursor& c) {
  ZoneState& z = zone(c);
  const auto order = static_cast<std::size_t>(c.integer(0, kOrderMax));
  z.nr_free[order] = c.integer(0, kPagesMax);
  seen(z).nr_free |= 1U << order;
}

void DumpReader::read_flags(LineCursor& c) {
  ZoneState& z = zone(c);
  seen(z).flags = true;
  z.numbers.flags = flags_of(c.named_hex("flags"), dialect_.written);
  while (!c.done() && c.ok()) {
    const std::string_view name = c.word();
    if (name == "iso") {
      z.numbers.isolated = c.integer();
    } else if (name == "drift") {
      c.integer();
    } else if (name == "hafree") {
      z.numbers.free_highatomic = c.integer();
    } else if (name == "cma") {
      global(z.numbers, Stat::cma) = c.integer();
    } else if (name.starts_with("cmadiff")) {
      const auto cpu = number<std::size_t>(name.substr(7));
      if (!cpu || *cpu >= z.pcp.size()) return c.blame(quoted(name) + " is no CPU of this zone");
      part(z.pcp[*cpu].numbers, Stat::cma) = c.integer();
    } else {
      return c.blame(quoted(name) + " is no word of a zf line");
    }
  }
}

void DumpReader::read_lru(LineCursor& c) {
  ZoneState& z = zone(c);
  c.expect(':');
  read_frames(c, z.lru);
}

void DumpReader::read_pageblocks(LineCursor& c) {
  ZoneState& z = zone(c);
  c.expect(':');
  seen(z).pageblocks = true;
  while (!c.done()) {
    const Pfn begin = frame(c);
    c.expect('=');
    z.pageblocks.push_back({begin, type(c)});
  }
}

// Per-CPU lists.

void DumpReader::read_pcp(LineCursor& c) {
  ZoneState& z = zone(c);
  const std::int64_t cpu = c.integer(0, kCpusMax - 1);
  if (!c.ok()) return;
  if (detail_ == Detail::snapshot) set_cpus(std::max(cpu + 1, std::ssize(state_->config.cpu_node)));
  if (cpu != std::ssize(z.pcp) || cpu >= std::ssize(state_->config.cpu_node)) {
    return c.blame(fmt::format("CPU {} is not the next of this machine's {}", cpu,
                               state_->config.cpu_node.size()));
  }
  PcpNumbers& n = z.pcp.emplace_back().numbers;
  n.count = c.named("count");
  n.high = c.named("high");
  n.batch = c.named("batch");
  (dialect_.written == Profile::v6_12 ? n.free_count : n.free_factor) = c.named("ff");
  n.expire = c.named("expire");
  part(n, Stat::free) = c.named("diff");
  n.threshold = c.named("thr");
  read_pcp_tail(c, n);
}

void DumpReader::read_pcp_tail(LineCursor& c, PcpNumbers& n) {
  if (dialect_.recorder == Recorder::v4_7) {
    part(n, Stat::fair) = c.named("bdiff");
    part(n, Stat::cma) = c.named("cdiff");
  }
  if (detail_ == Detail::snapshot && c.done()) return;
  if (dialect_.written == Profile::v6_12) {
    n.alloc_factor = c.named("af");
    n.high_min = c.named("hmin");
    n.high_max = c.named("hmax");
    n.flags = c.named("flags");
  }
}

void DumpReader::read_pcp_extra(LineCursor& c) {
  PcpNumbers& n = pcp(c).numbers;
  n.high_min = c.named("hmin");
  n.high_max = c.named("hmax");
  n.flags = c.named("pflags");
  n.alloc_factor = c.named("af");
  n.free_count = c.named("fc");
  part(n, Stat::cma) = c.named("cdiff");
  part(n, Stat::blocks) = c.named("bdiff");
}

void DumpReader::read_pcp_list(LineCursor& c) {
  PcpState& p = pcp(c);
  const auto which = static_cast<std::size_t>(c.integer(0, dialect_.pcp_lists - 1));
  c.expect(':');
  if (!c.ok()) return;
  std::vector<PcpBlock>& list = p.lists[which];
  if (!list.empty()) return c.blame("this per-CPU list stands here twice");
  while (!c.done()) {
    const Pfn head = frame(c);
    const bool cached = c.accept('/');
    if (!cached && detail_ == Detail::replayable) c.expect('/');
    list.push_back({head, cached ? type(c) : std::nullopt});
  }
}

void DumpReader::read_zonelist(LineCursor& c) {
  NodeState& n = node(nid(c));
  const bool fallback = c.integer(0, 1) == 0;
  c.expect(':');
  auto& list = fallback ? n.fallback : n.nofallback;
  while (!c.done()) {
    const unsigned on = nid(c);
    c.expect('/');
    const auto index = static_cast<std::uint8_t>(c.integer(0, kZoneIndices - 1));
    list.push_back({static_cast<std::uint8_t>(on), index});
  }
}

// The end.

std::string DumpReader::missing_of(const ZoneState& z) {
  const Seen& s = seen(z);
  constexpr unsigned kAllOrders = (1U << kOrders) - 1;
  if (s.nr_free != kAllOrders) return "an nf line of each order";
  if (z.pcp.size() != state_->config.cpu_node.size()) return "a pcp line of each CPU";
  if (!s.flags && detail_ == Detail::replayable) return "its zf line";
  if (!s.pageblocks) return "its pb line";
  if (!s.extra && dialect_.recorder != Recorder::v6_1) return "its zx line";
  return {};
}

std::string DumpReader::finish() {
  state_->zones.resize(zones_);
  if (zones_ == 0) return "the dump has no zone";
  if (!head_seen_ && dialect_.recorder != Recorder::v6_1) return "the dump has no gl or cfg line";
  for (const ZoneState& z : state_->zones) {
    if (z.numbers.present == 0) continue;
    if (const std::string what = missing_of(z); !what.empty()) {
      return fmt::format("the dump lacks {}: zone {} of node {}", what, z.index, z.node);
    }
  }
  for (std::size_t n = 0; n < state_->nodes.size(); ++n) {
    const NodeState& s = state_->nodes[n];
    if (s.present && s.fallback.empty())
      return fmt::format("the dump has no zonelist of node {}", n);
  }
  return {};
}

}  // namespace bp::kernel
