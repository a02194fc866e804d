// SPDX-License-Identifier: MIT
#include "model/judge/zone_look.h"

#include <algorithm>

namespace bp {

using namespace reference;
using rules::Mark;

bool ZoneLook::surely_serves(unsigned first_node, std::optional<unsigned> served_node) const {
  const Profile p = books_.history.before.config.profile;
  if (!books_.marks_known || !books_.types_known || books_.unseen > 0) return false;
  if (request_.two_types) return false;
  if (!bounds_.surely_has(request_.type, Order{request_.order})) return false;
  if (request_.gfp.has(GfpFlag::write)) return false;  // R-LIST-3
  if (!surely_asleep()) return false;
  if (p == Profile::v4_7 && bounds_.turn_least() <= 0) {
    const bool turns = zone_.node == first_node && (!served_node || *served_node == first_node);
    if (turns && served_node) return false;  // R-LIST-2
  }
  return surely_above(Mark::low);
}

bool ZoneLook::may_serve() const {
  return request_.ignores_marks || !books_.marks_known || !surely_below(Mark::min);
}

bool ZoneLook::surely_above(Mark m) const {
  return books_.marks_known &&
         rules::passes_full(rules::watermark_rules(books_.history.before.config.profile),
                            fewest(m));
}

bool ZoneLook::surely_below(Mark m) const {
  return books_.marks_known && !rules::above_mark(books_.history.before.config.profile, most(m));
}

bool ZoneLook::is_7_1_numa() const {
  const KernelState& s = books_.history.before;
  return s.config.profile == Profile::v7_1 && s.nodes.size() > 1;
}

/// Nobody puts it to sleep between the two states.
bool ZoneLook::surely_asleep() const {
  return !is_7_1_numa() || !books_.history.after.nodes[zone_.node].kswapd_running;
}

bool ZoneLook::surely_awake() const {
  return is_7_1_numa() && books_.history.before.nodes[zone_.node].kswapd_running;
}

/// A block that no per-CPU list can have held was on a list itself.
bool ZoneLook::surely_has_room() const {
  if (request_.order == 0) return true;
  if (!has_pcp_lists(books_.history.before.config, Order{request_.order})) return true;
  for (unsigned t = 0; t < kPcpTypes; ++t) {
    if (bounds_.surely_has(Migratetype{static_cast<std::uint8_t>(t)}, Order{request_.order}))
      return true;
  }
  return false;
}

bool ZoneLook::surely_has_no_room() const {
  return books_.census.whole_blocks(number_, Order{request_.order}) == 0;
}

std::int64_t ZoneLook::mark(Mark m) const {
  switch (m) {
    case Mark::min: return zone_.numbers.min;
    case Mark::low: return zone_.numbers.low;
    case Mark::high: return zone_.numbers.high;
  }
  return 0;
}

rules::WatermarkInput ZoneLook::fewest(Mark m) const {
  const std::int64_t free = books_.census.available(number_) - bounds_.on_pcp_most() -
                            bounds_.isolated_most() - bounds_.drift();
  return {.free = Pages{free},
          .free_cma = Pages{most_cma()},
          .highatomic = Pages{most_reserved()},
          .mark = Pages{mark(m) + bounds_.boost_most()},
          .reserve = Pages{reserves().second},
          .order = Order{request_.order},
          .flags = {.cma = request_.most.cma}};
}

rules::WatermarkInput ZoneLook::most(Mark m) const {
  return {.free = Pages{pages_most()},
          .free_cma = Pages{0},
          .highatomic = Pages{0},
          .mark = Pages{mark(m)},
          .reserve = Pages{reserves().first},
          .order = Order{request_.order},
          .flags = request_.most};
}

/// The least and the most of what may be kept from this request (R-CTX-1).
std::pair<std::int64_t, std::int64_t> ZoneLook::reserves() const {
  const auto& column = zone_.numbers.reserve;
  std::int64_t least = column[request_.highest], most = least;
  for (unsigned i = zone_.index; i <= request_.highest; ++i) {
    if (books_.history.before.config.profile == Profile::v4_7) least = std::min(least, column[i]);
    most = std::max(most, column[i]);
  }
  return {least, most};
}

std::int64_t ZoneLook::most_cma() const {
  return books_.history.before.config.cma && !request_.most.cma ? pages_of(Migratetype::cma) : 0;
}

std::int64_t ZoneLook::most_reserved() const {
  const std::int64_t pageblock = std::int64_t{1} << books_.history.before.config.pageblock_order;
  return zone_.numbers.highatomic +
         pageblock * static_cast<std::int64_t>(books_.may_be_reserved.size());
}

std::int64_t ZoneLook::pages_of(Migratetype t) const {
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

}  // namespace bp
