// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/paint.h"

#include <array>

#include "fuzz/report/fmt.h"

namespace bp::svg {
namespace {

struct Paint {
  Migratetype type;
  std::array<std::string_view, kBands> free;  ///< By band.
  std::string_view used, used_dark;
};

constexpr Paint kPaints[] = {
    {Migratetype::unmovable, {"#f0a877", "#e27a35", "#c95300"}, "#e2d8d1", "#3b322c"},
    {Migratetype::movable, {"#86bce0", "#3e93cb", "#0068a8"}, "#d3dae1", "#2a323b"},
    {Migratetype::reclaimable, {"#7fd0b6", "#2db08b", "#007d5a"}, "#d2dfd9", "#2a3733"},
    {Migratetype::highatomic, {"#e6bfd6", "#cc79a7", "#a3497d"}, "#e4d8e0", "#3a2f37"},
    {Migratetype::cma, {"#f6d386", "#e8a317", "#b97f00"}, "#e5e0d0", "#3a3628"},
    {Migratetype::isolate, {"#8b8f96", "#5f646c", "#3a3e45"}, "#dadada", "#333333"},
};

/// In the dark sheet ISOLATE turns bright: it would vanish.
constexpr std::array<std::string_view, kBands> kIsolateDark = {"#9aa0a8", "#c3c8cf", "#eceff3"};

constexpr std::string_view kLight = R"css(
svg { font-family: system-ui, "DejaVu Sans", sans-serif; font-size: 10px }
text { fill: #20262e; white-space: pre }
.page { fill: #ffffff }
.panel { fill: #f6f7f9; stroke: #d8dce2 }
.name { font-size: 18px; font-weight: 600 }
.zone { font-size: 13px; font-weight: 600 }
.dim { fill: #5c6672 }
.end { text-anchor: end }
.mid { text-anchor: middle }
.mono { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 9px }
.hole { fill: url(#holes) }
.hatch { stroke: #a9b0b9; stroke-width: 1 }
.hatch-ground { fill: #eef0f3 }
.pcp { fill: #f0e442 }
.q1 { fill-opacity: 0.3 }
.q2 { fill-opacity: 0.55 }
.q3 { fill-opacity: 0.8 }
.bar { fill: #e3e6ea }
.mark { stroke: #20262e; stroke-width: 1.25 }
.boost { fill: #20262e }
.lead { fill: none; stroke: #8b94a0; stroke-width: 0.75 }
.rule { stroke: #d8dce2; stroke-width: 1 }
.break { stroke: #f6f7f9; stroke-width: 3 }
)css";

constexpr std::string_view kDark = R"css(
text { fill: #e4e8ee }
.page { fill: #14171b }
.panel { fill: #1b1f25; stroke: #343b45 }
.dim { fill: #9aa5b3 }
.hatch { stroke: #545d69 }
.hatch-ground { fill: #20252c }
.bar { fill: #2c323a }
.mark { stroke: #f2f4f7 }
.boost { fill: #f2f4f7 }
.lead { stroke: #77818e }
.rule { stroke: #343b45 }
.break { stroke: #1b1f25 }
)css";

std::string colours() {
  std::string css;
  for (const Paint& p : kPaints) {
    css += fmt::format(".{} {{ fill: {} }}\n", used_class(p.type), p.used);
    for (unsigned band = 0; band < kBands; ++band) {
      css += fmt::format(".{} {{ fill: {} }}\n", free_class(p.type, band), p.free[band]);
    }
  }
  return css;
}

std::string dark_colours() {
  std::string css;
  for (const Paint& p : kPaints) {
    css += fmt::format(".{} {{ fill: {} }}\n", used_class(p.type), p.used_dark);
  }
  for (unsigned band = 0; band < kBands; ++band) {
    css += fmt::format(".{} {{ fill: {} }}\n", free_class(Migratetype::isolate, band),
                       kIsolateDark[band]);
  }
  return css;
}

}  // namespace

char letter_of(Migratetype t) { return "umrhci"[static_cast<unsigned>(t)]; }

std::string free_class(Migratetype t, unsigned band) {
  return fmt::format("{}{}", letter_of(t), band);
}

std::string used_class(Migratetype t) { return fmt::format("b{}", letter_of(t)); }

std::string style_sheet() {
  return fmt::format(
      "<style>{}{}@media (prefers-color-scheme: dark) {{{}{}}}\n</style>\n"
      "<defs><pattern id=\"holes\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
      "<rect class=\"hatch-ground\" width=\"6\" height=\"6\"/>"
      "<path class=\"hatch\" d=\"M-1 1l2 -2M0 6l6 -6M5 7l2 -2\"/></pattern></defs>\n",
      kLight, colours(), kDark, dark_colours());
}

}  // namespace bp::svg
