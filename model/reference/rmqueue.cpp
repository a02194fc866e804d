// SPDX-License-Identifier: MIT
// From a chosen zone to a block: the CPU's lists first, then the zone's (R-RMQ).
#include "model/reference/buddy.h"
#include "model/reference/kswapd.h"
#include "model/reference/page_checks.h"
#include "model/reference/pcp.h"
#include "model/reference/scan.h"

namespace bp::reference {

/// R-RMQ-5: the reserve first for those it is made for, last for those who may not wait.
Pfn take_with_reserve(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f) {
  Pfn head = kNoPfn;
  if (f.highatomic) head = take_smallest(a, z, o, Migratetype::highatomic);
  if (head != kNoPfn) return head;
  TakeMode mode = TakeMode::normal;
  head = a.rules.take(a, z, o, t, f, mode);
  if (head == kNoPfn && (f.oom || f.harder)) head = take_smallest(a, z, o, Migratetype::highatomic);
  return head;
}

/// R-RMQ-2: up to v5.15 the reserve is HARDER's.
Pfn take_harder(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f) {
  if (f.harder) {
    if (const Pfn p = take_smallest(a, z, o, Migratetype::highatomic); p != kNoPfn) return p;
  }
  TakeMode mode = TakeMode::normal;
  return a.rules.take(a, z, o, t, f, mode);
}

void answer_boost(Allocator& a, Zone& z) {
  if (!z.has(ZoneFlag::boosted)) return;
  z.set(ZoneFlag::boosted, false);
  a.rules.wake_kswapd(a, z, Order{0}, z.index);
}

/// R-LIST-10, C-1 b: single pages are counted by a step that carries half the threshold over.
void count_turn(Allocator& a, Zone& z, Order o) {
  if (o == Order{0}) {
    PcpNumbers& p = own_pcp(a, z).n;
    std::int64_t& diff = p.diff[static_cast<unsigned>(Stat::fair)];
    if (--diff < -p.threshold) {
      const std::int64_t overstep = p.threshold / 2;
      z.n.stat[static_cast<unsigned>(Stat::fair)] += diff - overstep;
      diff = overstep;
    }
  } else {
    a.change(z, Stat::fair, -size_of(o));
  }
  if (z.n.stat[static_cast<unsigned>(Stat::fair)] <= 0) z.set(ZoneFlag::fair_depleted, true);
}

Pfn rmqueue_v4_7(Allocator& a, Zone& z, const Context& c, AllocFlags f) {
  const Order o{c.order};
  Pfn head = kNoPfn;
  if (a.rules.pcp_takes(o, a.config)) {
    head = a.rules.pcp_alloc(a, z, o, c.type, f, c.gfp.has(GfpFlag::cold));
    if (head == kNoPfn) return kNoPfn;
  } else {
    // A block that fails its checks is dropped, and stays counted (R-RMQ-3, B-32).
    do {
      head = a.rules.take_direct(a, z, o, c.type, f);
    } while (head != kNoPfn && a.rules.checks_direct_take && is_bad(a, head, o));
    if (head == kNoPfn) return kNoPfn;
    a.rules.count_handed_out(a, z, a.frames[head].type, -size_of(o));
  }
  a.rules.count_turn(a, z, o);
  return head;
}

Pfn rmqueue_v5_15(Allocator& a, Zone& z, const Context& c, AllocFlags f) {
  const Order o{c.order};
  Pfn head = kNoPfn;
  if (a.rules.pcp_takes(o, a.config)) {
    // Whatever it gives, even nothing (R-RMQ-4).
    head = a.rules.pcp_alloc(a, z, o, c.type, f, false);
  } else {
    head = a.rules.take_direct(a, z, o, c.type, f);
    if (head == kNoPfn) return kNoPfn;
    a.rules.count_handed_out(a, z, a.frames[head].type, -size_of(o));
  }
  a.rules.answer_boost(a, z);
  return head;
}

Pfn rmqueue_v6_1(Allocator& a, Zone& z, const Context& c, AllocFlags f) {
  const Order o{c.order};
  Pfn head = kNoPfn;
  if (a.rules.pcp_takes(o, a.config)) head = a.rules.pcp_alloc(a, z, o, c.type, f, false);
  if (head == kNoPfn) {
    head = a.rules.take_direct(a, z, o, c.type, f);
    if (head != kNoPfn) {
      a.rules.count_handed_out(a, z, a.frames[head].type, -size_of(o));
      a.rules.after_direct_take(a, z, c, f, head);
    }
  }
  if (f.kswapd) a.rules.answer_boost(a, z);
  return head;
}

}  // namespace bp::reference
