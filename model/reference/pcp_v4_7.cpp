// SPDX-License-Identifier: MIT
// v4.7: single pages, hot and cold ends (R-PCP-3..8). v5.15 still empties its lists this way (C2).
#include <algorithm>

#include "model/reference/pcp.h"

namespace bp::reference {

Pfn pcp_alloc_v4_7(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, bool cold) {
  Pcp& p = own_pcp(a, z);
  BlockList& l = p.lists[a.rules.pcp_list(o, t, a.config)];
  // Cold pages are refilled in reverse, so that the tail is the first one taken (R-PCP-4).
  if (l.empty()) p.n.count += refill(a, z, l, o, t, f, p.n.batch, cold);
  if (l.empty()) return kNoPfn;
  const Pfn head = cold == a.rules.pcp_takes_first ? l.back(a.frames) : l.front(a.frames);
  l.erase(a.frames, head);
  --p.n.count;
  return head;
}

void pcp_shrink_v4_7(Allocator& a, Zone& z, Pcp& p, Order, unsigned) {
  if (a.rules.pcp_is_full(p.n.count, p.n.high)) a.rules.bulk_free(a, z, p, p.n.batch, 0);
}

void bulk_free_v4_7(Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned) {
  if (a.rules.clamps_bulk) pages = std::min(pages, p.n.count);
  // Lists are visited in turn, the first one last; one visited after n empty ones gives n + 1
  // pages, the only one left gives all (R-PCP-7, 8).
  const auto all_empty = [&] {
    return std::ranges::all_of(p.lists, [](const BlockList& l) { return l.empty(); });
  };
  unsigned list = 0;
  std::int64_t share = 0;
  while (pages > 0 && !all_empty()) {
    do {
      ++share;
      list = (list + 1) % a.rules.pcp_lists;
    } while (p.lists[list].empty());
    if (share == a.rules.pcp_lists) share = pages;
    do {
      pages -= free_last(a, z, p, list);
    } while (pages > 0 && --share > 0 && !p.lists[list].empty());
  }
}

}  // namespace bp::reference
