// SPDX-License-Identifier: MIT
// A zone with all that belongs to it: its bitmaps, what each frame is to its caller, and the
// numbers that never change. The numbers are written once, in place(), before anyone else knows the
// zone; the bitmaps and the orders have contracts of their own. Freestanding.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impl/carver.h"
#include "impl/config.h"
#include "impl/highatomic_cap.h"
#include "impl/pcp.h"
#include "impl/planted.h"
#include "impl/zone.h"

namespace bp::impl {

template <class Policy>
struct ZoneRecord {
  using Frames = Zone<Policy>;
  using Orders = typename Frames::Orders;
  using Lists = CpuLists<Policy>;
  using Slot = typename Lists::Slot;

  Frames frames;
  FrameRange span;
  unsigned node = 0;
  ZoneType type = ZoneType::normal;
  /// Of a pageblock that nobody asked for yet; without grouping all are alike (R-MT-14).
  Migratetype initial_type = Migratetype::movable;
  std::int64_t marks[kMarks] = {};        ///< By Mark.
  std::int64_t reserve[kZoneTypes] = {};  ///< By the type of the request's highest zone.
  FrameRange* holes = nullptr;            ///< Those that meet the span, ascending.
  unsigned n_holes = 0;
  std::int64_t highatomic_cap = 0;  ///< See highatomic_cap.h; 0: nothing is ever reserved.
  std::uint32_t pcp_high = 0;       ///< Most frames on one CPU's list; 0: no lists.
  std::uint32_t pcp_batch = 1;      ///< Frames per refill and flush, at most pcp_high.

  /// The zone's parts of the caller's memory.
  struct Parts {
    typename Frames::Tree* trees;
    typename Frames::Row* rows;
    typename Frames::Types::Word* types;
    typename Frames::Hints::Word* hints;
    typename Orders::Byte* orders;
    FrameRange* holes;  ///< holes_of().
    Slot* slots;        ///< lists_of() for CPU 0; those of the other CPUs follow.
  };

  static Parts carve(const Config& c, const ZoneSpec& s, Carver& from) {
    const std::uint64_t trees = Frames::trees_of(s.frames);
    Parts p;
    p.trees = from.take<typename Frames::Tree>(trees);
    p.rows = from.take<typename Frames::Row>(trees << kRowOrder);
    from.offset += kTypesApart;
    p.types = from.take<typename Frames::Types::Word>(trees);
    p.hints = from.take<typename Frames::Hints::Word>(Frames::Hints::words_of(trees));
    p.orders = from.take<typename Orders::Byte>(Orders::bytes_of(s.frames));
    p.holes = from.take<FrameRange>(holes_of(c, s));
    p.slots = from.take<Slot>(std::size_t{c.cpus} * lists_of(s).slots);
    return p;
  }

  /// Bytes left out before the types. The first ones must not begin at the same distance from a
  /// page's begin as a CPU's lists, whose stores come just before a load of a type: processors
  /// compare these 12 bits first, and wait. With a power of two of memory they would.
  static constexpr std::size_t kTypesApart = 1024 + 64;

  /// One CPU's lists.
  static ListCapacities lists_of(const ZoneSpec& s) {
    const std::uint32_t high = high_of(s);
    const bool over = high != 0 && Policy::planted(Bug::pcp_over_high);
    return capacities_of(high + (over ? 1 : 0), !Policy::kExactOrders);
  }

  /// Every frame of the zone that no hole takes becomes free.
  void place(const Config& c, const ZoneSpec& s, const Parts& p) {
    if (!c.group_by_mobility) initial_type = Migratetype::unmovable;
    frames.place(s.frames, {p.trees, p.rows, p.types, p.hints, p.orders}, initial_type,
                 c.group_by_mobility);
    span = s.frames;
    node = s.node;
    type = s.type;
    for (unsigned m = 0; m < kMarks; ++m) marks[m] = static_cast<std::int64_t>(s.marks[m]);
    for (unsigned t = 0; t < kZoneTypes; ++t)
      reserve[t] = static_cast<std::int64_t>(s.lowmem_reserve[t]);
    pcp_high = high_of(s);
    pcp_batch = s.pcp_batch == 0 ? 1 : s.pcp_batch < pcp_high ? s.pcp_batch : pcp_high;
    set_areas(c);
    put_managed(c, p);
    if (c.highatomic) {
      const auto managed = static_cast<std::int64_t>(frames.free_pages());
      highatomic_cap = impl::highatomic_cap(c.profile, managed, kPageblockPages);
    }
  }

  /// Within the span and in no hole. A hole that covers a whole pageblock is one until the
  /// pageblock is brought online. Off the fast path: only a refused free asks.
  bool manages(Pfn p) const {
    if (!(span.begin <= p && p < span.end) || !frames.is_online(p)) return false;
    for (unsigned h = 0; h < n_holes; ++h)
      if (holes[h].begin <= p && p < holes[h].end && !covers_pageblock(holes[h], p)) return false;
    return true;
  }

  /// Whole pageblocks of the zone.
  bool has_pageblocks(FrameRange f) const {
    return f.begin < f.end && are_pageblocks(f) && span.begin <= f.begin && f.end <= span.end;
  }

 private:
  /// A list never needs to hold more pages than the zone has.
  static std::uint32_t high_of(const ZoneSpec& s) {
    const auto spanned =
        static_cast<std::uint64_t>(static_cast<std::int64_t>(s.frames.end - s.frames.begin));
    return s.pcp_high < spanned ? s.pcp_high : static_cast<std::uint32_t>(spanned);
  }

  static bool covers_pageblock(const FrameRange& hole, Pfn p) {
    const Pfn begin = align_down(p, Order{kPageblockOrder});
    return hole.begin <= begin && begin + Pages{kPageblockPages} <= hole.end;
  }
  template <class Visit>
  void for_each_pageblock(const FrameRange& within, Visit&& visit) const {
    const Pfn end = within.end < span.end ? within.end : span.end;
    Pfn p = align_up(within.begin < span.begin ? span.begin : within.begin, Order{kPageblockOrder});
    for (; p + Pages{kPageblockPages} <= end; p += Pages{kPageblockPages}) visit(p);
  }
  void set_areas(const Config& c) {
    for (unsigned i = 0; i < c.n_cma; ++i)
      for_each_pageblock(c.cma[i], [&](Pfn p) { frames.set_cma(p); });
    for (unsigned h = 0; h < c.n_holes; ++h)
      for_each_pageblock(c.holes[h], [&](Pfn p) { frames.set_offline(p); });
  }

  static bool meets(const FrameRange& hole, const FrameRange& zone) {
    return hole.begin < zone.end && zone.begin < hole.end;
  }
  static unsigned holes_of(const Config& c, const ZoneSpec& s) {
    unsigned n = 0;
    for (unsigned h = 0; h < c.n_holes; ++h) n += meets(c.holes[h], s.frames) ? 1U : 0U;
    return n;
  }

  void put_managed(const Config& c, const Parts& p) {
    holes = p.holes;
    Pfn at = span.begin;
    for (unsigned h = 0; h < c.n_holes; ++h) {
      if (!meets(c.holes[h], span)) continue;
      put_range(at, c.holes[h].begin);
      ::new (holes + n_holes++) FrameRange(c.holes[h]);
      at = c.holes[h].end;
    }
    const bool rounded = Policy::planted(Bug::zone_end_rounded);
    put_range(at, rounded ? align_up(span.end, Order{kRowOrder}) : span.end);
  }
  void put_range(Pfn begin, Pfn end) {
    if (begin < end) frames.put_range(begin, end);
  }
};

}  // namespace bp::impl
