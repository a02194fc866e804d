// SPDX-License-Identifier: MIT
// Ranges of whole pageblocks: isolated and given back, taken as one contiguous piece, removed from
// the machine and added to it. The contract is allocator.h's. Freestanding.
//
// All of them are all or nothing: what fails half way undoes what it did, in full sight of others,
// who may find less memory meanwhile. Nothing is moved out of the way: a frame in use makes a range
// busy, and whoever wants it first moves its contents, as with the kernel's compaction.
#pragma once

#include "impl/zone_scans.h"

namespace bp::impl {

template <class Policy>
class Ranges : public ZoneScans<Policy> {
 protected:
  using State = AllocatorState<Policy>;
  using Lists = ListTraffic<Policy>;
  using State::n_zones_, State::zones_;
  using typename State::Record;
  using ZoneScans<Policy>::ZoneScans;

  static constexpr Pages kStep{kPageblockPages};

  /// From now on nothing is handed out there. Frames freed there stay free and uncounted.
  RangeStatus isolate_range(FrameRange f) {
    Record* const zone = zone_with(f);
    if (zone == nullptr) return RangeStatus::bad_range;
    const Pfn reached = while_each(f, [&](Pfn p) { return zone->frames.isolate(p); });
    if (reached != f.end) {
      undo(*zone, {f.begin, reached});
      return RangeStatus::busy;
    }
    // What lies on lists was free before; its owners may not hand it out any more.
    return Lists::drain_lists(kAllCpusDrain).all ? RangeStatus::ok : RangeStatus::lists_busy;
  }

  RangeStatus undo_range(FrameRange f) {
    Record* const zone = zone_with(f);
    if (zone == nullptr) return RangeStatus::bad_range;
    const Pfn isolated = while_each(f, [&](Pfn p) {
      return zone->frames.type_at(p) == Migratetype::isolate && zone->frames.is_online(p);
    });
    if (isolated != f.end) return RangeStatus::busy;
    undo(*zone, f);
    return RangeStatus::ok;
  }

  /// All frames of the range become the caller's, in blocks of order 9.
  RangeStatus take_range(FrameRange f) {
    return with_isolated(f, [&](Record& zone) {
      if (!take(zone, f)) return RangeStatus::busy;
      while_each(f, [&](Pfn p) {
        zone.frames.blocks.mark(p, Order{kPageblockOrder});
        return zone.frames.undo_isolate(p);
      });
      return RangeStatus::ok;
    });
  }

  RangeStatus remove_range(FrameRange f) {
    return with_isolated(f, [&](Record& zone) {
      if (!take(zone, f)) return RangeStatus::busy;
      while_each(f, [&](Pfn p) { return zone.frames.put_offline(p), true; });
      return RangeStatus::ok;
    });
  }

  /// Of a type as a zone has it at first. The pageblocks were removed, or are holes since boot.
  RangeStatus add_range(FrameRange f) {
    Record* const zone = zone_with(f);
    if (zone == nullptr) return RangeStatus::bad_range;
    if (while_each(f, [&](Pfn p) { return !zone->frames.is_online(p); }) != f.end)
      return RangeStatus::busy;
    while_each(f, [&](Pfn p) {
      if (zone->frames.put_online(p, zone->initial_type))
        zone->frames.release(p, Order{kPageblockOrder});
      return true;
    });
    return RangeStatus::ok;
  }

 private:
  /// The zone that has the whole range as its own pageblocks, or null.
  Record* zone_with(FrameRange f) const {
    const unsigned z = State::zone_of(f.begin);
    return z != n_zones_ && zones_[z].has_pageblocks(f) ? zones_ + z : nullptr;
  }
  /// Where the first pageblock begins for which `step` says no; the range's end if none.
  template <class Step>
  static Pfn while_each(FrameRange f, Step&& step) {
    Pfn p = f.begin;
    while (p < f.end && step(p)) p += kStep;
    return p;
  }
  static void undo(Record& zone, FrameRange f) {
    while_each(f, [&](Pfn p) { return zone.frames.undo_isolate(p); });
  }
  template <class Then>
  RangeStatus with_isolated(FrameRange f, Then&& then) {
    const RangeStatus isolated = isolate_range(f);
    if (isolated == RangeStatus::bad_range || isolated == RangeStatus::busy) return isolated;
    Record& zone = *zone_with(f);
    const RangeStatus done = then(zone);
    if (done != RangeStatus::ok) undo(zone, f);
    return done;
  }
  /// Each of its pageblocks is the caller's, or none is.
  static bool take(Record& zone, FrameRange f) {
    const Pfn reached = while_each(f, [&](Pfn p) { return zone.frames.take_pageblock(p); });
    if (reached == f.end) return true;
    while_each({f.begin, reached},
               [&](Pfn p) { return zone.frames.release(p, Order{kPageblockOrder}), true; });
    return false;
  }
};

}  // namespace bp::impl
