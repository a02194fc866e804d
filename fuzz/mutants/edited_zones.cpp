// SPDX-License-Identifier: MIT
// Edits of answers: a zone that the request may not have or that comes later, or nothing where
// there was enough.
#include "fuzz/mutants/edit_answers.h"

namespace bp {
namespace {

using namespace reference;

bool go_above_mask(KernelHistory& h, Rng& rng) {
  return give_another(h, rng, kAny, [&](const KernelRequest& r, const FreeBlock& b) {
    return h.before.zones[b.zone].index > r.highest;
  });
}

bool mistake_mask(KernelHistory& h, Rng& rng) {
  const auto i = any_event_that(h, rng, [](std::size_t, const KernelEvent& e) {
    return is_answered(e) && e.zone_of_mask.has_value();
  });
  if (!i) return false;
  unsigned& zone = *h.events[*i].zone_of_mask;
  zone = zone == 0 ? 1 : zone - 1;
  return true;
}

bool mistake_zone(KernelHistory& h, Rng& rng) {
  const auto i = any_event_that(
      h, rng, [](std::size_t, const KernelEvent& e) { return is_answered(e) && e.zone; });
  if (!i) return false;
  std::uint8_t& index = h.events[*i].zone->index;
  index = static_cast<std::uint8_t>(index == 0 ? 1 : index - 1);
  return true;
}

bool leave_thisnode(KernelHistory& h, Rng& rng) {
  if (h.before.nodes.size() < 2) return false;
  std::vector<std::pair<std::size_t, Pfn>> places;
  for (std::size_t i = 0; i < h.events.size() && places.size() < 8; ++i) {
    const KernelEvent& e = h.events[i];
    if (!is_answered(e) || !e.gfp.has(GfpFlag::thisnode)) continue;
    const KernelRequest r = request_of(h.before, e);
    if (r.walks.size() != 1) continue;
    const auto blocks = free_blocks(h.before, [&](const FreeBlock& b) {
      const ZoneState& z = h.before.zones[b.zone];
      return b.order >= r.order && z.index <= r.highest && z.node != r.walks.front().node;
    });
    if (const auto b = any_untouched(h, blocks, rng)) places.emplace_back(i, b->head);
  }
  const auto place = any_of_them(places, rng);
  if (!place) return false;
  answer_with(h, place->first, place->second);
  return true;
}

bool leave_policy(KernelHistory& h, Rng& rng) {
  if (h.before.config.policy != PolicyMode::bind) return false;
  return give_another(h, rng, kAny, [&](const KernelRequest& r, const FreeBlock& b) {
    const ZoneState& z = h.before.zones[b.zone];
    const bool bound = r.by_policy && r.walks.size() == 1 && r.walks.front().nodemask != 0;
    return bound && z.index <= r.highest && (r.walks.front().nodemask >> z.node & 1) == 0;
  });
}

bool skip_zone(KernelHistory& h, Rng& rng) {
  const auto wanted = [&](const KernelRequest& r) {
    return is_plain(h, r) && rich_first_zone(h, r).has_value();
  };
  return give_another(h, rng, wanted, [&](const KernelRequest& r, const FreeBlock& b) {
    if (b.type != static_cast<unsigned>(r.type) || b.order < 4) return false;
    const ZoneState& z = h.before.zones[b.zone];
    if (z.index > r.highest || is_first_on_list(h.before, r, b.zone)) return false;
    const auto& list = zonelist_of(h.before, r, r.walks.front());
    return std::ranges::find(list, ref_of(z)) != list.end() &&
           pages_available(h.before, b.zone) >
               4 * z.numbers.high + z.numbers.reserve[r.highest] + 64;
  });
}

/// A block of a node whose kswapd runs all the time, where another's sleeps and has plenty.
bool take_from_awake(KernelHistory& h, Rng& rng) {
  const auto& was = h.before.nodes;
  const auto& is = h.after.nodes;
  if (h.before.config.profile != Profile::v7_1 || was.size() < 2 || has_bad_pages(h)) return false;
  const auto sleeper = [&](const KernelRequest& r) -> bool {
    if (r.walks.size() != 1 || r.two_types || r.gfp.has(GfpFlag::write)) return false;
    for (const ZoneRef at : zonelist_of(h.before, r, r.walks.front())) {
      if (!r.allows(at, r.walks.front()) || is[at.node].kswapd_running) continue;
      for (unsigned z = 0; z < h.before.zones.size(); ++z) {
        if (ref_of(h.before.zones[z]) == at && has_plenty(h.before, r, z)) return true;
      }
    }
    return false;
  };
  return give_another(h, rng, sleeper, [&](const KernelRequest& r, const FreeBlock& b) {
    const ZoneState& z = h.before.zones[b.zone];
    if (!was[z.node].kswapd_running || z.index > r.highest) return false;
    const auto& list = zonelist_of(h.before, r, r.walks.front());
    return b.type == static_cast<unsigned>(r.type) &&
           std::ranges::find(list, ref_of(z)) != list.end() &&
           pages_available(h.before, b.zone) >
               4 * z.numbers.high + z.numbers.reserve[r.highest] + 64;
  });
}

bool deny(KernelHistory& h, Rng& rng) {
  std::vector<std::size_t> places;
  for (const std::size_t i : early_answers(h)) {
    const KernelRequest r = request_of(h.before, h.events[i]);
    if (is_plain(h, r) && r.order <= 4 && rich_first_zone(h, r)) places.push_back(i);
  }
  const auto i = any_of_them(places, rng);
  if (!i) return false;
  answer_with(h, *i, kNoPfn);
  return true;
}

bool go_below_mark(KernelHistory& h, Rng& rng) {
  return give_another(h, rng, kAny, [&](const KernelRequest& r, const FreeBlock& b) {
    const ZoneState& z = h.before.zones[b.zone];
    if (r.ignores_marks || z.index > r.highest || r.walks.size() != 1) return false;
    if (h.before.config.profile == Profile::v4_7) return false;  // Which column is not said.
    const auto& list = zonelist_of(h.before, r, r.walks.front());
    if (std::ranges::find(list, ref_of(z)) == list.end()) return false;
    std::int64_t drift = 0;
    for (const PcpState& p : z.pcp) drift += p.numbers.threshold;
    return pages_available(h.before, b.zone) + drift < z.numbers.reserve[r.highest];
  });
}

constexpr RecordingEdit kEdits[] = {
    {"zone-above-mask", "the block is of a zone above the mask's", "R-GFP-1", go_above_mask},
    {"mask-misread", "the mask is said to select another zone", "R-GFP-1", mistake_mask},
    {"zone-misnamed", "a frame is said to be of another zone", "R-ZONE-16", mistake_zone},
    {"node-left", "THISNODE is given another node's block", "R-GFP-6", leave_thisnode},
    {"policy-left", "a bound task is given another node's block", "R-API-10", leave_policy},
    {"zone-skipped", "the block is of a later zone of the list", "R-ZONE-12", skip_zone},
    {"kswapd-node-first", "the block is of a node whose kswapd runs, though another's sleeps",
     "R-LIST-12 R-ZONE-12", take_from_awake},
    {"null-unjustified", "nothing is given where there is plenty", "R-LIST-4", deny},
    {"below-mark", "the block is of a zone below its mark and reserve", "R-WMARK-6", go_below_mark},
};

}  // namespace

std::span<const RecordingEdit> zone_edits() { return kEdits; }

}  // namespace bp
