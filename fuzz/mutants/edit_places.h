// SPDX-License-Identifier: MIT
// Where in a history an edit can be made: events and free blocks that fit, one of which is taken at
// random.
#pragma once

#include <optional>
#include <vector>

#include "fuzz/program/rng.h"
#include "model/judge/kernel_event.h"

namespace bp {

/// A free block of a state: zones[zone].lists[order][type][place].
struct FreeBlock {
  unsigned zone = 0, order = 0, type = 0;
  std::size_t place = 0;
  Pfn head = kNoPfn;
};

template <class T>
std::optional<T> any_of_them(const std::vector<T>& all, Rng& rng) {
  if (all.empty()) return std::nullopt;
  return all[rng.below(all.size())];
}

/// Events that fit, by index.
template <class Fits>
std::optional<std::size_t> any_event_that(const KernelHistory& h, Rng& rng, Fits fits) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < h.events.size(); ++i) {
    if (fits(i, h.events[i])) places.push_back(i);
  }
  return any_of_them(places, rng);
}

/// Blocks on the lists of a state that fit.
template <class Fits>
std::vector<FreeBlock> free_blocks(const reference::KernelState& s, Fits fits) {
  std::vector<FreeBlock> out;
  for (unsigned z = 0; z < s.zones.size(); ++z) {
    for (unsigned o = 0; o < reference::kOrders; ++o) {
      for (unsigned t = 0; t < reference::kTypes; ++t) {
        const auto& list = s.zones[z].lists[o][t];
        for (std::size_t i = 0; i < list.size(); ++i) {
          const FreeBlock b{z, o, t, i, list[i]};
          if (fits(b)) out.push_back(b);
        }
      }
    }
  }
  return out;
}

/// Some page is bad, or goes bad: what is lost with it is the kernel's choice.
bool has_bad_pages(const KernelHistory& h);
/// Some pageblock is isolated, or was in between.
bool has_isolation(const KernelHistory& h);
/// No event before number `end` speaks of a frame of the block.
bool is_untouched(const KernelHistory& h, Pfn head, Order o, std::size_t end = ~std::size_t{0});
/// One of the blocks of which no such event speaks; some of them are tried.
std::optional<FreeBlock> any_untouched(const KernelHistory& h, const std::vector<FreeBlock>& all,
                                       Rng& rng, std::size_t end = ~std::size_t{0});
/// Pages on the lists of a type, in blocks of at least the order.
std::int64_t pages_listed(const reference::ZoneState& z, unsigned order, unsigned type);
/// Pages on all lists and per-CPU lists of a zone.
std::int64_t pages_available(const reference::KernelState& s, unsigned zone);
/// More than any refill or per-CPU list takes: who has so many pages has some left.
std::int64_t plenty(const reference::KernelState& s, unsigned zone);
/// Takes a block off its list, with the counters that count it.
void unlist(reference::KernelState& s, const FreeBlock& b);
/// Puts a block on a list, with the counters that count it.
void list(reference::KernelState& s, unsigned zone, unsigned order, unsigned type, Pfn head);
/// Of the pageblock of `p`, in `z`; nothing: no memory of the zone.
std::optional<Migratetype> type_at(const reference::ZoneState& z, Pfn p);
void set_type(reference::KernelState& s, unsigned zone, Pfn pageblock, Migratetype t);
/// Pageblocks, by first frame, that lie wholly in the zone, have the type and hold no frame that is
/// free or on a per-CPU list.
std::vector<Pfn> full_pageblocks(const reference::KernelState& s, unsigned zone, unsigned type);

}  // namespace bp
