// SPDX-License-Identifier: MIT
// The judge's books of one stretch of a kernel's life: frames, bounds of each zone, and what has
// become uncertain. Changed by events that were accepted.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "model/judge/frame_census.h"
#include "model/judge/kernel_event.h"
#include "model/judge/zone_bounds.h"

namespace bp {

struct KernelBooks {
  explicit KernelBooks(const KernelHistory& h);

  const KernelHistory& history;
  FrameCensus census;
  std::vector<ZoneBounds> zones;   ///< In the state's order.
  std::vector<Pfn> bad;            ///< Pages that fail their checks.
  std::int64_t unseen = 0;         ///< Pages given out whose frames were not said.
  bool marks_known = true;         ///< Watermarks are those of the first state, boosts apart.
  bool types_known = true;         ///< Grouping is as in the first state.
  bool reserve_grows_only = true;  ///< No pageblock can have left the reserve.
  /// Pageblocks, by their first frame, that may have become part of the reserve, or were isolated
  /// or brought back.
  std::set<Pfn> may_be_reserved, touched;
  /// Largest blocks, by their first frame, within which pageblocks of different types may have
  /// merged (R-BUDDY-9): their lists are not known.
  std::set<Pfn> may_have_merged;

  const reference::ZoneState& zone(unsigned i) const { return history.before.zones[i]; }
  Pfn pageblock_of(Pfn p) const {
    return align_down(p, Order{history.before.config.pageblock_order});
  }
  bool is_bad_in(Pfn head, Order o) const;

  /// The list that the block has been on since the first state. Nothing: that is not sure.
  std::optional<Migratetype> sure_list(Pfn head) const;

  void draw(Pfn head, Order o, Migratetype t, unsigned zone);
  void release(Pfn head, Order o);
  void bulk(const KernelEvent& e);
  void isolation(Pfn p, bool isolated);
  void unreserved();
  void grouping();
  void go_bad(Pfn p);

 private:
  struct Drawn {
    Order order;
    Migratetype type;
    unsigned zone;
  };

  std::optional<Migratetype> sure_list_of_freed(Pfn head) const;
  void note_whole_pageblocks();
  void note_merge(Pfn pageblock);
  void note_return(Pfn head, Order o);

  std::unordered_map<std::uint64_t, Drawn> drawn_;  ///< Since the first state, by head.
};

}  // namespace bp
