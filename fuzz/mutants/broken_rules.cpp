// SPDX-License-Identifier: MIT
#include "fuzz/mutants/broken_rules.h"

#include <array>
#include <vector>

namespace bp {
namespace {

/// Free pages equal to mark and reserve pass; R-WMARK-6 wants more than that.
bool mark_inclusive(Profile p, const rules::WatermarkInput& in) {
  rules::WatermarkInput one_more = in;
  one_more.free += Pages{1};
  return rules::above_mark(p, one_more);
}

bool mark_ignored(Profile, const rules::WatermarkInput&) { return true; }

bool reserve_forgotten(Profile p, const rules::WatermarkInput& in) {
  rules::WatermarkInput bare = in;
  bare.reserve = Pages{0};
  return rules::above_mark(p, bare);
}

bool harder_forgotten(Profile p, const rules::WatermarkInput& in) {
  rules::WatermarkInput plain = in;
  plain.flags.harder = false;
  plain.flags.high = false;
  return rules::above_mark(p, plain);
}

rules::Zonelist zones_ascending(const rules::Layout& l, const rules::ZonelistQuery& q) {
  const rules::Zonelist right = rules::zonelist(l, q);
  rules::Zonelist reversed;
  for (std::size_t i = right.size(); i > 0; --i) reversed.push_back(right[i - 1]);
  return reversed;
}

rules::Zonelist nodemask_ignored(const rules::Layout& l, const rules::ZonelistQuery& q) {
  rules::ZonelistQuery any = q;
  any.nodemask = 0;
  return rules::zonelist(l, any);
}

/// The request's highest zone is served only from itself.
rules::Zonelist lower_zones_forgotten(const rules::Layout& l, const rules::ZonelistQuery& q) {
  rules::Zonelist highest;
  for (const std::uint8_t z : rules::zonelist(l, q)) {
    if (l.zones[z].type == q.highest) highest.push_back(z);
  }
  return highest;
}

/// Without ZONE_DMA32 its requests go to NORMAL, not to DMA.
ZoneType dma32_falls_to_dma(Gfp g, ZoneConfig c) {
  if (g.has(GfpFlag::dma32) && !c.dma32 && c.dma) return ZoneType::dma;
  return rulebook().highest_zone(g, c);
}

/// HIGHMEM alone does not select MOVABLE; both flags do.
ZoneType movable_by_one_flag(Gfp g, ZoneConfig c) {
  if (g.has(GfpFlag::highmem)) return ZoneType::movable;
  return rulebook().highest_zone(g, c);
}

std::vector<Invariant> invariants_without(std::string_view id) {
  std::vector<Invariant> rest;
  for (const Invariant& i : invariants()) {
    if (i.id != id) rest.push_back(i);
  }
  return rest;
}

Rulebook with_invariants(const std::vector<Invariant>& all) {
  Rulebook r = rulebook();
  r.invariants = all;
  return r;
}

template <class Member, class Rule>
Rulebook with(Member Rulebook::* member, Rule rule) {
  Rulebook r = rulebook();
  r.*member = rule;
  return r;
}

}  // namespace

std::span<const BrokenRules> broken_rules() {
  static const std::vector<Invariant> no_i1 = invariants_without("I-1");
  static const std::vector<Invariant> no_i4 = invariants_without("I-4");
  static const std::vector<Invariant> no_i8 = invariants_without("I-8");
  static const std::vector<Invariant> no_i9 = invariants_without("I-9");
  static const std::array all{
      BrokenRules{"mark-inclusive", with(&Rulebook::above_mark, mark_inclusive)},
      BrokenRules{"mark-ignored", with(&Rulebook::above_mark, mark_ignored)},
      BrokenRules{"reserve-forgotten", with(&Rulebook::above_mark, reserve_forgotten)},
      BrokenRules{"harder-forgotten", with(&Rulebook::above_mark, harder_forgotten)},
      BrokenRules{"zones-ascending", with(&Rulebook::zonelist, zones_ascending)},
      BrokenRules{"nodemask-ignored", with(&Rulebook::zonelist, nodemask_ignored)},
      BrokenRules{"lower-zones-forgotten", with(&Rulebook::zonelist, lower_zones_forgotten)},
      BrokenRules{"dma32-falls-to-dma", with(&Rulebook::highest_zone, dma32_falls_to_dma)},
      BrokenRules{"movable-by-one-flag", with(&Rulebook::highest_zone, movable_by_one_flag)},
      BrokenRules{"i1-dropped", with_invariants(no_i1)},
      BrokenRules{"i4-dropped", with_invariants(no_i4)},
      BrokenRules{"i8-dropped", with_invariants(no_i8)},
      BrokenRules{"i9-dropped", with_invariants(no_i9)},
  };
  return all;
}

}  // namespace bp
