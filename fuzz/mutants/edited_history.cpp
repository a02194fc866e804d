// SPDX-License-Identifier: MIT
#include "fuzz/mutants/edited_history.h"

#include <algorithm>
#include <array>
#include <vector>

#include "model/rules/gfp_zone.h"

namespace bp {
namespace {

/// Events of a kind that fit an edit, of which one is taken at random.
template <class Fits>
std::optional<std::size_t> any_event(const Program& p, Rng& rng, Fits fits) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < p.ops.size(); ++i) {
    if (fits(i, p.ops[i])) places.push_back(i);
  }
  if (places.empty()) return std::nullopt;
  return places[rng.below(places.size())];
}

bool is_block(const Op& op, const Outcome& o) {
  return op.kind == OpKind::alloc && op.call == Call::alloc && o.status == Status::ok;
}

/// Blocks held just before event `end`, by their heads and orders.
std::vector<CensusBlock> held_before(const Program& p, const History& h, std::size_t end) {
  std::vector<CensusBlock> held;
  for (std::size_t i = 0; i < end; ++i) {
    if (is_block(p.ops[i], h.outcomes[i])) held.push_back({h.outcomes[i].pfn, p.ops[i].order});
    if (p.ops[i].kind == OpKind::free && h.outcomes[i].status == Status::ok)
      std::erase_if(held, [&](const CensusBlock& b) { return b.head == h.outcomes[i].pfn; });
  }
  return held;
}

bool allocate_twice(const Program& p, Rng& rng, History& h) {
  const auto other = [&](std::size_t i) {
    const auto held = held_before(p, h, i);
    const auto at =
        std::ranges::find_if(held, [&](const CensusBlock& b) { return b.order >= p.ops[i].order; });
    return at == held.end() ? kNoPfn : at->head;
  };
  const auto i = any_event(p, rng, [&](std::size_t e, const Op& op) {
    return is_block(op, h.outcomes[e]) && other(e) != kNoPfn;
  });
  if (!i) return false;
  h.outcomes[*i].pfn = other(*i);
  return true;
}

bool misalign(const Program& p, Rng& rng, History& h) {
  const auto i = any_event(p, rng, [&](std::size_t e, const Op& op) {
    return is_block(op, h.outcomes[e]) && op.order > Order{0};
  });
  if (!i) return false;
  ++h.outcomes[*i].pfn;
  return true;
}

bool leave_memory(const Program& p, const rules::Layout& l, Rng& rng, History& h) {
  const auto i =
      any_event(p, rng, [&](std::size_t e, const Op& op) { return is_block(op, h.outcomes[e]); });
  if (!i) return false;
  Pfn end{0};
  for (const auto& z : l.zones) end = std::max(end, z.frames.end);
  h.outcomes[*i].pfn = align_up(end, p.ops[*i].order);
  return true;
}

/// The first block of this order in a zone above the highest that the mask allows.
Pfn forbidden_block(const Program& p, const rules::Layout& l, const Op& op) {
  const ZoneType highest = rules::highest_zone(op.gfp, p.machine.zones);
  for (const auto& z : l.zones) {
    const Pfn head = align_up(z.frames.begin, op.order);
    if (z.type > highest && head + pages_in(op.order) <= z.frames.end) return head;
  }
  return kNoPfn;
}

bool move_to_forbidden_zone(const Program& p, const rules::Layout& l, Rng& rng, History& h) {
  const auto i = any_event(p, rng, [&](std::size_t e, const Op& op) {
    return is_block(op, h.outcomes[e]) && forbidden_block(p, l, op) != kNoPfn;
  });
  if (!i) return false;
  h.outcomes[*i].pfn = forbidden_block(p, l, p.ops[*i]);
  return true;
}

/// One counter after some event; those before the first event are the subject's word alone.
bool miscount(Rng& rng, History& h) {
  if (h.zones == 0) return false;
  h.counters[h.zones + rng.below(h.counters.size() - h.zones)].free += Pages{1};
  return true;
}

bool shift_counter(const Program& p, Rng& rng, History& h) {
  const auto i =
      any_event(p, rng, [](std::size_t, const Op& op) { return op.kind == OpKind::census; });
  if (!i || h.zones == 0) return false;
  ZoneCounters& c = h.counters[(*i + 1) * h.zones + rng.below(h.zones)];
  if (c.free == Pages{0}) return false;
  c.free -= Pages{1};
  c.on_pcp += Pages{1};
  return true;
}

/// Of the closing census: everything is drained there, so every block is a free one.
std::size_t closing_begin(const History& h) {
  return h.census_end.size() < 2 ? 0 : h.census_end[h.census_end.size() - 2];
}

