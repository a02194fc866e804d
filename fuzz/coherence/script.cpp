// SPDX-License-Identifier: MIT
#include "fuzz/coherence/script.h"

#include <algorithm>
#include <bit>

#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp::coherence {
namespace {

// As Linux has it on a machine with a few GiB.
constexpr std::uint32_t kPcpBatch = 63;
constexpr std::uint32_t kPcpHigh = 6 * kPcpBatch;
constexpr Era kEra = Era::e3;
constexpr std::uint64_t kFramesMin = std::uint64_t{1} << 18;
constexpr std::int64_t kMarkMin = 1024;
/// Blocks that wait for one CPU at most.
constexpr std::size_t kBoxMax = 4;

std::uint64_t blocks_at_once(const Setting& s) {
  if (s.traffic != Traffic::burst) return 1;
  return std::max<std::uint64_t>(kBurst >> s.order, kBoxMax);
}

/// Of each CPU: what it and its box hold, and what its list may.
std::uint64_t pages_of_a_cpu(const Setting& s) {
  return ((blocks_at_once(s) + kBoxMax) << s.order) + 2 * kPcpHigh;
}

}  // namespace

bp_machine machine_for(const Setting& s) {
  bp_machine m{};
  m.abi_version = BP_ABI_VERSION;
  m.profile = BP_PROFILE_V6_1_LTS192;
  m.era = static_cast<std::uint32_t>(kEra);
  m.zone_config = ZoneConfig{.dma = true, .dma32 = true}.bits();
  m.cpus = s.cpus;
  m.pageblock_order = 9;
  m.n_nodes = 1;
  m.n_fallback[0] = 1;
  bp_zone& z = m.zones[m.n_zones++];
  z.type = static_cast<std::uint32_t>(ZoneType::normal);
  z.pcp_batch = kPcpBatch;
  if (s.traffic == Traffic::contended) {
    z.end = std::bit_ceil((std::uint64_t{4} << s.order) * s.cpus);
    return m;
  }
  z.end = std::max(std::bit_ceil(pages_of_a_cpu(s) * s.cpus + 2 * kMarkMin), kFramesMin);
  z.pcp_high = kPcpHigh;
  z.mark_min = kMarkMin;
  z.mark_low = kMarkMin + kMarkMin / 4;
  z.mark_high = kMarkMin + kMarkMin / 2;
  return m;
}

Script::Script(const bp_subject& subject, void* self, const Setting& s)
    : subject_(subject),
      self_(self),
      s_(s),
      frames_(machine_for(s).zones[0].end),
      blocks_(blocks_at_once(s)),
      cpus_(s.cpus),
      owned_(frames_) {
  for (unsigned c = 0; c < s.cpus; ++c) {
    cpus_[c].request.cpu = c;
    cpus_[c].request.order = s.order;
    // Pages of user memory: no pageblock has to change its type for them.
    cpus_[c].request.gfp = gfp_encode(GfpFlag::movable, kEra);
    cpus_[c].request.node = -1;
  }
}

Did Script::next(unsigned cpu) {
  Cpu& c = cpus_[cpu];
  if (s_.traffic == Traffic::remote) {
    Cpu& neighbour = cpus_[(cpu + 1) % cpus_.size()];
    const bool may_alloc = neighbour.box.size() < kBoxMax;
    if (!c.box.empty() && (c.frees || !may_alloc)) return free(c);
    return may_alloc ? alloc(c, neighbour) : Did::nothing;
  }
  if (c.box.empty()) c.frees = false;
  return c.frees ? free(c) : alloc(c, c);
}

Did Script::alloc(Cpu& cpu, Cpu& to) {
  const bp_status status = subject_.alloc(self_, &cpu.request, &cpu.answer);
  cpu.frees = true;
  if (status != BP_OK) return Did::got_none;
  if (cpu.answer >= frames_ || owned_[cpu.answer]) {
    is_wrong("gave out a block that is not free");
    return Did::operated;
  }
  owned_[cpu.answer] = true;
  to.box.push_back(cpu.answer);
  cpu.frees = s_.traffic == Traffic::remote || to.box.size() >= blocks_;
  return Did::operated;
}

Did Script::free(Cpu& cpu) {
  const std::uint64_t head = cpu.box.front();
  cpu.box.pop_front();
  cpu.frees = s_.traffic != Traffic::remote;
  owned_[head] = false;
  if (subject_.free(self_, cpu.request.cpu, head, s_.order) != BP_OK)
    is_wrong("refused to take back a block that it gave out");
  return Did::operated;
}

void Script::finish() {
  for (Cpu& c : cpus_)
    while (!c.box.empty()) free(c);
  subject_.drain(self_, BP_ON_BUDDY);
  bp_counters n;
  subject_.counters(self_, 0, &n);
  if (n.free != frames_ || n.on_pcp != 0) is_wrong("has not every page at the end");
}

void Script::is_wrong(const char* what) {
  if (fault_.empty()) fault_ = std::string(subject_.name) + " " + what;
}

}  // namespace bp::coherence
