// SPDX-License-Identifier: MIT
// The allocator: zones, zonelists, watermarks and per-CPU lists put together. Freestanding: no
// heap, no exception; all memory is the caller's, and its size is known before.
//
// Contract
//   who       alloc, free, drain, count: any thread with any thread. A request names the CPU it
//             runs on: with the policy `atomic`, naming another one costs speed only; with
//             `pinned`, one thread at a time may name a CPU; with `rseq`, naming one says which
//             node is near, and the lists are those of the CPU the thread is on. place() before
//             anyone else knows the allocator; for_each_block() at quiescence.
//   hand-over what the last owner of a frame wrote before free() happens before alloc() returns it.
//   progress  no operation waits. The bitmaps are lock-free; a thread that stalls inside a per-CPU
//             section holds back that one list (at most pcp_high pages) and what it was moving.
//   null      alloc says null only if no eligible block exists after a drain of all CPUs' lists,
//             all scans repeated (L2). Held-back pages and frames in flight are not seen.
//   errors    free() and split() refuse what is not an allocated head of that order, as far as the
//             policy's memory of orders tells, and change nothing. A CPU, node or order that does
//             not exist is null or a refusal, too.
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

template <class Policy>
class Allocator {
  using Zone = impl::Zone<Policy>;
  using Pcp = CpuLists<Policy>;
  using Record = ZoneRecord<Policy>;

 public:
  /// Memory that place() needs, 0 if the Config is not valid, and how it must be aligned.
  static constexpr std::size_t kAlign = 64;
  static std::size_t footprint(const Config& c) {
    if (!is_valid(c)) return 0;
    Carver size{nullptr};
    carve(c, size);
    return size.offset;
  }

  /// An allocator in `memory`, every managed frame free; null if the memory is too small or not
  /// aligned, or the Config is not valid. It needs no destruction: the caller takes its memory
  /// back.
  static Allocator* place(void* memory, std::size_t bytes, const Config& c) {
    if (!is_valid(c) || bytes < footprint(c) ||
        reinterpret_cast<std::uintptr_t>(memory) % kAlign != 0)
      return nullptr;
    if constexpr (Policy::kZeroIsPlaced) {
      if (!c.memory_is_zero) __builtin_memset(memory, 0, footprint(c));
    }
    Carver parts{static_cast<unsigned char*>(memory)};
    const Parts p = carve(c, parts);
    return ::new (p.self) Allocator(c, p);
  }

  /// The head of a block of the request's order, or kNoPfn. This is the whole fast path: the zone
  /// that the request prefers near its CPU, its low mark in one load, this CPU's list of the order.
  /// Anything else is alloc_slow()'s, which looks at all of it again. It gets a copy of the
  /// request, so that this one may stay in registers.
  [[gnu::always_inline]] Pfn alloc(const Request& r) {
    if (r.cpu >= cpus_ || r.order > kOrderMax) return kNoPfn;
    const FastZone& fast = near_[r.cpu][static_cast<unsigned>(highest_(r.gfp))];
    const unsigned which = list_of_order(r.order);
    // Before the list's section, which the compiler takes for a store to anything.
    const Pfn begin = fast.begin;
    const auto orders = fast.orders;
    std::uint32_t at = 0;
    if (r.node >= 0 || r.nodemask != 0 || (r.gfp & masks_.thisnode) != 0 ||
        !fast.frames->is_above(fast.limit, r.order) || which == kNoList ||
        !fast.lists[here(r.cpu)].try_pop(which, at)) {
      return alloc_slow(Request(r));
    }
    orders.mark(at, Order{r.order});
    return begin + Pages{std::int64_t{at}};
  }

