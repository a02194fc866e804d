// SPDX-License-Identifier: MIT
#include "fuzz/kernel/zonelist_check.h"

#include <gtest/gtest.h>

#include "fuzz/kernel/input.h"

namespace bp::kernel {
namespace {

std::string recorded(const std::string& name) {
  const FileText text =
      read_file(std::string(BP_SOURCE_DIR) + "/corpus/kernel/snapshots/" + name + ".txt.zst");
  EXPECT_EQ(text.fault, "");
  return text.bytes;
}

// C-3, R-ZONE-4..8, 10: as booted, in zone order, and back in node order with the penalty.
TEST(ZonelistCheck, RecordedMachines) {
  for (const auto& [name, lists] :
       {std::pair{"4.7-zonelists-n4-s1", 8U}, std::pair{"4.7-zonelists-n8-s1", 16U}}) {
    const ZonelistReport r = check_zonelists(recorded(name));
    EXPECT_EQ(r.fault, "");
    ASSERT_EQ(r.moments.size(), 3U);
    const char* const names[] = {"boot", "zone", "node"};
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(r.moments[i].name, names[i]);
      EXPECT_EQ(r.moments[i].lists, lists);
      EXPECT_EQ(r.moments[i].equal, lists) << name << " " << names[i];
    }
  }
  const ZonelistReport late = check_zonelists(recorded("6.1-zonelists-n8"));
  ASSERT_EQ(late.moments.size(), 1U);
  EXPECT_EQ(late.moments[0].equal, 16U);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// C-3: were the lists of boot built with the penalty, or the rebuilt ones without, some differ.
TEST(ZonelistCheck, PenaltyIsForRebuiltListsOnly) {
  const std::string text = recorded("4.7-zonelists-n8-s1");
  const ZonelistReport penalised = check_zonelists(replaced(text, "@@ZL boot", "@@ZL node"));
  EXPECT_LT(penalised.moments[0].equal, penalised.moments[0].lists);
  const ZonelistReport early = check_zonelists(replaced(text, "@@ZL node", "@@ZL boot"));
  EXPECT_LT(early.moments[2].equal, early.moments[2].lists);
}

const std::string kTwoNodes =
    "zone 0 0 DMA managed 10 present 16\nzone 0 1 DMA32 managed 0 present 5\n"
    "zone 1 1 DMA32 managed 10 present 16\nzone 1 2 Normal managed 0 present 0\n"
    "zl 0 0: 0/1 0/0 1/1\nzl 0 1: 0/1 0/0\nzl 1 0: 1/1 0/1 0/0\nzl 1 1: 1/1\n";

// R-ZONE-4: what is present and not managed is listed, what is not present is not.
TEST(ZonelistCheck, PresentZonesAreListed) {
  const ZonelistReport r = check_zonelists(kTwoNodes);
  ASSERT_EQ(r.moments.size(), 1U);
  EXPECT_EQ(r.moments[0].equal, 4U);
}

TEST(ZonelistCheck, DifferenceNamesLineAndList) {
  const ZonelistReport r = check_zonelists(replaced(kTwoNodes, "1/1 0/1 0/0", "1/1 0/0 0/1"));
  ASSERT_EQ(r.moments[0].differences.size(), 1U);
  EXPECT_EQ(r.moments[0].differences[0],
            "line 7: node 1 FALLBACK is 1/1 0/0 0/1; by the rules 1/1 0/1 0/0");
}

TEST(ZonelistCheck, MoreThanTwoNodesNeedDistances) {
  const ZonelistReport r = check_zonelists(kTwoNodes + "zone 2 0 DMA present 1\n");
  EXPECT_EQ(r.unchecked, "no distance for each pair of its 3 nodes");
  EXPECT_TRUE(r.moments.empty());
}

TEST(ZonelistCheck, FaultsNameTheLine) {
  struct Row {
    std::string text;
    std::size_t line;
    std::string_view part;
  };
  const Row rows[] = {
      {"", 0, "no line 'zl"},
      {"zone 0\n", 1, "'zone' without node and index"},
      {"zone 0 0 DMA present\n", 1, "'zone' without a number after 'present'"},
      {"zone 0 0 DMA present x\n", 1, "'zone' without a number"},
      {"\nzl 0\n", 2, "'zl' without node and list"},
      {"zl 0 2: 0/0\n", 1, "'zl' without node and list"},
      {"zl 0 0: 0/\n", 1, "'0/' is no NODE/INDEX"},
      {"zl 0 0: 99/0\n", 1, "'99/0' is no NODE/INDEX"},
      {kTwoNodes + "@@DIST\n10 x\n", 10, "'x' is no distance"},
      {kTwoNodes + "@@DIST\n10 20\n", 10, "no square"},
      {"cfg dist0: 10\n", 1, "'dist0:' is no distance"},
  };
  for (const Row& row : rows) {
    const ZonelistReport r = check_zonelists(row.text);
    EXPECT_EQ(r.fault_line, row.line) << row.text;
    EXPECT_NE(r.fault.find(row.part), std::string::npos) << r.fault << " for " << row.text;
  }
}

}  // namespace
}  // namespace bp::kernel
