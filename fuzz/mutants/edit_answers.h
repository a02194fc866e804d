// SPDX-License-Identifier: MIT
// Answers that an edit may change: which of them are settled by the first state alone, and what the
// zone that they come from has. For edited_answers.cpp, edited_zones.cpp, edited_types.cpp.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "fuzz/mutants/edit_places.h"
#include "fuzz/mutants/edited_recording.h"
#include "model/judge/kernel_request.h"

namespace bp {

inline bool is_answered(const KernelEvent& e) {
  return e.act == KernelAct::alloc && e.head != kNoPfn;
}

/// Nothing that this event gives out is spoken of again before the stretch ends.
inline bool is_kept(const KernelHistory& h, std::size_t at) {
  const KernelEvent& e = h.events[at];
  const Pfn end = e.head + pages_in(Order{e.order});
  for (std::size_t i = at + 1; i < h.events.size(); ++i) {
    if (h.events[i].head >= e.head && h.events[i].head < end) return false;
  }
  return true;
}

/// Allocations early on, before a stretch has used up what its first state shows.
inline constexpr std::size_t kEarly = 3;

inline std::vector<std::size_t> early_answers(const KernelHistory& h) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < h.events.size() && out.size() < kEarly; ++i) {
    const KernelAct act = h.events[i].act;
    if (act == KernelAct::grouping || act == KernelAct::isolate || act == KernelAct::unisolate ||
        act == KernelAct::unreserve || act == KernelAct::watermarks || act == KernelAct::bulk)
      break;
    if (is_answered(h.events[i])) out.push_back(i);
  }
  return out;
}

inline void answer_with(KernelHistory& h, std::size_t at, Pfn head) {
  KernelEvent& e = h.events[at];
  e.head = head, e.zone = std::nullopt, e.pageblock = std::nullopt, e.marked = std::nullopt;
}

/// Of the early answers to requests that are wanted, one that becomes a block of the first state
/// that is free all along, and that fits.
template <class Wanted, class Fits>
bool give_another(KernelHistory& h, Rng& rng, Wanted wanted, Fits fits) {
  struct Spot {
    std::size_t event;
    Pfn head;
  };
  std::vector<Spot> places;
  for (const std::size_t i : early_answers(h)) {
    const KernelRequest r = request_of(h.before, h.events[i]);
    if (r.order > kOrderMax || !wanted(r)) continue;
    const auto blocks =
        free_blocks(h.before, [&](const FreeBlock& b) { return b.order >= r.order && fits(r, b); });
    if (const auto b = any_untouched(h, blocks, rng, i)) places.push_back({i, b->head});
  }
  const auto place = any_of_them(places, rng);
  if (!place) return false;
  answer_with(h, place->event, place->head);
  return true;
}

inline constexpr auto kAny = [](const KernelRequest&) { return true; };

inline reference::ZoneRef ref_of(const reference::ZoneState& z) {
  return {static_cast<std::uint8_t>(z.node), static_cast<std::uint8_t>(z.index)};
}

/// The zone can serve the request with ease, and from the type's own lists.
inline bool has_plenty(const reference::KernelState& s, const KernelRequest& r, unsigned zone) {
  const reference::ZoneState& z = s.zones[zone];
  if (z.numbers.managed == 0 || z.index > r.highest) return false;
  const std::int64_t kept = 4 * (z.numbers.high + z.numbers.boost) +
                            *std::ranges::max_element(z.numbers.reserve) + z.numbers.highatomic +
                            2 * plenty(s, zone);
  return pages_available(s, zone) > kept &&
         pages_listed(z, std::max(r.order, 4U), static_cast<unsigned>(r.type)) >
             (plenty(s, zone) << std::min(r.order, 4U));
}

inline bool is_first_on_list(const reference::KernelState& s, const KernelRequest& r,
                             unsigned zone) {
  if (r.walks.size() != 1 || r.gfp.has(GfpFlag::write)) return false;
  for (const reference::ZoneRef at : zonelist_of(s, r, r.walks.front())) {
    if (!r.allows(at, r.walks.front())) continue;
    return at == ref_of(s.zones[zone]);
  }
  return false;
}

/// Some kswapd ran, so that which node is tried first is not settled by the zonelist (R-LIST-12).
inline bool is_woken(const KernelHistory& h) {
  return h.before.config.profile == Profile::v7_1 && h.before.nodes.size() > 1 &&
         std::ranges::any_of(h.after.nodes, &reference::NodeState::kswapd_running);
}

/// Requests of which all choices are settled by the zonelist.
inline bool is_plain(const KernelHistory& h, const KernelRequest& r) {
  const bool turns = h.before.config.profile == Profile::v4_7;
  const bool nodes = is_woken(h);
  return !r.two_types && !turns && !nodes && !has_bad_pages(h);
}

inline std::optional<unsigned> rich_first_zone(const KernelHistory& h, const KernelRequest& r) {
  for (unsigned z = 0; z < h.before.zones.size(); ++z) {
    if (is_first_on_list(h.before, r, z) && has_plenty(h.before, r, z)) return z;
  }
  return std::nullopt;
}

}  // namespace bp
