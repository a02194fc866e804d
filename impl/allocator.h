// SPDX-License-Identifier: MIT
// The allocator: zones, zonelists, watermarks and per-CPU lists put together. Freestanding: no
// heap, no exception; all memory is the caller's, and its size is known before.
//
// Contract
//   who       alloc, free, drain, count: any thread with any thread; a request names the CPU it
//             runs on, and naming another one costs speed only. place() before anyone else knows
//             the allocator; for_each_block() at quiescence.
//   hand-over what the last owner of a frame wrote before free() happens before alloc() returns it.
//   progress  no operation waits. The bitmaps are lock-free; a thread that stalls inside a per-CPU
//             section holds back that one list (at most pcp_high pages) and what it was moving.
//   null      alloc says null only if no eligible block exists after a drain of all CPUs' lists,
//             all scans repeated (L2). Held-back pages and frames in flight are not seen.
//   errors    free() refuses what is not an allocated head of that order, and changes nothing.
// Leaves out: migratetypes, highatomic and CMA reserves, reclaim, compaction, OOM, hotplug.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>

#include "impl/attempts.h"
#include "impl/carver.h"
#include "impl/config.h"
#include "impl/flush.h"
#include "impl/pcp.h"
#include "impl/planted.h"
#include "impl/policy.h"
#include "impl/watermark.h"
#include "impl/zone_record.h"
#include "impl/zonelist.h"
#include "model/vocab/check.h"

namespace bp::impl {

inline constexpr unsigned kAllCpusDrain = ~0U;  ///< drain(): every CPU.
inline constexpr unsigned kOnNoCpu = ~0U;       ///< for_each_block(): a free block of its zone.

/// Tries to enter a busy list before a drain leaves it to its owner.
inline constexpr unsigned kDrainTries = 64;

template <class Policy>
class Allocator {
  using Zone = impl::Zone<Policy>;
  using Pcp = PcpList<Policy>;
  using Record = ZoneRecord<Policy>;

 public:
  /// Memory that place() needs, and how it must be aligned.
  static constexpr std::size_t kAlign = 64;
  static std::size_t footprint(const Config& c) {
    Carver size{nullptr};
    carve(c, size);
    return size.offset;
  }

  /// An allocator in `memory`, every managed frame free; null if the memory is too small or not
  /// aligned. It needs no destruction: the caller takes its memory back.
  static Allocator* place(void* memory, std::size_t bytes, const Config& c) {
    if (bytes < footprint(c) || reinterpret_cast<std::uintptr_t>(memory) % kAlign != 0)
      return nullptr;
    Carver parts{static_cast<unsigned char*>(memory)};
    const Parts p = carve(c, parts);
    return ::new (p.self) Allocator(c, p);
  }

  /// The head of a block of the request's order, or kNoPfn.
  Pfn alloc(const Request& r) {
    check(r.cpu < cpus_, "a request names a CPU of the machine");
    if (r.order > kOrderMax) return kNoPfn;
    const Pfn got = try_zones(scan_of(r), fast_attempt());
    return got != kNoPfn ? got : alloc_slow(r);
  }

  /// Gives a block back. The order is the one it was allocated with.
  FreeStatus free(unsigned cpu, Pfn head, unsigned order) {
    check(cpu < cpus_, "a free names a CPU of the machine");
    const unsigned z = zone_of(head);
    if (z == n_zones_) return FreeStatus::foreign;
    const Order o{order <= kOrderMax ? order : kOrderMax};
    if (order > kOrderMax || !zones_[z].orders.is_head(head, o)) {
      const FreeStatus why = zones_[z].orders.why_not(head);
      if (!tolerated(why, head, o)) return why;
    }
    zones_[z].orders.clear(head);
    give(cpu, z, head, o);
    return FreeStatus::ok;
  }

  /// Empties the lists of one CPU, or of all. A list that stays busy is left to its owner.
  Pages drain(unsigned cpu) {
    Pages drained;
    for (unsigned c = 0; c < cpus_; ++c) {
      if (cpu != kAllCpusDrain && cpu != c) continue;
      for (unsigned z = 0; z < n_zones_; ++z) drained += drain_list(c, z);
    }
    return drained;
  }

  unsigned zones() const { return n_zones_; }

  /// Exact at quiescence.
  ZoneCount count(unsigned z) const {
    ZoneCount n;
    n.free = static_cast<std::uint64_t>(static_cast<std::int64_t>(zones_[z].frames.free_pages()));
    for (unsigned c = 0; c < cpus_; ++c) n.on_pcp += list(c, z).count();
    return n;
  }

