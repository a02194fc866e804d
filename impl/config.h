// SPDX-License-Identifier: MIT
// What the allocator is told and what it answers: plain values in the project's words. A Config is
// read while the allocator is placed and may be dropped afterwards. Freestanding.
#pragma once

#include <cstdint>

#include "impl/row.h"
#include "model/vocab/gfp.h"
#include "model/vocab/profile.h"
#include "model/vocab/units.h"
#include "model/vocab/zone.h"

namespace bp::impl {

inline constexpr unsigned kMaxNodes = 8;
inline constexpr unsigned kMaxZones = 40;
inline constexpr unsigned kMaxCpus = 256;

/// Frames [begin, end).
struct FrameRange {
  Pfn begin;
  Pfn end;
};

/// Which mark of a zone an attempt keeps.
enum class Mark : std::uint8_t { min, low, high };
inline constexpr unsigned kMarks = 3;

struct ZoneSpec {
  unsigned node = 0;
  ZoneType type = ZoneType::normal;
  FrameRange frames;                 ///< Spanned, holes included: at most 2^32 - 4095 frames.
  Pages marks[kMarks];               ///< By Mark.
  Pages lowmem_reserve[kZoneTypes];  ///< By the type of the request's highest zone.
  std::uint32_t pcp_high = 0;        ///< Most pages on one CPU's list; 0: keep none.
  std::uint32_t pcp_batch = 1;       ///< Pages per refill and flush; at least 1.
};

/// The nodes of one node's zonelist, itself first; nodes without memory are left out.
struct NodeList {
  std::uint8_t nodes[kMaxNodes] = {};
  std::uint8_t count = 0;
};

/// A request that the environment is asked to help.
struct Need {
  unsigned node = 0;
  unsigned order = 0;
  ZoneType highest = ZoneType::normal;  ///< Memory above it does not help.
  std::uint32_t gfp = 0;
};

/// What the environment does when memory is short; null: nothing. Called by the thread that asks
/// for memory, outside of any per-CPU section, in the order of SPEC section 13: the calls may free
/// and allocate here. `context` comes first.
struct PressureCalls {
  /// Whether anybody can free memory while a request waits.
  constexpr bool can_help() const {
    return compact != nullptr || reclaim != nullptr || oom != nullptr;
  }
  void* context = nullptr;
  void (*wake_kswapd)(void*, const Need&) = nullptr;  ///< For each node that may serve, no wait.
  bool (*compact)(void*, const Need&) = nullptr;      ///< Whether a block may have come of it.
  bool (*reclaim)(void*, const Need&) = nullptr;      ///< Whether pages became free.
  bool (*oom)(void*, const Need&) = nullptr;          ///< Whether somebody was killed.
};

/// Where a task may have memory: nodes of its cpuset, bit n: node n.
struct Mems {
  std::uint32_t nodes = ~0U;   ///< mems_allowed.
  std::uint32_t beyond = ~0U;  ///< Of the nearest cpuset with a hard wall, for masks without one.
  std::uint32_t sequence = 0;  ///< Another one than before: the nodes changed.
};

/// What came of reclaiming from one node (R-LIST-6).
enum class NodeReclaim : std::uint8_t {
  noscan,   ///< Nothing was tried: the node is far, or somebody is at it.
  full,     ///< There is nothing to find.
  some,     ///< Something was found,
  success,  ///< and enough.
};

/// Who else has a say in a request; null: nobody. Called as PressureCalls are, never by the fast
/// path: it leaves such requests, whose bits it sees.
struct Surroundings {
  void* context = nullptr;
  /// Of the task that asks, all as of one moment. For requests with kTaskBound, first and before
  /// anything is given up.
  Mems (*mems)(void*, const Need&) = nullptr;
  /// Whether the request is to fail: fault injection. For those with kTaskWatched that may fail.
  bool (*fails)(void*, const Need&) = nullptr;
  /// Whether a zone (its number in Config::zones), or its node, is over its dirty limit. For masks
  /// with WRITE.
  bool (*is_dirty)(void*, unsigned zone) = nullptr;
  /// Reclaims from the node of a zone that has too little before the next one is looked at:
  /// zone_reclaim_mode. For those that may wait.
  NodeReclaim (*reclaim_node)(void*, const Need&) = nullptr;
};

/// How blocks that a mask wants zeroed become zero: by a call, else through the memory itself; with
/// neither the mask's bit does nothing.
struct Zeroing {
  void* context = nullptr;
  void (*zero)(void*, Pfn head, unsigned order) = nullptr;
  unsigned char* direct_map = nullptr;  ///< Where frame 0 is, with 4 KiB a frame.
};

struct Config {
  Profile profile = Profile::v6_1_lts192;
  Era era = Era::e3;
  ZoneConfig zone_types;
  unsigned cpus = 1;
  unsigned nodes = 1;
  const ZoneSpec* zones = nullptr;  ///< By node, then type ascending; none empty, none overlap.
  unsigned n_zones = 0;
  const FrameRange* holes = nullptr;  ///< Ascending.
  unsigned n_holes = 0;
  std::uint8_t node_of_cpu[kMaxCpus] = {};
  /// Requests of different migratetypes keep to pageblocks of their own. A kernel without much
  /// memory does without, see groups_by_mobility().
  bool group_by_mobility = true;
  /// Pageblocks are reserved for high-order atomic requests as these are served.
  bool highatomic = false;
  /// CMA areas: whole pageblocks of 512 frames within zones. Only movable requests are served there
  /// beside alloc_range().
  const FrameRange* cma = nullptr;
  unsigned n_cma = 0;
  NodeList fallback[kMaxNodes];
  PressureCalls pressure;
  Surroundings around;
  Zeroing zeroing;
  /// The memory for the allocator is all zero, as fresh pages of an operating system are: then its
  /// bitmaps are not written, and placing takes a time that hardly grows with the machine.
  bool memory_is_zero = false;
};

/// Both ends are multiples of 512.
constexpr bool are_pageblocks(FrameRange f) {
  return ((static_cast<std::uint64_t>(f.begin) | static_cast<std::uint64_t>(f.end)) & 511) == 0;
}

/// Within the allocator's bounds, every zone non-empty on a node of the machine, in the order that
/// Config asks for and apart from the others, every list of nodes in range.
constexpr bool is_valid(const Config& c) {
  if (c.cpus == 0 || c.cpus > kMaxCpus || c.nodes == 0 || c.nodes > kMaxNodes) return false;
  if (c.n_zones > kMaxZones || static_cast<unsigned>(c.era) >= kEras) return false;
  for (unsigned z = 0; z < c.n_zones; ++z) {
    const ZoneSpec& zone = c.zones[z];
    const FrameRange f = zone.frames;
    if (!(f.begin < f.end) || zone.node >= c.nodes || zone.type > ZoneType::device) return false;
    if (Pages{std::int64_t{1} << 32} < f.end - align_down(f.begin, Order{kTreeOrder})) return false;
    for (unsigned other = 0; other < z; ++other) {
      const ZoneSpec& o = c.zones[other];
      if (o.frames.begin < f.end && f.begin < o.frames.end) return false;
      if (o.node > zone.node || (o.node == zone.node && o.type >= zone.type)) return false;
    }
  }
  for (unsigned h = 0; h < c.n_holes; ++h) {
    if (!(c.holes[h].begin < c.holes[h].end)) return false;
    if (h != 0 && c.holes[h].begin < c.holes[h - 1].end) return false;
  }
  for (unsigned i = 0; i < c.n_cma; ++i)
    if (!(c.cma[i].begin < c.cma[i].end) || !are_pageblocks(c.cma[i])) return false;
  for (unsigned cpu = 0; cpu < c.cpus; ++cpu)
    if (c.node_of_cpu[cpu] >= c.nodes) return false;
  for (unsigned n = 0; n < c.nodes; ++n) {
    if (c.fallback[n].count > kMaxNodes) return false;
    for (unsigned k = 0; k < c.fallback[n].count; ++k)
      if (c.fallback[n].nodes[k] >= c.nodes) return false;
  }
  return true;
}

/// Whether a kernel with that many pages above its high marks groups by mobility (R-ZONE-15).
constexpr bool groups_by_mobility(Pages above_high) {
  constexpr std::int64_t kTypes = 6;  // Migratetype's.
  return !(above_high < Pages{kTypes << 9});
}

/// Bits of Request::task: who asks, as far as that opens reserves (R-AF-1, 2, 4, 5). Who serves an
/// interrupt is nobody's task and has none of them, but kTaskFrees in a softirq.
inline constexpr std::uint32_t kTaskFrees = 1U << 0;     ///< It frees memory: PF_MEMALLOC.
inline constexpr std::uint32_t kTaskDies = 1U << 1;      ///< The OOM killer's victim.
inline constexpr std::uint32_t kTaskRealtime = 1U << 2;  ///< Somebody in a hurry.
/// Nobody is asked to help it, in an interrupt either: it reclaims itself (R-SLOW-9, R-SLOW-34), or
/// is what v4.7 takes for a victim that may fail (R-SLOW-10).
inline constexpr std::uint32_t kTaskAlone = 1U << 3;
/// There are cpusets, and Surroundings::mems knows that of who asks. Not needed where it allows all
/// nodes and will go on to.
inline constexpr std::uint32_t kTaskBound = 1U << 4;
/// With kTaskBound: it was interrupted. No cpuset binds who serves an interrupt (R-LIST-1).
inline constexpr std::uint32_t kTaskInterrupted = 1U << 5;
inline constexpr std::uint32_t kTaskWatched = 1U << 6;  ///< Its requests may be made to fail.

struct Request {
  unsigned cpu = 0;  ///< Where the caller runs.
  unsigned order = 0;
  std::uint32_t gfp = 0;       ///< Raw, in the Config's era.
  int node = -1;               ///< -1: the node of the CPU.
  std::uint32_t nodemask = 0;  ///< Bit n allows node n; 0: all.
  std::uint32_t task = 0;      ///< Bits kTask...; 0: an ordinary one.
};

/// Why a free was refused; nothing changed unless it is ok.
enum class FreeStatus : std::uint8_t {
  ok,
  bad_order,      ///< An allocated head, but of another order.
  not_head,       ///< Inside an allocated block.
  not_allocated,  ///< Free, or on a per-CPU list.
  foreign,        ///< Not a managed frame.
  no_cpu,         ///< The machine has no CPU of that number.
};

/// What became of an operation on a range of pageblocks.
enum class RangeStatus : std::uint8_t {
  ok,
  bad_range,   ///< Empty, not whole pageblocks, or not within one zone; nothing changed.
  busy,        ///< Some pageblock is not in the state that is asked for; nothing changed.
  lists_busy,  ///< isolate() only: done, but a list was left to its stalled owner. Drain again.
};

struct ZoneCount {
  std::uint64_t free = 0;           ///< Pages in free blocks that are not isolated.
  std::uint64_t on_pcp = 0;         ///< Pages on per-CPU lists.
  std::uint64_t free_cma = 0;       ///< Of `free`, in CMA areas.
  std::uint64_t reserved = 0;       ///< In the highatomic reserve's pageblocks, used or not.
  std::uint64_t kept_back = 0;      ///< Of them, those that marks are checked without (R-WMARK-17).
  std::uint64_t isolated_free = 0;  ///< Free in isolated pageblocks; not in `free`.
};

}  // namespace bp::impl