std::optional<std::size_t> any_closing_block(const History& h, Rng& rng, Order order_min) {
  std::vector<std::size_t> places;
  for (std::size_t i = closing_begin(h); i < h.blocks.size(); ++i) {
    if (h.blocks[i].order >= order_min) places.push_back(i);
  }
  if (places.empty()) return std::nullopt;
  return places[rng.below(places.size())];
}

bool drop_block(Rng& rng, History& h) {
  const auto i = any_closing_block(h, rng, Order{0});
  if (!i) return false;
  h.blocks.erase(h.blocks.begin() + static_cast<std::ptrdiff_t>(*i));
  --h.census_end.back();
  return true;
}

bool double_block(Rng& rng, History& h) {
  const auto i = any_closing_block(h, rng, Order{0});
  if (!i) return false;
  h.blocks.push_back(h.blocks[*i]);
  ++h.census_end.back();
  return true;
}

bool move_block(const Program& p, const rules::Layout& l, Rng& rng, History& h) {
  const auto i = any_closing_block(h, rng, Order{0});
  if (!i) return false;
  CensusBlock& shown = h.blocks[*i];
  for (const CensusBlock& held : held_before(p, h, p.ops.size())) {
    if (held.order < shown.order || rules::zone_of(l, held.head) != rules::zone_of(l, shown.head))
      continue;
    shown.head = held.head;
    return true;
  }
  return false;
}

bool split_block(Rng& rng, History& h) {
  const auto i = any_closing_block(h, rng, Order{1});
  if (!i) return false;
  CensusBlock& lower = h.blocks[*i];
  --lower.order;
  CensusBlock upper = lower;
  upper.head += pages_in(lower.order);
  h.blocks.push_back(upper);
  ++h.census_end.back();
  return true;
}

bool change_free(const Program& p, Rng& rng, History& h, Status from, Status to) {
  const auto i = any_event(p, rng, [&](std::size_t e, const Op& op) {
    return op.kind == OpKind::free && h.outcomes[e].status == from;
  });
  if (!i) return false;
  h.outcomes[*i].status = to;
  return true;
}

bool is_managed(const rules::Layout& l, Pfn head, Order o) {
  return std::ranges::none_of(l.holes, [&](const PfnRange& hole) {
    return hole.begin < head + pages_in(o) && head < hole.end;
  });
}

/// Every managed frame of a fresh machine, in blocks as large as they can be.
std::vector<CensusBlock> fresh_blocks(const rules::Layout& l) {
  std::vector<CensusBlock> all;
  for (const auto& z : l.zones) {
    for (Pfn at = z.frames.begin; at < z.frames.end;) {
      Order o{kOrderMax};
      const auto fits = [&](Order order) {
        return is_aligned(at, order) && at + pages_in(order) <= z.frames.end &&
               is_managed(l, at, order);
      };
      while (o > Order{0} && !fits(o)) --o;
      if (fits(o)) all.push_back({at, o});
      at += pages_in(o);
    }
  }
  return all;
}

}  // namespace

History null_history(const rules::Layout& l) {
  History h;
  h.zones = static_cast<unsigned>(l.zones.size());
  h.outcomes = {{Status::no_memory, kNoPfn}, {}, {}};
  for (std::size_t i = 0; i <= h.outcomes.size(); ++i) {
    for (const auto& z : l.zones) h.counters.push_back({z.managed, Pages{0}});
  }
  h.blocks = fresh_blocks(l);
  h.census_end = {h.blocks.size()};
  return h;
}

std::string_view edit_name(Edit e) {
  static constexpr std::array<std::string_view, kEdits> names{
      "allocated-twice",    "misaligned",      "unmanaged",     "forbidden-zone",
      "counter-off-by-one", "counter-shifted", "block-dropped", "block-doubled",
      "block-moved",        "block-split",     "free-rejected", "misuse-accepted"};
  return names[static_cast<unsigned>(e)];
}

bool edit_history(Edit e, const Program& p, const rules::Layout& l, Rng& rng, History& h) {
  switch (e) {
    case Edit::allocated_twice: return allocate_twice(p, rng, h);
    case Edit::misaligned: return misalign(p, rng, h);
    case Edit::unmanaged: return leave_memory(p, l, rng, h);
    case Edit::forbidden_zone: return move_to_forbidden_zone(p, l, rng, h);
    case Edit::counter_off_by_one: return miscount(rng, h);
    case Edit::counter_shifted: return shift_counter(p, rng, h);
    case Edit::block_dropped: return drop_block(rng, h);
    case Edit::block_doubled: return double_block(rng, h);
    case Edit::block_moved: return move_block(p, l, rng, h);
    case Edit::block_split: return split_block(rng, h);
    case Edit::free_rejected: return change_free(p, rng, h, Status::ok, Status::rejected);
    case Edit::misuse_accepted: return change_free(p, rng, h, Status::rejected, Status::ok);
  }
  return false;
}

}  // namespace bp
