// SPDX-License-Identifier: MIT
// The forms in which people cite rules, and what looks like a citation but is none.
#include "fuzz/rules_index/citation.h"

#include <gtest/gtest.h>

#include "fuzz/report/fmt.h"
#include "fuzz/rules_index/spoken_text.h"

namespace bp::rules_index {
namespace {

/// "R-CFG-4..8@1": id, end of a range, line.
std::vector<std::string> cited(std::string_view text) {
  std::vector<std::string> all;
  for (const Citation& c : citations_in(text)) {
    const std::string end = c.last == c.first ? "" : fmt::format("..{}", c.last);
    all.push_back(fmt::format("{}{}@{}", c.first_id(), end, c.line));
  }
  return all;
}

using Ids = std::vector<std::string>;

TEST(Citation, SingleIdsOfEveryKind) {
  EXPECT_EQ(cited("(R-WMARK-6)"), Ids{"R-WMARK-6@1"});
  EXPECT_EQ(cited("R-GEN-1"), Ids{"R-GEN-1@1"});
  EXPECT_EQ(cited("see C-1, M-5, N-2, W-19, F-1, L-10, G-4."),
            (Ids{"C-1@1", "M-5@1", "N-2@1", "W-19@1", "F-1@1", "L-10@1", "G-4@1"}));
  EXPECT_EQ(cited("C1 and C18"), (Ids{"C1@1", "C18@1"}));
  EXPECT_EQ(cited("B-4, B-04"), (Ids{"B-04@1", "B-04@1"}));
  EXPECT_EQ(cited("R-SLOW-5's list; R-API-11: tails"), (Ids{"R-SLOW-5@1", "R-API-11@1"}));
}

TEST(Citation, RangesAndLists) {
  EXPECT_EQ(cited("R-CFG-4..8"), Ids{"R-CFG-4..8@1"});
  EXPECT_EQ(cited("R-CFG-4..R-CFG-8"), Ids{"R-CFG-4..8@1"});
  EXPECT_EQ(cited("C1..C18"), Ids{"C1..18@1"});
  EXPECT_EQ(cited("R-PCP-11, 12"), (Ids{"R-PCP-11@1", "R-PCP-12@1"}));
  EXPECT_EQ(cited("R-WMARK-2..6 and 10, or 16, 17: true"),
            (Ids{"R-WMARK-2..6@1", "R-WMARK-10@1", "R-WMARK-16@1", "R-WMARK-17@1"}));
  EXPECT_EQ(cited("R-ZONE-5, 7, 8; C-3"), (Ids{"R-ZONE-5@1", "R-ZONE-7@1", "R-ZONE-8@1", "C-3@1"}));
  EXPECT_EQ(cited("R-AF-1, 2, 4, R-SLOW-2, 5..7"),
            (Ids{"R-AF-1@1", "R-AF-2@1", "R-AF-4@1", "R-SLOW-2@1", "R-SLOW-5..7@1"}));
  EXPECT_EQ(cited("R-MT-3/4, R-HA-1 & 2"), (Ids{"R-MT-3@1", "R-MT-4@1", "R-HA-1@1", "R-HA-2@1"}));
  EXPECT_EQ(cited("C-1 f, C5"), (Ids{"C-1@1", "C5@1"}));
}

TEST(Citation, ListsGoOnOverLines) {
  EXPECT_EQ(cited("R-CFG-4..7, 12,\n  13).\nR-GEN-2"),
            (Ids{"R-CFG-4..7@1", "R-CFG-12@1", "R-CFG-13@2", "R-GEN-2@3"}));
  EXPECT_EQ(cited(spoken_text("/// (R-CFG-4,\n///  6).\nint n;\n")),
            (Ids{"R-CFG-4@1", "R-CFG-6@2"}));
}

TEST(Citation, NumbersThatAreNoItems) {
  EXPECT_EQ(cited("R-SLOW-5, 4.7 only"), Ids{"R-SLOW-5@1"});
  EXPECT_EQ(cited("R-SLOW-5, 64-bit"), Ids{"R-SLOW-5@1"});
  EXPECT_EQ(cited("R-SLOW-5, 3rd and 5 % more"), Ids{"R-SLOW-5@1"});
  EXPECT_EQ(cited("R-CFG-8, 0 without one"), Ids{"R-CFG-8@1"});
  EXPECT_EQ(cited("R-CFG-8 12"), Ids{"R-CFG-8@1"});
  EXPECT_EQ(cited("R-CFG-8: 3, 4"), Ids{"R-CFG-8@1"});
  EXPECT_EQ(cited("R-CFG-8; 3"), Ids{"R-CFG-8@1"});
  EXPECT_EQ(cited("R-CFG-8 and android 4"), Ids{"R-CFG-8@1"});
  EXPECT_EQ(cited("R-CFG-9. A machine"), Ids{"R-CFG-9@1"});
}

TEST(Citation, WhatLooksLikeOne) {
  for (const char* text :
       {"C99", "UTF-8", "P-WM-3", "P-ZL-8", "I-10", "L1 and L2", "R-WMARK", "R-wmark-6", "0xC1",
        "XC-1", "R-WMARK-6x", "R-12", "abcR-WMARK-6", "W-1000", "C++20", "CL-3a", ""})
    EXPECT_EQ(cited(text), Ids{}) << text;
}

// A misspelt id is a citation too: it is for the registry to say that there is no such rule.
TEST(Citation, MisspeltIdsAreCitations) {
  EXPECT_EQ(cited("R-WMRK-6"), Ids{"R-WMRK-6@1"});
  EXPECT_EQ(cited("R-GEN-0"), Ids{"R-GEN-0@1"});
  EXPECT_EQ(cited("C19, W-20"), (Ids{"C19@1", "W-20@1"}));
}

}  // namespace
}  // namespace bp::rules_index
