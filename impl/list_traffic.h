// SPDX-License-Identifier: MIT
// Between the per-CPU lists and the bitmaps: a block taken for a request, with a refill when the
// list is empty; a block given back, with a flush when it is full; drains, of one CPU or of all.
// The contract is allocator.h's. Freestanding.
#pragma once

#include <type_traits>

#include "impl/allocator_state.h"
#include "impl/flush.h"

namespace bp::impl {

inline constexpr unsigned kAllCpusDrain = ~0U;  ///< drain(): every CPU.

template <class Policy>
class ListTraffic : public AllocatorState<Policy> {
 protected:
  using State = AllocatorState<Policy>;
  using State::cpus_, State::n_zones_, State::zones_;
  using State::frame, State::here, State::list, State::offset;
  using State::State;
  using typename State::Pcp, typename State::Record, typename State::Zone;

  /// A block of the zone, now the caller's (R-RMQ-1, 2).
  Pfn take(unsigned cpu, unsigned z, Order o, const Claimant& who) {
    Record& zone = zones_[z];
    const ListId which = list_of(static_cast<unsigned>(o), who.type);
    Pcp& l = list(here(cpu), z);
    Pfn got;
    if (l.keeps(which) && l.section.try_enter()) {
      const std::uint32_t n = l.count(which);
      got = n != 0 ? frame(zone, l.pop(which, n)) : refill(l, zone, which, who);
      l.section.leave();
    } else {
      got = zone.frames.claim(o, who);
    }
    if (got != kNoPfn) zone.frames.blocks.mark(got, o);
    return got;
  }

  template <unsigned t>
  using Type = std::integral_constant<unsigned, t>;

  /// The requestable type that a byte of the pageblocks names, or none; see type_word.h.
  static constexpr unsigned plain_type(std::uint8_t byte) {
    static_assert(set_of(Migratetype::unmovable) == 1 && set_of(Migratetype::movable) == 2 &&
                  set_of(Migratetype::reclaimable) == 4);
    return byte <= set_of(Migratetype::reclaimable) ? byte >> 1U : kNoPcpType;
  }
  /// list_of_type(the same as a constant), or null. By branches: blocks that are freed one after
  /// another are mostly of one type, so a processor goes on with the list before it has the byte.
  template <class ListOfType>
  [[gnu::always_inline]] static auto by_type(std::uint8_t byte, ListOfType list_of_type)
      -> decltype(list_of_type(Type<0>{})) {
    if (byte == set_of(Migratetype::movable)) return list_of_type(Type<1>{});
    if (byte == set_of(Migratetype::unmovable)) return list_of_type(Type<0>{});
    if (byte == set_of(Migratetype::reclaimable)) return list_of_type(Type<2>{});
    return nullptr;
  }

  /// A block goes back to its CPU's list or to the bitmaps (R-FREE-2).
  void give(unsigned cpu, unsigned z, Pfn head, Order o) {
    Record& zone = zones_[z];
    Pcp& l = list(here(cpu), z);
    const auto order = static_cast<unsigned>(o);
    const unsigned place = place_of(order);
    if (place == kListedOrders || !l.section.try_enter()) return zone.frames.release(head, o);
    const ListId which = list_for(zone, head, place);
    if (!has_room(l, zone, which)) {
      l.section.leave();
      return zone.frames.release(head, o);
    }
    l.push(which, offset(zone, head));
    l.section.leave();
  }

  struct Drained {
    Pages pages;
    bool all = true;  ///< No list was left to its owner.
  };
  /// Empties the lists of one CPU, or of all. A list whose owner is inside is left to it; of a
  /// CPU that the machine has not there is none.
  Drained drain_lists(unsigned cpu) {
    const unsigned begin = cpu == kAllCpusDrain ? 0 : cpu;
    const bool skips = cpu == kAllCpusDrain && Policy::planted(Bug::drain_skips_last);
    const unsigned end = cpu < cpus_ ? cpu + 1 : cpus_ - (skips ? 1 : 0);
    Drained drained;
    for (unsigned c = begin; c < end; c += kDrainCpus)
      drain_cpus(c, end - c < kDrainCpus ? end : c + kDrainCpus, drained);
    return drained;
  }

 private:
  /// As many CPUs are drained for one barrier: a word has a bit for each.
  static constexpr unsigned kDrainCpus = 64;

  /// The list that a block goes back to, by its pageblock's type (R-PCP-6, 11, 15). CMA's blocks
  /// are for movable requests. The reserve and what is isolated stay off the lists. Asked inside
  /// the section: who isolates a range and then drains misses no block.
  static ListId list_for(const Record& zone, Pfn head, unsigned place) {
    const std::uint8_t byte = zone.frames.type_byte(head);
    if (byte == kCma) return {place, static_cast<unsigned>(Migratetype::movable)};
    const unsigned type = plain_type(byte);
    return type == kNoPcpType ? ListId{} : ListId{place, type};
  }

