// SPDX-License-Identifier: MIT
// Edits of the lists of the last state: blocks that stand where or as they may not. Counters go
// along, so that nothing else is wrong.
#include <algorithm>

#include "fuzz/mutants/edit_places.h"
#include "fuzz/mutants/edited_recording.h"

namespace bp {
namespace {

using namespace reference;

bool keeps_types(Profile p) { return p == Profile::v6_12 || p == Profile::v7_1; }

/// A free block of the last state that fits is taken off its list. Nothing: no place.
template <class Fits>
std::optional<FreeBlock> take_any(KernelHistory& h, Rng& rng, Fits fits) {
  const auto blocks = free_blocks(h.after, fits);
  const auto b = any_of_them(blocks, rng);
  if (b) unlist(h.after, *b);
  return b;
}

void list_halves(KernelHistory& h, const FreeBlock& b) {
  list(h.after, b.zone, b.order - 1, b.type, b.head);
  list(h.after, b.zone, b.order - 1, b.type, b.head + pages_in(Order{b.order - 1}));
}

bool split_small(KernelHistory& h, Rng& rng) {
  const unsigned pageblock = h.after.config.pageblock_order;
  const auto b =
      take_any(h, rng, [&](const FreeBlock& f) { return f.order > 0 && f.order <= pageblock; });
  if (b) list_halves(h, *b);
  return b.has_value();
}

bool split_large(KernelHistory& h, Rng& rng) {
  const bool barriers = std::ranges::any_of(h.events, [](const KernelEvent& e) {
    return e.act == KernelAct::isolate || e.act == KernelAct::unisolate ||
           e.act == KernelAct::unreserve || (e.act == KernelAct::alloc && e.order > 0);
  });
  // A pair that stood apart in the first state may stand so for ever.
  if (barriers || h.after.config.pageblock_order >= kOrderMax) return false;
  const auto b = take_any(h, rng, [&](const FreeBlock& f) {
    return f.order > h.after.config.pageblock_order && f.type < kPcpTypes &&
           type_at(h.after.zones[f.zone], f.head) == static_cast<Migratetype>(f.type);
  });
  if (b) list_halves(h, *b);
  return b.has_value();
}

bool lay_askew(KernelHistory& h, Rng& rng) {
  const auto b = take_any(h, rng, [](const FreeBlock& f) { return f.order > 0; });
  if (b) list(h.after, b->zone, b->order, b->type, b->head + Pages{1});
  return b.has_value();
}

bool list_twice(KernelHistory& h, Rng& rng) {
  const auto blocks = free_blocks(h.after, [](const FreeBlock&) { return true; });
  const auto b = any_of_them(blocks, rng);
  if (b) list(h.after, b->zone, b->order, b->type, b->head);
  return b.has_value();
}

bool list_held(KernelHistory& h, Rng& rng) {
  std::vector<std::pair<unsigned, HeldBlock>> places;
  for (const HeldBlock& b : h.held) {
    if (!is_untouched(h, b.head, b.order)) continue;
    for (unsigned z = 0; z < h.after.zones.size(); ++z) {
      const ZoneState& zone = h.after.zones[z];
      const Pfn begin{static_cast<std::uint64_t>(zone.numbers.start)};
      if (b.head < begin || b.head >= begin + Pages{zone.numbers.spanned}) continue;
      if (type_at(zone, b.head)) places.emplace_back(z, b);
    }
  }
  const auto place = any_of_them(places, rng);
  if (!place) return false;
  const auto& [zone, block] = *place;
  list(h.after, zone, static_cast<unsigned>(block.order),
       static_cast<unsigned>(*type_at(h.after.zones[zone], block.head)), block.head);
  return true;
}

bool mislist(KernelHistory& h, Rng& rng) {
  if (!keeps_types(h.after.config.profile)) return false;
  const auto b = take_any(h, rng, [](const FreeBlock& f) { return f.type < kPcpTypes; });
  if (b) list(h.after, b->zone, b->order, (b->type + 1) % kPcpTypes, b->head);
  return b.has_value();
}

bool mislist_as_cma(KernelHistory& h, Rng& rng) {
  if (h.after.config.profile != Profile::v6_1_lts192 || !h.after.config.cma || has_isolation(h))
    return false;
  const auto cma = static_cast<unsigned>(Migratetype::cma);
  const auto b = take_any(h, rng, [](const FreeBlock& f) { return f.type < kPcpTypes; });
  if (b) list(h.after, b->zone, b->order, cma, b->head);
  return b.has_value();
}

/// Blocks of pageblock order, or single pages in v4.7, stand on a CPU's list until it is too long.
bool overfill(KernelHistory& h, Rng& rng) {
  if (h.settings_written) return false;
  const bool old = h.after.config.profile == Profile::v4_7;
  const unsigned order = old ? 0 : h.after.config.pageblock_order;
  const unsigned wanted = old ? 4 : 8;
  for (unsigned z = 0; z < h.after.zones.size(); ++z) {
    ZoneState& zone = h.after.zones[z];
    const auto movable = static_cast<unsigned>(Migratetype::movable);
    if (zone.pcp.empty() || zone.lists[order][movable].size() < wanted) continue;
    PcpState& pcp = zone.pcp[rng.below(zone.pcp.size())];
    pcp.numbers.high = pcp.numbers.high_max = pcp.numbers.high_min = 0;
    pcp.numbers.batch = 1;
    const unsigned target = old                                        ? movable
                            : h.after.config.profile == Profile::v5_15 ? 12 + movable
                                                                       : 13;
    for (unsigned n = 0; n < wanted; ++n) {
      const Pfn head = zone.lists[order][movable].back();
      unlist(h.after, {z, order, movable, zone.lists[order][movable].size() - 1, head});
      const bool caches =
          h.after.config.profile != Profile::v7_1 && h.after.config.profile != Profile::v6_12;
      pcp.lists[target].push_back(
          {head, caches ? std::optional(Migratetype::movable) : std::nullopt});
      pcp.numbers.count += std::int64_t{1} << order;
    }
    return true;
  }
  return false;
}

bool isolate_on_pcp(KernelHistory& h, Rng& rng) {
  std::vector<PcpBlock*> places;
  for (ZoneState& z : h.after.zones) {
    for (PcpState& p : z.pcp) {
      for (auto& l : p.lists) {
        for (PcpBlock& b : l) {
          if (b.cached) places.push_back(&b);
        }
      }
    }
  }
  const auto place = any_of_them(places, rng);
  if (place) (*place)->cached = Migratetype::isolate;
  return place.has_value();
}

constexpr RecordingEdit kEdits[] = {
    {"merge-missing", "a free block stands as its two halves", "I-8", split_small},
    {"large-merge-missing", "a block above pageblock order stands as its halves", "I-9",
     split_large},
    {"free-block-askew", "a free block's head is a page further on", "I-7", lay_askew},
    {"listed-twice", "a free block is on its list twice", "I-1", list_twice},
    {"held-block-listed", "a held block is on a free list", "I-1", list_held},
    {"wrong-list", "a free block is on another type's list", "I-6", mislist},
    {"wrong-list-cma", "a free block is on the list of CMA", "I-6'", mislist_as_cma},
    {"list-over-high", "a per-CPU list is longer than its bound", "I-10", overfill},
    {"isolated-on-cpu", "a block on a per-CPU list goes back as isolated", "I-11", isolate_on_pcp},
};

}  // namespace

std::span<const RecordingEdit> list_edits() { return kEdits; }

}  // namespace bp