  /// Gives a block back. The order is the one it was allocated with. The fast path is a block whose
  /// order is right and whose list has room.
  [[gnu::always_inline]] FreeStatus free(unsigned cpu, Pfn head, unsigned order) {
    if (cpu >= cpus_) return FreeStatus::no_cpu;
    if (Policy::planted(Bug::order_cleared_late)) return free_shared(cpu, head, order);
    // Most frames are in the zone of the first door.
    const Door& door = doors_[0].spans(head) ? doors_[0] : door_of(head);
    const unsigned which = list_of_order(order <= kOrderMax ? order : kOrderMax);
    if (which == kNoList || door.zone == nullptr) return free_shared(cpu, head, order);
    const auto at = static_cast<std::uint32_t>(static_cast<std::int64_t>(head - door.begin));
    Pcp& l = door.lists[here(cpu)];
    if constexpr (Zone::Orders::kExact) {
      if (!door.orders.is_head(at, Order{order})) return free_shared(cpu, head, order);
      // Before the push: after it the block may be another's, who marks it.
      door.orders.clear(at, Order{order});
      return l.try_push(which, at) ? FreeStatus::ok : free_cleared(cpu, head, order);
    } else {
      // The list is part of the memory of orders: it is looked at and changed in one section.
      if (!is_head(*door.zone, head, Order{order}) || !l.section.try_enter())
        return free_shared(cpu, head, order);
      const bool again = l.has_on_top(which, at);
      const bool fits = !again && l.count(which) < l.capacity(which);
      if (fits) {
        door.zone->frames.blocks.clear(head, Order{order});
        l.push(which, at);
      }
      l.section.leave();
      if (again) return FreeStatus::not_allocated;
      return fits ? FreeStatus::ok : free_shared(cpu, head, order);
    }
  }

  /// Blocks of one request into out[0, n): returns how many before alloc() said null.
  unsigned alloc_bulk(const Request& r, Pfn* out, unsigned n) {
    unsigned got = 0;
    while (got < n && (out[got] = alloc(r)) != kNoPfn) ++got;
    return got;
  }
  /// Frees blocks of one order; returns how many before one was refused, which changed nothing.
  unsigned free_bulk(unsigned cpu, const Pfn* heads, unsigned n, unsigned order) {
    unsigned done = 0;
    while (done < n && free(cpu, heads[done], order) == FreeStatus::ok) ++done;
    return done;
  }

  /// Makes an allocated block of `order` into blocks of order `into`, each to be freed on its own.
  /// Its owner calls, and nobody else touches the block meanwhile.
  FreeStatus split(Pfn head, unsigned order, unsigned into) {
    const unsigned z = zone_of(head);
    if (z == n_zones_) return FreeStatus::foreign;
    if (order > kOrderMax || into > order) return FreeStatus::bad_order;
    if (!is_head(zones_[z], head, Order{order})) return why_not(z, head);
    auto& blocks = zones_[z].frames.blocks;
    blocks.clear(head, Order{order});
    for (Pfn p = head; p < head + pages_in(Order{order}); p += pages_in(Order{into}))
      blocks.mark(p, Order{into});
    return FreeStatus::ok;
  }

  /// Empties the lists of one CPU, or of all. A list whose owner is inside is left to it; of a
  /// CPU that the machine has not there is none.
  Pages drain(unsigned cpu) {
    const unsigned begin = cpu == kAllCpusDrain ? 0 : cpu;
    const bool skips = cpu == kAllCpusDrain && Policy::planted(Bug::drain_skips_last);
    const unsigned end = cpu < cpus_ ? cpu + 1 : cpus_ - (skips ? 1 : 0);
    std::uint64_t asked[kMaxZones] = {};  // Bit per CPU.
    for_each_list(begin, end, [&](unsigned c, unsigned z) {
      if (list(c, z).section.ask()) asked[z] |= std::uint64_t{1} << c;
    });
    Policy::Section::barrier();
    Pages drained;
    for_each_list(begin, end, [&](unsigned c, unsigned z) {
      if ((asked[z] >> c & 1) == 0) return;
      Pcp& l = list(c, z);
      if (l.section.granted()) drained += empty(l, z);
      l.section.done();
    });
    return drained;
  }

  unsigned zones() const { return n_zones_; }

  /// Exact at quiescence.
  ZoneCount count(unsigned z) const {
    ZoneCount n;
    n.free = static_cast<std::uint64_t>(static_cast<std::int64_t>(zones_[z].frames.free_pages()));
    for (unsigned c = 0; c < cpus_; ++c) n.on_pcp += list(c, z).pages();
    return n;
  }

