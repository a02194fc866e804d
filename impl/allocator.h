// SPDX-License-Identifier: MIT
// The allocator: zones, zonelists, watermarks and per-CPU lists put together. Freestanding: no
// heap, no exception; all memory is the caller's, and its size is known before.
//
// Contract
//   who       alloc, free, drain, count: any thread with any thread. A request names the CPU it
//             runs on: with the policy `atomic`, naming another one costs speed only; with
//             `pinned`, one thread at a time may name a CPU. place() before anyone else knows the
//             allocator; for_each_block() at quiescence.
//   hand-over what the last owner of a frame wrote before free() happens before alloc() returns it.
//   progress  no operation waits. The bitmaps are lock-free; a thread that stalls inside a per-CPU
//             section holds back that one list (at most pcp_high pages) and what it was moving.
//   null      alloc says null only if no eligible block exists after a drain of all CPUs' lists,
//             all scans repeated (L2). Held-back pages and frames in flight are not seen.
//   errors    free() and split() refuse what is not an allocated head of that order, as far as the
//             policy's memory of orders tells, and change nothing. A CPU, node or order that does
//             not exist is null or a refusal, too.
// The layers, each on the one before: allocator_state.h, list_traffic.h, zone_scans.h, ranges.h,
// batches.h. Leaves out: what reclaim, compaction and OOM do; they are the Config's calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "impl/batches.h"
#include "impl/policy.h"

namespace bp::impl {

inline constexpr unsigned kOnNoCpu = ~0U;  ///< for_each_block(): a free block of its zone.

template <class Policy>
class Allocator : Batches<Policy> {
  using State = AllocatorState<Policy>;
  using Lists = ListTraffic<Policy>;
  using Scans = ZoneScans<Policy>;
  using State::cpus_, State::n_zones_, State::nodes_, State::zones_;
  using State::frame, State::list, State::offset, State::zone_of;
  using typename State::FastZone, typename State::Pcp, typename State::Record, typename State::Zone;
  using Parts = typename State::template PartsOf<Allocator>;

 public:
  /// Memory that place() needs, 0 if the Config is not valid, and how it must be aligned.
  static constexpr std::size_t kAlign = 64;
  static std::size_t footprint(const Config& c) {
    if (!is_valid(c)) return 0;
    Carver size{nullptr};
    State::template carve<Allocator>(c, size);
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
    const Parts p = State::template carve<Allocator>(c, parts);
    return ::new (p.self) Allocator(c, p);
  }

  /// The head of a block of the request's order, or kNoPfn. This is the whole fast path: the zone
  /// that the request prefers, its low mark in one load, this CPU's list of the order and the type.
  /// Anything else is alloc_scan()'s, which looks at all of it again.
  [[gnu::always_inline]] Pfn alloc(const Request& r) {
    if (r.cpu >= cpus_ || r.order > kOrderMax || r.node >= static_cast<int>(nodes_)) return kNoPfn;
    const FastZone& fast = State::fast_zone_of(r);
    Record& zone = zones_[fast.zone];
    Pcp& l = list(r.cpu, fast.zone);
    const ListId which = list_of(r.order, State::type_of(r.gfp));
    if ((r.nodemask | (r.gfp & State::zero_mask_)) != 0 || !above_low(zone, r.order, fast.limit))
      return alloc_uncommon(r);
    if (!which.is_list() || !l.section.try_enter()) return Scans::alloc_preferred(r, fast.zone);
    const std::uint32_t listed = l.count(which);
    if (listed == 0) {
      l.section.leave();
      return Scans::alloc_preferred(r, fast.zone);
    }
    const Pfn got = frame(zone, l.pop(which, listed));
    l.section.leave();
    zone.frames.blocks.mark(got, Order{r.order});
    return got;
  }

  /// Gives a block back. The order is the one it was allocated with. The fast path is a block whose
  /// order is right and whose pageblock's list has room.
  [[gnu::always_inline]] FreeStatus free(unsigned cpu, Pfn head, unsigned order) {
    if (cpu >= cpus_) return FreeStatus::no_cpu;
    const unsigned z = zone_of(head);
    if (z == n_zones_) return FreeStatus::foreign;
    if (order > kOrderMax) return why_not(z, head);
    Record& zone = zones_[z];
    Pcp& l = list(cpu, z);
    const unsigned place = place_of(order);
    if (place == kListedOrders || !is_head(zone, head, Order{order}) || !l.section.try_enter())
      return free_shared(cpu, z, head, order);
    // Inside the section: who isolates the pageblock and then drains misses no block.
    const ListId which{place, Lists::plain_type(zone.frames.type_byte(head))};
    if (which.type == Lists::kNoType || l.is_full(which)) {
      l.section.leave();
      return free_shared(cpu, z, head, order);
    }
    if constexpr (!Zone::Orders::kExact) {
      if (l.has_on_top(which, offset(zone, head))) {
        l.section.leave();
        return FreeStatus::not_allocated;
      }
    }
    zone.frames.blocks.clear(head, Order{order});
    l.push(which, offset(zone, head));
    l.section.leave();
    return FreeStatus::ok;
  }

