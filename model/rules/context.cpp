// SPDX-License-Identifier: MIT
#include "model/rules/context.h"

namespace bp::rules {
namespace {

using enum GfpFlag;

/// R-GFP-7: E0 has one flag for it.
bool may_block(Era e, Gfp g) { return g.has(e == Era::e0 ? wait : direct_reclaim); }

/// What HARDER follows from up to v5.15 (R-AF-1, R-SLOW-2); before the ATOMIC flag, from not
/// blocking (F-1).
bool is_atomic(Era e, Gfp g) {
  if (e == Era::e0) return !may_block(e, g);
  return g.has(atomic) && !may_block(e, g);
}

/// What is open to those that free memory, or will when they are dead (R-AF-2, R-AF-5). NOMEMALLOC
/// wins (L-10). A victim may use all of it in v4.7, later half of the reserve.
AllocFlags reserves(Profile p, Gfp g, const OpTask& t) {
  if (g.has(nomemalloc)) return {};
  const bool in_interrupt = t.is(TaskFlag::interrupt);
  const bool frees = t.is(TaskFlag::memalloc) && (t.is(TaskFlag::softirq) || !in_interrupt);
  if (g.has(memalloc) || frees) return {.no_watermarks = true};
  if (in_interrupt || !t.is(TaskFlag::oom_victim)) return {};
  return p == Profile::v4_7 ? AllocFlags{.no_watermarks = true} : AllocFlags{.oom = true};
}

bool is_urgent_task(const OpTask& t) {
  return t.is(TaskFlag::realtime) && !t.is(TaskFlag::interrupt);
}

/// R-CTX-2: the fast path.
Attempt first_attempt(const Machine& m, const Op& op, ZoneType highest) {
  Attempt a;
  a.mark = Mark::low;
  a.list.node = op.node == kNoNode ? node_of_cpu(m, op.cpu) : static_cast<unsigned>(op.node);
  a.list.fallback = !op.gfp.has(thisnode);
  a.list.highest = highest;
  a.list.nodemask = op.nodemask;
  return a;
}

/// R-SLOW-4..7.
Attempts attempts_v4_7(const Machine& m, const Layout& l, const Op& op, const Attempt& fast,
                       const OpTask& t) {
  // A list without a first entry fails at once: THISNODE on a node without memory (R-CTX-6).
  const auto [first, end] = l.zones_of_node[fast.list.node];
  if (!fast.list.fallback && first == end) return {};
  const bool atomic_request = is_atomic(m.era, op.gfp);
  const bool all_of_memory = reserves(m.profile, op.gfp, t).no_watermarks;
  Attempt slow = fast;
  slow.mark = Mark::min;
  slow.flags.high = op.gfp.has(high);
  slow.flags.harder = atomic_request ? !op.gfp.has(nomemalloc) : is_urgent_task(t);
  // Without CPUSET, or with the reserves, the list is that of the node the task runs on (R-SLOW-5),
  // THISNODE or not: a surprise of 4.7.
  if (atomic_request || all_of_memory) slow.list.node = node_of_cpu(m, op.cpu);

  Attempts all;
  all.push_back(fast);
  all.push_back(slow);
  if (all_of_memory) {
    Attempt last = slow;
    last.flags = {.no_watermarks = true};  // Exactly this flag (R-SLOW-7).
    all.push_back(last);
  }
  return all;
}

/// The flags of the slow path, which depend on ATOMIC up to v5.15 and on blocking from v6.1 on
/// (R-AF-1, R-AF-4), and those of the last attempt of who must not fail (R-SLOW-35).
struct SlowFlags {
  AllocFlags flags;
  AllocFlags at_last;
};

SlowFlags slow_flags(const Machine& m, const Op& op, const OpTask& t) {
  AllocFlags f{.high = op.gfp.has(high)};
  if (m.profile == Profile::v5_15) {
    const bool atomic_request = is_atomic(m.era, op.gfp);
    f.harder = atomic_request ? !op.gfp.has(nomemalloc) : is_urgent_task(t);
    f.cpuset = !atomic_request;
    return {f, {.harder = true}};
  }
  const bool blocking = may_block(m.era, op.gfp);
  f.harder = !blocking && !op.gfp.has(nomemalloc);
  f.highatomic = f.harder && f.high && op.order > Order{0};
  f.cpuset = blocking || !f.high;
  f.high = f.high || (blocking && is_urgent_task(t));
  return {f, {.high = true}};
}

/// R-SLOW-30..36: v7.1 has one loop for what are two before it, and makes the same attempts.
Attempts attempts_v5_15(const Machine& m, const Layout& l, const Op& op, const Attempt& fast,
                        const OpTask& t) {
  // A mask that leaves no zone fails at once, before the node mask could be dropped (W-10).
  if (zonelist(l, fast.list).empty()) return {};
  const auto [flags, at_last] = slow_flags(m, op, t);
  Attempt slow = fast;
  slow.mark = Mark::min;
  slow.flags = flags;
  const bool without_cpuset = !flags.cpuset;
  slow.flags.cpuset = false;  // The task has no cpuset: the node mask is all that it stands for.

  Attempt retry = slow;
  const AllocFlags reserve = reserves(m.profile, op.gfp, t);
  if (reserve != AllocFlags{}) retry.flags = reserve;
  if (without_cpuset || reserve != AllocFlags{}) retry.list.nodemask = 0;

  Attempts all;
  all.push_back(fast);
  all.push_back(slow);
  if (retry != slow)
    all.push_back(retry);  // The same once more finds the same: nothing moves between.
  if (op.gfp.has(nofail) && may_block(m.era, op.gfp)) {
    Attempt last = slow;
    last.flags = at_last;
    all.push_back(last);
  }
  return all;
}

}  // namespace

Attempts attempts(const Machine& m, const Layout& l, const Op& op, ZoneType highest,
                  const OpTask& t) {
  const Attempt fast = first_attempt(m, op, highest);
  return m.profile == Profile::v4_7 ? attempts_v4_7(m, l, op, fast, t)
                                    : attempts_v5_15(m, l, op, fast, t);
}

namespace {

unsigned outside(const Walls& w) { return w.cpusets && w.mems != 0 ? ~w.mems : 0; }

/// R-LIST-1.
bool is_exempt(const OpTask& t) { return t.is(TaskFlag::interrupt) || t.is(TaskFlag::oom_victim); }

/// The first look of the slow path has CPUSET (R-AF-1, R-AF-4).
bool keeps_cpuset(const Machine& m, const Op& op) {
  if (m.profile == Profile::v4_7 || m.profile == Profile::v5_15) return !is_atomic(m.era, op.gfp);
  return may_block(m.era, op.gfp) || !op.gfp.has(high);
}

}  // namespace

unsigned outside_cpuset(const Walls& w, const Op& op, const OpTask& t) {
  return op.gfp.has(hardwall) && !is_exempt(t) ? outside(w) : 0;
}

Attempts within(const Walls& w, const Machine& m, const Op& op, const OpTask& t,
                const Attempts& all) {
  if (outside(w) == 0 && w.dirty == 0) return all;
  const bool old = m.profile == Profile::v4_7;
  const bool may_not_fail = !old && op.gfp.has(nofail) && may_block(m.era, op.gfp);
  Attempts out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Attempt a = all[i];
    const bool last = may_not_fail && i + 1 == all.size();
    if (i == 0) {
      const bool by_task = old || !t.is(TaskFlag::interrupt);
      if (w.cpusets && by_task && a.list.nodemask == 0) a.list.nodemask = w.mems;
      a.shut = (is_exempt(t) ? 0 : outside(w)) | (op.gfp.has(write) ? w.dirty : 0);
    } else if (last || (i == 1 && keeps_cpuset(m, op))) {
      a.shut = outside_cpuset(w, op, t);
    }
    out.push_back(a);
    if (!last || a.shut == 0) continue;
    a.shut = 0;
    out.push_back(a);
  }
  return out;
}

ZoneType reserve_column(Profile p, const Layout& l, const Zonelist& list, ZoneType highest) {
  return p == Profile::v4_7 ? l.zones[list[0]].type : highest;
}

}  // namespace bp::rules
