// SPDX-License-Identifier: MIT
// A line over time as SVG inside a page: axes with units, a grid, the points themselves. Colours
// are classes of the page's style sheet. At most kPlotPoints points are drawn, each the mean or
// the last of its stretch of time, so that a week takes no more room than a minute.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bp::campaign::html {

inline constexpr std::size_t kPlotPoints = 160;

struct PlotPoint {
  double seconds = 0, amount = 0;
};

struct Plot {
  std::string_view title;         ///< "Executions a second"
  std::string_view unit;          ///< Of the value axis: "1/s", "edges".
  std::string_view css_class;     ///< Of the line and its points.
  bool grows = false;             ///< The value only grows: a stretch shows its last, not its mean.
  std::vector<PlotPoint> points;  ///< By time.
  std::span<const double> marks;  ///< Seconds with a line across: the campaign went on.
};

/// A <figure>, or nothing if no value is above 0: then nothing was measured.
std::string plot(const Plot& p);

/// The least step of 1, 2 or 5 times a power of ten that divides `range` into at most `n`.
double tick_step(double range, unsigned n);

/// 1234567 -> "1.2M", 0.25 -> "0.25".
std::string short_number(double value);

}  // namespace bp::campaign::html
