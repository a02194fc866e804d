// SPDX-License-Identifier: MIT
#include "model/reference/policy.h"

#include <algorithm>
#include <bit>

#include "model/reference/oracles.h"
#include "model/reference/request.h"
#include "model/reference/slow_steps.h"

namespace bp::reference {
namespace {

/// The highest zone that any node has, MOVABLE apart: requests that may not reach it are not bound.
unsigned policy_zone(const Allocator& a) {
  unsigned highest = 0;
  for (const Zone& z : a.zones) {
    if (z.populated() && z.type != ZoneType::movable) highest = std::max(highest, z.index);
  }
  return highest;
}

}  // namespace

unsigned next_interleave_node(Config& c) {
  const unsigned above = c.interleave_last + 1 < 32
                             ? c.policy_nodes >> (c.interleave_last + 1) << (c.interleave_last + 1)
                             : 0;
  c.interleave_last = static_cast<unsigned>(std::countr_zero(above != 0 ? above : c.policy_nodes));
  return c.interleave_last;
}

namespace {

Answer alloc_once(Allocator& a, const Request& r) {
  const unsigned local = a.config.cpu_node[a.cpu];
  const unsigned nodes = a.config.policy_nodes;
  const bool applies = (!r.task.in_interrupt || a.rules.applies_policy_in_interrupt) &&
                       !r.gfp.has(GfpFlag::thisnode);
  switch (applies ? a.config.policy : PolicyMode::none) {
    case PolicyMode::none:
    case PolicyMode::local: break;
    case PolicyMode::preferred:
      return alloc_on(a, r, r.gfp, static_cast<unsigned>(std::countr_zero(nodes)), 0);
    case PolicyMode::bind: {
      const bool bound =
          !a.rules.applies_policy_zone || a.rules.highest_zone(r.gfp, a.config) >= policy_zone(a);
      return alloc_on(a, r, r.gfp, local, bound ? nodes : 0);
    }
    case PolicyMode::interleave:
      return alloc_on(a, r, r.gfp, a.rules.next_interleave_node(a.config), 0);
    case PolicyMode::preferred_many: {
      const Gfp light =
          (r.gfp | GfpFlag::nowarn).without(GfpFlag::direct_reclaim | GfpFlag::nofail);
      if (const Answer first = alloc_on(a, r, light, local, nodes); first.head != kNoPfn)
        return first;
      break;
    }
  }
  return alloc_on(a, r, r.gfp, local, 0);
}

}  // namespace

Answer alloc_by_policy(Allocator& a, const Request& r) {
  for (;;) {
    const unsigned cookie = a.oracles != nullptr ? a.oracles->cookie() : 0;
    Answer got = alloc_once(a, r);
    if (got.head != kNoPfn || a.oracles == nullptr || !a.rules.slow.policy_starts_over) return got;
    // The whole of it once more: the policy's node may be another one now (R-API-10).
    if (!a.oracles->cpuset_changed(a, cookie) || !begin_round(a)) return got;
    a.oracles->record({.action = Action::restart, .why = Why::cpuset});
  }
}

}  // namespace bp::reference
