// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/step_panel.h"

#include <algorithm>
#include <array>

#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"

namespace bp::svg {
namespace {

constexpr double kHeading = 26, kStrip = 24, kZone = 62, kLeft = 112;
constexpr double kStripWidth = kStepWidth - kLeft - 8;
constexpr double kDigit = 7;           ///< Of the small face.
constexpr std::size_t kListShown = 6;  ///< Frames of a CPU's list named in figures.
constexpr std::array<const char*, BP_ZONE_TYPES> kZoneNames{"DMA",     "DMA32",   "Normal",
                                                            "HighMem", "Movable", "Device"};

std::uint64_t frame(Pfn p) { return static_cast<std::uint64_t>(p); }
std::uint64_t pages(Order o) { return std::uint64_t{1} << std::min(static_cast<unsigned>(o), 63U); }
bool in(const bp_zone& z, Pfn p) { return z.begin <= frame(p) && frame(p) < z.end; }

std::string free_band(Order o) {
  return o < Order{3} ? "free f0" : o < Order{7} ? "free f1" : "free f2";
}

std::string labelled(std::string_view css, const Box& box, const std::string& label,
                     const std::string& tip) {
  std::string out = rect(css, box, tip);
  if (box.width > kDigit * static_cast<double>(label.size()) + 4)
    out += text("in", box.x + box.width / 2, box.y + box.height / 2 + 4, label);
  return out;
}

/// "2 of order 0, 1 of order 9", and what is on each CPU's list.
std::string figures(const bp_zone& z, const MemoryStep& step) {
  std::array<std::uint64_t, BP_ORDER_MAX + 1> blocks{};
  std::array<std::vector<std::uint64_t>, kCpusMax> lists;
  std::uint64_t free = 0;
  for (const CensusBlock& b : step.blocks) {
    if (!in(z, b.head) || static_cast<unsigned>(b.order) > BP_ORDER_MAX) continue;
    if (b.cpu == kOnBuddy) ++blocks[static_cast<unsigned>(b.order)], free += pages(b.order);
    if (b.cpu < kCpusMax) lists[b.cpu].push_back(frame(b.head));
  }
  std::string out = fmt::format("{} free; blocks by order", free);
  for (const std::uint64_t n : blocks) out += fmt::format(" {}", n);
  for (std::size_t cpu = 0; cpu < lists.size(); ++cpu) {
    if (lists[cpu].empty()) continue;
    out += fmt::format(";  CPU {} keeps", cpu);
    for (std::size_t i = 0; i < std::min(lists[cpu].size(), kListShown); ++i)
      out += fmt::format(" {:#x}", lists[cpu][i]);
    if (lists[cpu].size() > kListShown)
      out += fmt::format(" and {} more", lists[cpu].size() - kListShown);
  }
  return out;
}

}  // namespace

StepPanel::StepPanel(const bp_machine& m, const std::vector<MemoryStep>& steps, Pfn at_fault)
    : machine_(m) {
  std::set<std::uint64_t> borders;
  const auto add = [&](Pfn head, Order order) {
    borders.insert({frame(head), frame(head) + pages(order)});
  };
  for (const MemoryStep& s : steps) {
    for (const CensusBlock& b : s.blocks) add(b.head, b.order);
    for (const HeldBlock& b : s.held) add(b.head, b.order);
  }
  for (std::uint32_t h = 0; h < m.n_holes; ++h) borders.insert({m.holes[h].begin, m.holes[h].end});
  if (at_fault != kNoPfn) add(at_fault, Order{0});
  for (std::uint32_t z = 0; z < m.n_zones; ++z)
    axes_.emplace_back(m.zones[z].begin, m.zones[z].end, borders, kStripWidth);
}

double StepPanel::height() const {
  return kHeading + kZone * static_cast<double>(axes_.size()) + 6;
}

std::string StepPanel::zone(std::size_t z, const MemoryStep& step, const StepLook& look) const {
  const bp_zone& zone = machine_.zones[z];
  const ZoneAxis& axis = axes_[z];
  const double y = kHeading + kZone * static_cast<double>(z) + 8;
  const auto box = [&](Pfn head, Order order, double inset) {
    const double from = kLeft + axis.x(frame(head));
    const double to = kLeft + axis.x(frame(head) + pages(order));
    return Box{from, y + inset, std::max(to - from, 0.6), kStrip - 2 * inset};
  };
  const auto tip = [](std::string_view what, Pfn head, Order order) {
    return fmt::format("{}: frames {:#x} to {:#x}, order {}", what, frame(head),
                       frame(head) + pages(order) - 1, static_cast<unsigned>(order));
  };
  std::string out =
      text("zone", 4, y + 16, fmt::format("{} node {}", kZoneNames.at(zone.type), zone.node)) +
      rect("used", {kLeft, y, kStripWidth, kStrip});
  for (std::uint32_t h = 0; h < machine_.n_holes; ++h) {
    const bp_range& hole = machine_.holes[h];
    if (hole.begin < zone.begin || hole.end > zone.end) continue;
    out +=
        rect("hole", {kLeft + axis.x(hole.begin), y, axis.x(hole.end) - axis.x(hole.begin), kStrip},
             fmt::format("hole: frames {:#x} to {:#x}", hole.begin, hole.end - 1));
  }
  for (const CensusBlock& b : step.blocks) {
    if (!in(zone, b.head)) continue;
    const bool listed = b.cpu != kOnBuddy;
    out += labelled(
        listed ? "pcp" : free_band(b.order), box(b.head, b.order, 0),
        listed ? fmt::format("c{}", b.cpu) : fmt::format("{}", static_cast<unsigned>(b.order)),
        tip(listed ? fmt::format("on the list of CPU {}", b.cpu) : "free", b.head, b.order));
  }
  for (const HeldBlock& b : step.held) {
    if (!in(zone, b.head)) continue;
    out += labelled("held", box(b.head, b.order, 4), fmt::format("b{}", b.handle),
                    tip(fmt::format("b{}, held by the program", b.handle), b.head, b.order));
  }
  if (look.frame != kNoPfn && in(zone, look.frame)) {
    const Box f = box(look.frame, Order{0}, -4);
    out += rect("fault", f, fmt::format("the frame at fault, {:#x}", frame(look.frame)));
    out += text("faulty", std::min(f.x, kStepWidth - 60), y - 6,
                fmt::format("{:#x}", frame(look.frame)));
  }
  return out +
         text("dim", kLeft, y + kStrip + 16,
              fmt::format("{:#x} to {:#x}; {}", zone.begin, zone.end - 1, figures(zone, step)));
}

std::string StepPanel::draw(const MemoryStep& step, const StepLook& look) const {
  std::string out =
      rect(look.at_fault ? "step refused" : "step", {0, 0, kStepWidth, height() - 2}) +
      text("head", 8, 18, look.heading);
  for (std::size_t z = 0; z < axes_.size(); ++z) out += zone(z, step, look);
  return out;
}

std::string step_legend() {
  double x = 0;
  std::string out;
  const auto entry = [&](std::string_view css, std::string_view what) {
    out += rect(css, {x, 2, 22, 14}) + text("dim", x + 28, 14, what);
    x += 44 + text_width(what) * 1.1;
  };
  entry("free f0", "free, order 0-2");
  entry("free f1", "order 3-6");
  entry("free f2", "order 7-10");
  entry("pcp", "on a per-CPU list");
  entry("held", "held by the program");
  entry("used", "neither");
  entry("hole", "hole");
  entry("fault", "frame at fault");
  return out;
}

std::string step_css() {
  return R"css(
:root { --page: #f6f7f9; --card: #ffffff; --ink: #1b2430; --soft: #5a6675; --rule: #dfe3e8;
  --f0: #56b4e9; --f1: #2f8fd0; --f2: #0a6aa8; --pcp: #cc79a7; --held: #e69f00; --red: #c33a00;
  --used: #e6e9ed; --hole: #b8bfc8; --refused: #fdeee5; --on: #ffffff; --dark: #1b2430; }
@media (prefers-color-scheme: dark) { :root { --page: #11161c; --card: #1a2129; --ink: #e6eaef;
  --soft: #a3afbc; --rule: #2d3742; --f0: #7cc6f2; --f1: #3d9bdc; --f2: #1b74b4; --used: #2a333d;
  --hole: #56616d; --refused: #3a2418; --red: #ff8a55; } }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
svg .dim { fill: var(--soft); font-size: 11px; }
svg .head { font: 600 13px ui-monospace, "DejaVu Sans Mono", monospace; }
svg .zone { font-weight: 600; }
svg .in { text-anchor: middle; font-size: 11px; fill: var(--dark); pointer-events: none; }
svg .faulty { fill: var(--red); font-weight: 600; font-size: 11px; }
.step { fill: var(--card); stroke: var(--rule); }
.refused { fill: var(--refused); stroke: var(--red); }
.free, .pcp, .held { stroke: var(--card); stroke-width: .6; }
.f0 { fill: var(--f0); } .f1 { fill: var(--f1); } .f2 { fill: var(--f2); }
.pcp { fill: var(--pcp); } .held { fill: var(--held); } .used { fill: var(--used); }
.hole { fill: var(--hole); }
.fault { fill: none; stroke: var(--red); stroke-width: 2.5; }
.paper { fill: var(--page); }
)css";
}

}  // namespace bp::svg
