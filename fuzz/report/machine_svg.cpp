// SPDX-License-Identifier: MIT
// The page: heading, legend, a panel for each zone with pages, the zones without.
#include "fuzz/report/machine_svg.h"

#include <algorithm>
#include <cmath>

#include "fuzz/report/fmt.h"
#include "fuzz/report/pageblocks.h"
#include "fuzz/report/proc_text.h"
#include "fuzz/report/svg/frame_map.h"
#include "fuzz/report/svg/free_table.h"
#include "fuzz/report/svg/mark_bar.h"
#include "fuzz/report/svg/paint.h"
#include "fuzz/report/svg/pcp_strip.h"

namespace bp {
namespace {

using namespace svg;
using reference::Config;
using reference::KernelState;
using reference::ZoneState;

constexpr double kWidth = 1280;
constexpr double kMargin = 24;
constexpr double kPadding = 14;
constexpr double kHeading = 122;     ///< Height of heading and legend.
constexpr double kMapsHeight = 560;  ///< All zones' maps together are about so high,
constexpr double kMapHeight = 110;   ///< or so high for each zone.
constexpr double kInner = kWidth - 2 * kMargin - 2 * kPadding;
constexpr double kLabel = 64;  ///< Frame numbers left of a map.
constexpr double kMapWidth = kInner - kLabel;
constexpr double kLabelPitch = 11;  ///< Lines of a map that get a frame number are so far apart.
constexpr double kZoneTitle = 34;
constexpr double kSpace = 14;
constexpr double kBarsWidth = kInner - kFreeTableWidth - 40;

/// Pages as a person says them.
std::string size_of(std::int64_t pages) {
  const double mib = static_cast<double>(pages) / 256;
  if (mib >= 10240) return fmt::format("{} GB", number(mib / 1024));
  return mib >= 10 ? fmt::format("{:.0f} MB", mib) : fmt::format("{} kB", pages * 4);
}

std::string moved(double x, double y, const std::string& content) {
  return fmt::format("<g transform=\"translate({} {})\">\n{}</g>\n", number(x), number(y), content);
}

std::string plural(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

std::string heading(const KernelState& state, std::string_view name) {
  std::int64_t managed = 0;
  std::int64_t free = 0;
  std::size_t cpus = 0;
  for (const ZoneState& z : state.zones) {
    managed += z.numbers.managed;
    free += free_pages(z);
    cpus = std::max(cpus, z.pcp.size());
  }
  const std::string line = fmt::format(
      "{}   ·   {}   ·   {}   ·   {} managed, {} free   ·   pageblocks of {}",
      profile_name(state.config.profile), plural(state.nodes.size(), "node"), plural(cpus, "CPU"),
      size_of(managed), size_of(free), size_of(std::int64_t{1} << state.config.pageblock_order));
  return text("name", 0, 16, name) + text("dim", 0, 36, line);
}

/// Columns of types: three brightnesses, then what a used frame of such a pageblock looks like.
std::string legend(const Config& config) {
  constexpr double kColumn = 122;
  std::string out = text("dim", 0, 10, "free, order 0-2, 3-6, 7-10") +
                    text("dim", 0, 26, "not free, in a pageblock of");
  double x = 158;
  for (const Migratetype t : types_of(config)) {
    for (unsigned band = 0; band < kBands; ++band) {
      out += rect(free_class(t, band), {x + 14.0 * band, 1, 13, 11});
    }
    out += rect(used_class(t), {x, 17, 41, 11}) + text("", x + 47, 18, proc_type_name(t));
    x += kColumn;
  }
  out += rect(kPcpClass, {x, 1, 20, 11}) + text("", x + 26, 10, "on a per-CPU list");
  out += rect(kHoleClass, {x, 17, 20, 11}) + text("", x + 26, 26, "hole or another zone");
  return out + text("dim", 0, 44,
                    "In a tile the halves of a block lie side by side or one below the other, down "
                    "to single frames; point at a tile for its numbers.");
}

std::string zone_title(const ZoneState& z) {
  const reference::ZoneNumbers& n = z.numbers;
  const std::string name = fmt::format("Node {}  {}", z.node, proc_zone_name(z.type));
  const std::string about = fmt::format(
      "starts at frame {:#x}   ·   {} spanned   ·   {} present   ·   {} managed   ·   "
      "{} free",
      n.start, size_of(n.spanned), size_of(n.present), size_of(n.managed), size_of(free_pages(z)));
  return text("zone", 0, 12, name) + text("dim", 150, 12, about);
}

/// The number of a line's first frame, where there is room.
std::string line_labels(const ZoneState& z, const Tiling& tiling) {
  const double pitch = tiling.tile_height() + tiling.gap;
  const auto step = static_cast<std::uint64_t>(std::max(1.0, std::ceil(kLabelPitch / pitch)));
  const Pages per_line = pages_in(tiling.tile) * static_cast<std::int64_t>(tiling.tiles_per_line());
  const Pfn first = align_down(zone_begin(z), tiling.tile);
  std::string out;
  for (std::uint64_t i = 0; i < tiling.lines(zone_begin(z), zone_end(z)); i += step) {
    const Pfn at = std::max(first + per_line * static_cast<std::int64_t>(i), zone_begin(z));
    out += text("mono dim end", kLabel - 8, pitch * static_cast<double>(i) + 8,
                fmt::format("{:#x}", static_cast<std::uint64_t>(at)));
  }
  return out;
}

struct Panel {
  std::string content;
  double height = 0;
};

Panel bars(const Config& config, const ZoneState& z) {
  Panel p{mark_bar(config, z, kBarsWidth), kMarkBarHeight};
  for (unsigned cpu = 0; cpu < z.pcp.size(); ++cpu) {
    p.content += moved(0, p.height, pcp_strip(config, cpu, z.pcp[cpu], kBarsWidth));
    p.height += kPcpStripHeight;
  }
  return p;
}

Panel zone_panel(const Config& config, const ZoneState& z, const Tiling& tiling) {
  const double map = tiling.height(zone_begin(z), zone_end(z));
  const Panel left = bars(config, z);
  const double below = kZoneTitle - kPadding + map + kSpace;
  Panel p;
  p.height = kPadding + below + std::max(left.height, free_table_height(config)) + kPadding;
  p.content = rect("panel", {0, 0, kWidth - 2 * kMargin, p.height}) +
              moved(kPadding, kPadding,
                    zone_title(z) + moved(0, kZoneTitle - kPadding, line_labels(z, tiling)) +
                        moved(kLabel, kZoneTitle - kPadding, frame_map(config, z, tiling)) +
                        moved(0, below, left.content) +
                        moved(kInner - kFreeTableWidth, below, free_table(config, z)));
  return p;
}

/// "Node 0 Normal, Movable", in lines that fit.
std::vector<std::string> without_pages(const KernelState& state) {
  constexpr std::size_t kLineMax = 170;
  std::vector<std::string> lines;
  const ZoneState* last = nullptr;
  for (const ZoneState& z : state.zones) {
    if (z.numbers.present > 0) continue;
    const bool same = last != nullptr && last->node == z.node;
    const std::string item = fmt::format("{}{}", same ? ", " : fmt::format("   Node {} ", z.node),
                                         proc_zone_name(z.type));
    if (lines.empty()) lines.emplace_back("Zones without pages:");
    if (!same && lines.back().size() > kLineMax) lines.emplace_back();
    lines.back() += item;
    last = &z;
  }
  return lines;
}

/// What the maps together may take: enough for one zone, and some lines for each of many.
double maps_height(const KernelState& state) {
  const auto zones = std::count_if(state.zones.begin(), state.zones.end(),
                                   [](const ZoneState& z) { return z.numbers.present > 0; });
  return std::max(kMapsHeight, kMapHeight * static_cast<double>(zones));
}

}  // namespace

std::string machine_svg(const KernelState& state, std::string_view source) {
  const std::string name = printable(source);
  const Tiling tiling = fit_tiling(state, kMapWidth, maps_height(state));
  std::string content = moved(kMargin, kMargin, heading(state, name)) +
                        moved(kMargin, kMargin + 54, legend(state.config));
  double y = kMargin + kHeading;
  for (const ZoneState& z : state.zones) {
    if (z.numbers.present <= 0) continue;
    const Panel panel = zone_panel(state.config, z, tiling);
    content += moved(kMargin, y, panel.content);
    y += panel.height + kSpace;
  }
  for (const std::string& line : without_pages(state)) {
    content += text("dim", kMargin, y + 10, line);
    y += kSpace;
  }
  const double height = y + kMargin;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\" width=\"{0}\" "
      "height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\">\n{2}{3}{4}{5}</svg>\n",
      number(kWidth), number(height), title(fmt::format("{}: state of the page allocator", name)),
      style_sheet(), rect("page", {0, 0, kWidth, height}), content);
}

}  // namespace bp
