// SPDX-License-Identifier: MIT
// The forms of /proc, pinned on states made by hand. That they are the kernel's own is tested on
// recorded files where those can be read.
#include "fuzz/report/proc_text.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "fuzz/report/made_state.h"
#include "fuzz/report/pageblocks.h"

namespace bp {
namespace {

TEST(ProcText, BuddyinfoHasARowForEachZoneWithPages) {
  EXPECT_EQ(buddyinfo_text(made_state(Profile::v6_1_lts192)),
            "Node 0, zone      DMA      0      0      0      0      0      0      0      0      1  "
            "    0      1 \n"
            "Node 0, zone   Normal      1      0      0      1      0      0      0      0      0  "
            "    0      0 \n");
}

TEST(ProcText, PagetypeinfoCountsListsAndPageblocks) {
  const std::string text = pagetypeinfo_text(made_state(Profile::v6_1_lts192));
  EXPECT_EQ(text.rfind("Page block order: 9\nPages per block:  512\n\nFree pages count", 0), 0U);
  EXPECT_NE(text.find("Node    0, zone   Normal, type  Reclaimable      0      0      0      1 "),
            std::string::npos);
  EXPECT_EQ(text.find("type          CMA"), std::string::npos);
  EXPECT_NE(text.find("\nNumber of blocks type     Unmovable      Movable  Reclaimable   "
                      "HighAtomic      Isolate \n"
                      "Node 0, zone      DMA            1            7            0            0   "
                      "         0 \n"
                      "Node 0, zone   Normal            0            2            5            0   "
                      "         0 \n"),
            std::string::npos);
}

TEST(ProcText, PagetypeinfoNamesCmaWhereItIsConfigured) {
  reference::KernelState s = made_state(Profile::v7_1);
  s.config.cma = true;
  EXPECT_NE(pagetypeinfo_text(s).find("HighAtomic          CMA      Isolate \n"),
            std::string::npos);
}

TEST(ProcText, PagetypeinfoStopsCountingAtAHundredThousandAfter4_7) {
  reference::KernelState s = made_state(Profile::v6_1_lts192);
  s.zones[1].lists[0][0].assign(100000, Pfn{0x1000});
  EXPECT_NE(pagetypeinfo_text(s).find("type    Unmovable >100000      0 "), std::string::npos);
  s.zones[1].lists[0][0].pop_back();
  EXPECT_NE(pagetypeinfo_text(s).find("type    Unmovable  99999      0 "), std::string::npos);
  s.config.profile = Profile::v4_7;
  s.zones[1].lists[0][0].assign(123456, Pfn{0x1000});
  EXPECT_NE(pagetypeinfo_text(s).find("type    Unmovable 123456      0 "), std::string::npos);
}

TEST(ProcText, ZoneinfoAddsTheBoostToTheMarks) {
  const std::string text = zoneinfo_text(made_state(Profile::v6_12));
  EXPECT_NE(text.find("Node 0, zone   Normal\n  pages free     9\n        boost    8\n"
                      "        min      48\n        low      58\n        high     68\n"
                      "        promo    78\n        spanned  4096\n        present  3584\n"
                      "        managed  3584\n        cma      0\n"
                      "        protection: (0, 0, 0)\n      nr_free_pages 9\n"),
            std::string::npos)
      << text;
}

TEST(ProcText, ZoneinfoShowsTheGlobalPartOfFreePagesNeverBelowZero) {
  reference::KernelState s = made_state(Profile::v6_1_lts192);
  s.zones[1].numbers.stat[0] = -3;
  s.zones[1].pcp[0].numbers.diff[0] = 7;
  const std::string text = zoneinfo_text(s);
  EXPECT_NE(text.find("Node 0, zone   Normal\n  pages free     0\n"), std::string::npos);
  EXPECT_NE(text.find("nr_free_pages 0\n"), std::string::npos);
}

TEST(ProcText, ZoneinfoLeavesCmaOutWhileIsolatedBlocksHideIt) {
  reference::KernelState s = made_state(Profile::v7_1);
  s.config.cma = true;
  s.zones[1].pageblocks[2].type = Migratetype::cma;
  EXPECT_NE(zoneinfo_text(s).find("        cma      2560\n"), std::string::npos);
  s.zones[1].numbers.isolated = 1;
  EXPECT_EQ(zoneinfo_text(s).find("        cma      2560\n"), std::string::npos);
}

TEST(ProcText, ZonesWithoutPagesShowFrom5_15On) {
  constexpr std::string_view kMovable = "Node 0, zone  Movable\n  pages free     0\n";
  EXPECT_EQ(zoneinfo_text(made_state(Profile::v4_7)).find(kMovable), std::string::npos);
  EXPECT_NE(zoneinfo_text(made_state(Profile::v5_15)).find(kMovable), std::string::npos);
}

TEST(ProcText, EveryLineOfZoneinfoIsKnown) {
  const std::regex known(std::string{kZoneinfoKnown}, std::regex::extended);
  for (unsigned p = 0; p < kProfiles; ++p) {
    std::istringstream lines(zoneinfo_text(made_state(static_cast<Profile>(p))));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_TRUE(std::regex_search(line, known)) << line;
    }
  }
}

TEST(ProcText, AnEmptyMachineIsEmptyText) {
  EXPECT_EQ(buddyinfo_text({}) + pagetypeinfo_text({}) + zoneinfo_text({}), "");
}

TEST(Pageblocks, SpansCoverTheZoneWithoutGapOrOverlap) {
  reference::ZoneState z = made_zone(0, 0, ZoneType::normal, 0x1100, 0x500);
  z.pageblocks = {{Pfn{0x1000}, Migratetype::movable}, {Pfn{0x1400}, std::nullopt}};
  EXPECT_EQ(pageblock_spans(z),
            (std::vector<PageblockSpan>{{Pfn{0x1100}, Pfn{0x1400}, Migratetype::movable},
                                        {Pfn{0x1400}, Pfn{0x1600}, std::nullopt}}));
  z.pageblocks = {{Pfn{0x1200}, Migratetype::cma}};
  EXPECT_EQ(pageblock_spans(z),
            (std::vector<PageblockSpan>{{Pfn{0x1100}, Pfn{0x1200}, std::nullopt},
                                        {Pfn{0x1200}, Pfn{0x1600}, Migratetype::cma}}));
}

TEST(Pageblocks, AreCountedByFramesWholeBlocksBehindTheStart) {
  reference::ZoneState z = made_zone(0, 0, ZoneType::normal, 0x1100, 0x500);
  z.pageblocks = {{Pfn{0x1000}, Migratetype::movable}, {Pfn{0x1400}, Migratetype::cma}};
  const auto counts = count_pageblocks({}, z);
  EXPECT_EQ(counts[static_cast<unsigned>(Migratetype::movable)], 2);
  EXPECT_EQ(counts[static_cast<unsigned>(Migratetype::cma)], 1);
}

}  // namespace
}  // namespace bp
