// SPDX-License-Identifier: MIT
#include "fuzz/kernel/dump_reader.h"

#include "fuzz/kernel/dump_words.h"
#include "model/vocab/check.h"

namespace bp::kernel {

using namespace reference;

namespace {

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
