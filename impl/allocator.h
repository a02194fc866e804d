// SPDX-License-Identifier: MIT
// The allocator: zones, zonelists, watermarks and per-CPU lists put together. Freestanding: no
// heap, no exception; all memory is the caller's, and its size is known before.
//
// Contract
//   who       alloc, free, batches, drain, ranges, count, type_at: any thread with any thread;
//             split: the block's owner. place() before anyone else knows the allocator;
//             for_each_block() at quiescence.
//   CPUs      a request names the CPU it runs on: with the policy `atomic`, naming another one
//             costs speed only; with `pinned`, one thread at a time may name a CPU; with `rseq`,
//             naming one says which node is near, and the lists are those of the CPU the thread
//             is on.
//   hand-over what the last owner of a frame wrote before free() happens before alloc() returns it.
//   progress  no operation waits. The bitmaps are lock-free; a thread that stalls inside a per-CPU
//             section holds back that one list (at most pcp_high pages) and what it was moving.
//   null      alloc says null only if no eligible block exists after a drain of all CPUs' lists,
//             all scans repeated (L2), or if it was made to fail (Surroundings::fails). Held-back
//             pages and frames in flight are not seen.
//   errors    free() and split() refuse what is not an allocated head of that order, as far as the
//             policy's memory of orders tells, and change nothing. A CPU, node or order that does
//             not exist is null or a refusal, too.
// The layers, each on the one before: allocator_state.h, list_traffic.h, zone_scans.h, ranges.h,
// batches.h. Leaves out what reclaim, compaction and OOM do, and what cpusets and dirty limits are:
// they are the Config's calls.
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
  using State::frame, State::here, State::list, State::zone_of;
  using typename State::Door, typename State::FastZone, typename State::Pcp, typename State::Record,
      typename State::Zone;
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
  /// that the request prefers near its CPU, its low mark in two loads, this CPU's list of the order
  /// and the type. Anything else is alloc_slow()'s, which looks at all of it again. It gets a copy
  /// of the request, so that this one may stay in registers.
  [[gnu::always_inline]] Pfn alloc(const Request& r) {
    if (r.cpu >= cpus_ || r.order > kOrderMax) return kNoPfn;
    const MaskDecode::Entry wanted = State::decode_.near(r.gfp);
    const FastZone& fast = State::near_zone(r.cpu, wanted.highest());
    const ListId which = list_of(r.order, wanted.type());
    // Before the list's section, which the compiler takes for a store to anything.
    const Pfn base = fast.base;
    const auto orders = fast.orders;
    Pcp* const lists = fast.lists;
    std::uint32_t at = 0;
    if (!which.is_list() ||
        !State::allows(*fast.frames, wanted.highest(), std::int64_t{1} << r.order) ||
        !State::is_common(r) || !State::moved(lists, r.cpu)->try_pop(which, at)) {
      return alloc_slow(Request(r));
    }
    const Pfn got = base + Pages{std::int64_t{at}};
    orders.mark(at, Order{r.order});
    return got;
  }

  /// Gives a block back. The order is the one it was allocated with. The fast path is a block whose
  /// order is right and whose pageblock's list has room.
  [[gnu::always_inline]] FreeStatus free(unsigned cpu, Pfn head, unsigned order) {
    if (cpu >= cpus_) return FreeStatus::no_cpu;
    if (Policy::planted(Bug::order_cleared_late)) return free_shared(cpu, head, order);
    const Door& door = State::largest_door();
    return door.reaches(head) ? free_at(door, cpu, head, order) : free_elsewhere(cpu, head, order);
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

  /// What free() would say; changes nothing.
  FreeStatus would_free(Pfn head, unsigned order) const {
    const unsigned z = zone_of(head);
    if (z == n_zones_) return FreeStatus::foreign;
    const bool is_one = order <= kOrderMax && is_head(zones_[z], head, Order{order});
    return is_one ? FreeStatus::ok : why_not(z, head);
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

  /// Some zone spans `p`; it may be a hole.
  bool spans(Pfn p) const { return zone_of(p) != n_zones_; }
  /// The type of the pageblock that holds `p`, a frame that some zone spans.
  Migratetype type_at(Pfn p) const { return zones_[zone_of(p)].frames.type_at(p); }

  /// Exact at quiescence.
  ZoneCount count(unsigned z) const {
    ZoneCount n;
    n.free = static_cast<std::uint64_t>(static_cast<std::int64_t>(zones_[z].frames.free_pages()));
    const auto& frames = zones_[z].frames;
    n.free_cma = static_cast<std::uint64_t>(frames.free_cma());
    if (Policy::planted(Bug::cma_miscounted) && n.free_cma != 0) ++n.free_cma;
    n.reserved = static_cast<std::uint64_t>(frames.reserved());
    n.kept_back = static_cast<std::uint64_t>(Scans::kept_back(zones_[z]));
    if (Policy::planted(Bug::reserve_miscounted) && n.kept_back != 0) ++n.kept_back;
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

  /// Whether the hints know a free block that for_each_block() visits; at quiescence.
  bool is_hinted(Pfn head, Order o) const {
    return zones_[zone_of(head)].frames.is_hinted(head, o);
  }

 private:
  /// The fast path of free() in a door's zone.
  [[gnu::always_inline]] FreeStatus free_at(const Door& door, unsigned cpu, Pfn head,
                                            unsigned order) {
    const unsigned place = place_of(order <= kOrderMax ? order : kOrderMax);
    if (place == kListedOrders) return free_shared(cpu, head, order);
    const auto at = static_cast<std::uint32_t>(door.offset(head));
    if constexpr (Zone::Orders::kExact) {
      Pcp& l = door.lists[here(cpu)];
      const auto& word = door.types.word_of(at);
      if (!door.orders.is_head(at, Order{order})) return free_shared(cpu, head, order);
      // Before the push: after it the block may be another's, who marks it.
      door.orders.clear(at, Order{order});
      const auto by_type = [at](std::uint64_t types, auto list_of_type) {
        return Lists::by_type(Zone::Types::FromBase::byte_of(at, types), list_of_type);
      };
      return l.try_push(place, at, word, by_type) ? FreeStatus::ok : free_cleared(cpu, head, order);
    } else {
      return free_in_section(door, cpu, head, order, at);
    }
  }

  /// The same where a list is part of the memory of orders: it is looked at and changed in one
  /// section.
  [[gnu::always_inline]] FreeStatus free_in_section(const Door& door, unsigned cpu, Pfn head,
                                                    unsigned order, std::uint32_t at) {
    Pcp& l = door.lists[here(cpu)];
    if (!is_head(*door.zone, head, Order{order}) || !l.section.try_enter())
      return free_shared(cpu, head, order);
    // relaxed: as in the section's own push.
    const std::uint64_t types = door.types.word_of(at).load(std::memory_order_relaxed);
    const ListId which{place_of(order),
                       Lists::plain_type(Zone::Types::FromBase::byte_of(at, types))};
    const bool listed = which.type != kNoPcpType;
    const bool again = listed && l.has_on_top(which, at);
    const bool fits = listed && !again && l.make_room(which, 1) != 0;
    if (fits) {
      door.zone->frames.blocks.clear(head, Order{order});
      l.push(which, at);
    }
    l.section.leave();
    if (again) return FreeStatus::not_allocated;
    return fits ? FreeStatus::ok : free_shared(cpu, head, order);
  }

  [[gnu::noinline]] FreeStatus free_elsewhere(unsigned cpu, Pfn head, unsigned order) {
    const Door& door = State::door_of(head);
    return door.zone == nullptr ? FreeStatus::foreign : free_at(door, cpu, head, order);
  }

  /// What alloc() leaves.
  [[gnu::noinline]] Pfn alloc_slow(const Request& r) {
    if (r.node >= static_cast<int>(nodes_)) return kNoPfn;
    if ((r.gfp & State::zero_mask_) == 0) return Scans::alloc_preferred(r);
    Request plain = r;
    plain.gfp &= ~State::zero_mask_;
    const Pfn got = alloc(plain);
    if (got != kNoPfn) Scans::zero(got, r.order);
    return got;
  }

  /// The part of alloc_bulk() that goes by whole rows: W-6's mark is low and all pages above it.
  unsigned batch_of(const Request& r, Pfn* out, unsigned n) {
    if (r.cpu >= cpus_ || r.order > kSmallOrderMax || n < 2 || !State::is_common(r)) return 0;
    const MaskDecode::Entry wanted = State::decode_.near(r.gfp);
    const FastZone& fast = State::near_zone(r.cpu, wanted.highest());
    const unsigned charged = Policy::planted(Bug::batch_beyond_mark) ? 1 : n;
    const std::int64_t pages = (std::int64_t{charged} << r.order) + 1;
    if (!State::allows(*fast.frames, wanted.highest(), pages)) return 0;
    Claimant who;
    who.type = wanted.type();
    const unsigned got = Batches<Policy>::take_batch(r.cpu, fast.zone, r.order, who, out, n);
    for (unsigned i = 0; i < got; ++i) zones_[fast.zone].frames.blocks.mark(out[i], Order{r.order});
    return got;
  }

  Allocator(const Config& c, const Parts& p) : Batches<Policy>(c, p) {}

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
      Lists::give(cpu, z, head, Order{order});
      zone.frames.blocks.clear(head, Order{order});
      return FreeStatus::ok;
    }
    zone.frames.blocks.clear(head, Order{order});
    return free_cleared(cpu, head, order);
  }
  /// What free() leaves of a sound free when its list does not take the block.
  [[gnu::noinline]] FreeStatus free_cleared(unsigned cpu, Pfn head, unsigned order) {
    const bool up = Policy::planted(Bug::free_order_up) && order == 0 && is_aligned(head, Order{1});
    Lists::give(cpu, zone_of(head), head, Order{up ? 1 : order});
    return FreeStatus::ok;
  }

  /// An allocated block begins there, as far as the policy's memory of orders can tell. A managed
  /// frame of the zone's span may be asked about with any order.
  static bool is_head(const Record& zone, Pfn head, Order o) {
    if (!zone.frames.blocks.is_head(head, o)) return false;
    return Zone::Orders::kExact ||
           (zone.span.begin <= head && head + pages_in(o) <= zone.span.end &&
            !zone.frames.any_free(head, o));
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
static_assert(sizeof(Zone<StdPolicy>::Tree) == 56,
              "L1 and 6 hints for the small orders: 56 bytes for 4096 frames");
static_assert(sizeof(CpuLists<StdPolicy>) == 4 * 64,
              "a CPU's lists share no cache line, those of order 0 lie in the first");
static_assert(alignof(Allocator<StdPolicy>) <= Allocator<StdPolicy>::kAlign &&
                  alignof(CpuLists<StdPolicy>) <= Allocator<StdPolicy>::kAlign,
              "aligned memory aligns all parts");

}  // namespace bp::impl
