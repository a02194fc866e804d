// SPDX-License-Identifier: MIT
// The whole state of a kernel's page allocator at one moment, as plain values: what a recording's
// dump says, what the reference starts from and what it gives back. Lists stand in list order, head
// first. Every number is a signed 64-bit integer, so that tables of members (below) can read, print
// and compare them by name.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/vocab/machine.h"
#include "model/vocab/migratetype.h"
#include "model/vocab/profile.h"
#include "model/vocab/units.h"
#include "model/vocab/zone.h"

namespace bp::reference {

inline constexpr unsigned kOrders = kOrderMax + 1;
inline constexpr unsigned kTypes = 6;                 ///< Migratetypes, CMA and ISOLATE among them.
inline constexpr unsigned kPcpLists = 15;             ///< The most that any profile has (5.15).
inline constexpr unsigned kZoneIndices = kZoneTypes;  ///< Zones of one node, by configured index.

/// Counters of a zone that have a part on each CPU which is not folded in yet (R-WMARK-13, C-1).
enum class Stat : std::uint8_t {
  free,    ///< NR_FREE_PAGES
  cma,     ///< NR_FREE_CMA_PAGES
  blocks,  ///< v7.1: NR_FREE_PAGES_BLOCKS, pages in free blocks of at least a pageblock
  fair,    ///< v4.7: NR_ALLOC_BATCH, what FAIR leaves this zone before the next one's turn
};
inline constexpr unsigned kStats = 4;

/// Bits of ZoneNumbers::flags, the same for all profiles; a reader translates those of dumps (W-1,
/// C17).
enum class ZoneFlag : std::uint8_t {
  boosted,         ///< The watermark was boosted; the next allocation wakes kswapd (C12).
  reclaim_active,  ///< Somebody reclaims here: per-CPU lists are kept short (R-PCP-13).
  below_high,      ///< v7.1: free pages fell below the high mark (R-LIST-13).
  fair_depleted,   ///< v4.7: NR_ALLOC_BATCH is used up (R-LIST-10).
};

struct ZoneNumbers {
  std::int64_t managed = 0, present = 0, spanned = 0;  ///< Pages (R-GEN-11).
  std::int64_t start = 0;                              ///< First frame spanned.
  std::int64_t min = 0, low = 0, high = 0, promo = 0;  ///< Watermarks without boost, in pages.
  std::int64_t boost = 0;  ///< Added to every watermark (R-WMARK-20), also
  ///< where /proc/zoneinfo prints them (F-3).
  std::int64_t highatomic = 0;                       ///< nr_reserved_highatomic, pages (R-HA).
  std::int64_t free_highatomic = 0;                  ///< v7.1: pages on HIGHATOMIC lists.
  std::int64_t isolated = 0;                         ///< nr_isolate_pageblock.
  std::int64_t flags = 0;                            ///< Set of ZoneFlag: bit n is enumerator n.
  std::array<std::int64_t, kStats> stat{};           ///< Global parts, by Stat.
  std::array<std::int64_t, kZoneIndices> reserve{};  ///< lowmem_reserve by zone index (R-CFG-8).

  bool operator==(const ZoneNumbers&) const = default;
};

/// One CPU's lists of one zone, the numbers. What a profile does not have stays 0.
struct PcpNumbers {
  std::int64_t count = 0;                   ///< Pages on the lists (R-PCP-2).
  std::int64_t high = 0;                    ///< More than this and some go back (R-PCP-6, 13).
  std::int64_t batch = 0;                   ///< Pages per refill.
  std::int64_t free_factor = 0;             ///< v5.15, v6.1: the batch doubles so often on free.
  std::int64_t expire = 0;                  ///< Ticks until a remote zone's list is aged (C14).
  std::int64_t high_min = 0, high_max = 0;  ///< v6.12, v7.1: bounds of `high`.
  std::int64_t flags = 0;         ///< v7.1: 1 the last free was of order 1..3, 2 keep a batch.
  std::int64_t alloc_factor = 0;  ///< v7.1: the batch doubles so often on allocation.
  std::int64_t free_count = 0;    ///< v7.1: pages freed lately.
  std::int64_t threshold = 0;     ///< A diff beyond it is folded (W-4).
  std::array<std::int64_t, kStats> diff{};  ///< This CPU's parts not folded yet, by Stat.

