// SPDX-License-Identifier: MIT
#include "model/reference/highatomic.h"

#include <algorithm>

#include "model/reference/buddy.h"
#include "model/vocab/check.h"

namespace bp::reference {
namespace {

/// Moves the pageblock's free blocks if the zone's edges allow it.
std::int64_t move_pageblock(Allocator& a, Zone& z, Pfn p, Migratetype to) {
  const auto span = movable_span(a, z, p);
  return span ? move_blocks(a, z, *span, to) : 0;
}

bool is_full(const Allocator& a, const Zone& z) {
  const auto cap = a.rules.highatomic_cap(z.n.managed, a.pageblock_pages());
  return !cap || z.n.highatomic >= *cap;
}

/// The first block of the reserve's lists, smallest order first.
template <class Do>
bool for_first_of_each_order(Allocator& a, Zone& z, Do&& give_back) {
  for (unsigned o = 0; o < kOrders; ++o) {
    const BlockList& l = a.list(z, Order{o}, Migratetype::highatomic);
    if (!l.empty() && give_back(l.front(a.frames))) return true;
  }
  return false;
}

}  // namespace

std::optional<std::int64_t> highatomic_cap_v4_7(std::int64_t managed,
                                                std::int64_t pageblock_pages) {
  return managed / 100 + pageblock_pages;
}

std::optional<std::int64_t> highatomic_cap_v7_1(std::int64_t managed,
                                                std::int64_t pageblock_pages) {
  const std::int64_t percent = managed / 100;
  if (percent < pageblock_pages) return std::nullopt;
  return (percent + pageblock_pages - 1) / pageblock_pages * pageblock_pages;
}

void reserve_if_harder(Allocator& a, Zone& z, const Context& c, AllocFlags f, Pfn head) {
  if (c.order > 0 && f.harder) a.rules.reserve_highatomic(a, z, head, Order{c.order});
}

void reserve_if_highatomic(Allocator& a, Zone& z, const Context& c, AllocFlags f, Pfn head) {
  if (f.highatomic) a.rules.reserve_highatomic(a, z, head, Order{c.order});
}

void reserve_nothing(Allocator&, Zone&, const Context&, AllocFlags, Pfn) {}

void reserve_highatomic_v4_7(Allocator& a, Zone& z, Pfn head, Order) {
  if (is_full(a, z) || !a.rules.is_reservable(a.type_of(head))) return;
  // Counted even if the move then fails at the zone's edge (R-HA-3).
  z.n.highatomic += a.pageblock_pages();
  a.set_type(head, Migratetype::highatomic);
  move_pageblock(a, z, head, Migratetype::highatomic);
}

void reserve_highatomic_v7_1(Allocator& a, Zone& z, Pfn head, Order o) {
  if (is_full(a, z) || !a.rules.is_reservable(a.type_of(head))) return;
  if (o >= a.pageblock_order()) {
    retype_pageblocks(a, head, o, Migratetype::highatomic);
    z.n.highatomic += size_of(o);
    return;
  }
  const auto span = movable_span(a, z, head);
  if (!span) return;
  move_blocks(a, z, *span, Migratetype::highatomic);
  a.set_type(head, Migratetype::highatomic);
  z.n.highatomic += a.pageblock_pages();
}

bool unreserve_highatomic_v4_7(Allocator& a, Context& c, bool) {
  for (std::size_t i = c.preferred; i < c.zonelist.size(); ++i) {
    if (!c.allows(c.zonelist[i])) continue;
    Zone& z = a.zone(c.zonelist[i]);
    // The last pageblock stays reserved.
    if (z.n.highatomic <= a.pageblock_pages()) continue;
    const bool given = for_first_of_each_order(a, z, [&](Pfn head) {
      z.n.highatomic -= std::min(a.pageblock_pages(), z.n.highatomic);
      a.set_type(head, c.type);
      move_pageblock(a, z, head, c.type);
      return true;  // Whether anything moved or not.
    });
    if (given) return true;
  }
  return false;
}

bool unreserve_highatomic_v5_15(Allocator& a, Context& c, bool force) {
  for (std::size_t i = c.preferred; i < c.zonelist.size(); ++i) {
    if (!c.allows(c.zonelist[i])) continue;
    Zone& z = a.zone(c.zonelist[i]);
    if (!force && z.n.highatomic <= a.pageblock_pages()) continue;
    const bool given = for_first_of_each_order(a, z, [&](Pfn head) {
      // A list can hold a block whose pageblock is no longer reserved (B-03).
      if (a.type_of(head) == Migratetype::highatomic)
        z.n.highatomic -= std::min(a.pageblock_pages(), z.n.highatomic);
      a.set_type(head, c.type);
      return move_pageblock(a, z, head, c.type) != 0;
    });
    if (given) return true;
  }
  return false;
}

}  // namespace bp::reference
