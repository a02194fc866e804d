// SPDX-License-Identifier: MIT
// Many blocks of one small order at once: taken with one look at the mark and one claim for each
// row, given back with one release for each row and one count. The contract is allocator.h's.
// Freestanding.
#pragma once

#include "impl/ranges.h"

namespace bp::impl {

template <class Policy>
class Batches : public Ranges<Policy> {
 protected:
  using State = AllocatorState<Policy>;
  using Lists = ListTraffic<Policy>;
  using State::frame, State::here, State::list, State::offset, State::zones_;
  using typename State::Pcp, typename State::Record, typename State::Zone;
  using Ranges<Policy>::Ranges;

  /// Up to `n` blocks of the zone for a claimant without privileges: what lies on the list, then
  /// rows. Not marked yet with their order.
  unsigned take_batch(unsigned cpu, unsigned z, unsigned order, const Claimant& who, Pfn* out,
                      unsigned n) {
    Record& zone = zones_[z];
    unsigned got = 0;
    const ListId which = list_of(order, who.type);
    Pcp& l = list(here(cpu), z);
    if (l.keeps(which) && l.section.try_enter()) {
      for (std::uint32_t left = l.count(which); got < n && left != 0; --left)
        out[got++] = frame(zone, l.pop(which, left));
      l.section.leave();
    }
    while (got < n) {
      const RowClaim c = zone.frames.claim_blocks(order, n - got, who);
      if (!c.found()) break;
      std::uint64_t heads = c.mask & aligned_heads<std::uint64_t>(order);
      for (; heads != 0; heads &= heads - 1)
        out[got++] = zone.frames.frame_at(c.row, lowest_set(heads));
    }
    return got;
  }

  /// The first `n` blocks, allocated heads of this order in one zone, go to the list while it has
  /// room and else to their rows; `checked` says of each whether it is one, and ends the batch.
  template <class Checked>
  unsigned give_batch(unsigned cpu, unsigned z, unsigned order, const Pfn* heads, unsigned n,
                      Checked&& checked) {
    Record& zone = zones_[z];
    Pcp& l = list(here(cpu), z);
    const unsigned place = place_of(order);
    const bool inside = place != kListedOrders && l.section.try_enter();
    const auto release = [&](std::uint64_t row, std::uint64_t mask) {
      zone.frames.release_row(row, mask);
    };
    RowGather gather;
    Pages gathered;
    unsigned done = 0;
    for (; done < n && checked(heads[done]); ++done) {
      const Pfn p = heads[done];
      zone.frames.blocks.clear(p, Order{order});
      const unsigned type = Lists::plain_type(zone.frames.type_byte(p));
      if (inside && type != kNoPcpType && l.make_room({place, type}, 1) != 0) {
        l.push({place, type}, offset(zone, p));
      } else {
        gather.add(zone.frames.row_of(p), run_mask(std::uint64_t{Zone::bit_of(p)}, order), release);
        gathered += pages_in(Order{order});
      }
    }
    if (inside) l.section.leave();
    gather.finish(release);
    if (Pages{} < gathered) zone.frames.settle(gathered);
    return done;
  }
};

}  // namespace bp::impl
