// SPDX-License-Identifier: MIT
// For tests of subjects: a machine written down in a few words, and an instance that cleans up.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "fuzz/subject.h"
#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp::test {

inline constexpr std::uint32_t kDma = 0, kDma32 = 1, kNormal = 2, kHighmem = 3, kMovable = 4;

/// One node with one CPU and no zone, v6.1, no per-CPU lists.
inline bp_machine empty_machine() {
  bp_machine m{};
  m.abi_version = BP_ABI_VERSION;
  m.profile = BP_PROFILE_V6_1_LTS192;
  m.era = static_cast<std::uint32_t>(Era::e3);
  m.zone_config = ZoneConfig{.dma = true, .dma32 = true}.bits();
  m.cpus = 1;
  m.pageblock_order = 9;
  m.n_nodes = 1;
  m.n_fallback[0] = 1;
  return m;
}

/// Zones come by node, then by type. All marks are 0: a zone without a free page fails them.
inline bp_zone& add_zone(bp_machine& m, std::uint32_t node, std::uint32_t type, std::uint64_t begin,
                         std::uint64_t end) {
  bp_zone& z = m.zones[m.n_zones++];
  z = {};
  z.node = node;
  z.type = type;
  z.begin = begin;
  z.end = end;
  z.pcp_batch = 1;
  return z;
}

/// Frames [0, frames) of one NORMAL zone.
inline bp_machine one_zone(std::uint64_t frames) {
  bp_machine m = empty_machine();
  add_zone(m, 0, kNormal, 0, frames);
  return m;
}

inline void set_marks(bp_zone& z, std::int64_t min, std::int64_t low) {
  z.mark_min = min;
  z.mark_low = low;
  z.mark_high = low + (low - min);
}

/// Two nodes with 1024 frames of NORMAL and one CPU each.
inline bp_machine two_nodes() {
  bp_machine m = empty_machine();
  m.cpus = 2;
  m.n_nodes = 2;
  m.node_of_cpu[1] = 1;
  for (std::uint8_t node = 0; node < 2; ++node) {
    m.n_fallback[node] = 2;
    m.fallback[node][0] = node;
    m.fallback[node][1] = static_cast<std::uint8_t>(1 - node);
    add_zone(m, node, kNormal, node * 1024U, (node + 1U) * 1024U);
  }
  return m;
}

/// Head, order, CPU or BP_ON_BUDDY.
using Block = std::tuple<std::uint64_t, std::uint32_t, std::uint32_t>;

class Instance {
 public:
  Instance(const bp_subject& s, const bp_machine& m) : subject_(s), machine_(m) {
    self_ = s.create(&m);
  }
  ~Instance() { subject_.destroy(self_); }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  std::optional<std::uint64_t> alloc(std::uint32_t order, Gfp gfp, std::uint32_t cpu = 0,
                                     std::int32_t node = -1, std::uint32_t nodemask = 0) {
    const Era era{static_cast<std::uint8_t>(machine_.era)};
    const bp_request r{cpu, order, gfp_encode(gfp, era), node, nodemask};
    std::uint64_t pfn = ~std::uint64_t{0};
    if (subject_.alloc(self_, &r, &pfn) != BP_OK) return std::nullopt;
    return pfn;
  }
  bp_status free(std::uint64_t pfn, std::uint32_t order, std::uint32_t cpu = 0) {
    return subject_.free(self_, cpu, pfn, order);
  }
  void drain(std::uint32_t cpu = BP_ON_BUDDY) { subject_.drain(self_, cpu); }
  bp_counters counters(std::uint32_t zone) {
    bp_counters c{};
    subject_.counters(self_, zone, &c);
    return c;
  }
  std::set<Block> census() {
    std::set<Block> blocks;
    subject_.census(
        self_,
        [](void* out, std::uint64_t head, std::uint32_t order, std::uint32_t cpu) {
          static_cast<std::set<Block>*>(out)->emplace(head, order, cpu);
        },
        &blocks);
    return blocks;
  }
  void* self() { return self_; }

 private:
  const bp_subject& subject_;
  bp_machine machine_;
  void* self_;
};

inline const Gfp kKernel =
    GfpFlag::direct_reclaim | GfpFlag::kswapd_reclaim | GfpFlag::io | GfpFlag::fs;
inline const Gfp kNoWait = GfpFlag::kswapd_reclaim;

}  // namespace bp::test
