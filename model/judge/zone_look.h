// SPDX-License-Identifier: MIT
// What one zone may have looked like to one request: bounds of free pages stand for the counters
// that it read, the fewest that it may have seen and the most. Between them lies what is not
// decided.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "model/judge/kernel_books.h"
#include "model/judge/kernel_request.h"
#include "model/rules/watermark.h"

namespace bp {

class ZoneLook {
 public:
  ZoneLook(const KernelBooks& b, const KernelRequest& r, unsigned zone)
      : books_(b), request_(r), zone_(b.zone(zone)), bounds_(b.zones[zone]), number_(zone) {}

  /// With as few pages as it may have shown, its first attempt passes, and its own lists have a
  /// block. `first_node`: where turns are taken.
  bool surely_serves(unsigned first_node, std::optional<unsigned> served_node) const;

  /// With as many pages as it may have shown, some attempt passes.
  bool may_serve() const;

  /// The counters pass at this mark, or they do not, whatever they were.
  bool surely_above(rules::Mark m) const;
  bool surely_below(rules::Mark m) const;
  /// The first pass at least goes by without it, or looks at it, as its node's kswapd runs or
  /// sleeps (R-LIST-12).
  bool surely_asleep() const;
  bool surely_awake() const;
  /// A list that counts (R-WMARK-8) has a block of the order as the mark is checked.
  bool surely_has_room() const;
  /// No frames make a block of the order.
  bool surely_has_no_room() const;

  /// For words.
  std::int64_t pages_most() const { return books_.census.available(number_) + bounds_.drift(); }

 private:
  rules::WatermarkInput fewest(rules::Mark m) const;
  rules::WatermarkInput most(rules::Mark m) const;
  std::int64_t mark(rules::Mark m) const;
  std::pair<std::int64_t, std::int64_t> reserves() const;
  std::int64_t most_cma() const;
  std::int64_t most_reserved() const;
  std::int64_t pages_of(Migratetype t) const;
  bool is_7_1_numa() const;

  const KernelBooks& books_;
  const KernelRequest& request_;
  const reference::ZoneState& zone_;
  const ZoneBounds& bounds_;
  unsigned number_;
};

}  // namespace bp