  /// visit(head, order, cpu): every free block (kOnNoCpu) and every frame on a CPU's list.
  template <class Visit>
  void for_each_block(Visit&& visit) const {
    for (unsigned z = 0; z < n_zones_; ++z) {
      zones_[z].frames.for_each_free([&](Pfn head, Order o) { visit(head, o, kOnNoCpu); });
      for (unsigned c = 0; c < cpus_; ++c) {
        list(c, z).for_each([&](std::uint32_t at) { visit(frame(z, at), Order{0}, c); });
      }
    }
  }

 private:
  struct Parts {
    Allocator* self;
    Record* zones;
    Pcp* lists;
    typename Record::Parts of[kMaxZones];
  };

  static Parts carve(const Config& c, Carver& from) {
    // Before the first array is indexed by one of them.
    check(c.cpus <= kMaxCpus && c.nodes <= kMaxNodes && c.n_zones <= kMaxZones,
          "a machine is within the allocator's bounds");
    Parts p;
    p.self = from.take<Allocator>(1);
    p.zones = from.take<Record>(c.n_zones);
    p.lists = from.take<Pcp>(std::size_t{c.cpus} * c.n_zones);
    for (unsigned z = 0; z < c.n_zones; ++z) p.of[z] = Record::carve(c.zones[z], c.cpus, from);
    return p;
  }

  Allocator(const Config& c, const Parts& p)
      : profile_(c.profile),
        cpus_(c.cpus),
        nodes_(c.nodes),
        n_zones_(c.n_zones),
        zones_(p.zones),
        lists_(p.lists),
        masks_(gfp_masks(c.era)),
        highest_(zone_of_mask<Policy>(c.zone_types)) {
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu) node_of_cpu_[cpu] = c.node_of_cpu[cpu];
    build_zonelists<Policy>(c, zonelists_);
    for (unsigned z = 0; z < c.n_zones; ++z) place_zone(c, p, z);
  }

