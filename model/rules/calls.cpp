// SPDX-License-Identifier: MIT
#include "model/rules/calls.h"

#include <algorithm>
#include <bit>

#include "model/rules/gfp_zone.h"
#include "model/rules/zonelist.h"

namespace bp::rules {
namespace {

using enum GfpFlag;

/// R-API-3..5, W-7: what the call does to the caller's mask.
Gfp mask_of_call(Profile p, const Op& op) {
  Gfp g = op.gfp;
  if (op.call == Call::exact) g = g.without(comp | highmem);
  if (gives_address(op.call) && p != Profile::v4_7) g = g.without(highmem);
  if (op.call == Call::zeroed_page) g |= zero;
  if (op.call == Call::dma_pages) g |= dma;
  return g;
}

/// R-GFP-4. In v4.7 it comes later and has no say in where pages are taken from.
Gfp scope_of_task(Profile p, Gfp g, const OpTask& t) {
  if (p == Profile::v4_7) return g;
  if (t.is(TaskFlag::noio)) g = g.without(io | fs);
  if (t.is(TaskFlag::nofs)) g = g.without(fs);
  return t.is(TaskFlag::pin) ? g.without(movable) : g;
}

/// The highest zone of any node, MOVABLE apart: BIND is for requests that may reach it (W-9).
ZoneType policy_zone(const Layout& l) {
  ZoneType highest = ZoneType::dma;
  for (const ZoneLayout& z : l.zones) {
    if (z.managed > Pages{0} && z.type != ZoneType::movable) highest = std::max(highest, z.type);
  }
  return highest;
}

/// The lowest node of the policy above the last one, or its lowest.
unsigned next_node(unsigned nodes, unsigned last) {
  const unsigned above = last < kNodesMax ? nodes >> (last + 1) << (last + 1) : 0;
  return static_cast<unsigned>(std::countr_zero(above != 0 ? above : nodes));
}

/// R-API-10.
void apply_policy(const Machine& m, const Layout& l, RunningTask& t, Op& op) {
  const unsigned nodes = t.task.policy_nodes;
  op.node = static_cast<std::int8_t>(node_of_cpu(m, op.cpu));
  if (t.task.is(TaskFlag::interrupt) || op.gfp.has(thisnode)) return;
  switch (t.task.policy) {
    case Policy::none: return;
    case Policy::preferred: op.node = static_cast<std::int8_t>(std::countr_zero(nodes)); return;
    case Policy::bind:
      if (highest_zone(op.gfp, m.zones) >= policy_zone(l))
        op.nodemask = static_cast<std::uint8_t>(nodes);
      return;
    case Policy::interleave:
      t.interleaved = next_node(nodes, t.interleaved);
      op.node = static_cast<std::int8_t>(t.interleaved);
      return;
  }
}

}  // namespace

unsigned nearest_node_with_memory(const Machine& m, const Layout& l, unsigned cpu) {
  const unsigned own = node_of_cpu(m, cpu);
  const Zonelist list = zonelist(l, {.node = own, .highest = ZoneType::normal});
  return list.empty() ? own : l.zones[list[0]].node;
}

Op resolve(const Machine& m, const Layout& l, const Op& op, RunningTask& t) {
  Op plain = op;
  plain.call = Call::alloc;
  plain.pages = 0;
  plain.gfp = mask_of_call(m.profile, op);
  if (op.call == Call::exact)
    plain.order = Order{static_cast<unsigned>(std::bit_width(op.pages - 1U))};
  if (has_policy(op.call)) apply_policy(m, l, t, plain);
  if (op.call == Call::node && op.node == kNoNode)
    plain.node = static_cast<std::int8_t>(nearest_node_with_memory(m, l, op.cpu));
  plain.gfp = scope_of_task(m.profile, plain.gfp, t.task);
  return plain;
}

}  // namespace bp::rules
