// SPDX-License-Identifier: MIT
#include "model/judge/kernel_walk.h"

#include <algorithm>

#include "model/judge/refuse.h"
#include "model/rules/watermark.h"

namespace bp {

using namespace reference;

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

/// What one zone may have looked like to one request.
class Look {
 public:
  Look(const KernelBooks& b, const KernelRequest& r, unsigned zone)
      : books_(b), request_(r), zone_(b.zone(zone)), bounds_(b.zones[zone]), number_(zone) {}

  /// With as few pages as it may have shown, its first attempt passes, and its own lists have a
  /// block. `first_node`: where turns are taken.
  bool surely_serves(unsigned first_node, std::optional<unsigned> served_node) const {
    const Profile p = books_.history.before.config.profile;
    if (!books_.marks_known || !books_.types_known || books_.unseen > 0) return false;
    if (request_.two_types) return false;
    if (!bounds_.surely_has(request_.type, Order{request_.order})) return false;
    if (request_.gfp.has(GfpFlag::write)) return false;  // R-LIST-3
    // R-LIST-12: nodes whose kswapd runs are passed over.
    if (p == Profile::v7_1 && books_.history.before.nodes.size() > 1) return false;
    if (p == Profile::v4_7 && bounds_.turn_least() <= 0) {
      const bool turns = zone_.node == first_node && (!served_node || *served_node == first_node);
      if (turns && served_node) return false;  // R-LIST-2
    }
    return rules::passes_full(rules::watermark_rules(p), fewest());
  }

  /// With as many pages as it may have shown, some attempt passes.
  bool may_serve() const {
    if (request_.ignores_marks || !books_.marks_known) return true;
    return rules::above_mark(books_.history.before.config.profile, most());
  }

  /// For words.
  std::int64_t pages_most() const { return books_.census.available(number_) + bounds_.drift(); }

 private:
  rules::WatermarkInput fewest() const {
    const std::int64_t free = books_.census.available(number_) - bounds_.on_pcp_most() -
                              bounds_.isolated_most() - bounds_.drift();
    return {.free = Pages{free},
            .free_cma = Pages{most_cma()},
            .highatomic = Pages{most_reserved()},
            .mark = Pages{zone_.numbers.low + bounds_.boost_most()},
            .reserve = Pages{reserves().second},
            .order = Order{request_.order},
            .flags = {.cma = request_.most.cma}};
  }

  rules::WatermarkInput most() const {
    return {.free = Pages{pages_most()},
            .free_cma = Pages{0},
            .highatomic = Pages{0},
            .mark = Pages{zone_.numbers.min},
            .reserve = Pages{reserves().first},
            .order = Order{request_.order},
            .flags = request_.most};
  }

  /// The least and the most of what may be kept from this request (R-CTX-1).
  std::pair<std::int64_t, std::int64_t> reserves() const {
    const auto& column = zone_.numbers.reserve;
    std::int64_t least = column[request_.highest], most = least;
    for (unsigned i = zone_.index; i <= request_.highest; ++i) {
      if (books_.history.before.config.profile == Profile::v4_7) least = std::min(least, column[i]);
      most = std::max(most, column[i]);
    }
    return {least, most};
  }

  std::int64_t most_cma() const {
    return books_.history.before.config.cma && !request_.most.cma ? pages_of(Migratetype::cma) : 0;
  }
  std::int64_t most_reserved() const {
    const std::int64_t pageblock = std::int64_t{1} << books_.history.before.config.pageblock_order;
    return zone_.numbers.highatomic +
           pageblock * static_cast<std::int64_t>(books_.may_be_reserved.size());
  }
  std::int64_t pages_of(Migratetype t) const {
    std::int64_t pages = 0;
    const auto& runs = zone_.pageblocks;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (runs[i].type != t) continue;
      const Pfn end = i + 1 < runs.size() ? runs[i + 1].begin
                                          : Pfn{static_cast<std::uint64_t>(zone_.numbers.start)} +
                                                Pages{zone_.numbers.spanned};
      pages += static_cast<std::int64_t>(end - runs[i].begin);
    }
    return pages;
  }

