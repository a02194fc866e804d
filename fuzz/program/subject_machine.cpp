// SPDX-License-Identifier: MIT
#include "fuzz/program/subject_machine.h"

#include "model/vocab/migratetype.h"

namespace bp {
namespace {

static_assert(BP_NODES_MAX == kNodesMax && BP_CPUS_MAX >= kCpusMax && BP_ZONE_TYPES == kZoneTypes);
static_assert(BP_ZONES_MAX == rules::kZonesMax && BP_HOLES_MAX == kNodesMax * kHolesMax);
static_assert(BP_ORDER_MAX == kOrderMax);
static_assert(BP_PROFILE_V4_7 == static_cast<unsigned>(Profile::v4_7));
static_assert(BP_PROFILE_V6_1_LTS192 == static_cast<unsigned>(Profile::v6_1_lts192));
static_assert(BP_PROFILE_V5_15 == static_cast<unsigned>(Profile::v5_15));
static_assert(BP_PROFILE_V6_12 == static_cast<unsigned>(Profile::v6_12));
static_assert(BP_CALL_BULK == static_cast<unsigned>(Call::bulk) && BP_CALL_BULK + 1 == kCalls);
static_assert(BP_CALL_EXACT == static_cast<unsigned>(Call::exact));
static_assert(BP_CALL_NODE == static_cast<unsigned>(Call::node));
static_assert(BP_TASK_MEMALLOC == 1U << static_cast<unsigned>(TaskFlag::memalloc));
static_assert(BP_TASK_REALTIME == 1U << static_cast<unsigned>(TaskFlag::realtime));
static_assert(BP_POLICY_INTERLEAVE == static_cast<unsigned>(Policy::interleave));
static_assert(BP_DIRECT_MAP == kDirectMap);
static_assert(BP_ASK_FAULT + 1 == kAnswerers);
static_assert(BP_ASK_CPUSET == static_cast<unsigned>(Answerer::cpuset));
static_assert(BP_COMPACT_SUCCESS + 1 == kCompacted && BP_FREES_MAX == kFreesMax);
static_assert(BP_DID_FAIL == static_cast<unsigned>(Action::fail));
static_assert(BP_WHY_ENDLESS + 1 == kWhys && BP_ROUNDS_MAX == kRoundsMax);
static_assert(BP_WHY_MAY_NOT_BLOCK == static_cast<unsigned>(Why::may_not_block));
static_assert(BP_WORLD_WRITEBACK == 1U << static_cast<unsigned>(WorldFlag::writeback));
static_assert(BP_RANGE_ALLOC + 1 == kRangeActions && BP_CMA_MAX == kCmaMax);
static_assert(BP_RANGE_ALLOC == static_cast<unsigned>(RangeAction::alloc));
static_assert(BP_TYPE_HIGHATOMIC == static_cast<unsigned>(Migratetype::highatomic));
static_assert(BP_TYPE_ISOLATE == static_cast<unsigned>(Migratetype::isolate));
static_assert(BP_PROFILE_V7_1 == static_cast<unsigned>(Profile::v7_1));

bp_zone subject_zone(const rules::ZoneLayout& z) {
  bp_zone out{};
  out.node = z.node;
  out.type = static_cast<std::uint32_t>(z.type);
  out.begin = static_cast<std::uint64_t>(z.frames.begin);
  out.end = static_cast<std::uint64_t>(z.frames.end);
  out.mark_min = static_cast<std::int64_t>(z.marks.min);
  out.mark_low = static_cast<std::int64_t>(z.marks.low);
  out.mark_high = static_cast<std::int64_t>(z.marks.high);
  for (unsigned t = 0; t < kZoneTypes; ++t)
    out.lowmem_reserve[t] = static_cast<std::int64_t>(z.lowmem_reserve[t]);
  out.pcp_high = static_cast<std::uint32_t>(static_cast<std::int64_t>(z.pcp_high));
  out.pcp_batch = static_cast<std::uint32_t>(static_cast<std::int64_t>(z.pcp_batch));
  return out;
}

}  // namespace

void subject_machine(const Machine& m, const rules::Layout& l, bp_machine& out) {
  out = {};
  out.abi_version = BP_ABI_VERSION;
  out.profile = static_cast<std::uint32_t>(m.profile);
  out.era = static_cast<std::uint32_t>(m.era);
  out.zone_config = m.zones.bits();
  out.cpus = m.cpus;
  out.pageblock_order = static_cast<unsigned>(m.pageblock_order);
  out.n_nodes = static_cast<std::uint32_t>(m.nodes.size());
  out.n_zones = static_cast<std::uint32_t>(l.zones.size());
  out.n_holes = static_cast<std::uint32_t>(l.holes.size());
  for (unsigned cpu = 0; cpu < m.cpus; ++cpu)
    out.node_of_cpu[cpu] = static_cast<std::uint8_t>(node_of_cpu(m, cpu));
  for (unsigned n = 0; n < out.n_nodes; ++n) {
    out.n_fallback[n] = static_cast<std::uint8_t>(l.fallback[n].size());
    for (unsigned i = 0; i < l.fallback[n].size(); ++i) out.fallback[n][i] = l.fallback[n][i];
  }
  for (unsigned i = 0; i < out.n_zones; ++i) out.zones[i] = subject_zone(l.zones[i]);
  for (unsigned i = 0; i < out.n_holes; ++i) {
    out.holes[i] = {static_cast<std::uint64_t>(l.holes[i].begin),
                    static_cast<std::uint64_t>(l.holes[i].end)};
  }
  out.highatomic = m.highatomic ? 1 : 0;
  out.n_cma = static_cast<std::uint32_t>(m.cma.size());
  for (unsigned i = 0; i < out.n_cma; ++i) {
    out.cma[i] = {static_cast<std::uint64_t>(m.cma[i].begin),
                  static_cast<std::uint64_t>(m.cma[i].end)};
  }
}

Promises promises_of(const bp_subject& s) {
  return {.zones = (s.caps & BP_CAP_ZONES) != 0,
          .watermarks = (s.caps & BP_CAP_WATERMARKS) != 0,
          .merges = (s.caps & BP_CAP_MERGES) != 0,
          .checks_free = (s.caps & BP_CAP_CHECKS_FREE) != 0,
          .null_l2 = (s.caps & BP_CAP_NULL_L2) != 0,
          .per_cpu = (s.caps & BP_CAP_PER_CPU) != 0,
          .calls = (s.caps & BP_CAP_CALLS) != 0,
          .environment = (s.caps & BP_CAP_ENVIRONMENT) != 0,
          .types = (s.caps & BP_CAP_TYPES) != 0,
          .pressure = (s.caps & BP_CAP_PRESSURE) != 0,
          .counts = (s.caps & BP_CAP_COUNTS) != 0,
          .passes_over = (s.caps & BP_CAP_PASSES_OVER) != 0,
          .mixed_lists = (s.caps & BP_CAP_MIXED_LISTS) != 0};
}

}  // namespace bp
