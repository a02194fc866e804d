// SPDX-License-Identifier: MIT
#include "model/reference/context.h"

#include "model/reference/rulebook.h"

namespace bp::reference {

void set_zonelist(const Allocator& a, Context& c, unsigned node) {
  const NodeState& n = a.nodes[node];
  c.node = node;
  // UMA has the one list (R-GFP-6).
  const bool nofallback = c.gfp.has(GfpFlag::thisnode) && !n.nofallback.empty();
  c.zonelist = nofallback ? n.nofallback : n.fallback;
}

void set_preferred(Context& c) {
  c.preferred = 0;
  while (!c.empty() && !c.allows(c.preferred_zone())) ++c.preferred;
}

Context context_of(const Allocator& a, Gfp gfp, unsigned order, const Task& task, unsigned node,
                   unsigned nodemask) {
  Context c;
  c.gfp = a.rules.scope(gfp, task);
  c.order = order;
  c.task = task;
  c.type = a.rules.migratetype(c.gfp, a.config);
  c.highest = a.rules.highest_zone(c.gfp, a.config);
  c.nodemask = nodemask;
  set_zonelist(a, c, node);
  set_preferred(c);
  return c;
}

}  // namespace bp::reference
