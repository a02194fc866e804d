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

/// While somebody reclaims, lists are kept to a few batches.
std::int64_t high_now(const Allocator& a, const Zone& z, const Pcp& p) {
  if (p.n.high == 0) return 0;
  if (z.has(ZoneFlag::reclaim_active))
    return std::min(a.rules.reclaim_batches * p.n.batch, p.n.high);
  return p.n.high;
}

/// How many pages go back at once; the next time it may be twice as many.
std::int64_t next_share(const Allocator& a, Pcp& p, std::int64_t high) {
  if (high < p.n.batch) return 1;
  const std::int64_t wanted = p.n.batch << p.n.free_factor;
  if (wanted < high - p.n.batch && p.n.free_factor < a.rules.free_factor_max) ++p.n.free_factor;
  return a.rules.clamp(wanted, p.n.batch, high - p.n.batch);
}

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
  const std::int64_t high = high_now(a, z, p);
  if (a.rules.pcp_is_full(p.n.count, high)) a.rules.bulk_free(a, z, p, next_share(a, p, high), 0);
}

void pcp_shrink_v6_1(Allocator& a, Zone& z, Pcp& p, Order freed, unsigned list) {
  // A burst of frees of higher orders goes through: they were taken elsewhere.
  const bool free_high =
      p.n.free_factor != 0 && freed >= Order{1} && freed <= a.rules.burst_order_max;
  const std::int64_t high = free_high ? 0 : high_now(a, z, p);
  if (!a.rules.pcp_is_full(p.n.count, high)) return;
  a.rules.bulk_free(a, z, p, free_high ? p.n.count : next_share(a, p, high), list);
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
