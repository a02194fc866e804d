// SPDX-License-Identifier: MIT
#include "model/judge/kernel_walk.h"

#include <algorithm>

#include "model/judge/refuse.h"
#include "model/judge/zone_look.h"

namespace bp {

using namespace reference;
using rules::Mark;

namespace {

using MaybeRefusal = std::optional<Refusal>;

std::string name_of(const ZoneState& z) {
  return "zone " + std::string(zone_name(z.type)) + " of node " + std::to_string(z.node);
}

/// Number of a zone in the state's order.
unsigned number_of(const KernelState& s, ZoneRef at) {
  for (unsigned i = 0; i < s.zones.size(); ++i) {
    if (s.zones[i].node == at.node && s.zones[i].index == at.index) return i;
  }
  return static_cast<unsigned>(s.zones.size());
}

/// How a walk may have come to `zone`: what the other zones of its list can have shown.
struct Passage {
  bool on_list = false;
  std::optional<unsigned> skipped;  ///< A zone before it that would have served,
  std::optional<unsigned> asleep;   ///< or one behind it, in a pass that leaves it out.
  bool before_low = true;           ///< Those before it were surely below low,
  bool before_left = true;          ///< or of a node that the first pass leaves out (R-LIST-12),
  bool before_min = true;           ///< or below min even,
  bool before_empty = true;         ///< or had no block at all.
  bool others_low = true;           ///< And so on of all the others.
  bool others_min = true;
  bool behind_left = true;  ///< Those behind it: below low, or left out.
};

void note_zone(const ZoneLook& look, bool before, Passage& p) {
  const bool none = look.surely_has_no_room();
  const bool low = none || look.surely_below(Mark::low), min = none || look.surely_below(Mark::min);
  const bool left = low || look.surely_awake();
  p.others_low = p.others_low && low;
  p.others_min = p.others_min && min;
  if (!before) {
    p.behind_left = p.behind_left && left;
    return;
  }
  p.before_low = p.before_low && low;
  p.before_left = p.before_left && left;
  p.before_min = p.before_min && min;
  p.before_empty = p.before_empty && none;
}

Passage passage_to(const KernelBooks& b, const KernelRequest& r, const WalkFrom& w, unsigned zone) {
  const KernelState& s = b.history.before;
  Passage out;
  std::optional<unsigned> first_node;
  const bool is_left_out = ZoneLook(b, r, zone).surely_awake();
  for (const ZoneRef at : zonelist_of(s, r, w)) {
    if (!r.allows(at, w)) continue;
    const unsigned n = number_of(s, at);
    if (n == s.zones.size()) continue;
    if (!first_node) first_node = at.node;
    if (n == zone) {
      out.on_list = true;
      continue;
    }
    const ZoneLook look(b, r, n);
    const bool before = !out.on_list;
    if ((before || is_left_out) && look.surely_serves(*first_node, s.zones[zone].node)) {
      auto& serves = before ? out.skipped : out.asleep;
      if (!serves) serves = n;
    }
    note_zone(look, before, out);
  }
  return out;
}

/// An attempt that every kernel makes surely took from the zone, whatever the counters were within
/// their bounds.
bool surely_came(const ZoneLook& z, const KernelRequest& r, const Passage& p) {
  const bool first = z.surely_asleep() ? p.before_left : p.before_low && p.behind_left;
  if (z.surely_above(Mark::low) && first) return true;
  if (z.surely_above(Mark::min) && p.others_low && p.before_min &&
      (z.surely_asleep() || p.others_min))
    return true;
  return r.ignores_marks && p.others_min && p.before_empty;
}

/// Marks and the zones before it.
Doubts doubts_of(const KernelBooks& b, const ZoneLook& z, const KernelRequest& r,
                 const Passage& p) {
  Doubts out;
  if (r.walks.size() > 1) out.add(Doubt::walks);
  if (r.two_types || r.gfp.has(GfpFlag::write)) out.add(Doubt::request);
  if (!z.surely_has_room()) out.add(Doubt::room);
  if (!b.marks_known) {
    out.add(Doubt::marks);
  } else if (!surely_came(z, r, p)) {
    const bool above = z.surely_above(Mark::low);
    if (!above) out.add(Doubt::mark);
    if (above || !p.before_min) out.add(Doubt::passed);
  }
  return out;
}

Refusal not_on_list(const KernelBooks& b, const KernelEvent& e, const KernelRequest& r,
                    unsigned zone) {
  const ZoneState& z = b.zone(zone);
  if (z.index > r.highest) {
    return refuse("R-GFP-1", "the zone is at most the highest that the mask allows", e.head,
                  "a block of " + name_of(z), "zones up to number " + std::to_string(r.highest));
  }
  if (r.gfp.has(GfpFlag::thisnode)) {
    return refuse("R-GFP-6", "THISNODE takes from the node's own zones", e.head,
                  "a block of " + name_of(z), "zones of the node asked for");
  }
  if (r.by_policy) {
    return refuse("R-API-10", "alloc_pages follows the task's memory policy", e.head,
                  "a block of " + name_of(z), "zones of the policy's nodes");
  }
  return refuse("R-ZONE-11", "a walk yields the entries of its zonelist", e.head,
                "a block of " + name_of(z), "zones of the list");
}

MaybeRefusal judge_watermark(const KernelBooks& b, const KernelEvent& e, const KernelRequest& r,
                             unsigned zone) {
  const ZoneLook look(b, r, zone);
  if (look.may_serve()) return std::nullopt;
  const ZoneState& z = b.zone(zone);
  return refuse("R-WMARK-6", "a zone at or below its mark plus reserve gives nothing", e.head,
                "a block of order " + std::to_string(r.order) + " of " + name_of(z) + " with " +
                    std::to_string(look.pages_most()) + " pages free at most",
                "more than min " + std::to_string(z.numbers.min) + " and the reserve allow");
}

Refusal skipped(const KernelBooks& b, const KernelEvent& e, unsigned zone, const Passage& p) {
  const std::string seen = "a block of " + name_of(b.zone(zone));
  if (p.skipped) {
    return refuse("R-ZONE-12", "zones are tried in the order of the zonelist", e.head, seen,
                  "one of " + name_of(b.zone(*p.skipped)) + ", which comes first and had enough");
  }
  return refuse(
      "R-LIST-12", "a node whose kswapd runs is left to a second pass", e.head, seen,
      "one of " + name_of(b.zone(*p.asleep)) + ", whose kswapd sleeps and which had enough");
}

}  // namespace

MaybeRefusal judge_zone(const KernelBooks& b, const KernelEvent& e, const KernelRequest& r,
                        unsigned zone, Doubts& doubts) {
  std::optional<Passage> possible, skipping;
  for (const WalkFrom& w : r.walks) {
    const Passage p = passage_to(b, r, w, zone);
    if (!p.on_list) continue;
    (p.skipped || p.asleep ? skipping : possible) = p;
  }
  if (!possible && !skipping) return not_on_list(b, e, r, zone);
  if (e.act == KernelAct::shown) return std::nullopt;
  if (auto refusal = judge_watermark(b, e, r, zone)) return refusal;
  if (!possible) return skipped(b, e, zone, *skipping);
  doubts.add(doubts_of(b, ZoneLook(b, r, zone), r, *possible));
  return std::nullopt;
}

MaybeRefusal judge_null(const KernelBooks& b, const KernelEvent& e, const KernelRequest& r,
                        Doubts& doubts) {
  if (r.order > kOrderMax) return std::nullopt;
  const KernelState& s = b.history.before;
  std::optional<unsigned> serves;
  for (const WalkFrom& w : r.walks) {
    serves.reset();
    for (const ZoneRef at : zonelist_of(s, r, w)) {
      const unsigned n = number_of(s, at);
      if (!r.allows(at, w) || n == s.zones.size()) continue;
      const ZoneLook look(b, r, n);
      if (!serves && look.surely_serves(at.node, std::nullopt)) serves = n;
      if (look.may_serve() && !look.surely_has_no_room()) doubts.add(Doubt::nothing);
    }
    if (!serves) break;
  }
  if (!serves) return std::nullopt;
  return refuse("R-LIST-4", "a zone that passes the check is taken from", e.head,
                "null for order " + std::to_string(r.order),
                "a block of " + name_of(b.zone(*serves)) + ", which had enough");
}

}  // namespace bp