  bool operator==(const PcpNumbers&) const = default;
};

/// A block on a per-CPU list.
struct PcpBlock {
  Pfn head;
  std::optional<Migratetype> cached;  ///< The type it goes back by; v7.1 caches none (R-PCP-21).
  bool operator==(const PcpBlock&) const = default;
};

struct PcpState {
  PcpNumbers numbers;
  std::array<std::vector<PcpBlock>, kPcpLists> lists;  ///< By list number (R-PCP-1, 11; C1).
  bool operator==(const PcpState&) const = default;
};

/// From `begin` to the next run's begin (the last: to the zone's end) pageblocks have this type.
struct PageblockRun {
  Pfn begin;
  std::optional<Migratetype> type;  ///< Nothing: no memory map there, or another zone's.
  bool operator==(const PageblockRun&) const = default;
};

struct ZoneState {
  unsigned node = 0;
  unsigned index = 0;  ///< Among the configured types (R-ZONE-1).
  ZoneType type = ZoneType::normal;
  ZoneNumbers numbers;
  std::array<std::array<std::vector<Pfn>, kTypes>, kOrders> lists;  ///< Heads by order and type.
  std::array<std::int64_t, kOrders> nr_free{};                      ///< Blocks by order (R-GEN-12).
  std::vector<PcpState> pcp;                                        ///< By CPU; empty: unpopulated.
  std::vector<PageblockRun> pageblocks;  ///< Ascending. A type stands for whole pageblocks.
  std::vector<Pfn> lru;  ///< Allocated pages that count as movable when a block is claimed (C8).
  bool operator==(const ZoneState&) const = default;
};

/// A zone by its place: node and index among the configured types.
struct ZoneRef {
  std::uint8_t node = 0;
  std::uint8_t index = 0;
  bool operator==(const ZoneRef&) const = default;
};

struct NodeState {
  bool present = true;          ///< Online with a state of its own.
  bool kswapd_running = false;  ///< v5.15, v7.1 (R-LIST-12, C11).
  std::int64_t kswapd_failures = 0;
  std::int64_t kswapd_zone = 0;  ///< Highest index asked for; the number of zones: none.
  std::int64_t kswapd_order = 0;
  std::vector<ZoneRef> fallback;       ///< FALLBACK zonelist (R-ZONE-3).
  std::vector<ZoneRef> nofallback;     ///< NOFALLBACK zonelist; not there on UMA.
  std::vector<std::int64_t> distance;  ///< To each node; empty: not recorded.
  bool operator==(const NodeState&) const = default;
};

/// Memory policy of the task (R-API-10, W-9).
enum class PolicyMode : std::uint8_t { none, preferred, bind, interleave, local, preferred_many };

/// What does not change while operations run, the interleave cursor apart.
struct Config {
  Profile profile = Profile::v6_1_lts192;
  unsigned pageblock_order = 9;
  std::vector<ZoneType> zones;        ///< Configured types; position is index.
  bool cma = false;                   ///< The type CMA exists.
  bool isolation_drains = true;       ///< v4.7: isolating drains the zone's lists.
  bool grouping_disabled = false;     ///< Mobility grouping is off (R-ZONE-15).
  bool defrag_mode = false;           ///< v7.1: vm.defrag_mode.
  bool thp = true;                    ///< Pageblock order blocks may stand on per-CPU lists.
  std::int64_t boost_factor = 15000;  ///< watermark_boost_factor, in 1/10000; 0: off (R-MT-15).
  std::int64_t min_free_kbytes = 0;
  std::int64_t scale_factor = 10;  ///< watermark_scale_factor, in 1/10000 (R-CFG-6).
  std::int64_t high_fraction = 0;  ///< percpu_pagelist_(high_)fraction; 0: the formula (R-CFG-12).
  std::vector<std::uint8_t> cpu_node;  ///< Node of each CPU.
  bool realtime_task = false;          ///< The task that runs the operations is real-time (W-11).
  PolicyMode policy = PolicyMode::none;
  unsigned policy_nodes = 0;     ///< Bit n: node n.
  unsigned interleave_last = 0;  ///< Node that INTERLEAVE used last.
  bool operator==(const Config&) const = default;
};

/// One moment. Zones stand by node, then by index, unpopulated ones included.
struct KernelState {
  Config config;
  std::vector<NodeState> nodes;
  std::vector<ZoneState> zones;
  bool operator==(const KernelState&) const = default;
};

/// A member by name, for readers, printers and comparers.
template <class T>
struct Member {
  std::string_view name;
  std::int64_t T::* member;
};

inline constexpr Member<ZoneNumbers> kZoneMembers[] = {
    {"managed", &ZoneNumbers::managed},
    {"present", &ZoneNumbers::present},
    {"spanned", &ZoneNumbers::spanned},
    {"start", &ZoneNumbers::start},
    {"min", &ZoneNumbers::min},
    {"low", &ZoneNumbers::low},
    {"high", &ZoneNumbers::high},
    {"promo", &ZoneNumbers::promo},
    {"boost", &ZoneNumbers::boost},
    {"highatomic", &ZoneNumbers::highatomic},
    {"free_highatomic", &ZoneNumbers::free_highatomic},
    {"isolated", &ZoneNumbers::isolated},
    {"flags", &ZoneNumbers::flags},
};

inline constexpr Member<PcpNumbers> kPcpMembers[] = {
    {"count", &PcpNumbers::count},
    {"high", &PcpNumbers::high},
    {"batch", &PcpNumbers::batch},
    {"free_factor", &PcpNumbers::free_factor},
    {"expire", &PcpNumbers::expire},
    {"high_min", &PcpNumbers::high_min},
    {"high_max", &PcpNumbers::high_max},
    {"flags", &PcpNumbers::flags},
    {"alloc_factor", &PcpNumbers::alloc_factor},
    {"free_count", &PcpNumbers::free_count},
    {"threshold", &PcpNumbers::threshold},
};

std::string_view stat_name(Stat s);  ///< "NR_FREE_PAGES", ...

}  // namespace bp::reference
