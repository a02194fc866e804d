// SPDX-License-Identifier: MIT
#include "fuzz/campaign/html/plot.h"

#include <algorithm>
#include <cmath>

#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"

namespace bp::campaign::html {
namespace {

// Of the picture, in its own units: about pixels on a desktop, a little less on a phone.
constexpr double kWidth = 460, kHeight = 220;
constexpr double kLeft = 50, kRight = 14, kTop = 12, kBottom = 36;
constexpr double kInnerWidth = kWidth - kLeft - kRight, kInnerHeight = kHeight - kTop - kBottom;

struct TimeUnit {
  std::string_view name;
  double seconds;
};

TimeUnit unit_for(double seconds) {
  constexpr double kMinute = 60, kHour = 3600, kDay = 86400;
  if (seconds <= 3 * kMinute) return {"s", 1};
  if (seconds <= 3 * kHour) return {"min", kMinute};
  if (seconds <= 3 * kDay) return {"h", kHour};
  return {"d", kDay};
}

/// One point for each stretch of time.
std::vector<PlotPoint> thinned(const std::vector<PlotPoint>& all, bool grows) {
  if (all.size() <= kPlotPoints) return all;
  std::vector<PlotPoint> some;
  for (std::size_t i = 0; i < kPlotPoints; ++i) {
    const std::size_t begin = i * all.size() / kPlotPoints;
    const std::size_t end = (i + 1) * all.size() / kPlotPoints;
    PlotPoint p = all[end - 1];
    if (!grows) {
      p.amount = 0;
      for (std::size_t k = begin; k < end; ++k) p.amount += all[k].amount;
      p.amount /= static_cast<double>(end - begin);
    }
    some.push_back(p);
  }
  return some;
}

/// The two axes: what is where.
struct Scale {
  double seconds_max, value_max;
  double x(double seconds) const { return kLeft + kInnerWidth * seconds / seconds_max; }
  double y(double amount) const { return kTop + kInnerHeight * (1 - amount / value_max); }
};

Scale scale_of(const std::vector<PlotPoint>& points, double step) {
  double amount = 0;
  for (const PlotPoint& p : points) amount = std::max(amount, p.amount);
  return {std::max(points.back().seconds, 1.0), std::max(std::ceil(amount / step), 1.0) * step};
}

std::string value_axis(const Scale& s, double step, std::string_view unit) {
  std::string out;
  for (double v = 0; v <= s.value_max + step / 2; v += step) {
    out += svg::line("grid", kLeft, s.y(v), kWidth - kRight, s.y(v));
    out += svg::text("tick end", kLeft - 6, s.y(v) + 4, short_number(v));
  }
  const double middle = kTop + kInnerHeight / 2;
  return out + fmt::format(
                   "<text class=\"unit mid\" transform=\"translate(11 {}) rotate(-90)\">"
                   "{}</text>\n",
                   svg::number(middle), markup(unit));
}

std::string time_axis(const Scale& s) {
  const TimeUnit unit = unit_for(s.seconds_max);
  const double step = tick_step(s.seconds_max / unit.seconds, 6);
  const double base = kTop + kInnerHeight;
  std::string out = svg::line("axis", kLeft, base, kWidth - kRight, base);
  for (double t = 0; t * unit.seconds <= s.seconds_max * 1.0001; t += step) {
    const double x = s.x(t * unit.seconds);
    out += svg::line("axis", x, base, x, base + 4);
    out += svg::text("tick mid", x, base + 16, short_number(t));
  }
  return out + svg::text("unit mid", kLeft + kInnerWidth / 2, kHeight - 4,
                         fmt::format("time spent running, {}", unit.name));
}

std::string marks(const Scale& s, std::span<const double> at) {
  std::string out;
  for (const double t : at)
    out += svg::line("mark", s.x(t), kTop, s.x(t), kTop + kInnerHeight,
                     "gone on with at " + duration_text(t));
  return out;
}

std::string curve(const Plot& p, const Scale& s, const std::vector<PlotPoint>& points) {
  std::string path, dots;
  for (const PlotPoint& at : points) {
    const std::string x = svg::number(s.x(at.seconds)), y = svg::number(s.y(at.amount));
    path += fmt::format("{}{} {}", path.empty() ? "M" : "L", x, y);
    dots += fmt::format(
        "<circle class=\"point\" cx=\"{}\" cy=\"{}\" r=\"2\"><title>{}: {} {}"
        "</title></circle>\n",
        x, y, duration_text(at.seconds), short_number(at.amount), markup(p.unit));
  }
  const double base = kTop + kInnerHeight;
  const std::string area =
      fmt::format("{}L{} {}L{} {}Z", path, svg::number(s.x(points.back().seconds)), base,
                  svg::number(s.x(points.front().seconds)), base);
  return fmt::format(
      "<g class=\"{}\"><path class=\"area\" d=\"{}\"/><path class=\"curve\" "
      "d=\"{}\"/>\n{}</g>\n",
      p.css_class, area, path, dots);
}

std::string drawing(const Plot& p) {
  const std::vector<PlotPoint> points = thinned(p.points, p.grows);
  double amount = 0;
  for (const PlotPoint& at : points) amount = std::max(amount, at.amount);
  const double step = tick_step(std::max(amount, 1.0), 5);
  const Scale scale = scale_of(points, step);
  return fmt::format("<svg class=\"plot\" role=\"img\" viewBox=\"0 0 {} {}\" aria-label=\"{}\">\n",
                     kWidth, kHeight, markup(p.title)) +
         value_axis(scale, step, p.unit) + marks(scale, p.marks) + time_axis(scale) +
         curve(p, scale, points) + "</svg>\n";
}

}  // namespace

double tick_step(double range, unsigned n) {
  const double least = range / n;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * 0.9999) return factor * power;
  }
  return 10 * power;
}

std::string short_number(double amount) {
  constexpr struct {
    double size;
    std::string_view suffix;
  } kSuffixes[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
  for (const auto& [size, suffix] : kSuffixes) {
    if (std::abs(amount) >= size)
      return fmt::format("{}{}", svg::number(std::round(amount / size * 10) / 10), suffix);
  }
  return svg::number(amount);
}

std::string plot(const Plot& p) {
  const bool measured =
      std::ranges::any_of(p.points, [](const PlotPoint& at) { return at.amount > 0; });
  if (!measured) return "";
  return fmt::format("<figure><figcaption>{}</figcaption>\n{}</figure>\n", markup(p.title),
                     drawing(p));
}

}  // namespace bp::campaign::html
