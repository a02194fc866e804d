// SPDX-License-Identifier: MIT
// Lines of a dump that say what the machine is: configuration, nodes, zonelists.
#include "fuzz/kernel/dump_reader.h"

#include <algorithm>

#include "fuzz/kernel/dump_words.h"

namespace bp::kernel {

using namespace reference;

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

}  // namespace bp::kernel