  /// visit(head, order, cpu): every free block (kOnNoCpu) and every block on a CPU's list.
  template <class Visit>
  void for_each_block(Visit&& visit) const {
    for (unsigned z = 0; z < n_zones_; ++z) {
      zones_[z].frames.for_each_free([&](Pfn head, Order o) { visit(head, o, kOnNoCpu); });
      for (unsigned c = 0; c < cpus_; ++c) {
        list(c, z).for_each([&](std::uint32_t at, unsigned order) {
          visit(frame(zones_[z], at), Order{order}, c);
        });
      }
    }
  }

  /// Whether the hints know a free block that for_each_block() visits; at quiescence.
  bool is_hinted(Pfn head, Order o) const {
    return zones_[zone_of(head)].frames.is_hinted(head, o);
  }

 private:
  /// A zone as the fast paths see it. The last one spans every frame and has no zone.
  struct Door {
    Pfn begin;
    std::uint64_t last = ~std::uint64_t{0};  ///< Frame, counted from `begin`.
    Record* zone = nullptr;
    Pcp* lists = nullptr;  ///< Of CPU 0.
    typename Zone::Orders::FromBegin orders{};
    unsigned number = 0;  ///< Of the zone.

    bool spans(Pfn p) const {
      return static_cast<std::uint64_t>(p) - static_cast<std::uint64_t>(begin) <= last;
    }
  };
  /// The zone that an unprivileged scan tries first, and the free pages that must be left there, as
  /// Zone::is_above() takes them; all that the fast path needs of it, in one cache line.
  struct alignas(64) FastZone {
    std::int64_t limit = 0;
    const Zone* frames = nullptr;
    Pcp* lists = nullptr;  ///< Of CPU 0.
    Pfn begin;
    typename Zone::Orders::FromBegin orders{};
    unsigned zone = 0;
  };
  static_assert(sizeof(FastZone) == 64);
  using Near = FastZone[kZoneTypes];

  struct Parts {
    Allocator* self;
    Record* zones;
    Pcp* lists;
    Near* near;
    typename Record::Parts of[kMaxZones];
  };

