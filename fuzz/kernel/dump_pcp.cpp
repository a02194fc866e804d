// SPDX-License-Identifier: MIT
// Lines of a dump about the lists of one CPU.
#include "fuzz/kernel/dump_reader.h"

#include <algorithm>

#include "fuzz/kernel/dump_words.h"

namespace bp::kernel {

using namespace reference;

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

}  // namespace bp::kernel
