// SPDX-License-Identifier: MIT
// Edits of answers: a request is given what it may not have, or nothing where there was enough.
#include <algorithm>
#include <set>

#include "fuzz/mutants/edit_places.h"
#include "fuzz/mutants/edited_recording.h"
#include "model/judge/frame_census.h"
#include "model/judge/kernel_request.h"

namespace bp {
namespace {

using namespace reference;

bool is_answered(const KernelEvent& e) { return e.act == KernelAct::alloc && e.head != kNoPfn; }

/// Nothing that this event gives out is spoken of again before the stretch ends.
bool is_kept(const KernelHistory& h, std::size_t at) {
  const KernelEvent& e = h.events[at];
  const Pfn end = e.head + pages_in(Order{e.order});
  for (std::size_t i = at + 1; i < h.events.size(); ++i) {
    if (h.events[i].head >= e.head && h.events[i].head < end) return false;
  }
  return true;
}

/// Allocations early on, before a stretch has used up what its first state shows.
constexpr std::size_t kEarly = 3;

std::vector<std::size_t> early_answers(const KernelHistory& h) {
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

void answer_with(KernelHistory& h, std::size_t at, Pfn head) {
  KernelEvent& e = h.events[at];
  e.head = head, e.zone = std::nullopt, e.pageblock = std::nullopt, e.marked = std::nullopt;
}

/// Of the early answers to requests that are wanted, one that becomes a block of the first state
/// that is free all along, and that fits.
template <class Wanted, class Fits>
bool give_another(KernelHistory& h, Rng& rng, Wanted wanted, Fits fits) {
  struct Place {
    std::size_t event;
    Pfn head;
  };
  std::vector<Place> places;
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

constexpr auto kAny = [](const KernelRequest&) { return true; };

ZoneRef ref_of(const ZoneState& z) {
  return {static_cast<std::uint8_t>(z.node), static_cast<std::uint8_t>(z.index)};
}

/// The zone can serve the request with ease, and from the type's own lists.
bool has_plenty(const KernelState& s, const KernelRequest& r, unsigned zone) {
  const ZoneState& z = s.zones[zone];
  if (z.numbers.managed == 0 || z.index > r.highest) return false;
  const std::int64_t kept = 4 * (z.numbers.high + z.numbers.boost) +
                            *std::ranges::max_element(z.numbers.reserve) + z.numbers.highatomic +
                            2 * plenty(s, zone);
  return pages_available(s, zone) > kept &&
         pages_listed(z, std::max(r.order, 4U), static_cast<unsigned>(r.type)) >
             (plenty(s, zone) << std::min(r.order, 4U));
}

bool is_first_on_list(const KernelState& s, const KernelRequest& r, unsigned zone) {
  if (r.walks.size() != 1 || r.gfp.has(GfpFlag::write)) return false;
  for (const ZoneRef at : zonelist_of(s, r, r.walks.front())) {
    if (!r.allows(at, r.walks.front())) continue;
    return at == ref_of(s.zones[zone]);
  }
  return false;
}

/// Requests of which all choices are settled by the zonelist.
bool is_plain(const KernelHistory& h, const KernelRequest& r) {
  const bool turns = h.before.config.profile == Profile::v4_7;
  const bool nodes = h.before.config.profile == Profile::v7_1 && h.before.nodes.size() > 1;
  return !r.two_types && !turns && !nodes && !has_bad_pages(h);
}

std::optional<unsigned> rich_first_zone(const KernelHistory& h, const KernelRequest& r) {
  for (unsigned z = 0; z < h.before.zones.size(); ++z) {
    if (is_first_on_list(h.before, r, z) && has_plenty(h.before, r, z)) return z;
  }
  return std::nullopt;
}

bool swap_frame(KernelHistory& h, Rng& rng) {
  for (unsigned tries = 0; tries < 8; ++tries) {
    const auto i = any_event_that(h, rng, [&](std::size_t, const KernelEvent& e) {
      return is_answered(e) && e.order <= kOrderMax;
    });
    if (!i) return false;
    if (!is_kept(h, *i)) continue;
    const KernelEvent& e = h.events[*i];
    const auto type = e.pageblock;
    const auto blocks = free_blocks(h.after, [&](const FreeBlock& b) {
      const ZoneState& z = h.after.zones[b.zone];
      return type && e.zone && ref_of(z) == *e.zone && b.order >= e.order &&
             static_cast<Migratetype>(b.type) == *type && b.type < kPcpTypes;
    });
    const auto b = any_untouched(h, blocks, rng);
    if (!b) continue;
    answer_with(h, *i, b->head);
    return true;
  }
  return false;
}

bool allocate_twice(KernelHistory& h, Rng& rng) {
  std::vector<std::pair<std::size_t, Pfn>> places;
  std::vector<HeldBlock> held = h.held;
  for (std::size_t i = 0; i < h.events.size() && places.size() < 64; ++i) {
    const KernelEvent& e = h.events[i];
    if (!is_answered(e)) continue;
    const auto fits = [&](const HeldBlock& b) {
      return b.order >= Order{e.order} && is_untouched(h, b.head, b.order);
    };
    const auto at = std::ranges::find_if(held, fits);
    if (at != held.end()) places.emplace_back(i, at->head);
  }
  const auto place = any_of_them(places, rng);
  if (!place) return false;
  answer_with(h, place->first, place->second);
  return true;
}

bool give_foreign(KernelHistory& h, Rng& rng) {
  const auto early = early_answers(h);
  const auto i = any_of_them(early, rng);
  if (!i) return false;
  for (unsigned z = 0; z < h.before.zones.size(); ++z) {
    for (const unsigned type : {0U, 1U, 2U}) {
      const auto full = full_pageblocks(h.before, z, type);
      for (const Pfn p : full) {
        const bool ours = std::ranges::any_of(h.held, [&](const HeldBlock& b) {
          return b.head == p || (b.head < p && p < b.head + pages_in(b.order));
        });
        if (ours || h.events[*i].order > h.before.config.pageblock_order) continue;
        answer_with(h, *i, p);
        return true;
      }
    }
  }
  return false;
}

bool misalign(KernelHistory& h, Rng& rng) {
  const auto i = any_event_that(
      h, rng, [](std::size_t, const KernelEvent& e) { return is_answered(e) && e.order > 0; });
  if (!i) return false;
  answer_with(h, *i, h.events[*i].head + Pages{1});
  return true;
}

bool leave_memory(KernelHistory& h, Rng& rng) {
  const auto i =
      any_event_that(h, rng, [](std::size_t, const KernelEvent& e) { return is_answered(e); });
  if (!i) return false;
  Pfn end{};
  for (const ZoneState& z : h.before.zones)
    end =
        std::max(end, Pfn{static_cast<std::uint64_t>(z.numbers.start)} + Pages{z.numbers.spanned});
  answer_with(h, *i, align_up(end, Order{kOrderMax}));
  return true;
}

bool go_above_mask(KernelHistory& h, Rng& rng) {
  return give_another(h, rng, kAny, [&](const KernelRequest& r, const FreeBlock& b) {
    return h.before.zones[b.zone].index > r.highest;
  });
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

/// Largest blocks, by their first frame, in which nothing merges up to the early answers: nothing
/// is freed there, and no pageblock waits for pages of a per-CPU list to be whole.
class QuietAreas {
 public:
  explicit QuietAreas(const KernelHistory& h) {
    const auto early = early_answers(h);
    const std::size_t end = early.empty() ? 0 : early.back() + 1;
    for (std::size_t i = 0; i < end; ++i) {
      if (h.events[i].head != kNoPfn) loud_.insert(area_of(h.events[i].head));
    }
    const FrameCensus census(h.before, h.held);
    for (const ZoneState& z : h.before.zones) {
      for (const PcpState& p : z.pcp) {
        for (const auto& list : p.lists) {
          for (const PcpBlock& b : list) {
            if (census.is_pageblock_available(b.head)) loud_.insert(area_of(b.head));
          }
        }
      }
    }
  }
  bool has(Pfn head) const { return !loud_.contains(area_of(head)); }

 private:
  static Pfn area_of(Pfn p) { return align_down(p, Order{kOrderMax}); }
  std::set<Pfn> loud_;
};

bool give_isolated(KernelHistory& h, Rng& rng) {
  const QuietAreas quiet(h);
  return give_another(h, rng, kAny, [&](const KernelRequest& r, const FreeBlock& b) {
    const ZoneState& z = h.before.zones[b.zone];
    return static_cast<Migratetype>(b.type) == Migratetype::isolate && z.index <= r.highest &&
           type_at(z, b.head) == Migratetype::isolate && quiet.has(b.head) &&
           is_first_on_list(h.before, r, b.zone);
  });
}

bool give_reserve(KernelHistory& h, Rng& rng) {
  const QuietAreas quiet(h);
  return give_another(h, rng, kAny, [&](const KernelRequest& r, const FreeBlock& b) {
    const ZoneState& z = h.before.zones[b.zone];
    return static_cast<Migratetype>(b.type) == Migratetype::highatomic && !r.uses_highatomic &&
           !r.ignores_marks && quiet.has(b.head) && type_at(z, b.head) == Migratetype::highatomic &&
           is_first_on_list(h.before, r, b.zone);
  });
}

bool give_cma(KernelHistory& h, Rng& rng) {
  return give_another(h, rng, kAny, [&](const KernelRequest& r, const FreeBlock& b) {
    const ZoneState& z = h.before.zones[b.zone];
    return static_cast<Migratetype>(b.type) == Migratetype::cma && !r.two_types &&
           r.type != Migratetype::movable && !h.before.config.grouping_disabled &&
           type_at(z, b.head) == Migratetype::cma && is_first_on_list(h.before, r, b.zone);
  });
}

bool fall_back(KernelHistory& h, Rng& rng) {
  const QuietAreas quiet(h);
  const auto wanted = [&](const KernelRequest& r) {
    if (r.two_types || r.order > 3 || has_bad_pages(h)) return false;
    for (unsigned z = 0; z < h.before.zones.size(); ++z) {
      if (is_first_on_list(h.before, r, z)) return has_plenty(h.before, r, z);
    }
    return false;
  };
  if (h.before.config.grouping_disabled) return false;
  return give_another(h, rng, wanted, [&](const KernelRequest& r, const FreeBlock& b) {
    return b.type < kPcpTypes && b.type != static_cast<unsigned>(r.type) && quiet.has(b.head) &&
           type_at(h.before.zones[b.zone], b.head) == static_cast<Migratetype>(b.type) &&
           is_first_on_list(h.before, r, b.zone);
  });
}

bool mark_page(KernelHistory& h, Rng& rng) {
  const auto i = any_event_that(h, rng, [&](std::size_t, const KernelEvent& e) {
    return is_answered(e) && e.marked == false && !request_of(h.before, e).ignores_marks;
  });
  if (i) h.events[*i].marked = true;
  return i.has_value();
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

bool reserve_unasked(KernelHistory& h, Rng& rng) {
  const bool reserved = std::ranges::any_of(
      h.before.zones, [](const ZoneState& z) { return z.numbers.highatomic != 0; });
  const auto i = any_event_that(h, rng, [&](std::size_t, const KernelEvent& e) {
    return is_answered(e) && e.pageblock && e.order == 0;
  });
  const bool other = std::ranges::any_of(h.events, [&](const KernelEvent& e) {
    return e.act == KernelAct::isolate || e.act == KernelAct::unisolate ||
           (is_answered(e) && e.order > 0 && !e.gfp.has(GfpFlag::direct_reclaim));
  });
  if (!i || reserved || other) return false;
  h.events[*i].pageblock = Migratetype::highatomic;
  return true;
}

bool give_bad_page(KernelHistory& h, Rng& rng) {
  const bool any = std::ranges::any_of(
      h.events, [](const KernelEvent& e) { return e.act == KernelAct::go_bad; });
  if (!any) return false;
  Pfn bad = kNoPfn;
  std::vector<std::pair<std::size_t, Pfn>> places;
  for (std::size_t i = 0; i < h.events.size(); ++i) {
    const KernelEvent& e = h.events[i];
    if (e.act == KernelAct::go_bad) bad = e.head;
    if (bad == kNoPfn || !is_answered(e) || e.order == 0 || e.order > kOrderMax) continue;
    const auto in_free = free_blocks(h.before, [&](const FreeBlock& b) {
      return b.order >= e.order && b.head <= bad && bad < b.head + pages_in(Order{b.order}) &&
             is_untouched(h, align_down(bad, Order{e.order}), Order{0});
    });
    bool given = false;
    for (std::size_t k = 0; k < i && !given; ++k) {
      const KernelEvent& past = h.events[k];
      const Pfn head = align_down(bad, Order{e.order});
      given = is_answered(past) && past.head < head + pages_in(Order{e.order}) &&
              head < past.head + pages_in(Order{past.order});
    }
    if (!in_free.empty() && !given) places.emplace_back(i, align_down(bad, Order{e.order}));
  }
  const auto place = any_of_them(places, rng);
  if (!place) return false;
  answer_with(h, place->first, place->second);
  return true;
}

bool exceed_order(KernelHistory& h, Rng& rng) {
  const auto i =
      any_event_that(h, rng, [](std::size_t, const KernelEvent& e) { return is_answered(e); });
  if (i) h.events[*i].order = kOrderMax + 1;
  return i.has_value();
}

constexpr RecordingEdit kEdits[] = {
    {"frame-swapped", "an answer names another free block", "I-1", swap_frame},
    {"allocated-twice", "an answer names a block that is held", "I-1", allocate_twice},
    {"foreign-frame", "an answer names frames that were not free", "I-1", give_foreign},
    {"misaligned", "a block's head is a page further on", "R-BUDDY-2", misalign},
    {"outside-memory", "an answer names frames of no zone", "I-7", leave_memory},
    {"order-above-maximum", "a request above the maximum is served", "R-API-15", exceed_order},
    {"zone-above-mask", "the block is of a zone above the mask's", "R-GFP-1", go_above_mask},
    {"mask-misread", "the mask is said to select another zone", "R-GFP-1", mistake_mask},
    {"zone-misnamed", "a frame is said to be of another zone", "R-ZONE-16", mistake_zone},
    {"node-left", "THISNODE is given another node's block", "R-GFP-6", leave_thisnode},
    {"policy-left", "a bound task is given another node's block", "R-API-10", leave_policy},
    {"zone-skipped", "the block is of a later zone of the list", "R-ZONE-12", skip_zone},
    {"null-unjustified", "nothing is given where there is plenty", "R-LIST-4", deny},
    {"below-mark", "the block is of a zone below its mark and reserve", "R-WMARK-6", go_below_mark},
    {"isolated-given", "an isolated page is given out", "R-ISO-1", give_isolated},
    {"reserve-to-ordinary", "a highatomic block goes to an ordinary request", "R-RMQ-2 R-RMQ-5",
     give_reserve},
    {"cma-to-unmovable", "a CMA page goes to a request that is not MOVABLE", "R-CMA-1", give_cma},
    {"fallback-unjustified", "another type's block is given though there is one of its own",
     "R-MT-3", fall_back},
    {"reserve-unasked", "an ordinary page makes its pageblock HIGHATOMIC", "R-HA-1",
     reserve_unasked},
    {"mark-unearned", "a page is marked pfmemalloc though the marks were kept", "R-PREP-4",
     mark_page},
    {"bad-page-given", "a block with a bad page is given out", "R-PREP-3", give_bad_page},
};

}  // namespace

std::span<const RecordingEdit> answer_edits() { return kEdits; }

}  // namespace bp
