// SPDX-License-Identifier: MIT
#include "model/reference/pcp.h"

#include <algorithm>

#include "model/reference/buddy.h"
#include "model/reference/page_checks.h"

namespace bp::reference {
namespace {

constexpr unsigned kOrderBeyondSmall = 4;  ///< Orders 0..3 have lists of their own (R-PCP-11).
constexpr unsigned kHugeLists = kOrderBeyondSmall * kPcpTypes;

bool is_huge(Order o, const Config& c) { return static_cast<unsigned>(o) == c.pageblock_order; }

unsigned small_list(Order o, Migratetype t) {
  return kPcpTypes * static_cast<unsigned>(o) + static_cast<unsigned>(t);
}

}  // namespace

Pcp& own_pcp(Allocator& a, Zone& z) { return z.pcp[a.cpu]; }

std::int64_t refill(Allocator& a, Zone& z, BlockList& l, Order o, Migratetype t, AllocFlags f,
                    std::int64_t blocks, bool reversed) {
  std::int64_t taken = 0;
  std::int64_t listed = 0;
  TakeMode mode = TakeMode::normal;
  for (std::int64_t i = 0; i < blocks; ++i) {
    const Pfn head = a.rules.take(a, z, o, t, f, mode);
    if (head == kNoPfn) break;
    taken += size_of(o);
    if (a.rules.checks_refill && is_bad(a, head, o)) continue;  // Leaked (R-PREP-6).
    list_on_pcp(a, z, l, head, o, reversed != a.rules.pcp_refills_at_tail);
    listed += size_of(o);
    a.rules.count_refilled_block(a, z, a.frames[head].type, -size_of(o));
  }
  a.rules.count_refilled(a, z, -taken);
  return a.rules.counts_bad_pages ? taken : listed;
}

void list_on_pcp(Allocator& a, Zone& z, BlockList& l, Pfn head, Order o, bool to_tail) {
  Frame& f = a.frames[head];
  f.use = FrameUse::pcp;
  f.order = static_cast<std::uint8_t>(static_cast<unsigned>(o));
  f.zone = static_cast<std::uint8_t>(z.id);
  to_tail ? l.push_back(a.frames, head) : l.push_front(a.frames, head);
}

Pfn pcp_pop(Allocator& a, Pcp& p, BlockList& l) {
  if (l.empty()) return kNoPfn;
  const Pfn head = a.rules.pcp_takes_first ? l.front(a.frames) : l.back(a.frames);
  l.erase(a.frames, head);
  p.n.count -= size_of(Order{a.frames[head].order});
  return head;
}

Pfn pcp_take(Allocator& a, Zone& z, Pcp& p, Order o, Migratetype t, AllocFlags f) {
  BlockList& l = p.lists[a.rules.pcp_list(o, t, a.config)];
  if (l.empty()) p.n.count += refill(a, z, l, o, t, f, a.rules.refill_blocks(a, z, p, o), false);
  return pcp_pop(a, p, l);
}

unsigned next_filled(const Allocator& a, const Pcp& p, unsigned list) {
  while (p.lists[list].empty()) list = (list + 1) % a.rules.pcp_lists;
  return list;
}

std::int64_t free_last(Allocator& a, Zone& z, Pcp& p, unsigned list) {
  const Pfn head =
      a.rules.pcp_frees_last ? p.lists[list].back(a.frames) : p.lists[list].front(a.frames);
  Frame& f = a.frames[head];
  const Order o{f.order};
  p.lists[list].erase(a.frames, head);
  f.use = FrameUse::other;
  p.n.count -= size_of(o);
  // A leaked page is as good as freed to the lists it came from (R-PREP-6).
  if (a.rules.checks_bulk_free && is_bad(a, head, o)) return size_of(o);
  // The cached type may be out of date once a pageblock of the zone is isolated (W-14).
  const bool rereads = !a.rules.caches_type || (z.n.isolated != 0 && a.rules.rereads_if_isolated);
  free_block(a, z, head, o, rereads ? a.type_of(head) : f.type);
  return size_of(o);
}

unsigned pcp_list_v4_7(Order, Migratetype t, const Config&) { return static_cast<unsigned>(t); }

unsigned pcp_list_v5_15(Order o, Migratetype t, const Config& c) {
  return is_huge(o, c) ? kHugeLists + static_cast<unsigned>(t) : small_list(o, t);
}

unsigned pcp_list_v6_1(Order o, Migratetype t, const Config& c) {
  return is_huge(o, c) ? kHugeLists + (t == Migratetype::movable ? 1 : 0) : small_list(o, t);
}

unsigned pcp_order_of_list_v4_7(unsigned, const Config&) { return 0; }

unsigned pcp_order_of_list(unsigned list, const Config& c) {
  return list < kHugeLists ? list / kPcpTypes : c.pageblock_order;
}

bool pcp_takes_v4_7(Order o, const Config&) { return o == Order{0}; }

bool pcp_takes(Order o, const Config& c) {
  return o < Order{kOrderBeyondSmall} || (c.thp && is_huge(o, c));
}

std::optional<Migratetype> pcp_type(Migratetype pageblock) {
  if (pageblock == Migratetype::isolate) return std::nullopt;
  return pageblock < Migratetype::highatomic ? pageblock : Migratetype::movable;
}

void pcp_free(Allocator& a, Zone& z, Pfn head, Order o, bool cold) {
  const Migratetype block = a.type_of(head);
  const auto type = a.rules.pcp_type(block);
  if (!type) return free_block(a, z, head, o, block);
  a.frames[head].type = block;
  Pcp& p = own_pcp(a, z);
  const unsigned list = a.rules.pcp_list(o, *type, a.config);
  list_on_pcp(a, z, p.lists[list], head, o, cold);
  p.n.count += size_of(o);
  a.rules.pcp_shrink(a, z, p, o, list);
}

bool reaches_high(std::int64_t count, std::int64_t high) { return count >= high; }

std::int64_t clamp_to_upper(std::int64_t v, std::int64_t low, std::int64_t high) {
  return std::min(std::max(v, low), high);
}

std::int64_t clamp_upper_first(std::int64_t v, std::int64_t low, std::int64_t high) {
  if (v >= high) return high;
  return v <= low ? low : v;
}

void drain_at_once(Allocator& a, Zone& z, Pcp& p) {
  if (p.n.count != 0) a.rules.bulk_free(a, z, p, p.n.count, 0);
}

void decay_none(Allocator&, Zone&, Pcp&) {}

}  // namespace bp::reference
