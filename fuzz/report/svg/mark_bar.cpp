// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/mark_bar.h"

#include <algorithm>
#include <vector>

#include "fuzz/report/fmt.h"
#include "fuzz/report/proc_text.h"
#include "fuzz/report/svg/paint.h"

namespace bp::svg {
namespace {

using reference::Config;
using reference::kOrders;
using reference::kTypes;
using reference::Stat;
using reference::ZoneState;

constexpr double kBarTop = 21;
constexpr double kBarHeight = 16;
constexpr double kLabelTop = 57;    ///< Baseline of the labels below the bar.
constexpr double kBreakAt = 0.45;   ///< Where a broken scale breaks, of the width.
constexpr double kNearMarks = 1.6;  ///< Up to so many times the highest mark is left of it.
constexpr double kLabelGap = 8;

/// Pages to pixels.
struct Scale {
  double width = 0;
  double all = 1;   ///< Pages at the right end.
  double near = 0;  ///< Pages at the break; 0: none.

  double at(std::int64_t pages) const {
    const double n = std::clamp(static_cast<double>(pages), 0.0, all);
    if (near == 0) return width * n / all;
    if (n <= near) return width * kBreakAt * n / near;
    return width * (kBreakAt + (1 - kBreakAt) * (n - near) / (all - near));
  }
};

struct Mark {
  std::string label;
  std::int64_t pages = 0;
};

/// With the boost, as they are held against free pages. What is not there is not drawn.
std::vector<Mark> marks_of(const ZoneState& z) {
  const reference::ZoneNumbers& n = z.numbers;
  std::vector<Mark> marks;
  const auto add = [&](std::string_view name, std::int64_t pages) {
    marks.push_back({fmt::format("{} {}", name, pages), pages});
  };
  add("min", n.min + n.boost);
  add("low", n.low + n.boost);
  add("high", n.high + n.boost);
  if (n.promo > 0) add("promo", n.promo + n.boost);
  return marks;
}

Scale scale_of(const ZoneState& z, double width) {
  const std::int64_t top = marks_of(z).back().pages;
  Scale s{.width = width};
  s.all = static_cast<double>(std::max({z.numbers.managed, free_pages(z), top, std::int64_t{1}}));
  const double near = kNearMarks * static_cast<double>(top);
  if (top > 0 && near < kBreakAt * s.all) s.near = near;
  return s;
}

std::string caption(const ZoneState& z) {
  std::string line = fmt::format("free {} of {} managed", free_pages(z), z.numbers.managed);
  if (z.numbers.boost > 0) line += fmt::format("  ·  marks boosted by {}", z.numbers.boost);
  if (z.numbers.highatomic > 0) {
    line += fmt::format("  ·  HighAtomic reserve {}", z.numbers.highatomic);
  }
  const std::int64_t cma = counted(z, Stat::cma);
  if (cma > 0) line += fmt::format("  ·  CMA free {}", cma);
  return line;
}

std::string segments(const Config& config, const ZoneState& z, const Scale& scale) {
  const auto by_type = free_by_type(z);
  std::string out = rect("bar", {0, kBarTop, scale.width, kBarHeight}, "pages not free");
  std::int64_t sum = 0;
  for (const Migratetype t : types_of(config)) {
    const std::int64_t pages = by_type[static_cast<unsigned>(t)];
    if (pages == 0) continue;
    const double x = scale.at(sum);
    out += rect(free_class(t, 1), {x, kBarTop, scale.at(sum + pages) - x, kBarHeight},
                fmt::format("{} free pages of type {}", pages, proc_type_name(t)));
    sum += pages;
  }
  return out;
}

/// Above the bar: how far the boost has moved the marks, and the reserve for HIGHATOMIC.
std::string brackets(const ZoneState& z, const Scale& scale) {
  const reference::ZoneNumbers& n = z.numbers;
  std::string out;
  const auto bracket = [&](std::string_view css_class, std::int64_t from, std::int64_t to,
                           std::string_view tip) {
    const double x = scale.at(from);
    if (to > from) out += rect(css_class, {x, kBarTop - 4, scale.at(to) - x, 3}, tip);
  };
  const std::string reserve = fmt::format("HighAtomic reserve of {} pages", n.highatomic);
  const std::string boost = fmt::format("marks boosted by {} pages, low from {}", n.boost, n.low);
  bracket(free_class(Migratetype::highatomic, 2), 0, n.highatomic, reserve);
  bracket("boost", n.low, n.low + n.boost, boost);
  return out;
}

std::string scale_break(const Scale& scale) {
  if (scale.near == 0) return "";
  const double x = scale.width * kBreakAt;
  return line("break", x - 3, kBarTop + kBarHeight + 3, x + 3, kBarTop - 3,
              "the scale changes here");
}

/// Left edges of labels that want to be centred at `wanted`, so that none overlaps the next and all
/// end within `width` if they can.
std::vector<double> spread(const std::vector<double>& wanted, const std::vector<double>& widths,
                           double width) {
  std::vector<double> left(wanted.size());
  double free_from = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    left[i] = std::max(wanted[i] - widths[i] / 2, free_from);
    free_from = left[i] + widths[i] + kLabelGap;
  }
  double free_to = width;
  for (std::size_t i = wanted.size(); i-- > 0;) {
    left[i] = std::min(left[i], free_to - widths[i]);
    free_to = left[i] - kLabelGap;
  }
  return left;
}

std::string draw_marks(const ZoneState& z, const Scale& scale) {
  const std::vector<Mark> marks = marks_of(z);
  std::vector<double> at;
  std::vector<double> widths;
  for (const Mark& m : marks) {
    at.push_back(scale.at(m.pages));
    widths.push_back(text_width(m.label));
  }
  const std::vector<double> left = spread(at, widths, scale.width);
  std::string out;
  const double bottom = kBarTop + kBarHeight;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const double middle = left[i] + widths[i] / 2;
    out += line("lead", at[i], bottom + 3, middle, kLabelTop - 9);
    out += line("mark", at[i], kBarTop - 3, at[i], bottom + 3, marks[i].label);
    out += text("mid", middle, kLabelTop, marks[i].label);
  }
  return out;
}

}  // namespace

std::int64_t counted(const ZoneState& zone, Stat s) {
  const auto at = static_cast<unsigned>(s);
  std::int64_t pages = zone.numbers.stat[at];
  for (const reference::PcpState& pcp : zone.pcp) pages += pcp.numbers.diff[at];
  return pages;
}

std::int64_t free_pages(const ZoneState& zone) { return counted(zone, Stat::free); }

std::array<std::int64_t, kTypes> free_by_type(const ZoneState& zone) {
  std::array<std::int64_t, kTypes> pages{};
  for (unsigned order = 0; order < kOrders; ++order) {
    for (unsigned type = 0; type < kTypes; ++type) {
      pages[type] += static_cast<std::int64_t>(zone.lists[order][type].size()) << order;
    }
  }
  return pages;
}

std::string mark_bar(const Config& config, const ZoneState& zone, double width) {
  const Scale scale = scale_of(zone, width);
  return text("dim", 0, 10, caption(zone)) + segments(config, zone, scale) + brackets(zone, scale) +
         scale_break(scale) + draw_marks(zone, scale);
}

}  // namespace bp::svg
