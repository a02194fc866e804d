// SPDX-License-Identifier: MIT
#include "model/judge/ownership.h"

#include <algorithm>

namespace bp {

void Ownership::reset(const rules::Layout& l, bool ranges) {
  layout_ = &l;
  ranges_ = ranges;
  taken_.reset(l);
  blocks_.reset(l);
  gone_.assign(l.zones.size(), Pages{0});
  for (unsigned zone = 0; zone < l.zones.size(); ++zone) {
    for (const PfnRange& hole : l.holes) taken_.add_range(zone, hole);
  }
  if (!ranges) return;
  shut_ = taken_;
  isolated_.reset(l);
  offline_.reset(l);
  for (unsigned zone = 0; zone < l.zones.size(); ++zone) {
    const PfnRange& frames = l.zones[zone].frames;
    for (const PfnRange& hole : l.holes) {
      const Pfn begin = align_up(std::max(hole.begin, frames.begin), kRangeOrder);
      const Pfn end = align_down(std::min(hole.end, frames.end), kRangeOrder);
      for (Pfn p = begin; p < end; p += pages_in(kRangeOrder)) offline_.add(zone, p, kRangeOrder);
    }
  }
}

void Ownership::allocate(unsigned zone, Pfn head, Order o) {
  taken_.add(zone, head, o);
  blocks_.set(zone, head, o);
  if (ranges_) return shut_or_open(zone, head, o, true);
  gone_[zone] += pages_in(o);
}

void Ownership::release(unsigned zone, Pfn head, Order o) {
  taken_.remove(zone, head, o);
  blocks_.erase(zone, head);
  if (ranges_) return shut_or_open(zone, head, o, false);
  gone_[zone] -= pages_in(o);
}

/// Frames in isolated pageblocks stay gone, whoever has them.
void Ownership::shut_or_open(unsigned zone, Pfn head, Order o, bool allocates) {
  const Order part = std::min(o, kRangeOrder);
  for (Pfn p = head; p < head + pages_in(o); p += pages_in(part)) {
    if (isolated_.has(zone, p)) continue;
    allocates ? shut_.add(zone, p, part) : shut_.remove(zone, p, part);
    gone_[zone] += pages_in(part) * (allocates ? 1 : -1);
  }
}

void Ownership::isolate(unsigned zone, Pfn pageblock) {
  const PfnRange frames{pageblock, pageblock + pages_in(kRangeOrder)};
  gone_[zone] += taken_.clear_frames(zone, frames);
  isolated_.add(zone, pageblock, kRangeOrder);
  shut_.add(zone, pageblock, kRangeOrder);
}

void Ownership::unisolate(unsigned zone, Pfn pageblock) {
  const PfnRange frames{pageblock, pageblock + pages_in(kRangeOrder)};
  gone_[zone] -= taken_.clear_frames(zone, frames);
  isolated_.remove(zone, pageblock, kRangeOrder);
  for (Pfn p = frames.begin; p < frames.end; p += Pages{1})
    if (!taken_.has(zone, p)) shut_.remove(zone, p, Order{0});
}

void Ownership::leave(unsigned zone, Pfn pageblock) {
  taken_.add(zone, pageblock, kRangeOrder);
  shut_.add(zone, pageblock, kRangeOrder);
  offline_.add(zone, pageblock, kRangeOrder);
  gone_[zone] += pages_in(kRangeOrder);
}

void Ownership::join(unsigned zone, Pfn pageblock) {
  taken_.remove(zone, pageblock, kRangeOrder);
  shut_.remove(zone, pageblock, kRangeOrder);
  offline_.remove(zone, pageblock, kRangeOrder);
  gone_[zone] -= pages_in(kRangeOrder);
}

}  // namespace bp
