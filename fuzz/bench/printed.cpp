// SPDX-License-Identifier: MIT
#include "fuzz/bench/printed.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "fuzz/report/fmt.h"

namespace bp::bench {
namespace {

constexpr const char* kColours[] = {"#2a6f97", "#c1666b", "#6a994e", "#8d6b94", "#bc8034", "#555"};

std::string spread_text(const Spread& s) {
  return fmt::format("{:>10.2f} {:>10.2f} {:>10.2f}", s.median, s.min, s.max);
}

std::string figure_text(const Report& r, const Figure& f) {
  const std::string name = fmt::format("{:<12} {:<26} {:>3}", f.workload, f.subject, f.threads);
  if (!f.fault.empty()) return fmt::format("{}  FAULT: {}\n", name, f.fault);
  return fmt::format("{} {} {:>8.2f} {:>8} {:>8}  {}\n", name, spread_text(f.ns),
                     f.ns.median / r.locked_rmw_ns, f.nulls, f.spurious, f.verified ? "yes" : "-");
}

/// Where a bar of so many nanoseconds ends, in pixels from its foot.
double height_of(double ns) { return 40 * std::log10(std::max(ns, 0.1) * 10); }

}  // namespace

std::string table_of(const Report& r) {
  std::string out =
      fmt::format("{} MiB, {} passes, thread CPU time. ns of\n{:<43} {:>10} {:>10} {:>10}\n",
                  r.plan.mib, r.plan.passes, "floor", "median", "min", "max");
  for (const Floor& f : r.floors) out += fmt::format("{:<43} {}\n", f.name, spread_text(f.ns));
  out += fmt::format("\n{:<12} {:<26} {:>3} {:>10} {:>10} {:>10} {:>8} {:>8} {:>8}  {}\n",
                     "workload", "subject", "thr", "median", "min", "max", "x RMW", "nulls",
                     "spurious", "verified");
  for (const Figure& f : r.figures) out += figure_text(r, f);
  if (!r.inits.empty())
    out += fmt::format("\n{:<43} {:>10} {:>10} {:>10} {:>12}\n", "create(), microseconds", "median",
                       "min", "max", "KiB per GiB");
  for (const InitFigure& i : r.inits)
    out += fmt::format("{:<43} {} {:>12.1f}\n", fmt::format("{} {} GiB", i.subject, i.gib),
                       spread_text(i.microseconds), i.metadata_kib);
  return out;
}

std::string svg_of(const Report& r) {
  std::vector<std::string> groups;
  std::map<std::string, std::size_t> colour_of;
  for (const Figure& f : r.figures) {
    const std::string group = fmt::format("{} x{}", f.workload, f.threads);
    if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
    colour_of.emplace(f.subject, colour_of.size());
  }
  const double bar = 14;
  const double step = bar * static_cast<double>(colour_of.size()) + 16;
  const double width = 60 + step * static_cast<double>(groups.size());
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.0f}\" height=\"360\" "
      "font-family=\"sans-serif\" font-size=\"10\">\n<title>CPU-ns per operation, "
      "logarithmic</title>\n",
      width);
  for (double ns = 0.1; ns <= 100000; ns *= 10) {
    const double y = 260 - height_of(ns);
    out += fmt::format(
        "<line x1=\"45\" x2=\"{:.0f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ddd\"/>"
        "<text x=\"4\" y=\"{:.1f}\">{:g} ns</text>\n",
        width, y, y, y + 3, ns);
  }
  for (const Figure& f : r.figures) {
    if (!f.fault.empty()) continue;
    const auto group = std::ranges::find(groups, fmt::format("{} x{}", f.workload, f.threads));
    const std::size_t which = colour_of[f.subject];
    const double x =
        55 + step * static_cast<double>(group - groups.begin()) + bar * static_cast<double>(which);
    const double h = height_of(f.ns.median);
    out += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\">"
        "<title>{} {} {:.2f} ns</title></rect>\n",
        x, 260 - h, bar - 2, h, kColours[which % std::size(kColours)], f.subject, f.workload,
        f.ns.median);
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double x = 60 + step * static_cast<double>(g);
    out += fmt::format("<text transform=\"translate({:.1f},272) rotate(40)\">{}</text>\n", x,
                       groups[g]);
  }
  for (const auto& [subject, which] : colour_of) {
    out += fmt::format("<text x=\"{:.0f}\" y=\"350\" fill=\"{}\">{}</text>\n",
                       60 + 120.0 * static_cast<double>(which),
                       kColours[which % std::size(kColours)], subject);
  }
  return out + "</svg>\n";
}

}  // namespace bp::bench
