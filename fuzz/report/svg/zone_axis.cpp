// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/zone_axis.h"

#include <cmath>

namespace bp::svg {

ZoneAxis::ZoneAxis(std::uint64_t begin, std::uint64_t end, const std::set<std::uint64_t>& borders,
                   double width) {
  double at = 0;
  std::uint64_t last = begin;
  at_[begin] = 0;
  const auto add = [&](std::uint64_t border) {
    at += 2 + std::log2(static_cast<double>(border - last));
    at_[border] = at;
    last = border;
  };
  for (auto b = borders.upper_bound(begin); b != borders.end() && *b < end; ++b) add(*b);
  add(end);
  for (auto& [frame, x] : at_) x *= width / at;
}

double ZoneAxis::x(std::uint64_t frame) const {
  const auto after = at_.upper_bound(frame);
  return after == at_.begin() ? 0 : std::prev(after)->second;
}

}  // namespace bp::svg
