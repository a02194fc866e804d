// SPDX-License-Identifier: MIT
// Where a frame stands in the reference's tables. They hold what zones span, rounded out so that
// every buddy and every pageblock of a frame that they hold is there too; of what lies between
// zones far apart they hold nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "model/reference/kernel_state.h"
#include "model/vocab/check.h"
#include "model/vocab/units.h"

namespace bp::reference {

class FrameMap {
 public:
  explicit FrameMap(const std::vector<ZoneState>& zones);

  bool holds(Pfn p) const {
    for (const Run& r : runs_)
      if (r.frames.holds(p)) return true;
    return false;
  }
  /// Positions are aligned as their frames are. The table holds `p`.
  std::size_t position(Pfn p) const {
    for (const Run& r : runs_) {
      if (r.frames.holds(p)) return r.first + count(r.frames.begin, p);
    }
    check(false, "a frame that is asked about lies in or beside a zone");
    return 0;
  }
  /// The frame at a position that it holds.
  Pfn frame(std::size_t position) const {
    const Run* r = &runs_.front();
    while (position - r->first >= count(r->frames.begin, r->frames.end)) ++r;
    return r->frames.begin + Pages{static_cast<std::int64_t>(position - r->first)};
  }
  std::size_t size() const { return size_; }

 private:
  /// Frames in a row, none of them of another run; begin and end are multiples of kRunOrder.
  struct Run {
    PfnRange frames;
    std::size_t first;  ///< Position of its first frame.
  };
  static std::size_t count(Pfn from, Pfn to) {
    return static_cast<std::size_t>(std::int64_t{to - from});
  }
  std::vector<Run> runs_;  ///< Ascending; mostly one.
  std::size_t size_ = 0;
};

}  // namespace bp::reference