  static Parts carve(const Config& c, Carver& from) {
    Parts p;
    p.self = from.take<Allocator>(1);
    p.zones = from.take<Record>(c.n_zones == 0 ? 1 : c.n_zones);  // One to look at, never to use.
    p.lists = from.take<Pcp>(std::size_t{c.cpus} * c.n_zones);
    p.near = from.take<Near>(c.cpus);
    for (unsigned z = 0; z < c.n_zones; ++z) p.of[z] = Record::carve(c, c.zones[z], from);
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
        highest_(zone_of_mask<Policy>(c.zone_types)),
        near_(p.near) {
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu) node_of_cpu_[cpu] = c.node_of_cpu[cpu];
    build_zonelists<Policy>(c, zonelists_);
    if (n_zones_ == 0) ::new (zones_) Record;
    for (unsigned z = 0; z < c.n_zones; ++z) {
      place_zone(c, p, z);
      const FrameRange span = zones_[z].span;
      doors_[z] = {span.begin,
                   static_cast<std::uint64_t>(static_cast<std::int64_t>(span.end - span.begin)) - 1,
                   zones_ + z,
                   &list(0, z),
                   zones_[z].frames.blocks.from_begin(span.begin),
                   z};
    }
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu) {
      for (unsigned t = 0; t < kZoneTypes; ++t)
        near_[cpu][t] =
            first_zone(zonelists_.fallback[node_of_cpu_[cpu]], static_cast<ZoneType>(t));
    }
    doors_[n_zones_].number = n_zones_;
    for (unsigned z = 1; z < n_zones_; ++z) {  // The largest zone first; numbers stay.
      if (doors_[z].last <= doors_[0].last) continue;
      const Door larger = doors_[z];
      doors_[z] = doors_[0];
      doors_[0] = larger;
    }
  }

  /// R-WMARK-6 for a scan without privileges in its first zone: never above where the check that a
  /// scan makes says no.
  FastZone first_zone(const Zonelist& zonelist, ZoneType highest) const {
    for (unsigned i = 0; i < zonelist.count; ++i) {
      const unsigned z = zonelist.zones[i];
      Record& zone = zones_[z];
      if (zone.type > highest) continue;
      // R-CTX-1, as in try_zones().
      const unsigned column = column_of(profile_ == Profile::v4_7 ? zone.type : highest);
      const std::int64_t left = zone.marks[static_cast<unsigned>(Mark::low)] + zone.reserve[column];
      return {Zone::limit_of(left), &zone.frames,     &list(0, z),
              doors_[z].begin,      doors_[z].orders, z};
    }
    return {Zone::limit_of(INT64_MAX), &zones_->frames, lists_, Pfn{}, {}, 0};
  }
  unsigned node_of(const Request& r) const {
    return r.node < 0 ? node_of_cpu_[r.cpu] : static_cast<unsigned>(r.node);
  }

  /// Few zones: a scan beats a search.
  [[gnu::noinline]] const Door& door_of(Pfn p) const {
    const Door* d = doors_;
    while (!d->spans(p)) ++d;
    return *d;
  }

  void place_zone(const Config& c, const Parts& p, unsigned z) {
    Record& r = *::new (zones_ + z) Record;
    r.place(c, c.zones[z], p.of[z]);
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu) {
      Pcp& l = *::new (&list(cpu, z)) Pcp;
      const ListCapacities lists = Record::lists_of(c.zones[z]);
      l.place(cpu, p.of[z].slots + std::size_t{cpu} * lists.slots, lists);
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
    const unsigned node = node_of(r);
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
    const bool above = Policy::planted(Bug::dma32_reaches_normal) && highest == ZoneType::dma32 &&
                       zone.type == ZoneType::normal;
    return (zone.type <= highest || above) && (nodes >> zone.node & 1) != 0;
  }

  std::uint64_t ticks() const {
    std::uint64_t sum = 0;
    for (unsigned z = 0; z < n_zones_; ++z) sum += zones_[z].frames.ticks();
    return sum;
  }

  /// What alloc() leaves: the first zone for a request without a node mask, then all of it. The
  /// look at the mark is the first scan's.
  [[gnu::noinline]] Pfn alloc_slow(const Request& r) {
    if (r.node >= static_cast<int>(nodes_)) return kNoPfn;
    if (r.nodemask == 0) {
      const Zonelist& zonelist = zonelist_of(scan_of(r), node_of(r));
      const FastZone fast = first_zone(zonelist, highest_(r.gfp));
      if (fast.frames->is_above(fast.limit, r.order)) {
        const Pfn got = take(r.cpu, fast.zone, Order{r.order});
        if (got != kNoPfn) return got;
      }
    }
    return alloc_scan(r);
  }

  /// The first scan whole; then those at the lower marks; if all fail, once more after a drain.
  [[gnu::noinline]] Pfn alloc_scan(const Request& r) {
    const Scan s = scan_of(r);
    const Pfn first = try_zones(s, fast_attempt());
    if (first != kNoPfn) return first;
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

  /// One walk of the zonelist (R-LIST-4, 5, 7).
  [[gnu::noinline]] Pfn try_zones(const Scan& s, const Attempt& a) {
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

  static unsigned column_of(ZoneType t) {
    const auto type = static_cast<unsigned>(t);
    return Policy::planted(Bug::reserve_of_next_type) && type + 1 < kZoneTypes ? type + 1 : type;
  }
  bool passes(const Record& zone, unsigned order, const Attempt& a, ZoneType column) const {
    const std::int64_t drift = Policy::planted(Bug::drift_counted) ? zone.pcp_batch : 0;
    const WatermarkInput<std::int64_t> in{
        static_cast<std::int64_t>(zone.frames.free_pages()) + drift,
        zone.marks[static_cast<unsigned>(a.mark)], zone.reserve[column_of(column)], 0, 0};
    return watermark_ok<Policy>(profile_, order, in, a.may);
  }

  /// A block of the zone, now the caller's (R-RMQ-1, 2).
  Pfn take(unsigned cpu, unsigned z, Order o) {
    Record& zone = zones_[z];
    const unsigned which = list_of_order(static_cast<unsigned>(o));
    Pcp& l = list(here(cpu), z);
    Pfn got;
    if (l.keeps(which) && l.section.try_enter()) {
      got = l.count(which) != 0 ? frame(zone, l.pop(which)) : refill(l, zone, which);
      l.section.leave();
    } else {
      got = zone.frames.claim(o);
    }
    if (got != kNoPfn) zone.frames.blocks.mark(got, o);
    return got;
  }

  /// Up to a batch of pages in one claim of one row: one block for the caller, the rest for the
  /// list, which is empty. The lowest is handed out first, as from a split block (R-BUDDY-5).
  Pfn refill(Pcp& l, Record& zone, unsigned which) {
    const unsigned order = order_of_list(which);
    if (order > kSmallOrderMax) return zone.frames.claim(Order{order});
    const RowClaim c = zone.frames.claim_blocks(order, refill_blocks(l, zone, which));
    if (c.mask == 0) return kNoPfn;
    if (Policy::planted(Bug::refill_uncounted)) zone.frames.settle(Pages{bits_in(c.mask)});
    std::uint64_t rest = c.mask & aligned_heads<std::uint64_t>(order);
    if (!Policy::planted(Bug::refill_keeps_callers) || bits_in(rest) == l.capacity(which))
      rest &= rest - 1;
    l.fill(which, offset(zone, zone.frames.frame_at(c.row, 0)), rest);
    return zone.frames.frame_at(c.row, static_cast<unsigned>(std::countr_zero(c.mask)));
  }

  /// A batch, in whole rows if it is nearly one: what a row keeps back is the next refill's crumb.
  static unsigned refill_blocks(const Pcp& l, const Record& zone, unsigned which) {
    const std::uint32_t pages = zone.pcp_batch < kRowBits / 2 ? zone.pcp_batch : kRowBits;
    const std::uint32_t want = pages >> order_of_list(which);
    const std::uint32_t room = l.capacity(which) + 1;  // One goes to the caller.
    return want == 0 ? 1 : want < room ? want : room;
  }

  /// What free() leaves: a wrong free, an order without a list, a list that is another's now.
  [[gnu::noinline]] FreeStatus free_shared(unsigned cpu, Pfn head, unsigned order) {
    const unsigned z = zone_of(head);
    if (z == n_zones_) return FreeStatus::foreign;
    if (order > kOrderMax) return why_not(z, head);
    Record& zone = zones_[z];
    if (!is_head(zone, head, Order{order})) {
      const FreeStatus why = why_not(z, head);
      if (!tolerated(why, head, Order{order})) return why;
    }
    if (Policy::planted(Bug::order_cleared_late)) {
      give(cpu, z, head, Order{order});
      zone.frames.blocks.clear(head, Order{order});
      return FreeStatus::ok;
    }
    zone.frames.blocks.clear(head, Order{order});
    return free_cleared(cpu, head, order);
  }
  /// What free() leaves of a sound free when its list does not take the block.
  [[gnu::noinline]] FreeStatus free_cleared(unsigned cpu, Pfn head, unsigned order) {
    const bool up = Policy::planted(Bug::free_order_up) && order == 0 && is_aligned(head, Order{1});
    give(cpu, zone_of(head), head, Order{up ? 1 : order});
    return FreeStatus::ok;
  }

  /// A block goes back to its CPU's list or to the bitmaps (R-FREE-2).
  void give(unsigned cpu, unsigned z, Pfn head, Order o) {
    Record& zone = zones_[z];
    const unsigned which = list_of_order(static_cast<unsigned>(o));
    Pcp& l = list(here(cpu), z);
    if (!l.keeps(which) || !l.section.try_enter()) {
      zone.frames.release(head, o);
      return;
    }
    if (l.count(which) == l.capacity(which)) {
      const std::uint32_t blocks = zone.pcp_batch >> order_of_list(which);
      if (blocks == 0) {  // A batch is less than this block: nothing is gained by turning it over.
        l.section.leave();
        return zone.frames.release(head, o);
      }
      flush(l, zone, which, blocks, false);
    }
    l.push(which, offset(zone, head));
    l.section.leave();
  }

  /// The oldest `n` blocks of the list, or all, go back to the bitmaps; one count for all.
  Pages flush(Pcp& l, Record& zone, unsigned which, std::uint32_t n, bool leak_last) {
    Zone& frames = zone.frames;
    const unsigned order = order_of_list(which);
    const bool cut = order != 0 && Policy::planted(Bug::flush_first_frame);
    const std::uint32_t taken = n < l.count(which) ? n : l.count(which);
    const auto release = [&](std::uint64_t row, std::uint64_t mask) {
      frames.release_row(row, mask);
    };
    RowGather gather;
    std::uint32_t left = leak_last && taken != 0 ? taken - 1 : taken;
    l.take_oldest(which, taken, [&](std::uint32_t at) {
      if (left == 0) return;
      --left;
      const Pfn p = frame(zone, at);
      const std::uint64_t row = frames.row_of(p);
      if (order > kSmallOrderMax && !cut) {
        frames.release_group(row, order - kRowOrder);
      } else {
        gather.add(row, run_mask(std::uint64_t{Zone::bit_of(p)}, cut ? 0 : order), release);
      }
    });
    gather.finish(release);
    const Pages all{std::int64_t{taken} << order};
    if (!Policy::planted(Bug::flush_uncounted) && taken != 0) frames.settle(all);
    return all;
  }

  /// All lists of one CPU and zone; the caller is inside the section.
  Pages empty(Pcp& l, unsigned z) {
    Pages all;
    for (unsigned which = 0; which < kLists; ++which) {
      if (!l.keeps(which)) continue;
      const std::uint32_t n = l.count(which) / (Policy::planted(Bug::drain_half) ? 2 : 1);
      all += flush(l, zones_[z], which, n, Policy::planted(Bug::drain_leaks_last));
    }
    return all;
  }

  /// visit(cpu, zone) for the lists of CPUs [begin, end) that may hold something.
  template <class Visit>
  void for_each_list(unsigned begin, unsigned end, Visit&& visit) const {
    for (unsigned c = begin; c < end; ++c)
      for (unsigned z = 0; z < n_zones_; ++z)
        if (zones_[z].pcp_high != 0) visit(c, z);
  }

  /// An allocated block begins there, as far as the policy's memory of orders can tell. A managed
  /// frame of the zone's span may be asked about with any order.
  static bool is_head(const Record& zone, Pfn head, Order o) {
    if (!zone.frames.blocks.is_head(head, o)) return false;
    return Zone::Orders::kExact ||
           (head + pages_in(o) <= zone.span.end && !zone.frames.any_free(head, o));
  }

  [[gnu::noinline]] FreeStatus why_not(unsigned z, Pfn head) const {
    return zones_[z].manages(head) ? zones_[z].frames.blocks.why_not(head) : FreeStatus::foreign;
  }

  /// Planted bugs only: whether a wrong free goes through. Never past the zone's end, where the
  /// caller's memory ends too.
  bool tolerated(FreeStatus why, Pfn head, Order o) const {
    const bool planted =
        (why == FreeStatus::bad_order && Policy::planted(Bug::wrong_order_accepted)) ||
        (why == FreeStatus::not_allocated && Policy::planted(Bug::double_free_accepted));
    return planted && is_aligned(head, o) && head + pages_in(o) <= zones_[zone_of(head)].span.end;
  }

  /// The number of the zone that spans `p`, or n_zones_.
  unsigned zone_of(Pfn p) const { return door_of(p).number; }

  /// The CPU whose lists a caller on `named` is to use.
  unsigned here(unsigned named) const { return Policy::Section::here(named, cpus_); }

  Pcp& list(unsigned cpu, unsigned z) const { return lists_[std::size_t{z} * cpus_ + cpu]; }
  static std::uint32_t offset(const Record& zone, Pfn p) {
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(p - zone.span.begin));
  }
  static Pfn frame(const Record& zone, std::uint32_t at) {
    return zone.span.begin + Pages{std::int64_t{at}};
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
  Near* near_;  ///< By CPU; then by highest zone type.
  Door doors_[kMaxZones + 1] = {};
};

static_assert(alignof(Zone<StdPolicy>) == 64 && sizeof(Zone<StdPolicy>) == 3 * 64,
              "a zone's counter, its hint and its constants lie in three cache lines");
static_assert(sizeof(Zone<StdPolicy>::Tree) == 48,
              "L1 and 5 hints for the small orders: 48 bytes for 4096 frames");
static_assert(sizeof(CpuLists<StdPolicy>) % 64 == 0, "a CPU's lists share no cache line");
static_assert(alignof(Allocator<StdPolicy>) <= Allocator<StdPolicy>::kAlign &&
                  alignof(CpuLists<StdPolicy>) <= Allocator<StdPolicy>::kAlign,
              "aligned memory aligns all parts");

}  // namespace bp::impl
