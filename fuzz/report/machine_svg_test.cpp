// SPDX-License-Identifier: MIT
// Pictures of states made by hand: whole, right in their numbers, and nothing outside the page.
#include "fuzz/report/machine_svg.h"

#include <gtest/gtest.h>

#include <regex>

#include "fuzz/report/made_state.h"
#include "fuzz/report/svg/draw.h"
#include "fuzz/report/well_formed.h"

namespace bp {
namespace {

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

bool has(std::string_view text, std::string_view part) { return count(text, part) > 0; }

/// Every number that this pattern's group matches.
std::vector<double> numbers(const std::string& text, const std::string& pattern) {
  const std::regex number(pattern);
  std::vector<double> found;
  for (std::sregex_iterator i(text.begin(), text.end(), number), end; i != end; ++i) {
    found.push_back(std::stod((*i)[1]));
  }
  return found;
}

TEST(WellFormed, SeesWhatIsBroken) {
  EXPECT_EQ(xml_fault("<a b=\"1\"><c/>x &amp; y</a>\n"), "");
  for (const char* broken : {"<a><b></a></b>", "<a>", "<a b=1/>", "<a b=\"<\"/>", "<a>&</a>",
                             "<a b=\"\" b=\"\"/>", "<a/><b/>", "</a>", "<a>\x01</a>", "x<a/>"}) {
    EXPECT_NE(xml_fault(broken), "") << broken;
  }
}

TEST(MachineSvg, IsWellFormedForEveryProfile) {
  for (unsigned p = 0; p < kProfiles; ++p) {
    EXPECT_EQ(xml_fault(machine_svg(made_state(static_cast<Profile>(p)), "made")), "");
  }
}

TEST(MachineSvg, NeedsNothingFromOutside) {
  const std::string svg = machine_svg(made_state(Profile::v6_1_lts192), "made");
  EXPECT_EQ(count(svg, "http"), 1U);  // The name space.
  for (const char* foreign : {"<script", "href", "@import", "src="})
    EXPECT_FALSE(has(svg, foreign));
  EXPECT_TRUE(has(svg, "prefers-color-scheme: dark"));
}

TEST(MachineSvg, HasAPanelForEachZoneWithPages) {
  const std::string svg = machine_svg(made_state(Profile::v6_1_lts192), "made");
  EXPECT_EQ(count(svg, "<rect class=\"panel\""), 2U);
  EXPECT_TRUE(has(svg, ">Node 0  DMA</text>"));
  EXPECT_TRUE(has(svg, ">Node 0  Normal</text>"));
  EXPECT_TRUE(has(svg, "starts at frame 0x1000"));
  EXPECT_TRUE(has(svg, ">Zones without pages:   Node 0 Movable</text>"));
}

TEST(MachineSvg, ATileForEachPageblockTellsItsNumbers) {
  const std::string svg = machine_svg(made_state(Profile::v6_1_lts192), "made");
  EXPECT_EQ(count(svg, "<title>frames "), 16U);
  EXPECT_TRUE(has(svg,
                  "<title>frames 0x1..0x1ff: Unmovable\n256 of 511 free\n"
                  "free blocks here by order: 8:1</title>"));
  EXPECT_TRUE(has(svg,
                  "<title>frames 0x1000..0x11ff: Movable\n1 of 512 free, 2 on per-CPU "
                  "lists\nfree blocks here by order: 0:1</title>"));
}

TEST(MachineSvg, ABlockAcrossTilesKeepsItsOrder) {
  const std::string svg = machine_svg(made_state(Profile::v6_1_lts192), "made");
  for (const char* tile : {"0x400..0x5ff", "0x600..0x7ff"}) {
    EXPECT_TRUE(has(svg, std::string("<title>frames ") + tile +
                             ": Movable\n512 of 512 free\nfree blocks here by order: 10:1<"));
  }
}

TEST(MachineSvg, HolesAreHatched) {
  reference::KernelState s = made_state(Profile::v6_1_lts192);
  const std::string hole =
      "<title>frames 0x1400..0x15ff: hole\n0 of 512 free</title>"
      "<path class=\"hole\"";
  EXPECT_EQ(count(machine_svg(s, "made"), hole), 1U);
  s.zones[1].pageblocks[1].type = Migratetype::movable;
  EXPECT_EQ(count(machine_svg(s, "made"), hole), 0U);
}

TEST(MachineSvg, MarksAndListsHaveTheirNumbers) {
  const std::string svg = machine_svg(made_state(Profile::v6_1_lts192), "made");
  for (const char* part :
       {"free 9 of 3584 managed", "marks boosted by 8", ">min 48<", ">low 58<", ">high 68<",
        ">promo 78<", "CPU 0   count 2   high 12   batch 3", ">Unmovable 0:2<",
        "Unmovable, order 0: 2 blocks, 2 pages", "8 free pages of type Reclaimable"}) {
    EXPECT_TRUE(has(svg, part)) << part;
  }
}

TEST(MachineSvg, AMachineWithoutPromoHasNoSuchMark) {
  reference::KernelState s = made_state(Profile::v5_15);
  s.zones[1].numbers.promo = 0;
  EXPECT_FALSE(has(machine_svg(s, "made"), "promo"));
}

TEST(MachineSvg, TheNameIsEscaped) {
  const std::string svg = machine_svg(made_state(Profile::v6_1_lts192), "<&\">\x01\xff.txt");
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_TRUE(has(svg, ">&lt;&amp;&quot;&gt;??.txt</text>"));
}

TEST(MachineSvg, AnEmptyMachineIsAPageWithALegend) {
  const std::string svg = machine_svg({}, "nothing");
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(count(svg, "class=\"panel\""), 0U);
  EXPECT_TRUE(has(svg, "HighAtomic"));
}

TEST(MachineSvg, TheSameStateIsTheSamePicture) {
  const reference::KernelState s = made_state(Profile::v7_1);
  EXPECT_EQ(machine_svg(s, "made"), machine_svg(s, "made"));
}

TEST(MachineSvg, TilesStayInsideThePageWhateverTheSize) {
  for (const std::int64_t frames : {std::int64_t{512}, std::int64_t{1} << 17, std::int64_t{1} << 21,
                                    std::int64_t{1} << 25, std::int64_t{1} << 40}) {
    reference::KernelState s;
    s.config.zones = {ZoneType::normal};
    s.nodes.resize(1);
    s.zones = {made_zone(0, 0, ZoneType::normal, 0x1000, frames)};
    const std::string svg = machine_svg(s, "large");
    const double height = numbers(svg, "^<svg[^>]* height=\"([0-9.]+)\"").at(0);
    EXPECT_LT(height, 1400) << frames;
    EXPECT_LT(svg.size(), std::size_t{4} << 20) << frames;
    const std::string tile = R"(translate\()";
    for (const double x : numbers(svg, tile + R"(([0-9.]+) )")) EXPECT_LT(x, 1280);
    for (const double y : numbers(svg, tile + R"([0-9.]+ ([0-9.]+)\))")) EXPECT_LT(y, height);
  }
}

}  // namespace
}  // namespace bp
