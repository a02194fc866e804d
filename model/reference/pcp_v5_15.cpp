// SPDX-License-Identifier: MIT
// v5.15 and v6.1: orders 0..3 and the huge one, a batch that doubles while only frees are seen
// (C2; R-PCP-12..14).
#include <algorithm>
#include <vector>

#include "model/reference/buddy.h"
#include "model/reference/page_checks.h"
#include "model/reference/pcp.h"

namespace bp::reference {
namespace {

/// Bounds may be crossed: then the upper one wins (C4).
std::int64_t clamp_to_upper(std::int64_t v, std::int64_t low, std::int64_t high) {
  return std::min(std::max(v, low), high);
}

/// While somebody reclaims, lists are kept to a few batches.
std::int64_t high_now(const Zone& z, const Pcp& p) {
  if (p.n.high == 0) return 0;
  if (z.has(ZoneFlag::reclaim_active)) return std::min(4 * p.n.batch, p.n.high);
  return p.n.high;
}

/// The most that the free factor grows to (R-PCP-13); v5.15 has no bound.
constexpr std::int64_t kFreeFactorMax = 5;

}  // namespace

std::int64_t refill_blocks_v5_15(Allocator&, Zone&, Pcp& p, Order o) {
  if (p.n.batch <= 1) return p.n.batch;
  return std::max(p.n.batch >> static_cast<unsigned>(o), std::int64_t{2});
}

Pfn pcp_alloc_v5_15(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, bool) {
  Pcp& p = own_pcp(a, z);
  p.n.free_factor >>= 1;
  return pcp_take(a, z, p, o, t, f);
}

void pcp_shrink_v5_15(Allocator& a, Zone& z, Pcp& p, Order, unsigned) {
  const std::int64_t high = high_now(z, p);
  if (p.n.count < high) return;
  std::int64_t pages = 1;
  if (high >= p.n.batch) {
    const std::int64_t wanted = p.n.batch << p.n.free_factor;
    if (wanted < high - p.n.batch) ++p.n.free_factor;
    pages = clamp_to_upper(wanted, p.n.batch, high - p.n.batch);
  }
  a.rules.bulk_free(a, z, p, pages, 0);
}

void pcp_shrink_v6_1(Allocator& a, Zone& z, Pcp& p, Order freed, unsigned list) {
  // A burst of frees of higher orders goes through: they were taken elsewhere.
  const bool free_high = p.n.free_factor != 0 && freed >= Order{1} && freed <= Order{3};
  const std::int64_t high = free_high ? 0 : high_now(z, p);
  if (p.n.count < high) return;
  std::int64_t pages = p.n.count;
  if (!free_high) {
    pages = 1;
    if (high >= p.n.batch) {
      const std::int64_t wanted = p.n.batch << p.n.free_factor;
      if (wanted < high - p.n.batch && p.n.free_factor < kFreeFactorMax) ++p.n.free_factor;
      pages = clamp_to_upper(wanted, p.n.batch, high - p.n.batch);
    }
  }
  a.rules.bulk_free(a, z, p, pages, list);
}

void bulk_free_v6_1(Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned list) {
  pages = std::min(pages, p.n.count);
  while (pages > 0) {
    list = next_filled(a, p, list);
    while (pages > 0 && !p.lists[list].empty()) pages -= free_last(a, z, p, list);
    list = (list + 1) % a.rules.pcp_lists;
  }
}

}  // namespace bp::reference