  /// Blocks of one request into out[0, n): returns how many before alloc() said null. Small orders
  /// come in whole rows as long as the preferred zone's low mark allows them all at once.
  unsigned alloc_bulk(const Request& r, Pfn* out, unsigned n) {
    unsigned got = batch_of(r, out, n);
    while (got < n && (out[got] = alloc(r)) != kNoPfn) ++got;
    return got;
  }
  /// Frees blocks of one order; returns how many before one was refused, which changed nothing.
  unsigned free_bulk(unsigned cpu, const Pfn* heads, unsigned n, unsigned order) {
    unsigned done = 0;
    while (done < n) {
      const unsigned z = zone_of(heads[done]);
      // The compact memory of orders sees a block that comes twice only once it lies in its row.
      if (Zone::Orders::kExact && cpu < cpus_ && z != n_zones_ && order <= kSmallOrderMax) {
        done += Batches<Policy>::give_batch(cpu, z, order, heads + done, n - done, [&](Pfn p) {
          return zone_of(p) == z && is_head(zones_[z], p, Order{order});
        });
        if (done == n) break;
      }
      if (free(cpu, heads[done], order) != FreeStatus::ok) break;
      ++done;
    }
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
  Pages drain(unsigned cpu) { return Lists::drain_lists(cpu).pages; }

  /// Ranges of whole pageblocks, see ranges.h; from any thread. isolate(): nothing more is handed
  /// out there. undo_isolate() ends that. alloc_range(): the whole range, as a CMA area is for, to
  /// be freed in blocks of order 9. offline() and online(): memory leaves, and comes; marks and
  /// reserves stay as the Config gave them.
  RangeStatus isolate(FrameRange f) { return Ranges<Policy>::isolate_range(f); }
  RangeStatus undo_isolate(FrameRange f) { return Ranges<Policy>::undo_range(f); }
  RangeStatus alloc_range(FrameRange f) { return Ranges<Policy>::take_range(f); }
  RangeStatus offline(FrameRange f) { return Ranges<Policy>::remove_range(f); }
  RangeStatus online(FrameRange f) { return Ranges<Policy>::add_range(f); }

  unsigned zones() const { return n_zones_; }

  /// The type of the pageblock that holds `p`, a frame of a zone.
  Migratetype type_at(Pfn p) const { return zones_[zone_of(p)].frames.type_at(p); }

  /// Exact at quiescence.
  ZoneCount count(unsigned z) const {
    ZoneCount n;
    n.free = static_cast<std::uint64_t>(static_cast<std::int64_t>(zones_[z].frames.free_pages()));
    const auto& frames = zones_[z].frames;
    n.free_cma = static_cast<std::uint64_t>(frames.free_cma());
    n.reserved = static_cast<std::uint64_t>(frames.reserved());
    n.isolated_free = static_cast<std::uint64_t>(frames.isolated_free(kEveryType));
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

 private:
  /// What the fast path does not do: a node mask, zeros, a mark that it cannot see to be kept.
  [[gnu::noinline]] Pfn alloc_uncommon(const Request& r) {
    if ((r.gfp & State::zero_mask_) == 0) return Scans::alloc_scan(r);
    Request plain = r;
    plain.gfp &= ~State::zero_mask_;
    const Pfn got = alloc(plain);
    if (got != kNoPfn) Scans::zero(got, r.order);
    return got;
  }

  /// The part of alloc_bulk() that goes by whole rows: W-6's mark, low and all pages above it.
  unsigned batch_of(const Request& r, Pfn* out, unsigned n) {
    if (r.cpu >= cpus_ || r.order > kSmallOrderMax || r.node >= static_cast<int>(nodes_) || n < 2 ||
        (r.nodemask | (r.gfp & State::zero_mask_)) != 0)
      return 0;
    const FastZone& fast = State::fast_zone_of(r);
    const unsigned charged = Policy::planted(Bug::batch_beyond_mark) ? 1 : n;
    const std::int64_t pages = std::int64_t{charged} << r.order;
    if (zones_[fast.zone].frames.free_pages_at_least() - pages <= fast.limit) return 0;
    Claimant who;
    who.type = State::type_of(r.gfp);
    const unsigned got = Batches<Policy>::take_batch(r.cpu, fast.zone, r.order, who, out, n);
    for (unsigned i = 0; i < got; ++i) zones_[fast.zone].frames.blocks.mark(out[i], Order{r.order});
    return got;
  }

  Allocator(const Config& c, const Parts& p) : Batches<Policy>(c, p) {}

  /// What R-WMARK-6 comes to for a scan without privileges in its first zone. Never true where the
  /// check that a scan makes says no.
  static bool above_low(const Record& zone, unsigned order, std::int64_t limit) {
    const std::int64_t charge = (std::int64_t{1} << order) - 1;
    return zone.frames.free_pages_at_least() - charge > limit;
  }

  /// What free() leaves: a wrong free, a full list, an order without one.
  [[gnu::noinline]] FreeStatus free_shared(unsigned cpu, unsigned z, Pfn head, unsigned order) {
    Record& zone = zones_[z];
    if (!is_head(zone, head, Order{order})) {
      const FreeStatus why = why_not(z, head);
      if (!tolerated(why, head, Order{order})) return why;
    }
    zone.frames.blocks.clear(head, Order{order});
    Lists::give(cpu, z, head, Order{order});
    return FreeStatus::ok;
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
};

static_assert(alignof(Zone<StdPolicy>) == 64 && sizeof(Zone<StdPolicy>) == 4 * 64,
              "a zone's counters and its hints have a cache line each, its constants two");
static_assert(sizeof(Zone<StdPolicy>::Tree) == 48,
              "L1 and 5 hints for the small orders: 48 bytes for 4096 frames");
static_assert(sizeof(CpuLists<StdPolicy>) == 64, "a CPU's lists have a cache line of their own");
static_assert(alignof(Allocator<StdPolicy>) <= Allocator<StdPolicy>::kAlign &&
                  alignof(CpuLists<StdPolicy>) <= Allocator<StdPolicy>::kAlign,
              "aligned memory aligns all parts");

}  // namespace bp::impl
