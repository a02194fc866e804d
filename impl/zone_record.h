// SPDX-License-Identifier: MIT
// A zone with all that belongs to it: its bitmaps, what each frame is to its caller, and the
// numbers that never change. The numbers are written once, in place(), before anyone else knows the
// zone; the bitmaps and the orders have contracts of their own. Freestanding.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impl/block_orders.h"
#include "impl/carver.h"
#include "impl/config.h"
#include "impl/pcp.h"
#include "impl/planted.h"
#include "impl/zone.h"

namespace bp::impl {

template <class Policy>
struct ZoneRecord {
  using Frames = Zone<Policy>;
  using Orders = BlockOrders<Policy>;
  using Slot = typename PcpList<Policy>::Slot;

  Frames frames;
  Orders orders;
  FrameRange span;
  unsigned node = 0;
  ZoneType type = ZoneType::normal;
  std::int64_t marks[kMarks] = {};        ///< By Mark.
  std::int64_t reserve[kZoneTypes] = {};  ///< By the type of the request's highest zone.
  std::uint32_t pcp_high = 0;             ///< Most frames on one CPU's list; 0: no lists.
  std::uint32_t pcp_batch = 1;            ///< Frames per refill and flush, at most pcp_high.

  /// The zone's parts of the caller's memory.
  struct Parts {
    typename Frames::Tree* trees;
    typename Frames::Row* rows;
    typename Orders::Byte* orders;
    Slot* slots;  ///< slots_of() for CPU 0; those of the other CPUs follow.
  };

  static Parts carve(const ZoneSpec& s, unsigned cpus, Carver& from) {
    const std::uint64_t trees = Frames::trees_of(s.frames);
    Parts p;
    p.trees = from.take<typename Frames::Tree>(trees);
    p.rows = from.take<typename Frames::Row>(trees << kRowOrder);
    p.orders = from.take<typename Orders::Byte>(Orders::bytes_of(s.frames));
    p.slots = from.take<Slot>(std::size_t{cpus} * slots_of(s));
    return p;
  }

  /// Places of one CPU's list.
  static std::uint32_t slots_of(const ZoneSpec& s) {
    const std::uint32_t high = high_of(s);
    return high != 0 && Policy::planted(Bug::pcp_over_high) ? high + 1 : high;
  }

  /// Every frame of the zone that no hole takes becomes free.
  void place(const Config& c, const ZoneSpec& s, const Parts& p) {
    frames.place(s.frames, p.trees, p.rows);
    orders.place(s.frames, p.orders);
    span = s.frames;
    node = s.node;
    type = s.type;
    for (unsigned m = 0; m < kMarks; ++m) marks[m] = static_cast<std::int64_t>(s.marks[m]);
    for (unsigned t = 0; t < kZoneTypes; ++t)
      reserve[t] = static_cast<std::int64_t>(s.lowmem_reserve[t]);
    pcp_high = high_of(s);
    pcp_batch = s.pcp_batch == 0 ? 1 : s.pcp_batch < pcp_high ? s.pcp_batch : pcp_high;
    put_managed(c);
  }

 private:
  /// A list never needs to hold more pages than the zone has.
  static std::uint32_t high_of(const ZoneSpec& s) {
    const auto spanned =
        static_cast<std::uint64_t>(static_cast<std::int64_t>(s.frames.end - s.frames.begin));
    return s.pcp_high < spanned ? s.pcp_high : static_cast<std::uint32_t>(spanned);
  }

  void put_managed(const Config& c) {
    Pfn at = span.begin;
    for (unsigned h = 0; h < c.n_holes && at < span.end; ++h) {
      if (c.holes[h].end <= at) continue;
      put_range(at, c.holes[h].begin < span.end ? c.holes[h].begin : span.end);
      at = c.holes[h].end;
    }
    const bool rounded = Policy::planted(Bug::zone_end_rounded);
    put_range(at, rounded ? align_up(span.end, Order{kRowOrder}) : span.end);
    orders.finish();
  }
  void put_range(Pfn begin, Pfn end) {
    if (!(begin < end)) return;
    orders.manage(begin, end);
    frames.put_range(begin, end);
  }
};

}  // namespace bp::impl
