// SPDX-License-Identifier: MIT
#include "model/judge/admission.h"

#include <algorithm>

#include "model/judge/refuse.h"
#include "model/rules/migratetype.h"

namespace bp {

using rules::Attempt;
using rules::Zonelist;

struct Admission::Request {
  const Op& op;
  ZoneType highest;
  rules::Attempts attempts;
  TypedRequest typed = {.type = rules::migratetype_of(op.gfp), .order = op.order};
  bool without_cma = false;
  rules::Walls walls{};

  Request(const Admission& judge, const Asked& asked)
      : op(asked.op),
        highest(judge.rules.highest_zone(op.gfp, judge.machine.zones)),
        attempts(rules::within(
            asked.walls, judge.machine, op, asked.task,
            judge.rules.attempts(judge.machine, judge.layout, op, highest, asked.task))),
        walls(asked.walls) {}
  Request(const Asked& asked, const Attempt& look) : op(asked.op), highest(look.list.highest) {
    attempts.push_back(look);
    // The look before somebody is killed is without CMA (R-OOM-1, 2).
    without_cma = look.mark == rules::Mark::high;
  }
  bool surely_uses_cma() const { return typed.surely_uses_cma() && !without_cma; }
};

/// Free pages, and which of them are not for everybody. What is certain of them depends on what the
/// subject may have moved meanwhile.
struct Admission::Free {
  Pages free;
  Pages cma;
  Pages reserved;
  bool uses_cma = false;
  Pages boost;  ///< Of every mark.
};

namespace {

Pages mark_of(const rules::ZoneLayout& z, rules::Mark m) {
  switch (m) {
    case rules::Mark::min: return z.marks.min;
    case rules::Mark::low: return z.marks.low;
    case rules::Mark::high: return z.marks.high;
  }
  return z.marks.high;
}

bool names(unsigned nodes, unsigned node) { return (nodes >> node & 1) != 0; }

bool holds(const Zonelist& list, unsigned zone) {
  return std::ranges::find(list, zone) != list.end();
}

}  // namespace

/// The arithmetic half of the watermark check, with this many pages free.
bool Admission::above(const Request& r, const Attempt& a, const Zonelist& list, unsigned zone,
                      const Free& free) const {
  if (a.flags.no_watermarks || !promises.watermarks) return free.free >= pages_in(r.op.order);
  const rules::ZoneLayout& z = layout.zones[zone];
  rules::AllocFlags flags = a.flags;
  flags.cma = free.uses_cma;
  const ZoneType column = rules.reserve_column(machine.profile, layout, list, r.highest);
  return rules.above_mark(machine.profile,
                          {.free = free.free,
                           .free_cma = free.cma,
                           .highatomic = free.reserved,
                           .mark = mark_of(z, a.mark) + free.boost,
                           .reserve = z.lowmem_reserve[static_cast<unsigned>(column)],
                           .order = r.op.order,
                           .flags = flags});
}

/// Some single pages at MIN are tried for at the mark without the boost, too (R-WMARK-19, C13).
bool Admission::above_unboosted(const Request& r, const Attempt& a, const Zonelist& list,
                                unsigned zone, Free free) const {
  constexpr bool kAtomic = true;
  if (free.boost == Pages{0} || r.op.order != Order{0} || a.mark != rules::Mark::min) return false;
  if (!rules::watermark_rules(machine.profile).retries_unboosted(a.flags, kAtomic)) return false;
  free.boost = Pages{0};
  return above(r, a, list, zone, free);
}

/// What a look saw, where every counter is told and nothing is moved unsaid.
Admission::Free Admission::told(unsigned zone, bool uses_cma) const {
  const ZoneCounters& c = before[zone];
  return {.free = c.free,
          .cma = c.free_cma,
          .reserved = c.reserved,
          .uses_cma = uses_cma,
          .boost = c.boost};
}

/// Every list drained. From v6.12 on what of the reserve is free counts, which may be nothing.
Admission::Free Admission::most(const Request& r, unsigned zone) const {
  if (is_told()) return told(zone, r.typed.may_use_cma());
  if (!types.seen()) return {.free = owners.not_allocated(zone)};
  const bool whole = machine.profile != Profile::v6_12 && machine.profile != Profile::v7_1;
  return {.free = owners.not_allocated(zone),
          .cma = types.free_cma(zone, owners),
          .reserved = whole ? types.reserved_least(zone) : Pages{0},
          .uses_cma = r.typed.may_use_cma()};
}

/// Whatever of `free` may be withheld is.
Admission::Free Admission::surely(const Request& r, unsigned zone, Pages free) const {
  if (is_told()) {
    Free f = told(zone, r.surely_uses_cma());
    f.free = free;
    return f;
  }
  if (!types.seen()) return {.free = free};
  return {.free = free,
          .cma = types.free_cma(zone, owners),
          .reserved = types.reserved_most(zone),
          .uses_cma = r.surely_uses_cma()};
}

/// Whether more blocks of the order are untaken than `not_counted` pages elsewhere could be part
/// of. Where types are not seen, of the reserve any free page may be part of one.
bool Admission::has_block(const Request& r, Order o, unsigned zone, Pages not_counted) const {
  if (is_told() && !types.seen()) not_counted += before[zone].reserved;
  const Pages enough = not_counted + Pages{1};
  // On a kernel's lists no free block is partly an area's.
  const bool whole = o <= kRangeOrder || !promises.mixed_lists;
  const bool cma = r.surely_uses_cma() && whole;
  if (o == Order{0}) return types.open_pages(zone, cma, owners) >= enough;
  return types.open_blocks(zone, o, cma, owners, enough) >= enough;
}

bool Admission::may_pass(const Request& r, const Attempt& a, const Zonelist& list,
                         unsigned zone) const {
  Free free = most(r, zone);
  if (a.flags.no_watermarks || !promises.watermarks) free.free = owners.not_allocated(zone);
  return above(r, a, list, zone, free) || above_unboosted(r, a, list, zone, free);
}

/// Where a kernel's list begins: it leaves out zones without pages.
unsigned Admission::first_of(const Zonelist& list) const {
  const auto* const it = std::ranges::find_if(
      list, [&](unsigned zone) { return layout.zones[zone].managed != Pages{0}; });
  return it == list.end() ? list[0] : *it;
}

/// Why a kernel passes over a zone that has pages and serves from `until`. Where a look ends with
/// nothing, it has come round again without the reason.
bool Admission::has_reason(const Request& r, const Attempt& a, const Zonelist& list, unsigned zone,
                           std::optional<unsigned> until) const {
  if (!promises.passes_over || !until) return false;
  const unsigned home = layout.zones[first_of(list)].node, node = layout.zones[zone].node;
  const unsigned server = layout.zones[*until].node;
  const bool at_first = a.mark == rules::Mark::low && node == home && server == home;
  // The zones of a node take turns (R-LIST-2).
  if (machine.profile == Profile::v4_7) return at_first && turns.may_be_over(zone);
  if (at_first && may_avoid_mixing(r, list, zone)) return true;
  // Nodes whose kswapd runs come last (R-LIST-12).
  return machine.profile == Profile::v7_1 && node != server && turns.may_be_awake(node);
}

/// Who avoids mixing types takes no block of another type unless it is a whole pageblock, and goes
/// on to the next zone of the node (R-LIST-11, R-MT-10, R-MT-20). On whose list a whole one is that
/// was once reserved is not seen.
bool Admission::may_avoid_mixing(const Request& r, const Zonelist& list, unsigned zone) const {
  const rules::ZoneLayout& first = layout.zones[first_of(list)];
  if (!machine.zones.dma32 || first.type != ZoneType::normal) return false;
  const bool has_dma32 = std::ranges::any_of(layout.zones, [&](const rules::ZoneLayout& z) {
    return z.node == first.node && z.type == ZoneType::dma32;
  });
  if (machine.nodes.size() > 1 && !has_dma32) return false;
  const Order pageblock = machine.is_typed() ? kRangeOrder : machine.pageblock_order;
  return before[zone].reserved != Pages{0} ||
         !has_block(r, std::max(r.op.order, pageblock), zone, before[zone].on_pcp + returned);
}

unsigned Admission::nodes_to_wake(const Asked& asked, ZoneType highest) const {
  const Attempt high{.mark = rules::Mark::high, .list = {.highest = highest}};
  const Request r(asked, high);
  const Zonelist list = rules.zonelist(layout, high.list);
  unsigned nodes = (1U << machine.nodes.size()) - 1;
  for (unsigned zone = 0; zone < layout.zones.size(); ++zone) {
    const rules::ZoneLayout& z = layout.zones[zone];
    const bool is_balanced =
        z.type <= highest && above(r, high, list, zone, told(zone, false)) &&
        (r.op.order == Order{0} || has_block(r, r.op.order, zone, before[zone].on_pcp));
    if (is_balanced) nodes &= ~(1U << z.node);
  }
  return nodes;
}

/// The mark fails, or every block of the order may have had a page on a per-CPU list.
bool Admission::may_fail(const Request& r, const Attempt& a, const Zonelist& list,
                         unsigned zone) const {
  return !above(r, a, list, zone, surely(r, zone, before[zone].free)) ||
         !has_block(r, r.op.order, zone, before[zone].on_pcp + returned);
}

/// Whether attempt number `attempt` may be the one that served `zone`: all before it may have found
/// nothing. `skipped` gets the zone that could not have been passed over, if one is the reason.
bool Admission::explains(const Request& r, unsigned attempt, unsigned zone,
                         std::optional<unsigned>& skipped) const {
  for (unsigned k = 0; k <= attempt; ++k) {
    const Attempt& a = r.attempts[k];
    const Zonelist list = rules.zonelist(layout, a.list);
    for (const unsigned other : list) {
      const bool is_shut = names(a.shut, layout.zones[other].node);
      if (k == attempt && other == zone) return !is_shut && may_pass(r, a, list, zone);
      const auto until = k == attempt ? std::optional(zone) : std::nullopt;
      const bool any_order = promises.passes_over && !promises.counts;
      if (is_shut || any_order || has_reason(r, a, list, other, until) ||
          may_fail(r, a, list, other))
        continue;
      if (other != zone) skipped = other;
      return false;
    }
  }
  return false;
}

std::optional<Refusal> Admission::of_block(const Asked& asked, unsigned zone, Pfn head) const {
  const Request r(*this, asked);
  if (!promises.zones) return std::nullopt;
  std::optional<unsigned> skipped;
  for (unsigned k = 0; k < r.attempts.size(); ++k) {
    if (explains(r, k, zone, skipped)) return std::nullopt;
  }
  if (auto forbidden = zone_forbidden(r, zone, head)) return forbidden;
  if (skipped) {
    if (auto walled = behind_wall(r, zone, head)) return walled;
    return refuse("R-ZONE-12", "zones are tried in the order of the zonelist", head,
                  "a block of " + text(layout.zones[zone]),
                  "one of " + text(layout.zones[*skipped]) + ", which comes first and had " +
                      text(before[*skipped].free) + " pages free");
  }
  return below_mark(r, zone, head);
}

/// A zone that is not for the first look.
std::optional<Refusal> Admission::behind_wall(const Request& r, unsigned zone, Pfn head) const {
  const unsigned node = layout.zones[zone].node;
  if (!names(r.attempts[0].shut, node)) return std::nullopt;
  const bool outside = r.walls.cpusets && r.walls.mems != 0 && !names(r.walls.mems, node);
  return refuse(outside ? "R-LIST-1" : "R-LIST-3",
                outside ? "under CPUSET a zone outside the cpuset gives nothing"
                        : "who will write takes nothing from nodes too dirty",
                head, "a block of " + text(layout.zones[zone]), "other nodes, which have some");
}

/// A zone that no attempt takes from: why.
std::optional<Refusal> Admission::zone_forbidden(const Request& r, unsigned zone, Pfn head) const {
  const rules::ZoneLayout& z = layout.zones[zone];
  bool listed = false;
  for (const Attempt& a : r.attempts) {
    if (!holds(rules.zonelist(layout, a.list), zone)) continue;
    if (!names(a.shut, z.node)) return std::nullopt;
    listed = true;
  }
  if (listed) return behind_wall(r, zone, head);
  if (z.type > r.highest) {
    return refuse("R-GFP-1", "the zone is at most the highest that the mask allows", head,
                  "a block of " + text(z), "zones up to " + std::string(zone_name(r.highest)));
  }
  const bool in_mask = r.op.nodemask == kNoNodemask || (r.op.nodemask >> z.node & 1) != 0;
  if (in_mask && r.op.gfp.has(GfpFlag::thisnode)) {
    return refuse("R-GFP-6", "THISNODE takes from the node's own zones", head,
                  "a block of " + text(z), "zones of the requested node");
  }
  return refuse("R-ZONE-11", "the node is in the request's node mask", head,
                "a block of " + text(z), "nodes of mask " + std::to_string(r.op.nodemask));
}

/// The last attempt that could have reached the zone is the one with the lowest bar.
Refusal Admission::below_mark(const Request& r, unsigned zone, Pfn head) const {
  const rules::ZoneLayout& z = layout.zones[zone];
  ZoneType column = r.highest;
  for (const Attempt& a : r.attempts) {
    const Zonelist list = rules.zonelist(layout, a.list);
    if (holds(list, zone)) column = rules.reserve_column(machine.profile, layout, list, r.highest);
  }
  return refuse("R-WMARK-6", "a zone at or below its mark plus reserve gives nothing", head,
                "a block of " + text(r.op.order) + " of " + text(z) + " with " +
                    text(owners.not_allocated(zone)) + " pages not allocated",
                "more than the mark (min " + text(z.marks.min) + ", low " + text(z.marks.low) +
                    ") plus reserve " + text(z.lowmem_reserve[static_cast<unsigned>(column)]));
}

std::optional<Refusal> Admission::of_look(const Asked& asked, const Attempt& look,
                                          unsigned passed_over,
                                          std::optional<unsigned> until) const {
  if (!promises.zones || (promises.passes_over && !promises.counts)) return std::nullopt;
  const Request r(asked, look);
  const Zonelist list = rules.zonelist(layout, look.list);
  for (const unsigned zone : list) {
    if (until == zone) return std::nullopt;
    if ((passed_over >> layout.zones[zone].node & 1) != 0 ||
        has_reason(r, look, list, zone, until) || may_fail(r, look, list, zone))
      continue;
    return refuse("R-LIST-4", "a zone that passes the check at the attempt's mark is taken from",
                  kNoPfn, text(layout.zones[zone]) + " passed over",
                  "a block of it: " + text(before[zone].free) + " pages were free");
  }
  return std::nullopt;
}

std::optional<Refusal> Admission::of_find(const Asked& asked, const Attempt& look, unsigned zone,
                                          Pfn head) const {
  if (!promises.zones) return std::nullopt;
  const Request r(asked, look);
  if (auto forbidden = zone_forbidden(r, zone, head)) return forbidden;
  if (may_pass(r, look, rules.zonelist(layout, look.list), zone)) return std::nullopt;
  return below_mark(r, zone, head);
}

bool Admission::has_zone(const Asked& asked) const {
  Asked plain = asked;
  plain.walls = {};
  const Request r(*this, plain);
  if (r.attempts.empty()) return false;
  const unsigned shut = rules::outside_cpuset(asked.walls, asked.op, asked.task);
  return std::ranges::any_of(rules.zonelist(layout, r.attempts[0].list),
                             [&](unsigned zone) { return !names(shut, layout.zones[zone].node); });
}

unsigned Admission::nodes_looked_at(const Asked& asked) const {
  unsigned nodes = 0;
  const Request r(*this, asked);
  for (const Attempt& a : r.attempts) {
    if (a.flags.no_watermarks) continue;
    for (const unsigned zone : rules.zonelist(layout, a.list)) {
      const unsigned node = layout.zones[zone].node;
      if (!names(a.shut, node)) nodes |= 1U << node;
    }
  }
  return nodes;
}

std::optional<Refusal> Admission::of_null(const Asked& asked) const {
  if (!promises.null_l2) return std::nullopt;
  const Request r(*this, asked);
  for (const Attempt& a : r.attempts) {
    const Zonelist list = rules.zonelist(layout, a.list);
    for (const unsigned zone : list) {
      if (names(a.shut, layout.zones[zone].node)) continue;
      const Free drained = surely(r, zone, owners.not_allocated(zone));
      if (!above(r, a, list, zone, drained) || !has_block(r, r.op.order, zone, Pages{0})) continue;
      return refuse("L2", "null only if nothing eligible exists after a drain of all CPUs", kNoPfn,
                    "null for " + text(r.op.order),
                    "a block of " + text(layout.zones[zone]) + ", where " +
                        text(owners.not_allocated(zone)) + " pages are not allocated");
    }
  }
  return std::nullopt;
}

}  // namespace bp
