// SPDX-License-Identifier: MIT
#include "model/reference/take.h"

#include <algorithm>

#include "model/reference/buddy.h"

namespace bp::reference {

Pfn take_v4_7(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags, TakeMode&) {
  Pfn p = take_smallest(a, z, o, t);
  // By the type alone: v4.7 does not ask for the CMA flag here (R-MT-4).
  if (p == kNoPfn && t == Migratetype::movable) p = take_smallest(a, z, o, Migratetype::cma);
  if (p == kNoPfn) p = fall_back_v4_7(a, z, o, t);
  return p;
}

Pfn take_v5_15(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode&) {
  if (f.cma && a.rules.uses_cma_first(a, z)) {
    if (const Pfn p = take_smallest(a, z, o, Migratetype::cma); p != kNoPfn) return p;
  }
  do {
    Pfn p = take_smallest(a, z, o, t);
    if (p == kNoPfn && f.cma) p = take_smallest(a, z, o, Migratetype::cma);
    if (p != kNoPfn) return p;
  } while (steal_for(a, z, o, t, f));
  return kNoPfn;
}

Pfn take_v7_1(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode& mode) {
  if (f.cma && a.rules.uses_cma_first(a, z)) {
    if (const Pfn p = take_smallest(a, z, o, Migratetype::cma); p != kNoPfn) return p;
  }
  if (mode == TakeMode::normal) {
    if (const Pfn p = take_smallest(a, z, o, t); p != kNoPfn) return p;
  }
  if (mode <= TakeMode::cma && f.cma) {
    if (const Pfn p = take_smallest(a, z, o, Migratetype::cma); p != kNoPfn)
      return mode = TakeMode::cma, p;
  }
  if (mode <= TakeMode::claim) {
    if (const Pfn p = claim(a, z, o, t, f); p != kNoPfn) return mode = TakeMode::normal, p;
  }
  if (f.nofragment) return kNoPfn;
  const Pfn p = steal_one(a, z, o, t);
  if (p != kNoPfn) mode = TakeMode::steal;
  return p;
}

std::optional<Migratetype> fallback_with_block(const Allocator& a, Zone& z, Order o,
                                               Migratetype t) {
  if (a.area(z, o).nr_free == 0) return std::nullopt;
  for (const Migratetype other : a.rules.fallbacks(t)) {
    if (!a.list(z, o, other).empty()) return other;
  }
  return std::nullopt;
}

Order nth_to_break(const Allocator& a, Order smallest, unsigned n) {
  return a.rules.breaks_largest_first ? Order{kOrderMax - n} : smallest + n;
}

Migratetype rest_to_requested(Migratetype requested, Migratetype) { return requested; }
Migratetype rest_to_other(Migratetype, Migratetype other) { return other; }

bool can_steal(const Config& c, Order candidate, Order, Migratetype requested) {
  return rules::can_steal(candidate, requested, c.pageblock_order, c.grouping_disabled);
}

Order smallest_to_break(const Allocator& a, Order o, AllocFlags f) {
  return f.nofragment ? std::max(o, a.pageblock_order()) : o;
}

void boost_for(Allocator& a, Zone& z, AllocFlags f) {
  if (a.rules.boost(a, z) && (f.kswapd || !a.rules.boost_needs_kswapd))
    z.set(ZoneFlag::boosted, true);
}

bool boost_watermark(Allocator& a, Zone& z) {
  if (a.config.boost_factor == 0) return false;
  // A tiny zone could never be allocated from again.
  if (4 * a.pageblock_pages() > z.n.managed) return false;
  const std::int64_t cap =
      z.n.high / 10000 * a.config.boost_factor + z.n.high % 10000 * a.config.boost_factor / 10000;
  if (cap == 0) return false;
  z.n.boost = std::min(z.n.boost + a.pageblock_pages(), std::max(cap, a.pageblock_pages()));
  return true;
}

bool half_is_cma(const Allocator& a, const Zone& z) {
  return a.read(z, Stat::cma) > a.read(z, Stat::free) / 2;
}

std::int64_t alike_pages(const Allocator& a, Migratetype requested, Migratetype block,
                         std::int64_t free, std::int64_t movable) {
  if (requested == Migratetype::movable) return movable;
  // Whatever is neither free nor movable in a MOVABLE pageblock is as immovable as the request.
  if (block == Migratetype::movable) return a.pageblock_pages() - (free + movable);
  return 0;
}

}  // namespace bp::reference
