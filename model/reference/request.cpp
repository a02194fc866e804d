// SPDX-License-Identifier: MIT
#include "model/reference/request.h"

#include "model/reference/kswapd.h"
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

Answer given(Pfn head, AllocFlags f) {
  return {.head = head, .pfmemalloc = head != kNoPfn && f.no_watermarks};
}

Answer nothing(const Context& c) { return {.blocked = c.blocks()}; }

}  // namespace

Gfp scope_of_task(Gfp g, const Task& t) { return t.pin ? g.without(movable) : g; }

unsigned highest_zone(Gfp g, const Config& c) {
  const ZoneType type = rules::highest_zone(g, zone_config(c));
  return rules::zone_index(type, zone_config(c));
}

Migratetype migratetype(Gfp g, const Config& c) {
  if (c.grouping_disabled) return Migratetype::unmovable;
  // Both flags are number 3, the first type that cannot be requested (P-MT-2).
  return rules::migratetype_of(g).value_or(Migratetype::highatomic);
}

std::span<const ZoneRef> zonelist_for(const NodeState& n, Gfp g) {
  // UMA has the one list (R-GFP-6).
  const bool nofallback = g.has(thisnode) && !n.nofallback.empty();
  return nofallback ? n.nofallback : n.fallback;
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
  } else if (c.task.realtime) {
    f.high = true;
  }
  f.nofragment = a.config.defrag_mode;
  return f;
}

AllocFlags reserve_flags_v4_7(const Context& c) {
  if (c.gfp.has(nomemalloc)) return {};
  const bool all =
      c.gfp.has(memalloc) || (!c.task.in_interrupt && (c.task.memalloc || c.task.oom_victim));
  return {.no_watermarks = all};
}

AllocFlags reserve_flags_v5_15(const Context& c) {
  if (c.gfp.has(nomemalloc)) return {};
  if (c.gfp.has(memalloc)) return {.no_watermarks = true};
  if (c.task.in_interrupt) return {};
  if (c.task.memalloc) return {.no_watermarks = true};
  return {.oom = c.task.oom_victim};
}

bool goes_home_for_reserves(AllocFlags f, bool all_of_memory) { return all_of_memory || !f.cpuset; }

Answer slow_path_v4_7(Allocator& a, Context& c) {
  if (c.order > kOrderMax) return {};
  const AllocFlags f = a.rules.slow_flags(a, c);
  const bool all_of_memory = a.rules.reserve_flags(c).no_watermarks;
  if (a.rules.goes_home(f, all_of_memory)) {
    set_zonelist(a, c, a.config.cpu_node[a.cpu]);
    set_preferred(c);
  }
  if (const Pfn p = a.rules.scan(a, c, {a.rules.slow_mark, f}); p != kNoPfn) return given(p, f);
  if (!all_of_memory) return nothing(c);
  const AllocFlags last = a.rules.last_flags;
  const Pfn p = a.rules.scan(a, c, {a.rules.slow_mark, last});
  return p == kNoPfn ? nothing(c) : given(p, last);
}

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

Answer slow_path_v5_15(Allocator& a, Context& c) {
  const AllocFlags first = a.rules.slow_flags(a, c);
  set_preferred(c);
  if (c.empty()) return {};
  if (first.kswapd) wake_all_kswapds(a, c);
  if (const Pfn p = a.rules.scan(a, c, {a.rules.slow_mark, first}); p != kNoPfn)
    return given(p, first);

  const AllocFlags reserve = a.rules.reserve_flags(c);
  if (a.rules.compacts_first(c) && reserve == AllocFlags{}) return nothing(c);
  if (first.kswapd) wake_all_kswapds(a, c);
  const AllocFlags second = a.rules.second_flags(a, c, first, reserve);
  if (a.rules.drops_nodemask && (!first.cpuset || reserve != AllocFlags{})) {
    c.nodemask = 0;
    set_preferred(c);
  }
  if (const Pfn p = a.rules.scan(a, c, {a.rules.slow_mark, second}); p != kNoPfn)
    return given(p, second);
  return nothing(c);
}

Answer slow_path_v7_1(Allocator& a, Context& c) {
  const AllocFlags first = a.rules.slow_flags(a, c);
  set_preferred(c);
  if (c.empty()) return {};
  if (first.kswapd) wake_all_kswapds(a, c);
  if (const Pfn p = a.rules.scan(a, c, {a.rules.slow_mark, first}); p != kNoPfn)
    return given(p, first);

  const AllocFlags reserve = a.rules.reserve_flags(c);
  if (first.cpuset && reserve == AllocFlags{}) return nothing(c);
  const AllocFlags second = a.rules.second_flags(a, c, first, reserve);
  if (a.rules.drops_nodemask) c.nodemask = 0;
  set_preferred(c);
  if (first.kswapd) wake_all_kswapds(a, c);
  if (const Pfn p = a.rules.scan(a, c, {a.rules.slow_mark, second}); p != kNoPfn)
    return given(p, second);
  return nothing(c);
}

Answer alloc_on(Allocator& a, const Request& r, Gfp gfp, unsigned node, unsigned nodemask) {
  if (a.rules.refuses_large_orders && r.order > kOrderMax) return {};
  Context c = context_of(a, gfp, r.order, r.task, node, nodemask);
  const AllocFlags fast = a.rules.fast_flags(a, c);
  if (const Pfn p = a.rules.scan(a, c, {a.rules.fast_mark, fast}); p != kNoPfn)
    return given(p, fast);
  c.nodemask = nodemask;
  return a.rules.slow_path(a, c);
}

}  // namespace bp::reference
