// SPDX-License-Identifier: MIT
#include "model/reference/frame_map.h"

#include <algorithm>

namespace bp::reference {
namespace {

/// What lies in such a block holds both halves of every block that has a buddy (R-BUDDY-1).
constexpr Order kRunOrder{kOrderMax + 1};

std::vector<PfnRange> spans_of(const std::vector<ZoneState>& zones) {
  std::vector<PfnRange> spans;
  for (const ZoneState& z : zones) {
    if (z.numbers.spanned == 0) continue;
    const Pfn start{static_cast<std::uint64_t>(z.numbers.start)};
    spans.push_back(
        {align_down(start, kRunOrder), align_up(start + Pages{z.numbers.spanned}, kRunOrder)});
  }
  std::ranges::sort(spans, {}, &PfnRange::begin);
  return spans;
}

}  // namespace

FrameMap::FrameMap(const std::vector<ZoneState>& zones) {
  for (const PfnRange& s : spans_of(zones)) {
    if (runs_.empty() || runs_.back().frames.end < s.begin) {
      runs_.push_back({s, 0});
    } else {
      runs_.back().frames.end = std::max(runs_.back().frames.end, s.end);
    }
  }
  for (Run& r : runs_) {
    r.first = size_;
    size_ += count(r.frames.begin, r.frames.end);
  }
}

}  // namespace bp::reference
