// SPDX-License-Identifier: MIT
#include "model/reference/scan.h"

#include "model/reference/oracles.h"
#include "model/reference/watermark_check.h"

namespace bp::reference {
namespace {

bool may_take(const Allocator& a, const Zone& z, const Context& c, Mark mark, AllocFlags f) {
  return is_watermark_ok_fast(a, z, Order{c.order}, a.rules.mark_of(z, mark),
                              a.rules.reserve_column(a, c), f, mark == Mark::min,
                              c.gfp.has(GfpFlag::atomic));
}

/// Whether the cpuset keeps the attempt from this node (R-LIST-1).
bool is_kept_out(const Oracles& o, const Context& c, AllocFlags f, unsigned node) {
  const auto holds = [node](unsigned mems) { return mems == 0 || (mems >> node & 1) != 0; };
  if (!o.environment.cpusets || !f.cpuset) return false;
  if (c.task.in_interrupt || holds(o.mems) || c.task.oom_victim) return false;
  if (c.gfp.has(GfpFlag::hardwall)) return true;
  return !c.task.exiting && !holds(c.task.mems_ancestor);
}

/// What the environment says against a zone, before its watermark is looked at (R-LIST-1, 3).
bool is_passed_over(const Allocator& a, const Context& c, AllocFlags f, ZoneRef at) {
  if (a.oracles == nullptr) return false;
  if (is_kept_out(*a.oracles, c, f, at.node)) return true;
  if (!c.spreads_dirty) return false;
  return a.rules.slow.dirty_by_node ? a.oracles->is_node_over_dirty_limit(at.node)
                                    : a.oracles->condition(at).over_dirty_limit;
}

bool is_near(const Allocator& a, unsigned from, unsigned node) {
  const auto& distance = a.nodes[from].distance;
  const std::int64_t d = node < distance.size() ? distance[node] : node == from ? 10 : 20;
  return d < a.rules.slow.near_below;
}

/// A near zone that failed the check is reclaimed from and checked once more (R-LIST-6). Who may
/// not wait, or reclaims itself, reclaims nothing.
bool reclaims_enough(Allocator& a, Zone& z, const Context& c, const Attempt& t) {
  if (a.oracles == nullptr || !a.oracles->environment.reclaims_nodes) return false;
  if (!is_near(a, c.preferred_zone().node, z.node)) return false;
  const bool may_reclaim = c.blocks() && !c.task.memalloc;
  const NodeReclaimed r =
      may_reclaim ? a.oracles->ask(a, Asked::node_reclaim).node_reclaimed : NodeReclaimed::noscan;
  a.oracles->record({.action = Action::node_reclaim, .node = z.node, .node_reclaimed = r});
  if (r == NodeReclaimed::noscan || r == NodeReclaimed::full) return false;
  return is_watermark_ok(a, z, Order{c.order}, a.rules.mark_of(z, t.mark),
                         a.rules.reserve_column(a, c), t.flags);
}

Pfn take_and_reserve(Allocator& a, Zone& z, const Context& c, AllocFlags f) {
  const Pfn head = a.rules.take_from_zone(a, z, c, f);
  if (head != kNoPfn) a.rules.after_take(a, z, c, f, head);
  return head;
}

}  // namespace

/// All zones of the preferred zone's node up to it get their turn back. Only the global
/// part is looked at and what is added goes through this CPU's part (C-1 d).
void give_new_turns(Allocator& a, ZoneRef preferred) {
  for (unsigned index = 0; index <= preferred.index; ++index) {
    Zone& z = a.zone({preferred.node, static_cast<std::uint8_t>(index)});
    if (!z.populated()) continue;
    const std::int64_t left = z.n.stat[static_cast<unsigned>(Stat::fair)];
    a.change(z, Stat::fair, z.n.high - z.n.low - left);
    z.set(ZoneFlag::fair_depleted, false);
  }
}

namespace {

/// One pass of v4.7 in which depleted zones are passed over if `fair`. Whether some were, and the
/// others had nothing or would have been on another node: then all get new turns.
struct Turn {
  Pfn head = kNoPfn;
  bool passed_over = false;
};

Turn take_turn(Allocator& a, const Context& c, Attempt t, bool fair) {
  Turn turn;
  for (std::size_t i = c.preferred; i < c.zonelist.size(); ++i) {
    const ZoneRef at = c.zonelist[i];
    if (!c.allows(at)) continue;
    if (is_passed_over(a, c, t.flags, at)) continue;
    Zone& z = a.zone(at);
    if (fair) {
      if (z.has(ZoneFlag::fair_depleted)) {
        turn.passed_over = true;
        continue;
      }
      if (at.node != c.preferred_zone().node) {
        if (turn.passed_over && a.rules.renews_before_leaving) return turn;
        fair = false;
      }
    }
    if (!may_take(a, z, c, t.mark, t.flags) && !t.flags.no_watermarks &&
        !reclaims_enough(a, z, c, t))
      continue;
    turn.head = take_and_reserve(a, z, c, t.flags);
    if (turn.head != kNoPfn) return turn;
  }
  return turn;
}

}  // namespace

Pfn scan_in_turns(Allocator& a, Context& c, Attempt t) {
  if (c.empty()) return kNoPfn;
  const Turn first = take_turn(a, c, t, t.flags.fair);
  if (first.head != kNoPfn || !first.passed_over) return first.head;
  a.rules.give_new_turns(a, c.preferred_zone());
  return take_turn(a, c, t, false).head;
}

namespace {

/// What a pass of the later kernels is still picky about.
struct Pickiness {
  bool skips_awake_nodes = false;
  bool skipped = false;      ///< Some node was.
  bool went_remote = false;  ///< NOFRAGMENT ended because the next zone is on another node.
};

Pfn pass_in_order(Allocator& a, Context& c, const Attempt& t, Pickiness& p) {
  for (std::size_t i = c.preferred; i < c.zonelist.size(); ++i) {
    const ZoneRef at = c.zonelist[i];
    if (!c.allows(at)) continue;
    if (is_passed_over(a, c, t.flags, at)) continue;
    Zone& z = a.zone(at);
    if (p.skips_awake_nodes && a.nodes[at.node].kswapd_running) {
      p.skipped = true;
      continue;
    }
    if (a.rules.stays_on_node && t.flags.nofragment && !a.config.defrag_mode &&
        at.node != c.preferred_zone().node) {
      p.went_remote = true;
      return kNoPfn;
    }
    bool ok = false;
    if (a.rules.tries_high_first && !z.has(ZoneFlag::below_high)) {
      ok = may_take(a, z, c, Mark::high, t.flags);
      if (!ok) z.set(ZoneFlag::below_high, true);
    }
    ok = ok || may_take(a, z, c, t.mark, t.flags) || t.flags.no_watermarks ||
         reclaims_enough(a, z, c, t);
    if (!ok) continue;
    const Pfn head = take_and_reserve(a, z, c, t.flags);
    if (head != kNoPfn) return head;
  }
  return kNoPfn;
}

}  // namespace

Pfn scan_in_order(Allocator& a, Context& c, Attempt t) {
  Pickiness p{.skips_awake_nodes = a.rules.skips_awake_nodes && a.nodes.size() > 1};
  for (;;) {
    const Pfn head = pass_in_order(a, c, t, p);
    if (head != kNoPfn) return head;
    if (!p.went_remote && p.skips_awake_nodes && p.skipped && a.rules.retries_awake_nodes) {
      p.skips_awake_nodes = false;
      continue;
    }
    if (!t.flags.nofragment || a.config.defrag_mode || !a.rules.retries_mixing) return kNoPfn;
    t.flags.nofragment = false;
    p.went_remote = false;
  }
}

unsigned column_of_preferred_zone(const Allocator&, const Context& c) {
  // The entry that ends a zonelist has index 0, and v4.7 does not look whether it is there.
  return c.empty() ? 0 : c.preferred_zone().index;
}
unsigned column_of_highest_zone(const Allocator&, const Context& c) { return c.highest; }

}  // namespace bp::reference
