// SPDX-License-Identifier: MIT
#include "model/reference/request.h"

#include "model/reference/oracles.h"
#include "model/reference/slow_steps.h"
#include "model/rules/gfp_zone.h"
#include "model/rules/migratetype.h"

namespace bp::reference {
namespace {

using enum GfpFlag;

ZoneConfig zone_config(const Config& c) {
  ZoneConfig z;
  for (const ZoneType t : c.zones) {
    z.dma |= t == ZoneType::dma;
    z.dma32 |= t == ZoneType::dma32;
    z.highmem |= t == ZoneType::highmem;
    z.device |= t == ZoneType::device;
  }
  return z;
}

bool may_use_cma(const Allocator& a, const Context& c) {
  return a.config.cma && c.type == Migratetype::movable;
}

/// R-MT-20: only where there is a zone below to go to instead.
bool avoids_fragmentation(const Allocator& a, const Context& c) {
  if (a.config.defrag_mode) return true;
  if (c.empty()) return false;
  const ZoneRef first = c.preferred_zone();
  const Zone& z = a.zone(first);
  if (z.type != ZoneType::normal || first.index == 0) return false;
  const Zone& below = a.zone({first.node, static_cast<std::uint8_t>(first.index - 1)});
  if (below.type != ZoneType::dma32) return false;
  return a.nodes.size() == 1 || below.populated();
}

/// gfp_allowed_mask (R-CTX-4).
Gfp allowed(const Allocator& a, Gfp g) {
  if (a.oracles == nullptr || !a.oracles->environment.gfp_allowed) return g;
  return g.without(g.without(*a.oracles->environment.gfp_allowed));
}

/// R-CTX-5. Who may not fail is spared.
bool injects_fault(Allocator& a, const Context& c) {
  if (a.oracles == nullptr || c.gfp.has(nofail)) return false;
  if (a.oracles->ask(a, Asked::fault).progress == 0) return false;
  a.oracles->record({.action = Action::inject});
  return true;
}

/// The fast path stays inside the task's cpuset (R-CTX-3).
void enter_cpuset(const Allocator& a, Context& c) {
  if (a.oracles == nullptr || !a.oracles->environment.cpusets) return;
  c.gfp |= hardwall;
  const bool binds = a.rules.slow.binds_to_mems || !c.task.in_interrupt;
  if (c.nodemask != 0 || !binds) return;
  c.nodemask = a.oracles->mems;
  set_preferred(c);
}

Pfn try_fast(Allocator& a, Context& c, AllocFlags& f) {
  c.spreads_dirty = a.oracles != nullptr && c.gfp.has(write);  // R-CTX-8
  f = a.rules.fast_flags(a, c);
  const Pfn p = attempt(a, c, a.rules.fast_mark, f);
  c.spreads_dirty = false;
  return p;
}

/// R-API-6, R-PREP-4
Answer zeroed(Answer got, const Context& c) {
  got.zeroed = got.head != kNoPfn && c.gfp.has(zero);
  return got;
}

/// What v4.7 does once more from the fast path on if the cpuset changed meanwhile (R-CTX-14).
bool starts_over(Allocator& a, const Answer& got, unsigned cookie) {
  if (!a.rules.slow.starts_over_outside || a.oracles == nullptr || got.head != kNoPfn) return false;
  if (!a.oracles->cpuset_changed(a, cookie) || !begin_round(a)) return false;
  a.oracles->record({.action = Action::restart, .why = Why::cpuset});
  return true;
}

}  // namespace

Gfp scope_of_task(Gfp g, const Task& t) {
  if (t.noio) g = g.without(io | fs);
  if (t.nofs) g = g.without(fs);
  return t.pin ? g.without(movable) : g;
}

unsigned highest_zone(Gfp g, const Config& c) {
  const ZoneType type = rules::highest_zone(g, zone_config(c));
  return rules::zone_index(type, zone_config(c));
}

Migratetype migratetype(Gfp g, const Config& c) {
  if (c.grouping_disabled) return Migratetype::unmovable;
  // Both flags are number 3, the first type that cannot be requested (P-MT-2).
  return rules::migratetype_of(g).value_or(Migratetype::highatomic);
}

std::span<const ZoneRef> zonelist_for(const NodeState& n, Gfp g, bool numa) {
  // UMA has the one list (R-GFP-6). A node without memory has an empty one of its own (L-11).
  return numa && g.has(thisnode) ? n.nofallback : n.fallback;
}

AllocFlags fast_flags_v4_7(const Allocator& a, const Context& c) {
  return {.cma = may_use_cma(a, c), .cpuset = true, .fair = true};
}

AllocFlags fast_flags_v5_15(const Allocator& a, const Context& c) {
  return {.cma = may_use_cma(a, c),
          .cpuset = true,
          .nofragment = avoids_fragmentation(a, c),
          .kswapd = c.gfp.has(kswapd_reclaim)};
}

AllocFlags slow_flags_v4_7(const Allocator& a, const Context& c) {
  AllocFlags f{.high = c.gfp.has(high), .cma = may_use_cma(a, c), .cpuset = true};
  f.kswapd = c.gfp.has(kswapd_reclaim);
  if (c.gfp.has(atomic) && !c.blocks()) {  // Together they are a warning, and ATOMIC goes.
    f.harder = !c.gfp.has(nomemalloc);
    f.cpuset = false;
  } else if (c.task.realtime && !c.task.in_interrupt) {
    f.harder = true;
  }
  return f;
}

AllocFlags slow_flags_v6_1(const Allocator& a, const Context& c) {
  AllocFlags f{.high = c.gfp.has(high), .cma = may_use_cma(a, c), .cpuset = true};
  f.kswapd = c.gfp.has(kswapd_reclaim);
  if (!c.blocks()) {
    if (!c.gfp.has(nomemalloc)) {
      f.harder = true;
      f.highatomic = c.order > 0 && f.high;
    }
    f.cpuset = !f.high;
  } else if (c.task.realtime && !c.task.in_interrupt) {
    f.high = true;
  }
  f.nofragment = a.config.defrag_mode;
  return f;
}

AllocFlags reserve_flags_v4_7(const Context& c) {
  if (c.gfp.has(nomemalloc)) return {};
  const bool all = c.gfp.has(memalloc) || (c.task.in_softirq && c.task.memalloc) ||
                   (!c.task.in_interrupt && (c.task.memalloc || c.task.oom_victim));
  return {.no_watermarks = all};
}

AllocFlags reserve_flags_v5_15(const Context& c) {
  if (c.gfp.has(nomemalloc)) return {};
  if (c.gfp.has(memalloc)) return {.no_watermarks = true};
  if (c.task.in_softirq && c.task.memalloc) return {.no_watermarks = true};
  if (c.task.in_interrupt) return {};
  if (c.task.memalloc) return {.no_watermarks = true};
  return {.oom = c.task.oom_victim};
}

bool goes_home_for_reserves(AllocFlags f, bool all_of_memory) { return all_of_memory || !f.cpuset; }

AllocFlags second_flags(const Allocator& a, const Context& c, AllocFlags first,
                        AllocFlags reserve) {
  if (reserve == AllocFlags{}) return first;
  reserve.cma = may_use_cma(a, c);
  reserve.kswapd = a.rules.keeps_kswapd_flag && first.kswapd;
  return reserve;
}

bool compacts_first(const Context& c) {
  if (!c.blocks() || c.order == 0) return false;
  return c.order > 3 || c.type != Migratetype::movable;
}

Answer alloc_on(Allocator& a, const Request& r, Gfp gfp, unsigned node, unsigned nodemask) {
  if (a.rules.refuses_large_orders && r.order > kOrderMax) return {};
  const Gfp seen = a.rules.slow.masks_first ? allowed(a, gfp) : gfp;
  Context c = context_of(a, seen, r.order, r.task, node, nodemask);
  // What is cleared from the mask once the fast path is over (R-CTX-13).
  const Gfp later = a.rules.slow.scope(allowed(a, c.gfp), c.task);
  if (injects_fault(a, c) || c.zonelist.empty()) return {};
  enter_cpuset(a, c);
  Answer got;
  for (;;) {
    const unsigned cookie = a.oracles != nullptr ? a.oracles->cookie() : 0;
    AllocFlags f;
    if (const Pfn p = try_fast(a, c, f); p != kNoPfn) return zeroed(given(p, f), c);
    c.gfp = later;
    c.nodemask = nodemask;
    got = zeroed(a.rules.slow_path(a, c), c);
    if (!starts_over(a, got, cookie)) return got;
    set_preferred(c);
  }
}

}  // namespace bp::reference