  void place_zone(const Config& c, const Parts& p, unsigned z) {
    Record& r = *::new (zones_ + z) Record;
    r.place(c, c.zones[z], p.of[z]);
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu) {
      Pcp& l = *::new (&list(cpu, z)) Pcp;
      const std::uint32_t slots = Record::slots_of(c.zones[z]);
      if (slots != 0) l.place(p.of[z].slots + std::size_t{cpu} * slots, slots);
    }
  }

  /// A request as its scans see it.
  struct Scan {
    const Request& r;
    ZoneType highest;
    unsigned node;
    std::uint32_t nodemask;
    bool thisnode;
  };

  Scan scan_of(const Request& r) const {
    const unsigned node = r.node < 0 ? node_of_cpu_[r.cpu] : static_cast<unsigned>(r.node);
    check(node < nodes_, "a request names a node of the machine");
    const bool all = r.nodemask == 0 || Policy::planted(Bug::nodemask_ignored);
    const bool thisnode = (r.gfp & masks_.thisnode) != 0;
    return {r, highest_(r.gfp), node, all ? ~0U : r.nodemask,
            thisnode && !Policy::planted(Bug::thisnode_ignored)};
  }

  /// R-GFP-6.
  const Zonelist& zonelist_of(const Scan& s, unsigned node) const {
    return s.thisnode ? zonelists_.own[node] : zonelists_.fallback[node];
  }

  /// v4.7 asks whether the zonelist has any zone at all (R-CTX-6), v6.1 whether the request may use
  /// one of them (W-10); later scans with another zonelist or node mask then do not happen.
  bool gives_up_at_once(const Scan& s) const {
    const Zonelist& zonelist = zonelist_of(s, s.node);
    if (profile_ == Profile::v4_7) return zonelist.count == 0;
    for (unsigned i = 0; i < zonelist.count; ++i) {
      if (may_use(zones_[zonelist.zones[i]], s.highest, s.nodemask)) return false;
    }
    return true;
  }
  /// R-ZONE-11.
  static bool may_use(const Record& zone, ZoneType highest, std::uint32_t nodes) {
    return zone.type <= highest && (nodes >> zone.node & 1) != 0;
  }

  std::uint64_t ticks() const {
    std::uint64_t sum = 0;
    for (unsigned z = 0; z < n_zones_; ++z) sum += zones_[z].frames.ticks();
    return sum;
  }

  /// The scans at the lower marks; if all fail, once more after a drain.
  [[gnu::noinline]] Pfn alloc_slow(const Request& r) {
    const Scan s = scan_of(r);
    if (gives_up_at_once(s)) return kNoPfn;
    const SlowPlan plan = slow_plan<Policy>(profile_, s.r.gfp, s.r.order, masks_);
    const std::uint64_t before = ticks();
    Pfn got = try_plan(s, plan);
    if (got != kNoPfn || Policy::planted(Bug::null_without_drain)) return got;
    drain(kAllCpusDrain);
    // Nothing came back since, by this drain or by anybody: the scans would find nothing again.
    if (ticks() == before) return kNoPfn;
    got = try_zones(s, fast_attempt());
    return got != kNoPfn ? got : try_plan(s, plan);
  }

  [[gnu::noinline]] Pfn try_plan(const Scan& s, const SlowPlan& plan) {
    Pfn got = kNoPfn;
    for (unsigned a = 0; a < plan.count && got == kNoPfn; ++a) got = try_zones(s, plan.attempts[a]);
    return got;
  }

  /// One walk of the zonelist (R-LIST-4, 5, 7). Inlined: in alloc() the attempt is a constant.
  [[gnu::always_inline]] Pfn try_zones(const Scan& s, const Attempt& a) {
    const unsigned node = a.cpu_zonelist ? node_of_cpu_[s.r.cpu] : s.node;
    const Zonelist& zonelist = zonelist_of(s, node);
    const std::uint32_t nodes = a.any_node ? ~0U : s.nodemask;
    // R-CTX-1: v6.1 takes the column of the mask, v4.7 that of the first zone it may use.
    bool first = profile_ == Profile::v4_7;
    ZoneType column = s.highest;
    for (unsigned i = 0; i < zonelist.count; ++i) {
      const unsigned z = zonelist.zones[i];
      const Record& zone = zones_[z];
      if (!may_use(zone, s.highest, nodes)) continue;
      if (first) column = zone.type, first = false;
      if (!a.no_watermarks && !passes(zone, s.r.order, a, column)) continue;
      const Pfn got = take(s.r.cpu, z, Order{s.r.order});
      if (got != kNoPfn) return got;
    }
    return kNoPfn;
  }

  bool passes(const Record& zone, unsigned order, const Attempt& a, ZoneType column) const {
    unsigned type = static_cast<unsigned>(column);
    if (Policy::planted(Bug::reserve_of_next_type) && type + 1 < kZoneTypes) ++type;
    const WatermarkInput<std::int64_t> in{static_cast<std::int64_t>(zone.frames.free_pages()),
                                          zone.marks[static_cast<unsigned>(a.mark)],
                                          zone.reserve[type], 0, 0};
    return watermark_ok<Policy>(profile_, order, in, a.may);
  }

  /// A block of the zone, now the caller's (R-RMQ-1, 2).
  [[gnu::always_inline]] Pfn take(unsigned cpu, unsigned z, Order o) {
    Record& zone = zones_[z];
    const bool listed = o == Order{0} && zone.pcp_high != 0;
    const Pfn got = listed ? take_listed(cpu, z) : zone.frames.claim(o);
    if (got != kNoPfn) zone.orders.mark(got, o);
    return got;
  }

  [[gnu::always_inline]] Pfn take_listed(unsigned cpu, unsigned z) {
    Pcp& l = list(cpu, z);
    if (!l.section.try_enter()) return zones_[z].frames.claim(Order{0});
    const Pfn got = l.count() != 0 ? frame(z, l.pop()) : refill(l, z);
    l.section.leave();
    return got;
  }

  /// Up to a batch of one row in one claim: one frame for the caller, the rest for the list, which
  /// is empty. The lowest is handed out first, as from a split block (R-BUDDY-5).
  [[gnu::noinline]] Pfn refill(Pcp& l, unsigned z) {
    Zone& frames = zones_[z].frames;
    const RowClaim c = frames.claim_frames(zones_[z].pcp_batch);
    if (c.mask == 0) return kNoPfn;
    if (Policy::planted(Bug::refill_uncounted)) frames.settle(Pages{bits_in(c.mask)});
    std::uint64_t rest = c.mask & (c.mask - 1);
    while (rest != 0) {
      const unsigned bit = kRowBits - 1 - static_cast<unsigned>(std::countl_zero(rest));
      l.push(offset(z, frames.frame_at(c.row, bit)));
      rest &= ~(std::uint64_t{1} << bit);
    }
    return frames.frame_at(c.row, static_cast<unsigned>(std::countr_zero(c.mask)));
  }

  /// A block goes back to its CPU's list or to the bitmaps (R-FREE-2).
  void give(unsigned cpu, unsigned z, Pfn head, Order o) {
    Pcp& l = list(cpu, z);
    if (o != Order{0} || zones_[z].pcp_high == 0 || !l.section.try_enter()) {
      zones_[z].frames.release(head, o);
      return;
    }
    if (l.full()) flush(l, z, zones_[z].pcp_batch, false);
    l.push(offset(z, head));
    l.section.leave();
  }

  /// The oldest `n` frames of the list, or all, go back to the bitmaps; one count for all.
  [[gnu::noinline]] Pages flush(Pcp& l, unsigned z, std::uint32_t n, bool leak_last) {
    Zone& frames = zones_[z].frames;
    const std::uint32_t taken = n < l.count() ? n : l.count();
    const auto release = [&](std::uint64_t row, std::uint64_t mask) {
      frames.release_row(row, mask);
    };
    RowGather gather;
    for (std::uint32_t i = 0; i < taken; ++i) {
      const Pfn p = frame(z, l.take_oldest());
      if (leak_last && i + 1 == taken) break;
      gather.add(frames.row_of(p), Zone::bit_of(p), release);
    }
    gather.finish(release);
    if (!Policy::planted(Bug::flush_uncounted) && taken != 0) frames.settle(Pages{taken});
    return Pages{taken};
  }

  Pages drain_list(unsigned cpu, unsigned z) {
    if (zones_[z].pcp_high == 0) return Pages{0};
    Pcp& l = list(cpu, z);
    for (unsigned tries = 0; tries < kDrainTries; ++tries) {
      if (!l.section.try_enter()) continue;
      const Pages drained = flush(l, z, l.count(), Policy::planted(Bug::drain_leaks_last));
      l.section.leave();
      return drained;
    }
    return Pages{0};
  }

  /// Planted bugs only: whether a wrong free goes through. Never past the zone's end, where the
  /// caller's memory ends too.
  bool tolerated(FreeStatus why, Pfn head, Order o) const {
    const bool planted =
        (why == FreeStatus::bad_order && Policy::planted(Bug::wrong_order_accepted)) ||
        (why == FreeStatus::not_allocated && Policy::planted(Bug::double_free_accepted));
    return planted && is_aligned(head, o) && head + pages_in(o) <= zones_[zone_of(head)].span.end;
  }

  /// The number of the zone that spans `p`, or n_zones_. Few zones: a scan beats a search.
  unsigned zone_of(Pfn p) const {
    unsigned z = 0;
    while (z < n_zones_ && !(zones_[z].span.begin <= p && p < zones_[z].span.end)) ++z;
    return z;
  }

  Pcp& list(unsigned cpu, unsigned z) const { return lists_[std::size_t{cpu} * n_zones_ + z]; }
  std::uint32_t offset(unsigned z, Pfn p) const {
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(p - zones_[z].span.begin));
  }
  Pfn frame(unsigned z, std::uint32_t at) const {
    return zones_[z].span.begin + Pages{std::int64_t{at}};
  }

  // Constant after construction: what is shared and written lies in zones_ and lists_.
  Profile profile_;
  unsigned cpus_;
  unsigned nodes_;
  unsigned n_zones_;
  Record* zones_;
  Pcp* lists_;
  GfpMasks masks_;
  ZoneOfMask highest_;
  std::uint8_t node_of_cpu_[kMaxCpus] = {};
  Zonelists zonelists_;
};

static_assert(alignof(Zone<StdPolicy>) == 64 && sizeof(Zone<StdPolicy>) == 3 * 64,
              "a zone's counter, its hint and its constants lie in three cache lines");
static_assert(sizeof(Zone<StdPolicy>::Tree) == 16, "L1 and its hint: 16 bytes for 4096 frames");
static_assert(sizeof(PcpList<StdPolicy>) == 64, "a CPU's list has a cache line of its own");
static_assert(alignof(Allocator<StdPolicy>) <= Allocator<StdPolicy>::kAlign &&
                  alignof(PcpList<StdPolicy>) <= Allocator<StdPolicy>::kAlign,
              "aligned memory aligns all parts");

}  // namespace bp::impl
