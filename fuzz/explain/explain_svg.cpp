// SPDX-License-Identifier: MIT
// The page: heading, legend, a panel for each zone.
#include "fuzz/explain/explain_svg.h"

#include <vector>

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

/// Beside the sheet of all pictures: what only this one has.
constexpr std::string_view kStyle =
    "<style>.need { stroke: #c1272d; stroke-width: 2.5 } .strong { font-weight: 600; fill: #c1272d "
    "}"
    " .large { fill: none; stroke: #20262e; stroke-width: 1.5 } .good { fill: #007d5a }"
    // On coloured cells, which are as light in the dark.
    " .ink { fill: #20262e } .ink-dim { fill: #3c4650 }"
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

/// A mask of many flags is broken behind one of them.
std::vector<std::string> broken_request(std::string text) {
  constexpr std::size_t kChars = 96;
  std::vector<std::string> lines;
  while (text.size() > kChars) {
    const std::size_t bar = text.rfind('|', kChars);
    if (bar == text.npos || bar == 0) break;
    lines.push_back(text.substr(0, bar + 1));
    text.erase(0, bar + 1);
  }
  lines.push_back(std::move(text));
  return lines;
}

/// Of a path too long for the line its end, which names the file.
std::string shortened(const std::string& name) {
  constexpr std::size_t kChars = 110;
  return name.size() <= kChars ? name : "..." + name.substr(name.size() - kChars);
}

struct Heading {
  std::string content;
  double height = 0;
};

Heading heading(const Situation& s, const Verdict& v, const std::string& name) {
  constexpr double kPitch = 22;
  Heading h;
  double y = 16;
  for (const std::string& l : broken_request(request_text(s))) {
    h.content += text("name", 0, y, l);
    y += kPitch;
  }
  const std::string version = s.version.empty() ? "version not known" : s.version;
  h.content += text("dim", 0, y - 2,
                    fmt::format("{}  -  {}{}", shortened(name), version, rules_text(s, v))) +
               text("zone", 0, y + 20, conclusion(s, v)) + moved(0, y + 34, legend());
  h.height = y + 66;
  return h;
}

}  // namespace

std::string explain_svg(const Situation& s, const Verdict& v, const std::string& name) {
  const Heading head = heading(s, v, name);
  std::string body = moved(kMargin + kPadding, kMargin, head.content);
  double y = kMargin + head.height;
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
