// SPDX-License-Identifier: MIT
// The slow path of v4.7: one loop that begins with the attempts (R-SLOW-1..22).
#include "model/reference/oracles.h"
#include "model/reference/slow_path.h"
#include "model/reference/slow_steps.h"

namespace bp::reference {
namespace {

using enum GfpFlag;

/// The mask of a huge page whose fault does not want to wait (R-SLOW-12).
bool is_for_huge_page(Gfp g) {
  constexpr Gfp kTranshuge =
      io | fs | hardwall | highmem | movable | comp | nomemalloc | noretry | nowarn;
  return g.has_all(kTranshuge) && !g.has(kswapd_reclaim);
}

/// Compacts once more on the way out (R-SLOW-20).
Answer compact_at_last(Allocator& a, Context& c, Rounds& r, Why why) {
  const bool light = is_for_huge_page(c.gfp) && !c.task.kernel_thread;
  r.effort = light ? CompactEffort::async : CompactEffort::sync_light;
  const Pfn p = compact(a, c, r, r.flags);
  return p != kNoPfn ? given(p, r.flags) : failed(a, why);
}

/// One round, up to where only waiting is left; nothing: go on with it (R-SLOW-3..7).
std::optional<Answer> try_what_is_there(Allocator& a, Context& c, Rounds& r) {
  r.flags = a.rules.slow_flags(a, c);
  if (r.flags.kswapd) wake(a, c);
  const bool all_of_memory = a.rules.reserve_flags(c).no_watermarks;
  if (a.rules.goes_home(r.flags, all_of_memory)) {
    set_zonelist(a, c, a.config.cpu_node[a.cpu]);
    set_preferred(c);
  }
  if (const Pfn p = attempt(a, c, a.rules.slow_mark, r.flags); p != kNoPfn)
    return given(p, r.flags);
  if (!all_of_memory) return std::nullopt;
  const AllocFlags last = a.rules.last_flags;
  if (const Pfn p = attempt(a, c, a.rules.slow_mark, last); p != kNoPfn) return given(p, last);
  return std::nullopt;
}

}  // namespace

Gfp scope_noio(Gfp g, const Task& t) { return t.noio ? g.without(io | fs) : g; }

Answer slow_path_v4_7(Allocator& a, Context& c) {
  if (c.order > kOrderMax) return failed(a, Why::large_order);
  if (c.blocks()) c.gfp = c.gfp.without(atomic);  // R-SLOW-2
  const bool may_fail = !c.gfp.has(nofail);
  Rounds r;
  while (begin_round(a)) {
    if (const auto answer = try_what_is_there(a, c, r)) return *answer;
    if (!c.blocks()) return failed(a, Why::may_not_block);
    if (a.oracles == nullptr) return {.blocked = true};
    if (c.task.memalloc) {  // R-SLOW-9, L-6
      if (may_fail) return failed(a, Why::memalloc);
      retry(a, Why::nofail);
      continue;
    }
    if (c.task.oom_victim && may_fail) return failed(a, Why::oom_victim);

    if (const Pfn p = compact(a, c, r, r.flags); p != kNoPfn) return given(p, r.flags);
    const bool put_off = r.compacted == Compacted::deferred || r.compacted == Compacted::contended;
    if (is_for_huge_page(c.gfp) && put_off) return failed(a, Why::huge_page);
    if (c.order > 0 && r.compacted == Compacted::success) ++r.compactions;  // R-SLOW-13

    if (const Pfn p = reclaim(a, c, r, r.flags); p != kNoPfn) return given(p, r.flags);
    // Before anything that insists, and before NOFAIL (R-SLOW-15, 22; L-12).
    if (c.gfp.has(noretry)) return compact_at_last(a, c, r, Why::noretry);
    if (is_costly(c.order) && !c.gfp.has(a.rules.slow.insists))
      return compact_at_last(a, c, r, Why::costly);
    if (may_reclaim_again(a, c, r)) continue;
    if (r.progress > 0 && a.rules.slow.may_compact_again(a, c, r)) {
      retry(a, Why::compaction);
      continue;
    }
    const Killed k = kill(a, c);  // R-SLOW-19
    if (k.answer.head != kNoPfn) return k.answer;
    if (!k.progress) return compact_at_last(a, c, r, Why::no_progress);
    r.in_vain = 0;
    retry(a, Why::killed);
  }
  return failed(a, Why::endless);
}

}  // namespace bp::reference
