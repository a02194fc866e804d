// SPDX-License-Identifier: MIT
#include "model/reference/context.h"

#include "model/reference/rulebook.h"

namespace bp::reference {

void set_zonelist(const Allocator& a, Context& c, unsigned node) {
  c.node = node;
  c.zonelist = a.rules.zonelist(a.nodes[node], c.gfp, a.nodes.size() > 1);
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
