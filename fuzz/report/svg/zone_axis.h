// SPDX-License-Identifier: MIT
// Where a frame of one zone lies on a line: every stretch between two borders of blocks is as wide
// as the logarithm of its length.
#pragma once

#include <cstdint>
#include <map>
#include <set>

namespace bp::svg {

class ZoneAxis {
 public:
  /// Frames [begin, end), not empty, drawn from 0 to `width` pixels; borders outside are left out.
  ZoneAxis(std::uint64_t begin, std::uint64_t end, const std::set<std::uint64_t>& borders,
           double width);

  /// Of a border, or of a frame between two: that of the border before it. Clamped to the ends.
  double x(std::uint64_t frame) const;

 private:
  std::map<std::uint64_t, double> at_;
};

}  // namespace bp::svg
