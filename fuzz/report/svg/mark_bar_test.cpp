// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/mark_bar.h"

#include <gtest/gtest.h>

#include <regex>

#include "fuzz/report/made_state.h"

namespace bp::svg {
namespace {

struct Label {
  double middle = 0;
  std::string text;
};

std::vector<Label> labels(const std::string& bar) {
  const std::regex label(R"x(<text class="mid" x="([0-9.]+)" y="[0-9.]+">([^<]*)<)x");
  std::vector<Label> found;
  for (std::sregex_iterator i(bar.begin(), bar.end(), label), end; i != end; ++i) {
    found.push_back({std::stod((*i)[1]), (*i)[2]});
  }
  return found;
}

/// Marks at the left end, close together, in the middle and above all pages.
TEST(MarkBar, LabelsNeitherOverlapNorLeaveTheBar) {
  constexpr double kWidth = 600;
  for (const std::int64_t min : {0, 1, 500, 4000, 100000}) {
    for (const std::int64_t step : {0, 1, 300}) {
      reference::KernelState s = made_state(Profile::v6_1_lts192);
      reference::ZoneNumbers& n = s.zones[1].numbers;
      n.min = min, n.low = min + step, n.high = n.low + step, n.promo = n.high + step + 1;
      const std::vector<Label> found = labels(mark_bar(s.config, s.zones[1], kWidth));
      ASSERT_EQ(found.size(), 4U);
      double end = -1;
      for (const Label& l : found) {
        const double half = text_width(l.text) / 2;
        EXPECT_GT(l.middle - half, end) << l.text;
        end = l.middle + half;
      }
      EXPECT_LE(end, kWidth + 0.01);
    }
  }
}

TEST(MarkBar, CountsWhatCpusHaveNotFoldedIn) {
  reference::KernelState s = made_state(Profile::v6_1_lts192);
  s.zones[1].pcp[0].numbers.diff[0] = -4;
  EXPECT_EQ(free_pages(s.zones[1]), 5);
  EXPECT_NE(mark_bar(s.config, s.zones[1], 600).find("free 5 of 3584 managed"), std::string::npos);
}

TEST(MarkBar, ReserveAndBoostAreBracketsAsLongAsTheirPages) {
  reference::KernelState s = made_state(Profile::v6_1_lts192);
  reference::ZoneNumbers& n = s.zones[1].numbers;
  n.managed = 1000;
  n.min = 300, n.low = 400, n.high = 500, n.promo = 600, n.boost = 0, n.highatomic = 0;
  const std::string without = mark_bar(s.config, s.zones[1], 500);
  EXPECT_EQ(without.find("class=\"boost\""), std::string::npos);
  EXPECT_EQ(without.find("HighAtomic reserve"), std::string::npos);
  n.boost = 100, n.highatomic = 200;
  const std::string with = mark_bar(s.config, s.zones[1], 500);
  EXPECT_NE(with.find(R"(<rect class="boost" x="200" y="17" width="50")"), std::string::npos)
      << with;
  EXPECT_NE(with.find(R"(<rect class="h2" x="0" y="17" width="100")"), std::string::npos);
}

}  // namespace
}  // namespace bp::svg
