// SPDX-License-Identifier: MIT
#include "fuzz/explain/verdict.h"

#include <algorithm>

#include "fuzz/report/fmt.h"
#include "model/rules/gfp_zone.h"
#include "model/rules/zonelist_build.h"

namespace bp::explain {
namespace {

using rules::KernelAge;

bool holds(const std::optional<std::vector<unsigned>>& nodes, unsigned node) {
  return !nodes || std::ranges::find(*nodes, node) != nodes->end();
}

bool is_allowed(const Situation& s, const ZoneFacts& z, const Asked& q, ZoneType highest) {
  if (z.type > highest || z.type == ZoneType::device) return false;
  if (!holds(s.nodes, z.node)) return false;
  return !q.flags.cpuset || holds(s.mems, z.node);
}

/// Positions of the allowed zones, node by node, each from its highest zone down (R-ZONE-4, 5).
std::vector<std::size_t> in_zonelist_order(const Situation& s, const Asked& q, ZoneType highest) {
  std::vector<unsigned> nodes = s.node_order;
  std::vector<rules::ZonePlace> places;
  for (const ZoneFacts& z : s.zones) {
    if (!is_allowed(s, z, q, highest)) continue;
    const bool is_new = std::ranges::find(nodes, z.node) == nodes.end();
    if (is_new && s.node_order.empty()) nodes.push_back(z.node);
    places.push_back({z.node, static_cast<unsigned>(z.type)});
  }
  if (s.node_order.empty()) std::ranges::sort(nodes);
  std::vector<std::size_t> order;
  for (const rules::ZonePlace& p :
       rules::build_zonelist(nodes, places, rules::ZonelistOrder::node)) {
    for (std::size_t i = 0; i < s.zones.size(); ++i) {
      const ZoneFacts& z = s.zones[i];
      const bool is_there = z.node == p.node && static_cast<unsigned>(z.type) == p.index;
      if (is_there && std::ranges::find(order, i) == order.end()) order.push_back(i);
    }
  }
  return order;
}

/// The highest zone that has memory by the rows of the others and was not printed (R-CFG-8).
std::optional<ZoneType> lost_zone(const Situation& s, ZoneType highest) {
  const ZoneConfig c = s.configs.front();
  for (unsigned t = static_cast<unsigned>(highest) + 1; t-- > 0;) {
    const ZoneType type{static_cast<std::uint8_t>(t)};
    const unsigned i = rules::zone_index(type, c);
    if (!c.has(type) || i == 0) continue;
    const auto is_there = [&](const ZoneFacts& z) { return z.type == type; };
    const auto tells = [&](const ZoneFacts& z) {
      return z.type < type && i < z.reserve.size() && z.reserve[i] > z.reserve[i - 1];
    };
    if (std::ranges::none_of(s.zones, is_there) && std::ranges::any_of(s.zones, tells)) return type;
  }
  return std::nullopt;
}

/// R-CTX-1: the type whose column is compared: the mask's highest zone, or the first that is there.
ZoneType column_type(const Situation& s, KernelAge age, ZoneType highest,
                     const std::vector<std::size_t>& order) {
  const bool of_mask = s.kernel ? rules::has_column_of_mask(*s.kernel) : age >= KernelAge::v5_9;
  if (of_mask) return highest;
  const std::optional<ZoneType> lost = lost_zone(s, highest);
  if (order.empty()) return lost.value_or(highest);
  const ZoneType first = s.zones[order.front()].type;
  // Without a row nothing says that no zone above it was lost.
  const auto tells = [first](const ZoneFacts& z) { return z.type <= first && !z.reserve.empty(); };
  if (std::ranges::none_of(s.zones, tells)) return highest;
  return lost ? std::max(*lost, first) : first;
}

/// lowmem_reserve of a zone in that column, over all that the columns may mean.
std::optional<Range> reserve_of(const Situation& s, const ZoneFacts& z, ZoneType column) {
  // A zone keeps nothing back from requests that are for it (R-CFG-8).
  if (z.type >= column) return Range{0, 0};
  if (z.reserve.empty()) return std::nullopt;
  std::optional<Range> range;
  for (const ZoneConfig c : s.configs) {
    const unsigned i = rules::zone_index(column, c);
    if (i >= z.reserve.size()) continue;
    const std::int64_t n = z.reserve[i];
    range = range ? Range{std::min(range->lo, n), std::max(range->hi, n)} : Range{n, n};
  }
  return range;
}

/// A zone that would serve, but that a kernel built with a lower one for the mask does not ask
/// (G-5): if that one is lost, nothing printed says so.
void doubt(const Situation& s, ZoneAnswer& a) {
  const ZoneType type = s.zones[a.zone].type;
  const auto is_below = [&](ZoneConfig c) { return rules::highest_zone(*s.gfp, c) < type; };
  if (a.answer != Answer::passes || std::ranges::none_of(s.configs, is_below)) return;
  a.answer = Answer::undecided;
  a.missing.emplace_back("which zones the kernel was built with");
}

/// The kernel may have zone types below all that were printed, and no total says that they have no
/// memory: rows tell of zones above only.
bool may_lack_lower_zones(const Situation& s) {
  if (s.total_free || s.zones.empty() || s.kind == ReportKind::question) return false;
  return std::ranges::any_of(s.configs, [&](ZoneConfig c) {
    return std::ranges::all_of(
        s.zones, [&](const ZoneFacts& z) { return rules::zone_index(z.type, c) > 0; });
  });
}

void remark(const Situation& s, Verdict& v) {
  if (may_lack_lower_zones(s)) {
    v.remarks.push_back(
        "the totals are lost: whether zones below those that were printed have memory is not "
        "known, and nothing is said of them");
  }
  std::vector<unsigned> nodes;
  for (const ZoneAnswer& a : v.zones) {
    const unsigned n = s.zones[a.zone].node;
    if (a.answer != Answer::not_allowed && std::ranges::find(nodes, n) == nodes.end())
      nodes.push_back(n);
  }
  if (!s.node_order.empty()) nodes.clear();
  if (nodes.size() > 1 && v.asked->gfp.has(GfpFlag::thisnode)) {
    v.remarks.push_back(
        "the mask allows one node only (__GFP_THISNODE), and which one is not printed: only one "
        "node's zones count");
  } else if (nodes.size() > 1) {
    v.remarks.push_back(
        "which node was asked first is not printed: nodes are listed by number, and the answer "
        "does not depend on it");
  }
  for (const ZoneConfig c : s.configs) {
    if (rules::highest_zone(*s.gfp, c) == *v.highest) continue;
    v.remarks.push_back(fmt::format(
        "which zones the kernel was built with is not printed: the mask's highest zone is taken to "
        "be {}, it could be {}",
        log_name(*v.highest), log_name(rules::highest_zone(*s.gfp, c))));
    break;
  }
  if (lost_zone(s, *v.highest)) {
    v.remarks.push_back(
        "a zone that was not printed has memory, as lowmem_reserve of the others shows: its lines "
        "are lost, and what it answered is not known");
  }
  std::size_t orders = 0;
  for (const ZoneFacts& z : s.zones) orders = std::max(orders, z.orders.size());
  // No kernel has fewer: a shorter list was broken off where only zeros were left.
  constexpr std::size_t kOrdersMin = 9;
  if (orders >= kOrdersMin && static_cast<unsigned>(*s.order) >= orders) {
    v.remarks.push_back(fmt::format(
        "order {} is above the kernel's largest, {}: no zone can ever have such a block (R-GEN-3)",
        static_cast<unsigned>(*s.order), orders - 1));
  }
}

Outcome outcome_of(const Verdict& v) {
  bool any = false, undecided = false, passes = false;
  for (const ZoneAnswer& a : v.zones) {
    if (a.answer == Answer::not_allowed || a.answer == Answer::unmanaged) continue;
    any = true;
    passes |= a.answer == Answer::passes;
    undecided |= a.answer == Answer::undecided;
  }
  if (passes) return Outcome::contradicted;
  if (undecided) return Outcome::undecided;
  return any ? Outcome::explained : Outcome::no_zone;
}

Verdict judge_by(const Situation& s, KernelAge age) {
  Verdict v;
  v.age = age;
  if (!s.gfp || !s.order) return v;
  Asked q{age, *s.gfp, *s.order, {}};
  for (const auto& [of, gfp] : s.gfp_of_ages) {
    if (of == age) q.gfp = gfp;
  }
  q.flags = rules::flags_at_min(age, q.gfp, q.order);
  q.flags = rules::flags_with_reserves(age, q.gfp, s.task, q.flags);
  v.asked = q;
  v.highest = rules::highest_zone(q.gfp, s.configs.front());
  const std::vector<std::size_t> order = in_zonelist_order(s, q, *v.highest);
  v.column_of = column_type(s, age, *v.highest, order);
  v.column = rules::zone_index(*v.column_of, s.configs.front());
  for (const std::size_t i : order) {
    v.zones.push_back(judge_zone(s.zones[i], q, reserve_of(s, s.zones[i], *v.column_of)));
    v.zones.back().zone = i;
    doubt(s, v.zones.back());
  }
  for (std::size_t i = 0; i < s.zones.size(); ++i) {
    if (std::ranges::find(order, i) != order.end()) continue;
    ZoneAnswer a;
    a.zone = i, a.answer = Answer::not_allowed;
    a.rules.push_back(s.zones[i].type > *v.highest ? "R-GFP-1" : "R-ZONE-11");
    v.zones.push_back(a);
  }
  v.outcome = s.zones.empty() ? Outcome::undecided : outcome_of(v);
  // Whatever the others say, one more was asked.
  if (v.outcome == Outcome::explained && lost_zone(s, *v.highest)) v.outcome = Outcome::undecided;
  if (v.outcome == Outcome::contradicted && s.kind == ReportKind::question)
    v.outcome = Outcome::served;
  if (s.refused_by_none) v.outcome = Outcome::undecided;
  remark(s, v);
  for (const ZoneAnswer& a : v.zones) {
    if (a.answer != Answer::passes || a.ignored || !a.sum) continue;
    // The least that must have come back, in the zone that needed least.
    v.moved = v.moved == 0 ? a.sum->margin.lo : std::min(v.moved, a.sum->margin.lo);
  }
  // 64 MB of 4 kB pages: a reclaimer that is that fast would have served the request.
  constexpr std::int64_t kSeldom = 16384;
  if (v.outcome == Outcome::contradicted && v.moved >= kSeldom) {
    v.remarks.push_back(
        "so much seldom comes back that fast: that something else than the zones refused it is as "
        "likely (injected faults, a node mask or a limit that the report does not print)");
  }
  return v;
}

bool agree(const Verdict& a, const Verdict& b) {
  if (a.outcome != b.outcome || a.zones.size() != b.zones.size()) return false;
  for (std::size_t i = 0; i < a.zones.size(); ++i) {
    if (a.zones[i].zone != b.zones[i].zone || a.zones[i].answer != b.zones[i].answer) return false;
  }
  return true;
}

}  // namespace

std::string_view outcome_name(Outcome o) {
  switch (o) {
    case Outcome::explained: return "explained";
    case Outcome::contradicted: return "contradicted";
    case Outcome::undecided: return "undecided";
    case Outcome::served: return "served";
    case Outcome::no_zone: return "no zone";
  }
  return "";
}

Verdict judge(const Situation& s) {
  Verdict v = judge_by(s, s.ages.front());
  for (std::size_t i = 1; i < s.ages.size(); ++i) {
    const Verdict other = judge_by(s, s.ages[i]);
    if (agree(v, other)) continue;
    v.remarks.push_back(fmt::format(
        "the answer depends on the kernel's version, which is missing: by the rules of {} it is "
        "{}, by those of {} {}",
        age_name(v.age), outcome_name(v.outcome), age_name(other.age),
        outcome_name(other.outcome)));
    v.outcome = Outcome::undecided;
    return v;
  }
  return v;
}

}  // namespace bp::explain
