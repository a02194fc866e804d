// SPDX-License-Identifier: MIT
// Edits of the numbers and the pageblocks of the last state.
#include <algorithm>

#include "fuzz/mutants/edit_places.h"
#include "fuzz/mutants/edited_recording.h"

namespace bp {
namespace {

using namespace reference;

/// Changes some zone with memory that fits.
template <class Fits, class Change>
bool change_zone(KernelHistory& h, Rng& rng, Fits fits, Change change) {
  std::vector<ZoneState*> places;
  for (ZoneState& z : h.after.zones) {
    if (z.numbers.managed > 0 && fits(z)) places.push_back(&z);
  }
  const auto place = any_of_them(places, rng);
  if (place) change(**place);
  return place.has_value();
}

template <class Change>
bool change_zone(KernelHistory& h, Rng& rng, Change change) {
  return change_zone(h, rng, [](const ZoneState&) { return true; }, change);
}

std::int64_t& stat_of(ZoneState& z, Stat s) { return z.numbers.stat[static_cast<unsigned>(s)]; }

bool has(const KernelHistory& h, KernelAct act) {
  return std::ranges::find(h.events, act, &KernelEvent::act) != h.events.end();
}

std::int64_t pages_of_pageblock(const KernelHistory& h) {
  return std::int64_t{1} << h.after.config.pageblock_order;
}

// A counter that is too high may be a defect of that kernel's; one that is too low is not.

bool miscount_free(KernelHistory& h, Rng& rng) {
  if (has_bad_pages(h)) return false;
  return change_zone(h, rng, [](ZoneState& z) { --stat_of(z, Stat::free); });
}

bool miscount_order(KernelHistory& h, Rng& rng) {
  return change_zone(h, rng, [&](ZoneState& z) { ++z.nr_free[rng.below(kOrders)]; });
}

bool miscount_cma(KernelHistory& h, Rng& rng) {
  if (!h.after.config.cma) return false;
  return change_zone(
      h, rng, [](ZoneState& z) { return stat_of(z, Stat::cma) > 0; },
      [](ZoneState& z) { --stat_of(z, Stat::cma); });
}

bool miscount_blocks(KernelHistory& h, Rng& rng) {
  if (h.after.config.profile != Profile::v7_1) return false;
  return change_zone(h, rng, [](ZoneState& z) { ++stat_of(z, Stat::blocks); });
}

bool miscount_pcp(KernelHistory& h, Rng& rng) {
  if (has_bad_pages(h)) return false;
  return change_zone(
      h, rng, [](const ZoneState& z) { return !z.pcp.empty(); },
      [&](ZoneState& z) { --z.pcp[rng.below(z.pcp.size())].numbers.count; });
}

bool tear_reserve(KernelHistory& h, Rng& rng) {
  return change_zone(h, rng, [](ZoneState& z) { ++z.numbers.highatomic; });
}

bool overgrow_reserve(KernelHistory& h, Rng& rng) {
  const std::int64_t pageblock = pages_of_pageblock(h);
  return change_zone(h, rng, [&](ZoneState& z) {
    z.numbers.highatomic += (z.numbers.managed / pageblock / 10 + 8) * pageblock;
  });
}

bool shrink_reserve(KernelHistory& h, Rng& rng) {
  if (has(h, KernelAct::unreserve)) return false;
  const std::int64_t pageblock = pages_of_pageblock(h);
  return change_zone(
      h, rng,
      [&](const ZoneState& s) {
        const ZoneState& was = h.before.zones[static_cast<std::size_t>(&s - h.after.zones.data())];
        return s.numbers.highatomic >= pageblock &&
               was.numbers.highatomic <= s.numbers.highatomic &&
               std::ranges::count(s.pageblocks, Migratetype::highatomic, &PageblockRun::type) > 0;
      },
      [&](ZoneState& z) { z.numbers.highatomic -= pageblock; });
}

bool miscount_isolated(KernelHistory& h, Rng& rng) {
  if (has_isolation(h)) return false;
  return change_zone(h, rng, [](ZoneState& z) { --z.numbers.isolated; });
}

bool move_mark(KernelHistory& h, Rng& rng) {
  if (has(h, KernelAct::watermarks)) return false;
  return change_zone(h, rng, [](ZoneState& z) { ++z.numbers.low; });
}

bool move_column(KernelHistory& h, Rng& rng) {
  if (has(h, KernelAct::watermarks)) return false;
  return change_zone(h, rng, [](ZoneState& z) { ++z.numbers.reserve[z.index]; });
}

bool grow_zone(KernelHistory& h, Rng& rng) {
  return change_zone(h, rng, [](ZoneState& z) { ++z.numbers.present; });
}

bool overboost(KernelHistory& h, Rng& rng) {
  return change_zone(h, rng,
                     [](ZoneState& z) { z.numbers.boost += 16 * z.numbers.high + (1 << 20); });
}

/// A pageblock without a free page becomes another type.
bool retype(KernelHistory& h, Rng& rng, Migratetype from, Migratetype to, std::int64_t isolated,
            std::int64_t reserved) {
  for (unsigned z = 0; z < h.after.zones.size(); ++z) {
    auto full = full_pageblocks(h.after, z, static_cast<unsigned>(from));
    std::erase_if(full, [&](Pfn p) {
      return type_at(h.before.zones[z], p) != from ||
             !is_untouched(h, p, Order{h.after.config.pageblock_order});
    });
    if (full.empty()) continue;
    set_type(h.after, z, full[rng.below(full.size())], to);
    h.after.zones[z].numbers.isolated += isolated;
    h.after.zones[z].numbers.highatomic += reserved << h.after.config.pageblock_order;
    return true;
  }
  return false;
}

bool isolate_unasked(KernelHistory& h, Rng& rng) {
  return retype(h, rng, Migratetype::unmovable, Migratetype::isolate, 1, 0) ||
         retype(h, rng, Migratetype::movable, Migratetype::isolate, 1, 0);
}
bool retype_cma(KernelHistory& h, Rng& rng) {
  if (!h.after.config.cma) return false;
  return retype(h, rng, Migratetype::unmovable, Migratetype::cma, 0, 0) ||
         retype(h, rng, Migratetype::movable, Migratetype::cma, 0, 0);
}
bool reserve_silently(KernelHistory& h, Rng& rng) {
  const bool any = std::ranges::any_of(h.after.zones, [](const ZoneState& z) {
    return z.numbers.highatomic != 0 || z.numbers.isolated != 0;
  });
  if (any) return false;
  // Where a reserve has room: the later kernels make none in a small zone.
  const auto largest =
      std::ranges::max(h.after.zones, {}, [](const ZoneState& z) { return z.numbers.managed; });
  if (largest.numbers.managed / 100 < pages_of_pageblock(h)) return false;
  const auto zone = static_cast<unsigned>(
      std::ranges::find(h.after.zones, largest.numbers.managed,
                        [](const ZoneState& z) { return z.numbers.managed; }) -
      h.after.zones.begin());
  for (const Migratetype t : {Migratetype::unmovable, Migratetype::movable}) {
    auto full = full_pageblocks(h.after, zone, static_cast<unsigned>(t));
    std::erase_if(
        full, [&](Pfn p) { return !is_untouched(h, p, Order{h.after.config.pageblock_order}); });
    if (full.empty()) continue;
    set_type(h.after, zone, full[rng.below(full.size())], Migratetype::highatomic);
    h.after.zones[zone].numbers.highatomic += pages_of_pageblock(h);
    return true;
  }
  return false;
}

constexpr RecordingEdit kEdits[] = {
    {"free-off-by-one", "NR_FREE_PAGES is a page short", "I-4", miscount_free},
    {"order-off-by-one", "nr_free of an order is a block too many", "I-3", miscount_order},
    {"cma-off-by-one", "NR_FREE_CMA_PAGES is a page short", "I-5", miscount_cma},
    {"blocks-off-by-one", "the pages of whole pageblocks are one too many", "I-4a",
     miscount_blocks},
    {"pcp-off-by-one", "a per-CPU count is a page short", "I-10a", miscount_pcp},
    {"reserve-torn", "the reserve is no whole number of pageblocks", "I-12", tear_reserve},
    {"reserve-overgrown", "the reserve is far above its cap", "I-12a", overgrow_reserve},
    {"reserve-shrunk", "the reserve counts a pageblock too few", "I-12b", shrink_reserve},
    {"isolated-off-by-one", "nr_isolate_pageblock is one short", "I-14", miscount_isolated},
    {"mark-moved", "a watermark changed by itself", "R-CFG-6", move_mark},
    {"column-moved", "a lowmem_reserve changed by itself", "R-CFG-8", move_column},
    {"zone-grew", "a zone's present pages changed", "R-GEN-11", grow_zone},
    {"boost-above-bound", "a boost is above its bound", "R-MT-15", overboost},
    {"isolated-by-itself", "a pageblock is ISOLATE though nobody isolated it", "R-ISO-1",
     isolate_unasked},
    {"cma-by-itself", "a pageblock became CMA", "R-CMA-3", retype_cma},
    {"reserved-by-itself", "a pageblock is HIGHATOMIC though nobody asked for it", "R-HA-1",
     reserve_silently},
};

}  // namespace

std::span<const RecordingEdit> state_edits() { return kEdits; }

}  // namespace bp
