// SPDX-License-Identifier: MIT
#include "model/reference/slow_steps.h"

#include <algorithm>

#include "model/reference/kswapd.h"
#include "model/reference/oracles.h"
#include "model/reference/release.h"
#include "model/reference/watermark_check.h"

namespace bp::reference {
namespace {

using enum GfpFlag;

/// NR_FREE_PAGES with every CPU's part.
std::int64_t exactly_free(const Zone& z) {
  std::int64_t n = z.n.stat[static_cast<unsigned>(Stat::free)];
  for (const Pcp& p : z.pcp) n += p.n.diff[static_cast<unsigned>(Stat::free)];
  return n;
}

/// What of `pages` still counts after so many rounds in vain, rounded down (R-SLOW-17).
std::int64_t aged(std::int64_t pages, unsigned in_vain, unsigned max) {
  const std::int64_t gone = std::int64_t{in_vain} * pages;
  return pages - (gone + max - 1) / max;
}

/// Whether a single page could be had at the min mark: all that is asked without compaction.
bool any_zone_has_a_page(Allocator& a, const Context& c, AllocFlags f) {
  return std::ranges::any_of(c.zonelist, [&](ZoneRef at) {
    const Zone& z = a.zone(at);
    return c.allows(at) && is_watermark_ok(a, z, Order{0}, a.rules.mark_of(z, Mark::min),
                                           a.rules.reserve_column(a, c), f);
  });
}

bool has_normal_or_above(const Allocator& a, const Context& c) {
  const auto& types = a.config.zones;
  const auto normal = std::ranges::find(types, ZoneType::normal) - types.begin();
  return static_cast<std::ptrdiff_t>(c.highest) >= normal;
}

bool may_kill(const Allocator& a, const Context& c) {
  if (c.task.dumps_core || is_costly(c.order) || !has_normal_or_above(a, c)) return false;
  return !a.oracles->environment.storage_suspended &&
         c.gfp.without(a.rules.slow.kills_nobody) == c.gfp;
}

}  // namespace

Pfn attempt(Allocator& a, Context& c, Mark m, AllocFlags f) {
  if (a.oracles != nullptr) {
    a.oracles->record({.action = Action::attempt,
                       .mark = m,
                       .flags = f,
                       .node = c.node,
                       .nodemask = c.nodemask,
                       .gfp = c.gfp});
  }
  return a.rules.scan(a, c, {m, f});
}

void wake(Allocator& a, const Context& c) {
  wake_all_kswapds(a, c);
  if (a.oracles == nullptr) return;
  const Reply r = a.oracles->ask(a, Asked::kswapd);
  a.oracles->record({.action = Action::wake_kswapd});
  if (r.progress == 0) return;
  for (NodeState& n : a.nodes) n.kswapd_running = false;
}

Answer given(Pfn head, AllocFlags f) {
  return {.head = head, .pfmemalloc = head != kNoPfn && f.no_watermarks};
}

Answer failed(Allocator& a, Why why) {
  if (a.oracles != nullptr) a.oracles->record({.action = Action::fail, .why = why});
  return {};
}

bool begin_round(Allocator& a) {
  return a.oracles == nullptr || a.oracles->rounds++ < a.oracles->environment.rounds_max;
}

void retry(Allocator& a, Why why) { a.oracles->record({.action = Action::retry, .why = why}); }

bool must_restart(Allocator& a, const Rounds& r) {
  if (a.oracles == nullptr || !a.oracles->cpuset_changed(a, r.cookie)) return false;
  a.oracles->record({.action = Action::restart, .why = Why::cpuset});
  return true;
}

Pfn compact(Allocator& a, Context& c, Rounds& r, AllocFlags f) {
  if (c.order == 0 || !a.oracles->environment.compacts) return kNoPfn;
  const bool allowed = c.gfp.has_all(a.rules.slow.compaction_needs);
  r.compacted = allowed ? a.oracles->ask(a, Asked::compaction).compacted : Compacted::skipped;
  a.oracles->record(
      {.action = Action::compact, .gfp = c.gfp, .effort = r.effort, .compacted = r.compacted});
  if (r.compacted <= a.rules.slow.idle_max) return kNoPfn;
  return attempt(a, c, a.rules.slow_mark, f);
}

Pfn reclaim(Allocator& a, Context& c, Rounds& r, AllocFlags f) {
  r.progress = a.oracles->ask(a, Asked::reclaim).progress;
  a.oracles->record({.action = Action::reclaim, .gfp = c.gfp, .pages = r.progress});
  if (r.progress == 0) return kNoPfn;
  if (const Pfn p = attempt(a, c, a.rules.slow_mark, f); p != kNoPfn) return p;
  if (a.rules.slow.unreserves) {
    const bool any = a.rules.unreserve_highatomic(a, c, false);
    a.oracles->record({.action = Action::unreserve, .pages = any});
  }
  if (a.rules.slow.drains) {
    drain_all(a);
    a.oracles->record({.action = Action::drain});
  }
  return attempt(a, c, a.rules.slow_mark, f);
}

bool may_reclaim_again(Allocator& a, Context& c, Rounds& r) {
  const SlowRules& rules = a.rules.slow;
  const bool counts = rules.counts_costly_in_vain && is_costly(c.order);
  r.in_vain = r.progress > 0 && !counts ? 0 : r.in_vain + 1;
  for (const ZoneRef at : c.zonelist) {
    if (r.in_vain > rules.in_vain_max) break;
    if (!c.allows(at)) continue;
    const Zone& z = a.zone(at);
    const ZoneCondition now = a.oracles->condition(at);
    const std::int64_t left = rules.ages_reclaimable
                                  ? aged(now.reclaimable, r.in_vain, rules.in_vain_max)
                                  : now.reclaimable;
    if (!is_watermark_ok(a, z, Order{c.order}, a.rules.mark_of(z, Mark::min),
                         a.rules.reserve_column(a, c), r.flags, left + exactly_free(z)))
      continue;
    if (rules.waits_for_writeback && r.progress == 0 && 2 * now.in_writeback > now.reclaimable)
      a.oracles->record({.action = Action::wait});
    retry(a, Why::reclaim);
    return true;
  }
  if (!rules.unreserves_at_last) return false;
  const bool any = a.rules.unreserve_highatomic(a, c, true);
  a.oracles->record({.action = Action::unreserve, .pages = any});
  if (any) retry(a, Why::unreserved);
  return any;
}

bool may_compact_again_v4_7(Allocator& a, const Context& c, Rounds& r) {
  using enum Compacted;
  if (c.order == 0) return false;
  if (!a.oracles->environment.compacts)
    return !is_costly(c.order) && any_zone_has_a_page(a, c, r.flags);
  switch (r.compacted) {
    case complete:
      if (r.effort != CompactEffort::async) return false;
      r.effort = CompactEffort::sync_light;
      return true;
    case skipped:
    case deferred:
    case contended:
    case partial_skipped: return a.oracles->environment.compaction_may_help;
    case not_suitable:
    case no_suitable_page:
    case continued:
    case success: break;
  }
  const SlowRules& rules = a.rules.slow;
  return r.compactions <=
         (is_costly(c.order) ? rules.compactions_max_costly : rules.compactions_max);
}

bool may_compact_again_v5_15(Allocator& a, const Context& c, Rounds& r) {
  using enum Compacted;
  if (c.order == 0) return false;
  if (!a.oracles->environment.compacts)
    return !is_costly(c.order) && any_zone_has_a_page(a, c, r.flags);
  if (r.compacted == success) ++r.compactions;
  if (r.compacted == skipped) return a.oracles->environment.compaction_may_help;
  const bool gave_up = r.compacted == complete || r.compacted == deferred ||
                       r.compacted == contended || r.compacted == partial_skipped;
  const SlowRules& rules = a.rules.slow;
  if (!gave_up &&
      r.compactions <= (is_costly(c.order) ? rules.compactions_max_costly : rules.compactions_max))
    return true;
  // Harder, as far as the order is worth it.
  const CompactEffort most =
      is_costly(c.order) ? CompactEffort::sync_light : CompactEffort::sync_full;
  if (r.effort >= most) return false;
  r.effort = CompactEffort{static_cast<std::uint8_t>(static_cast<unsigned>(r.effort) + 1)};
  r.compactions = 0;
  return true;
}

Answer attempt_without_cpuset(Allocator& a, Context& c, AllocFlags f) {
  f.cpuset = true;
  if (const Pfn p = attempt(a, c, a.rules.slow_mark, f); p != kNoPfn) return given(p, f);
  f.cpuset = false;
  return given(attempt(a, c, a.rules.slow_mark, f), f);
}

Killed kill(Allocator& a, Context& c) {
  if (a.oracles->is_killer_busy()) {
    a.oracles->ask(a, Asked::killer);
    a.oracles->record({.action = Action::kill, .gfp = c.gfp, .pages = 1});
    return {.progress = true};
  }
  const Gfp asked = c.gfp;
  c.gfp = (asked | hardwall).without(a.rules.slow.high_try_without);
  const AllocFlags f{.cpuset = true};
  const Pfn p = attempt(a, c, Mark::high, f);
  c.gfp = asked;
  if (p != kNoPfn) return {.answer = given(p, f)};

  const bool nofail = asked.has(GfpFlag::nofail);
  if (!may_kill(a, c) && !(nofail && a.rules.slow.nofail_kills_anyway)) return {};
  const bool killed = a.oracles->ask(a, Asked::killer).progress != 0 || nofail;
  a.oracles->record({.action = Action::kill, .gfp = c.gfp, .pages = killed});
  if (!nofail) return {.progress = killed};
  return {.answer = attempt_without_cpuset(a, c, {.no_watermarks = true}), .progress = true};
}

}  // namespace bp::reference