  const KernelBooks& books_;
  const KernelRequest& request_;
  const ZoneState& zone_;
  const ZoneBounds& bounds_;
  unsigned number_;
};

/// How a walk may have come to `zone`.
struct Passage {
  bool on_list = false;
  bool decided = true;              ///< Each zone before it surely had nothing.
  std::optional<unsigned> skipped;  ///< One that would have served.
};

Passage passage_to(const KernelBooks& b, const KernelRequest& r, const WalkFrom& w, unsigned zone) {
  const KernelState& s = b.history.before;
  Passage out;
  std::optional<unsigned> first_node;
  for (const ZoneRef at : zonelist_of(s, r, w)) {
    if (!r.allows(at, w)) continue;
    const unsigned n = number_of(s, at);
    if (n == s.zones.size()) continue;
    if (!first_node) first_node = at.node;
    if (n == zone) {
      out.on_list = true;
      return out;
    }
    const Look look(b, r, n);
    if (!out.skipped && look.surely_serves(*first_node, s.zones[zone].node)) out.skipped = n;
    out.decided = out.decided && !look.may_serve();
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
                             unsigned zone, bool& decided) {
  const Look look(b, r, zone);
  if (!look.may_serve()) {
    const ZoneState& z = b.zone(zone);
    return refuse("R-WMARK-6", "a zone at or below its mark plus reserve gives nothing", e.head,
                  "a block of order " + std::to_string(r.order) + " of " + name_of(z) + " with " +
                      std::to_string(look.pages_most()) + " pages free at most",
                  "more than min " + std::to_string(z.numbers.min) + " and the reserve allow");
  }
  decided = decided && (r.ignores_marks || look.surely_serves(b.zone(zone).node, std::nullopt));
  return std::nullopt;
}

}  // namespace

MaybeRefusal judge_zone(const KernelBooks& b, const KernelEvent& e, const KernelRequest& r,
                        unsigned zone, bool& decided) {
  std::optional<Passage> possible, skipping;
  for (const WalkFrom& w : r.walks) {
    const Passage p = passage_to(b, r, w, zone);
    if (!p.on_list) continue;
    (p.skipped ? skipping : possible) = p;
  }
  if (!possible && !skipping) return not_on_list(b, e, r, zone);
  if (e.act == KernelAct::shown) return std::nullopt;
  if (auto refusal = judge_watermark(b, e, r, zone, decided)) return refusal;
  if (!possible) {
    return refuse(
        "R-ZONE-12", "zones are tried in the order of the zonelist", e.head,
        "a block of " + name_of(b.zone(zone)),
        "one of " + name_of(b.zone(*skipping->skipped)) + ", which comes first and had enough");
  }
  decided = decided && possible->decided && r.walks.size() == 1;
  return std::nullopt;
}

MaybeRefusal judge_null(const KernelBooks& b, const KernelEvent& e, const KernelRequest& r,
                        bool& decided) {
  if (r.order > kOrderMax) return std::nullopt;
  const KernelState& s = b.history.before;
  for (const WalkFrom& w : r.walks) {
    std::optional<unsigned> serves;
    for (const ZoneRef at : zonelist_of(s, r, w)) {
      const unsigned n = number_of(s, at);
      if (!r.allows(at, w) || n == s.zones.size()) continue;
      const Look look(b, r, n);
      if (!serves && look.surely_serves(at.node, std::nullopt)) serves = n;
      decided = decided && !look.may_serve();
    }
    if (!serves) return std::nullopt;
    if (&w != &r.walks.back()) continue;
    return refuse("R-LIST-4", "a zone that passes the check is taken from", e.head,
                  "null for order " + std::to_string(r.order),
                  "a block of " + name_of(b.zone(*serves)) + ", which had enough");
  }
  return std::nullopt;
}

}  // namespace bp
