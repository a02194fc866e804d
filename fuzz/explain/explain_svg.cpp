// SPDX-License-Identifier: MIT
// The page: heading, legend, a panel for each zone.
#include "fuzz/explain/explain_svg.h"

#include "fuzz/explain/say.h"
#include "fuzz/explain/zone_gauge.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"
#include "fuzz/report/svg/paint.h"

namespace bp::explain {
namespace {

using namespace svg;

constexpr double kMargin = 24;
constexpr double kPadding = 14;
constexpr double kWidth = kGaugeWidth + 2 * (kMargin + kPadding);
constexpr double kHeading = 104;

/// Beside the sheet of all pictures: what only this one has.
constexpr std::string_view kStyle =
    "<style>.need { stroke: #c1272d; stroke-width: 2.5 } .strong { font-weight: 600; fill: #c1272d "
    "}"
    " .large { fill: none; stroke: #20262e; stroke-width: 1.5 } .good { fill: #007d5a }"
    " @media (prefers-color-scheme: dark) { .need { stroke: #ff7b7b } .strong { fill: #ff7b7b }"
    " .large { stroke: #f2f4f7 } .good { fill: #2db08b } }</style>\n";

std::string moved(double x, double y, const std::string& content) {
  return fmt::format("<g transform=\"translate({} {})\">\n{}</g>\n", number(x), number(y), content);
}

std::string legend() {
  struct Entry {
    std::string css;
    std::string_view words;
  };
  const Entry entries[] = {
      {free_class(Migratetype::movable, 1), "free, counts"},
      {free_class(Migratetype::movable, 0), "the block itself; blocks that may be used"},
      {free_class(Migratetype::highatomic, 1), "highatomic"},
      {free_class(Migratetype::cma, 1), "CMA"},
      {"large", "large enough"},
  };
  double x = 0;
  std::string out;
  for (const Entry& e : entries) {
    out += rect(e.css, {x, 0, 16, 11}) + text("dim", x + 22, 10, e.words);
    x += 22 + text_width(e.words) + 24;
  }
  return out + line("need", x, -1, x, 12) + text("dim", x + 8, 10, "has to be above this");
}

std::string heading(const Situation& s, const Verdict& v, const std::string& name) {
  return text("name", 0, 16, request_text(s)) +
         text("dim", 0, 36,
              fmt::format("{}  -  {}  -  rules of {}", name,
                          s.version.empty() ? "version not known" : s.version, age_name(v.age))) +
         text("zone", 0, 58, conclusion(s, v)) + moved(0, 72, legend());
}

}  // namespace

std::string explain_svg(const Situation& s, const Verdict& v, const std::string& name) {
  std::string body = moved(kMargin + kPadding, kMargin, heading(s, v, name));
  double y = kMargin + kHeading;
  for (const ZoneAnswer& a : v.zones) {
    const Gauge g = zone_gauge(s, v, a);
    const double height = g.height + 2 * kPadding;
    body += moved(kMargin, y,
                  rect("panel", {0, 0, kWidth - 2 * kMargin, height}) +
                      moved(kPadding, kPadding + 4, g.content));
    y += height + kPadding;
  }
  const double height = y + kMargin - kPadding;
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
             "height=\"{1}\">\n",
             number(kWidth), number(height)) +
         title(name) + style_sheet() + std::string(kStyle) + rect("page", {0, 0, kWidth, height}) +
         body + "</svg>\n";
}

}  // namespace bp::explain
