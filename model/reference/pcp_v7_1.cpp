// SPDX-License-Identifier: MIT
// v7.1: the list's size follows what was allocated and freed lately (C3, C4, C14).
#include <algorithm>

#include "model/reference/pcp.h"
#include "model/reference/watermark_check.h"

namespace bp::reference {
namespace {

constexpr std::int64_t kLastWasHighOrder = 1;
constexpr std::int64_t kKeepsBatch = 2;

/// The most that is freed or counted at once.
std::int64_t most_of(const Allocator& a, const Pcp& p) {
  return p.n.batch << a.rules.batch_scale_max;
}

bool is_tuned(const Pcp& p) { return p.n.high_min != p.n.high_max; }

void shrink_high(Pcp& p, std::int64_t by) { p.n.high = std::max(p.n.high - by, p.n.high_min); }

/// Whether a run of freed blocks of orders 1..3 has grown so long that they had better go back.
bool frees_high_orders(const Allocator& a, Pcp& p, Order freed) {
  const bool is_high = freed >= Order{1} && freed <= a.rules.burst_order_max;
  const bool was_high = (p.n.flags & kLastWasHighOrder) != 0;
  p.n.flags = is_high ? p.n.flags | kLastWasHighOrder : p.n.flags & ~kLastWasHighOrder;
  if (!is_high || !was_high) return false;
  return p.n.free_count >= a.rules.high_orders_kept(p) &&
         ((p.n.flags & kKeepsBatch) == 0 || p.n.count >= p.n.batch);
}

/// How many pages may stay. Lowers or raises `high` on the way.
std::int64_t limit(const Allocator& a, const Zone& z, Pcp& p, bool free_high) {
  const std::int64_t high = a.rules.clamp(p.n.high, p.n.high_min, p.n.high_max);
  p.n.high = high;
  if (high == 0) return 0;
  if (free_high) {
    shrink_high(p, most_of(a, p));
    return 0;
  }
  if (z.has(ZoneFlag::reclaim_active)) {
    shrink_high(p, std::max(p.n.free_count, p.n.batch));
    return std::min(a.rules.reclaim_batches * p.n.batch, high);
  }
  if (!is_tuned(p)) return high;
  if (z.has(ZoneFlag::below_high)) {
    shrink_high(p, std::max(p.n.free_count, p.n.batch));
    return std::max(p.n.count, p.n.high_min);
  }
  if (p.n.count >= high && high < p.n.free_count + p.n.batch)
    p.n.high = a.rules.clamp(p.n.free_count + p.n.batch, p.n.high_min, p.n.high_max);
  return high;
}

std::int64_t surplus(const Allocator& a, const Pcp& p, std::int64_t kept, bool free_high) {
  if (free_high) return std::min(p.n.count, most_of(a, p));
  if (kept < p.n.batch) return 1;
  return a.rules.clamp(p.n.free_count, p.n.batch, kept - p.n.batch);
}

}  // namespace

std::int64_t a_batch(const Pcp& p) { return p.n.batch; }
std::int64_t a_batch_and_half_of_high_min(const Pcp& p) { return p.n.batch + p.n.high_min / 2; }

std::int64_t refill_blocks_v7_1(Allocator& a, Zone& z, Pcp& p, Order o) {
  const std::int64_t high = a.rules.clamp(p.n.high, p.n.high_min, p.n.high_max);
  p.n.high = high;
  if (high < p.n.batch) return 1;
  std::int64_t pages = o == Order{0} ? p.n.batch << p.n.alloc_factor : p.n.batch;
  // The list grows with what is allocated; before the bound below is computed from it.
  if (is_tuned(p) && !z.has(ZoneFlag::below_high)) p.n.high = std::min(high + pages, p.n.high_max);
  if (o == Order{0}) {
    const std::int64_t most = std::max(p.n.high - p.n.count - p.n.batch, p.n.batch);
    if (pages <= most && p.n.alloc_factor < a.rules.alloc_factor_max) ++p.n.alloc_factor;
    pages = std::min(pages, most);
  }
  return pages > 1 ? std::max(pages >> static_cast<unsigned>(o), std::int64_t{2}) : pages;
}

Pfn pcp_alloc_v7_1(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, bool) {
  Pcp& p = own_pcp(a, z);
  p.n.free_count >>= 1;
  BlockList& l = p.lists[a.rules.pcp_list(o, t, a.config)];
  if (l.empty()) {
    const std::int64_t blocks = a.rules.refill_blocks(a, z, p, o);
    // Under pressure, an atomic request must not take a batch; the tuning has happened all the
    // same.
    if (f.highatomic && a.rules.refuses_refill_to_highatomic) return kNoPfn;
    p.n.count += refill(a, z, l, o, t, f, blocks, false);
  }
  return pcp_pop(a, p, l);
}

void pcp_shrink_v7_1(Allocator& a, Zone& z, Pcp& p, Order freed, unsigned list) {
  p.n.alloc_factor >>= 1;
  const bool free_high = frees_high_orders(a, p, freed);
  if (p.n.free_count < most_of(a, p)) p.n.free_count += size_of(freed);
  const std::int64_t kept = limit(a, z, p, free_high);
  if (!a.rules.pcp_is_full(p.n.count, kept)) return;
  const std::int64_t pages = surplus(a, p, kept, free_high);
  // In batches, each starting at the list of the block just freed.
  const std::int64_t step = a.rules.frees_in_batches ? p.n.batch : pages;
  for (std::int64_t rest = pages; rest > 0 && p.n.count > 0; rest -= step)
    a.rules.bulk_free(a, z, p, std::min(rest, step), list);
  if (z.has(ZoneFlag::below_high) && is_above_high(a, z)) z.set(ZoneFlag::below_high, false);
}

void drain_v7_1(Allocator& a, Zone& z, Pcp& p) {
  while (p.n.count > 0) a.rules.bulk_free(a, z, p, std::min(p.n.count, most_of(a, p)), 0);
}

void decay_v7_1(Allocator& a, Zone& z, Pcp& p) {
  if (p.n.high > p.n.high_min) {
    p.n.high = std::max(
        {p.n.count - most_of(a, p), p.n.high - (p.n.high >> a.rules.high_decay), p.n.high_min});
  }
  for (std::int64_t rest = p.n.count - p.n.high; rest > 0; rest -= p.n.batch)
    a.rules.bulk_free(a, z, p, std::min(rest, p.n.batch), 0);
}

}  // namespace bp::reference
