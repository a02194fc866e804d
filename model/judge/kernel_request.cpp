// SPDX-License-Identifier: MIT
#include "model/judge/kernel_request.h"

#include <algorithm>
#include <bit>

#include "model/rules/gfp_zone.h"
#include "model/rules/migratetype.h"

namespace bp {

using namespace reference;

namespace {

using enum GfpFlag;

bool is_from_6_1(Profile p) {
  return p == Profile::v6_1_lts192 || p == Profile::v6_12 || p == Profile::v7_1;
}

ZoneConfig config_of(const Config& c) {
  const auto has = [&](ZoneType t) { return std::ranges::find(c.zones, t) != c.zones.end(); };
  return {.dma = has(ZoneType::dma),
          .dma32 = has(ZoneType::dma32),
          .highmem = has(ZoneType::highmem),
          .device = has(ZoneType::device)};
}

unsigned highest_zone(Gfp g, const Config& c) {
  return rules::zone_index(rules::highest_zone(g, config_of(c)), config_of(c));
}

/// R-GFP-4: of the first attempt, which v4.7 makes with the mask as it came.
Gfp scoped(Gfp g, const Task& t, Profile p) {
  if (p == Profile::v4_7) return g;
  if (t.noio) g = g.without(io | fs);
  if (t.nofs) g = g.without(fs);
  return t.pin ? g.without(movable) : g;
}

bool may_ignore_marks(const KernelRequest& r, const Task& t, Profile p) {
  // After the OOM killer, who may not fail (R-OOM-1).
  if (r.gfp.has(nofail) && r.gfp.has(direct_reclaim)) return true;
  if (r.gfp.has(nomemalloc)) return false;
  return r.gfp.has(memalloc) || t.memalloc || (p == Profile::v4_7 && t.oom_victim);
}

/// R-AF-1, R-AF-4.
rules::AllocFlags most_flags(const KernelRequest& r, const Task& t, const Config& c) {
  rules::AllocFlags f{.high = r.gfp.has(high), .cma = c.cma && r.type == Migratetype::movable};
  const bool waits = r.gfp.has(direct_reclaim);
  const bool spared = !r.gfp.has(nomemalloc);
  if (is_from_6_1(c.profile)) {
    f.harder = !waits && spared;
    f.highatomic = f.harder && r.order > 0 && f.high;
    f.high = f.high || t.realtime;
  } else {
    f.harder = (r.gfp.has(atomic) && !waits && spared) || t.realtime;
  }
  f.oom = t.oom_victim && spared && c.profile != Profile::v4_7;
  return f;
}

bool may_be_reserved(const KernelRequest& r, Profile p) {
  if (r.order == 0) return false;
  return is_from_6_1(p) ? r.most.highatomic : r.most.harder;
}

/// Below the policy zone nobody is bound; where that is, is asked generously (R-API-10).
void add_policy(const Config& c, unsigned local, KernelRequest& r) {
  const unsigned nodes = c.policy_nodes;
  switch (c.policy) {
    case PolicyMode::none:
    case PolicyMode::local: return;
    case PolicyMode::preferred:
      r.walks.push_back({static_cast<unsigned>(std::countr_zero(nodes)), 0});
      break;
    case PolicyMode::bind:
    case PolicyMode::preferred_many: r.walks.push_back({local, nodes}); break;
    case PolicyMode::interleave:
      for (unsigned n = 0; n < kNodesMax; ++n) {
        if ((nodes >> n & 1) != 0) r.walks.push_back({n, 0});
      }
      break;
  }
  r.by_policy = true;
}

/// The highest index of a zone with memory, MOVABLE apart.
unsigned policy_zone(const KernelState& s) {
  unsigned highest = 0;
  for (const ZoneState& z : s.zones) {
    if (z.numbers.managed > 0 && z.type != ZoneType::movable) highest = std::max(highest, z.index);
  }
  return highest;
}

void add_walks(const KernelState& s, const KernelEvent& e, KernelRequest& r) {
  if (e.node >= 0) {
    r.walks.push_back({static_cast<unsigned>(e.node), 0});
    return;
  }
  const unsigned local = s.config.cpu_node[e.cpu];
  const bool asks = e.act == KernelAct::alloc && !r.gfp.has(thisnode);
  if (asks) add_policy(s.config, local, r);
  const bool strict = r.by_policy && s.config.policy != PolicyMode::preferred_many &&
                      !e.task.in_interrupt &&
                      (s.config.policy != PolicyMode::bind || r.highest >= policy_zone(s));
  if (!strict) r.walks.push_back({local, 0});
}

/// Who need not keep to its cpuset, or may use reserves, looks elsewhere too in its slow path: v4.7
/// from the CPU's node on (R-SLOW-5), later kernels without the node mask (R-SLOW-33).
void add_slow_walks(const KernelState& s, const KernelEvent& e, KernelRequest& r) {
  const bool urgent = r.gfp.has(is_from_6_1(s.config.profile) ? high : atomic);
  const bool leaves_cpuset = urgent && !r.gfp.has(direct_reclaim);
  if (!leaves_cpuset && !r.ignores_marks && !r.most.oom) return;
  if (s.config.profile == Profile::v4_7) r.walks.push_back({s.config.cpu_node[e.cpu], 0});
  for (std::size_t i = r.walks.size(); i-- > 0;) {
    if (r.walks[i].nodemask != 0) r.walks.push_back({r.walks[i].node, 0});
  }
}

}  // namespace

KernelRequest request_of(const KernelState& s, const KernelEvent& e) {
  const Config& c = s.config;
  KernelRequest r;
  // A bulk request takes its pages by the mask as it came; what it lacks it asks for one by one.
  r.gfp = e.act == KernelAct::shown ? e.gfp : scoped(e.gfp, e.task, c.profile);
  r.order = e.order;
  const auto type = rules::migratetype_of(r.gfp);
  r.two_types = !type;
  r.type = c.grouping_disabled ? Migratetype::unmovable : type.value_or(Migratetype::unmovable);
  r.highest = highest_zone(r.gfp, c);
  r.zone_of_mask = highest_zone(e.gfp, c);
  add_walks(s, e, r);
  r.ignores_marks = may_ignore_marks(r, e.task, c.profile);
  r.most = most_flags(r, e.task, c);
  r.uses_highatomic = r.most.harder || r.most.highatomic || r.most.oom;
  add_slow_walks(s, e, r);
  r.reserves = may_be_reserved(r, c.profile);
  return r;
}

const std::vector<ZoneRef>& zonelist_of(const KernelState& s, const KernelRequest& r,
                                        const WalkFrom& w) {
  const NodeState& n = s.nodes[w.node];
  return s.nodes.size() > 1 && r.gfp.has(thisnode) ? n.nofallback : n.fallback;
}

}  // namespace bp
