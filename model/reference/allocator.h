// SPDX-License-Identifier: MIT
// The reference's state while it runs: the same things as in KernelState, as lists that can be
// changed at either end. Plain data and the smallest steps on it; who decides is the Rulebook.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/reference/frames.h"
#include "model/reference/kernel_state.h"
#include "model/reference/reference.h"

namespace bp::reference {

class Oracles;

struct Pcp {
  PcpNumbers n;
  std::array<BlockList, kPcpLists> lists;
};

struct Area {
  std::array<BlockList, kTypes> lists;  ///< By migratetype.
  std::int64_t nr_free = 0;             ///< Blocks on all of them (R-GEN-12).
};

struct Zone {
  unsigned id = 0;  ///< Position in Allocator::zones.
  unsigned node = 0;
  unsigned index = 0;
  ZoneType type = ZoneType::normal;
  ZoneNumbers n;
  std::array<Area, kOrders> areas;
  std::vector<Pcp> pcp;                  ///< By CPU; empty: unpopulated.
  std::vector<PageblockRun> pageblocks;  ///< As loaded: which of them are memory of this zone.
  std::vector<Pfn> lru;                  ///< As loaded.

  bool populated() const { return n.present != 0; }
  bool has(ZoneFlag f) const { return (n.flags >> static_cast<unsigned>(f) & 1) != 0; }
  void set(ZoneFlag f, bool on) {
    const std::int64_t bit = std::int64_t{1} << static_cast<unsigned>(f);
    n.flags = on ? n.flags | bit : n.flags & ~bit;
  }
  /// Whether it spans `p` (R-ZONE-16).
  bool spans(Pfn p) const {
    const Pfn start{static_cast<std::uint64_t>(n.start)};
    return start <= p && p < start + Pages{n.spanned};
  }
};

struct Allocator {
  Allocator(const KernelState& s, const Rulebook& r);

  const Rulebook& rules;
  Config config;
  std::vector<NodeState> nodes;
  std::vector<Zone> zones;  ///< By node, then by index.
  FrameTable frames;
  const bool clamps_counters;  ///< The rule of this name.
  bool any_bad = false;  ///< Some page was marked bad: only then are pages looked at one by one.
  Oracles* oracles = nullptr;  ///< Of the request that runs, if it has an environment.
  unsigned cpu = 0;            ///< The CPU that runs the present operation: its counter parts move.

  Order pageblock_order() const { return Order{config.pageblock_order}; }
  std::int64_t pageblock_pages() const { return std::int64_t{1} << config.pageblock_order; }
  Zone& zone(ZoneRef r) { return zones[zone_base_[r.node] + r.index]; }
  const Zone& zone(ZoneRef r) const { return zones[zone_base_[r.node] + r.index]; }
  Zone& zone_of_block(Pfn head) { return zones[frames[head].zone]; }

  /// Of the pageblock that `p` is in; ISOLATE if it is isolated.
  Migratetype type_of(Pfn p) const {
    const std::uint8_t t = pageblocks_[pageblock(p)];
    return (t & kIsolated) != 0 ? Migratetype::isolate : Migratetype{t};
  }
  /// The type that an isolation hides (v7.1), or that it has.
  Migratetype type_below_isolation(Pfn p) const {
    return Migratetype{static_cast<std::uint8_t>(pageblocks_[pageblock(p)] & ~kIsolated)};
  }
  /// R-MT-14: while grouping is disabled, a requestable type is stored as UNMOVABLE.
  void set_type(Pfn p, Migratetype t);
  void set_isolated_bit(Pfn p, bool on);  ///< v7.1 (R-GEN-6)

  // Free lists. These keep nr_free and the frame's marks; NR_FREE_PAGES is the caller's.

  bool is_free(Pfn head, Order o) const {
    return frames.holds(head) && frames[head].use == FrameUse::free &&
           Order{frames[head].order} == o;
  }
  BlockList& list(Zone& z, Order o, Migratetype t) const {
    return z.areas[static_cast<unsigned>(o)].lists[static_cast<unsigned>(t)];
  }
  Area& area(Zone& z, Order o) const { return z.areas[static_cast<unsigned>(o)]; }
  void add(Zone& z, Pfn head, Order o, Migratetype t, bool to_tail);
  void remove(Zone& z, Pfn head);
  /// From its list to the end of another of the same order.
  void move(Zone& z, Pfn head, Migratetype to, bool to_tail);

  // Counters. R-WMARK-13, W-4: a change goes to this CPU's part first.

  void change(Zone& z, Stat s, std::int64_t by);
  /// What a watermark check reads: the global part, never below 0 (C-1 e, M-4).
  std::int64_t read(const Zone& z, Stat s) const {
    const std::int64_t n = z.n.stat[static_cast<unsigned>(s)];
    return n < 0 && clamps_counters ? 0 : n;
  }

 private:
  static constexpr std::uint8_t kIsolated = 0x80;
  std::size_t pageblock(Pfn p) const {
    for (const Seam& s : seams_) {
      if (s.begin <= p && p < s.end) return s.pageblock;
    }
    return frames.map().position(p) >> config.pageblock_order;
  }
  /// Two zones can meet inside a pageblock (i386: HIGHMEM). Each has a type of its own for its
  /// part: the upper zone's stands at an extra place.
  struct Seam {
    Pfn begin, end;
    std::size_t pageblock;
  };
  void find_seams(const KernelState& s);
  void load_zone(const ZoneState& s);
  void link(Zone& z, Pfn head, Order o, Migratetype t, bool to_tail);

  /// A byte each: the type, and the bit that isolates it where that is not a type of its own.
  std::vector<std::uint8_t> pageblocks_;
  std::vector<Seam> seams_;             ///< Mostly none.
  std::vector<std::size_t> zone_base_;  ///< Position of each node's first zone.

  friend KernelState state_of(const Allocator& a);
};

KernelState state_of(const Allocator& a);

/// Pages of a block, as a counter counts them.
constexpr std::int64_t size_of(Order o) { return static_cast<std::int64_t>(pages_in(o)); }

}  // namespace bp::reference
