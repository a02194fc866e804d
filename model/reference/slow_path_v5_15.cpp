// SPDX-License-Identifier: MIT
// The slow path of v5.15 to v6.12 (R-SLOW-30..35), and v7.1's, which made the two loops of these
// one (R-SLOW-36).
#include <optional>

#include "model/reference/oracles.h"
#include "model/reference/slow_path.h"
#include "model/reference/slow_steps.h"

namespace bp::reference {
namespace {

using enum GfpFlag;

bool is_compaction_put_off(const Rounds& r) {
  return r.compacted == Compacted::skipped || r.compacted == Compacted::deferred;
}

/// A cpuset without any zone that the mask may use: nothing that happens later would help.
bool is_insane_cpuset(const Allocator& a, const Context& c) {
  if (a.oracles == nullptr || !a.oracles->environment.cpusets || !c.gfp.has(hardwall)) return false;
  if (a.oracles->mems == 0) return false;
  for (const ZoneRef at : c.zonelist) {
    if (c.allows(at) && (a.oracles->mems >> at.node & 1) != 0) return false;
  }
  return true;
}

/// Begins the rounds. Why they are over at once, if they are (R-SLOW-30).
Why begin(Allocator& a, Context& c, Rounds& r) {
  const unsigned cookie = a.oracles != nullptr ? a.oracles->cookie() : 0;
  r = {.flags = a.rules.slow_flags(a, c), .effort = CompactEffort::sync_light, .cookie = cookie};
  set_preferred(c);
  if (c.empty() || is_insane_cpuset(a, c)) return Why::no_zone;
  return Why::none;
}

bool is_compaction_allowed(const Allocator& a, const Context& c) {
  return a.oracles->environment.compacts && c.gfp.has_all(a.rules.slow.compaction_needs);
}

/// R-SLOW-32
bool would_compact_first(const Allocator& a, const Context& c) {
  return a.rules.compacts_first(c) && a.rules.reserve_flags(c) == AllocFlags{};
}
bool compacts_at_once(const Allocator& a, const Context& c) {
  return a.oracles != nullptr && would_compact_first(a, c) && is_compaction_allowed(a, c);
}

/// After a first compaction that did not help: whether anything else is worth trying. If so, how
/// hard the next one tries.
std::optional<Why> weigh_first_compaction(const Context& c, Rounds& r) {
  const bool costly_once = is_costly(c.order) && c.gfp.has(noretry);
  if (!costly_once) {
    r.effort = CompactEffort::sync_light;
    return std::nullopt;
  }
  if (is_compaction_put_off(r)) return Why::noretry;
  if (c.gfp.has(thisnode)) return Why::noretry;
  r.effort = CompactEffort::async;
  return std::nullopt;
}

/// What a round does once waiting is allowed (R-SLOW-34).
struct Turn {
  std::optional<Answer> answer;
  Why over = Why::none;  ///< Why it fails, if it may.
  bool restart = false;
};

Turn failing(Why why) { return {.over = why}; }

Turn kill_or_fail(Allocator& a, Context& c, Rounds& r) {
  if (must_restart(a, r)) return {.restart = true};
  const Killed k = kill(a, c);
  if (k.answer.head != kNoPfn) return {.answer = k.answer};
  if (c.task.oom_victim && (r.flags.oom || c.gfp.has(nomemalloc))) return failing(Why::oom_victim);
  if (!k.progress) return failing(Why::no_progress);
  r.in_vain = 0;
  retry(a, Why::killed);
  return {};
}

/// Decides after reclaim and compaction whether to go round again, to kill or to fail.
Turn decide(Allocator& a, Context& c, Rounds& r) {
  if (c.gfp.has(noretry)) return failing(Why::noretry);  // L-12
  if (is_costly(c.order) && (!is_compaction_allowed(a, c) || !c.gfp.has(a.rules.slow.insists)))
    return failing(Why::costly);
  if (may_reclaim_again(a, c, r)) return {};
  if (r.progress > 0 && is_compaction_allowed(a, c) && a.rules.slow.may_compact_again(a, c, r)) {
    retry(a, Why::compaction);
    return {};
  }
  if (r.flags.nofragment && a.config.defrag_mode) {  // R-SLOW-36
    r.flags.nofragment = false;
    retry(a, Why::mixing);
    return {};
  }
  return kill_or_fail(a, c, r);
}

/// The rounds are over: those that may not fail try once more and go on (R-SLOW-35, L-5).
Turn finish(Allocator& a, Context& c, Rounds& r, Why why) {
  if (must_restart(a, r)) return {.restart = true};
  if (!c.gfp.has(nofail) || !c.blocks() || a.oracles == nullptr) return {.answer = failed(a, why)};
  if (const Answer last = attempt_without_cpuset(a, c, a.rules.slow.nofail_flags);
      last.head != kNoPfn)
    return {.answer = last};
  retry(a, Why::nofail);
  return {};
}

/// Reserve flags and other nodes, where they are open (R-SLOW-33).
bool open_reserves(Allocator& a, Context& c, Rounds& r) {
  const AllocFlags reserve = a.rules.reserve_flags(c);
  const bool anywhere = !r.flags.cpuset || reserve != AllocFlags{};
  r.flags = a.rules.second_flags(a, c, r.flags, reserve);
  if (!anywhere) return false;
  if (a.rules.drops_nodemask) c.nodemask = 0;
  set_preferred(c);
  return true;
}

/// Whether it may wait at all, and there is somebody to wait for; else how it ends.
std::optional<Turn> end_without_waiting(const Allocator& a, const Context& c) {
  if (!c.blocks()) return failing(Why::may_not_block);
  if (a.oracles == nullptr) return Turn{.answer = Answer{.blocked = true}};
  if (c.task.memalloc) return failing(Why::memalloc);
  return std::nullopt;
}

Turn one_round_v5_15(Allocator& a, Context& c, Rounds& r) {
  if (a.rules.slow.checks_cpuset_first && must_restart(a, r)) return {.restart = true};
  if (r.flags.kswapd) wake(a, c);
  open_reserves(a, c, r);
  if (const Pfn p = attempt(a, c, a.rules.slow_mark, r.flags); p != kNoPfn)
    return {.answer = given(p, r.flags)};
  if (const auto end = end_without_waiting(a, c)) return *end;
  if (const Pfn p = reclaim(a, c, r, r.flags); p != kNoPfn) return {.answer = given(p, r.flags)};
  if (const Pfn p = compact(a, c, r, r.flags); p != kNoPfn) return {.answer = given(p, r.flags)};
  return decide(a, c, r);
}

/// The first attempts, and the compaction that may come before everything else.
Turn first_round_v5_15(Allocator& a, Context& c, Rounds& r) {
  if (r.flags.kswapd) wake(a, c);
  if (const Pfn p = attempt(a, c, a.rules.slow_mark, r.flags); p != kNoPfn)
    return {.answer = given(p, r.flags)};
  if (!would_compact_first(a, c)) return {};
  if (a.oracles == nullptr) return {.answer = Answer{.blocked = true}};
  if (!compacts_at_once(a, c)) return {};
  r.effort = CompactEffort::async;
  if (const Pfn p = compact(a, c, r, r.flags); p != kNoPfn) return {.answer = given(p, r.flags)};
  if (const auto why = weigh_first_compaction(c, r)) return failing(*why);
  return {};
}

/// 7.1 has one place where it looks, and comes back to it for every reason (R-SLOW-36).
struct StillOpen {
  bool reserves = true;
  bool compacts_first = false;
};

Turn one_round_v7_1(Allocator& a, Context& c, Rounds& r, StillOpen& open) {
  if (must_restart(a, r)) return {.restart = true};
  if (r.flags.kswapd) wake(a, c);
  if (const Pfn p = attempt(a, c, a.rules.slow_mark, r.flags); p != kNoPfn)
    return {.answer = given(p, r.flags)};
  if (open.reserves) {
    open.reserves = false;
    if (open_reserves(a, c, r)) {
      if (a.oracles != nullptr) retry(a, Why::reserves);
      return {};
    }
  }
  if (const auto end = end_without_waiting(a, c)) return *end;
  if (!open.compacts_first) {
    if (const Pfn p = reclaim(a, c, r, r.flags); p != kNoPfn) return {.answer = given(p, r.flags)};
  }
  if (const Pfn p = compact(a, c, r, r.flags); p != kNoPfn) return {.answer = given(p, r.flags)};
  if (!open.compacts_first) return decide(a, c, r);
  open.compacts_first = false;
  if (const auto over = weigh_first_compaction(c, r)) return failing(*over);
  retry(a, Why::compacted_first);
  return {};
}

}  // namespace

Gfp scope_done(Gfp g, const Task&) { return g; }

Answer slow_path_v5_15(Allocator& a, Context& c) {
  if (c.blocks()) c.gfp = c.gfp.without(atomic);  // R-SLOW-2
  Rounds r;
  bool begins = true;
  while (begin_round(a)) {
    Turn t;
    if (begins) {
      t.over = begin(a, c, r);
      if (t.over == Why::none) t = first_round_v5_15(a, c, r);
    }
    if (!t.answer && t.over == Why::none) t = one_round_v5_15(a, c, r);
    if (t.over != Why::none) t = finish(a, c, r, t.over);
    if (t.answer) return *t.answer;
    begins = t.restart;
  }
  return failed(a, Why::endless);
}

Answer slow_path_v7_1(Allocator& a, Context& c) {
  Rounds r;
  bool begins = true;
  StillOpen open;
  while (begin_round(a)) {
    Turn t;
    if (begins) {
      t.over = begin(a, c, r);
      open = {.compacts_first = compacts_at_once(a, c)};
      if (open.compacts_first) r.effort = CompactEffort::async;
    }
    if (t.over == Why::none) t = one_round_v7_1(a, c, r, open);
    if (t.over != Why::none) t = finish(a, c, r, t.over);
    if (t.answer) return *t.answer;
    begins = t.restart;
  }
  return failed(a, Why::endless);
}

}  // namespace bp::reference
