// SPDX-License-Identifier: MIT
// Edits of answers: pages of a migratetype that the request may not have.
#include <algorithm>
#include <set>

#include "fuzz/mutants/edit_answers.h"
#include "model/judge/frame_census.h"

namespace bp {
namespace {

using namespace reference;

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
  if (h.before.config.grouping_disabled || is_woken(h)) return false;
  return give_another(h, rng, wanted, [&](const KernelRequest& r, const FreeBlock& b) {
    return b.type < kPcpTypes && b.type != static_cast<unsigned>(r.type) && quiet.has(b.head) &&
           type_at(h.before.zones[b.zone], b.head) == static_cast<Migratetype>(b.type) &&
           is_first_on_list(h.before, r, b.zone);
  });
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

constexpr RecordingEdit kEdits[] = {
    {"isolated-given", "an isolated page is given out", "R-ISO-1", give_isolated},
    {"reserve-to-ordinary", "a highatomic block goes to an ordinary request", "R-RMQ-2 R-RMQ-5",
     give_reserve},
    {"cma-to-unmovable", "a CMA page goes to a request that is not MOVABLE", "R-CMA-1", give_cma},
    {"fallback-unjustified", "another type's block is given though there is one of its own",
     "R-MT-3", fall_back},
    {"reserve-unasked", "an ordinary page makes its pageblock HIGHATOMIC", "R-HA-1",
     reserve_unasked},
};

}  // namespace

std::span<const RecordingEdit> type_edits() { return kEdits; }

}  // namespace bp