  /// Up to a batch of pages in one claim of one row: one block for the caller, the rest for the
  /// list, which is empty. The lowest is handed out first, as from a split block (R-BUDDY-5).
  Pfn refill(Pcp& l, Record& zone, ListId which, const Claimant& who) {
    const unsigned order = which.order();
    if (order > kSmallOrderMax) return zone.frames.claim(Order{order}, who);
    // The reserve gives one block at a time.
    Claimant plain = who;
    plain.reserve_first = false;
    plain.may &= kEveryType ^ kHighatomic;
    // One goes to the caller.
    const std::uint32_t room = l.make_room(which, refill_blocks(zone, order) - 1);
    const RowClaim c = zone.frames.claim_blocks(order, room + 1, plain);
    if (!c.found()) return plain.may == who.may ? kNoPfn : zone.frames.claim(Order{order}, who);
    if (Policy::planted(Bug::refill_uncounted)) zone.frames.settle(Pages{bits_in(c.mask)});
    std::uint64_t rest = c.mask & aligned_heads<std::uint64_t>(order);
    if (!Policy::planted(Bug::refill_keeps_callers) || bits_in(rest) > room) rest &= rest - 1;
    l.fill(which, Zone::offset_of(c.row), rest);
    return zone.frames.frame_at(c.row, lowest_set(c.mask));
  }

  /// A batch, in whole rows if it is nearly one: what a row keeps back is the next refill's crumb.
  static unsigned refill_blocks(const Record& zone, unsigned order) {
    const std::uint32_t pages = zone.pcp_batch < kRowBits / 2 ? zone.pcp_batch : kRowBits;
    const std::uint32_t want = pages >> order;
    return want == 0 ? 1 : want;
  }

  /// Of full lists that in the way is flushed, by a batch. A block larger than a batch goes to the
  /// bitmaps itself: nothing is gained by turning its list over.
  bool has_room(Pcp& l, Record& zone, ListId which) {
    if (!l.keeps(which)) return false;
    if (l.make_room(which, 1) != 0) return true;
    if (zone.pcp_batch >> which.order() == 0) return false;
    const ListId full = l.in_the_way(which);
    const std::uint32_t blocks = zone.pcp_batch >> full.order();
    flush(l, zone, full, blocks == 0 ? 1 : blocks, false);
    return l.make_room(which, 1) != 0;
  }

  /// The oldest `n` blocks of the list, or all, go back to the bitmaps, with those of the last
  /// one's row that follow it: what a row keeps back is announced, found and taken for itself. One
  /// count for all.
  Pages flush(Pcp& l, Record& zone, ListId which, std::uint32_t n, bool leak_last) {
    Zone& frames = zone.frames;
    const unsigned order = which.order();
    const bool cut = order != 0 && Policy::planted(Bug::flush_first_frame);
    const std::uint32_t had = l.count(which);
    std::uint32_t taken = n < had ? n : had;
    while (taken != 0 && taken < had &&
           Zone::row_at(l.at(which, taken)) == Zone::row_at(l.at(which, taken - 1)))
      ++taken;
    std::uint32_t left = taken - (leak_last && taken != 0 ? 1 : 0);
    const auto leaks = [&] { return Policy::planted(Bug::drain_leaks_last) && left-- == 0; };
    if (order > kSmallOrderMax && !cut) {
      l.take_oldest(which, had, taken, [&](std::uint32_t at) {
        if (!leaks()) frames.release_group(Zone::row_at(at), order - kRowOrder);
      });
    } else {
      const auto release = [&](std::uint64_t row, std::uint64_t mask) {
        frames.release_row(row, mask);
      };
      const std::uint64_t block = run_mask(std::uint64_t{0}, cut ? 0 : order);
      RowGather gather;
      l.take_oldest(which, had, taken, [&](std::uint32_t at) {
        if (!leaks()) gather.add(Zone::row_at(at), block << Zone::bit_at(at), release);
      });
      gather.finish(release);
    }
    const Pages all{std::int64_t{taken} << order};
    if (!Policy::planted(Bug::flush_uncounted) && taken != 0) frames.settle(all);
    return all;
  }

  /// The lists of CPUs [begin, end), at most kDrainCpus.
  void drain_cpus(unsigned begin, unsigned end, Drained& drained) {
    std::uint64_t asked[kMaxZones] = {};  // Bit per CPU from `begin` on.
    for_each_list(begin, end, [&](unsigned c, unsigned z) {
      if (list(c, z).section.ask())
        asked[z] |= std::uint64_t{1} << (c - begin);
      else
        drained.all = false;
    });
    Policy::Section::barrier();
    for_each_list(begin, end, [&](unsigned c, unsigned z) {
      if ((asked[z] >> (c - begin) & 1) == 0) return;
      Pcp& l = list(c, z);
      if (l.section.granted())
        drained.pages += empty(l, z);
      else
        drained.all = false;
      l.section.done();
    });
  }

  /// All lists of one CPU and zone; the caller is inside the section.
  Pages empty(Pcp& l, unsigned z) {
    Pages all;
    l.for_each_kept([&](ListId which) {
      const std::uint32_t n = l.count(which) / (Policy::planted(Bug::drain_half) ? 2 : 1);
      if (n != 0) all += flush(l, zones_[z], which, n, Policy::planted(Bug::drain_leaks_last));
    });
    return all;
  }

  /// visit(cpu, zone) for the lists of CPUs [begin, end) that may hold something.
  template <class Visit>
  void for_each_list(unsigned begin, unsigned end, Visit&& visit) const {
    for (unsigned c = begin; c < end; ++c)
      for (unsigned z = 0; z < n_zones_; ++z)
        if (zones_[z].pcp_high != 0) visit(c, z);
  }
};

}  // namespace bp::impl
