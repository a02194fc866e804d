// SPDX-License-Identifier: MIT
#include "model/judge/turns.h"

namespace bp {

void Turns::begin(const rules::Layout& l) {
  layout_ = &l;
  taken_.assign(l.zones.size(), Pages{0});
  awake_ = 0;
}

bool Turns::may_be_over(unsigned zone) const {
  const rules::ZoneLayout& z = layout_->zones[zone];
  return taken_[zone] > Pages{0} && taken_[zone] >= z.marks.high - z.marks.low;
}

void Turns::see_boosts(std::span<const ZoneCounters> before, std::span<const ZoneCounters> after) {
  for (std::size_t z = 0; z < before.size(); ++z) {
    if (before[z].boost != Pages{0} || after[z].boost != Pages{0})
      wake(1U << layout_->zones[z].node);
  }
}

}  // namespace bp
