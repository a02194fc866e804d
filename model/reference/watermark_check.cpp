// SPDX-License-Identifier: MIT
#include "model/reference/watermark_check.h"

namespace bp::reference {
namespace {

rules::WatermarkInput input(const Allocator& a, const Zone& z, Order o, std::int64_t mark,
                            unsigned column, AllocFlags f, std::int64_t free) {
  return {.free = Pages{free},
          .free_cma = Pages{a.read(z, Stat::cma)},
          .highatomic = Pages{a.rules.highatomic_pages(z)},
          .mark = Pages{mark},
          .reserve = Pages{z.n.reserve[column]},
          .order = o,
          .flags = f};
}

}  // namespace

bool has_block(const Allocator& a, const Zone& z, Order o, AllocFlags f) {
  const rules::ExtraLists extra = a.rules.watermark.extra_lists(f);
  for (unsigned c = static_cast<unsigned>(o); c < kOrders; ++c) {
    const Area& area = z.areas[c];
    if (area.nr_free == 0) continue;
    if (extra == rules::ExtraLists::any) return true;
    const auto has = [&](Migratetype t) { return !area.lists[static_cast<unsigned>(t)].empty(); };
    using enum Migratetype;
    if (has(unmovable) || has(movable) || has(reclaimable)) return true;
    if (f.cma && has(cma)) return true;
    if (extra == rules::ExtraLists::highatomic && has(highatomic)) return true;
  }
  return false;
}

bool is_watermark_ok(const Allocator& a, const Zone& z, Order o, std::int64_t mark, unsigned column,
                     AllocFlags f, std::int64_t free) {
  if (!rules::passes_full(a.rules.watermark, input(a, z, o, mark, column, f, free))) return false;
  return o == Order{0} || a.rules.has_block(a, z, o, f);
}

bool is_watermark_ok(const Allocator& a, const Zone& z, Order o, std::int64_t mark, unsigned column,
                     AllocFlags f) {
  return is_watermark_ok(a, z, o, mark, column, f, a.read(z, Stat::free));
}

bool is_watermark_ok_fast(const Allocator& a, const Zone& z, Order o, std::int64_t mark,
                          unsigned column, AllocFlags f, bool unboosted_min, bool atomic) {
  const std::int64_t free = a.read(z, Stat::free);
  const auto in = input(a, z, o, mark, column, f, free);
  if (rules::passes_fast(a.rules.watermark, in)) return true;
  if (is_watermark_ok(a, z, o, mark, column, f, free)) return true;
  if (o != Order{0} || !unboosted_min || z.n.boost == 0) return false;
  return a.rules.watermark.retries_unboosted(f, atomic) &&
         is_watermark_ok(a, z, o, z.n.min, column, f, free);
}

bool is_above_high(const Allocator& a, const Zone& z) {
  unsigned movable = 0;
  while (a.config.zones[movable] != ZoneType::movable) ++movable;
  return is_watermark_ok(a, z, Order{0}, a.rules.mark_of(z, Mark::high), movable, {});
}

std::int64_t mark_without_boost(const Zone& z, Mark m) {
  return m == Mark::min ? z.n.min : m == Mark::low ? z.n.low : z.n.high;
}

std::int64_t mark_with_boost(const Zone& z, Mark m) { return mark_without_boost(z, m) + z.n.boost; }

std::int64_t reserved_highatomic(const Zone& z) { return z.n.highatomic; }
std::int64_t free_highatomic(const Zone& z) { return z.n.free_highatomic; }

}  // namespace bp::reference
