// SPDX-License-Identifier: MIT
// Questions to a machine's /proc: files of any age, and those that a container hides.
#include "fuzz/explain/proc_files.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fuzz/explain/mask.h"
#include "fuzz/explain/verdict.h"

namespace bp::explain {
namespace {

constexpr const char* kZoneinfo =
    "Node 0, zone   Normal\n"
    "  pages free     1000\n"
    "        boost    0\n"
    "        min      100\n"
    "        low      125\n"
    "        high     150\n"
    "        spanned  65536\n"
    "        present  65536\n"
    "        managed  60000\n"
    "        protection: (0, 0)\n"
    "      nr_free_pages 1000\n"
    "      nr_free_cma  600\n"
    "  pagesets\n"
    "    cpu: 0\n"
    "              count: 0\n"
    "              high:  90\n"
    "              batch: 15\n"
    "  start_pfn:           4096\n";
constexpr const char* kBuddyinfo =
    "Node 0, zone   Normal    200    100     50     25     12      1      0      0      0      0   "
    " "
    "  0 \n";
constexpr const char* kPagetypeinfo =
    "Page block order: 9\n"
    "Pages per block:  512\n"
    "Node    0, zone   Normal, type    Unmovable    200    100     50     25      0      0      0  "
    "    "
    "0      0      0      0 \n"
    "Node    0, zone   Normal, type          CMA      0      0      0      0     12      1      0  "
    "    "
    "0      0      0      0 \n"
    "Number of blocks type     Unmovable      Movable  Reclaimable   HighAtomic          CMA      "
    "Isolate \n"
    "Node 0, zone   Normal           10           90            5            0            2        "
    " "
    "   0 \n";

Verdict ask(ProcText text, Gfp gfp, unsigned order, Situation& s) {
  const ProcRead read = read_proc(text, rules::KernelVersion{5, 15});
  EXPECT_EQ(read.fault, "");
  s = read.situation;
  s.gfp = gfp, s.order = Order{order};
  return judge(s);
}

TEST(ExplainProc, AMachineIsAskedWithoutAFailure) {
  using enum GfpFlag;
  const Gfp kernel = direct_reclaim | kswapd_reclaim | io | fs;
  Situation s;
  Verdict v = ask({kZoneinfo, kBuddyinfo, kPagetypeinfo}, kernel, 3, s);
  ASSERT_EQ(v.zones.size(), 1U);
  EXPECT_EQ(v.outcome, Outcome::served);
  // 1000 - 7 - 600 - 100.
  EXPECT_EQ(v.zones[0].sum->margin, (Range{293, 293}));
  v = ask({kZoneinfo, kBuddyinfo, kPagetypeinfo}, kernel, 4, s);
  EXPECT_EQ(v.zones[0].answer, Answer::wrong_type);
  v = ask({kZoneinfo, kBuddyinfo, kPagetypeinfo}, kernel | movable, 4, s);
  EXPECT_EQ(v.outcome, Outcome::served);
}

TEST(ExplainProc, WhatCannotBeReadIsMissing) {
  using enum GfpFlag;
  const Gfp kernel = direct_reclaim | kswapd_reclaim | io | fs;
  Situation s;
  Verdict v = ask({kZoneinfo, kBuddyinfo}, kernel, 4, s);
  EXPECT_EQ(v.outcome, Outcome::undecided);
  v = ask({kZoneinfo}, kernel, 4, s);
  EXPECT_EQ(v.outcome, Outcome::undecided);
  EXPECT_EQ(v.zones[0].missing, std::vector<std::string>{"the highatomic reserve"});
  EXPECT_NE(read_proc({"nothing"}, std::nullopt).fault, "");
}

/// As 2.6.32 to 3.7 print it: no "managed", no CMA.
constexpr const char* kOldZoneinfo =
    "Node 0, zone    DMA32\n"
    "  pages free     6000\n"
    "        min      510\n"
    "        low      637\n"
    "        high     765\n"
    "        scanned  0\n"
    "        spanned  262144\n"
    "        present  250000\n"
    "    nr_free_pages 6000\n"
    "        protection: (0, 900)\n"
    "  all_unreclaimable: 0\n"
    "  start_pfn:         4096\n"
    "Node 0, zone   Normal\n"
    "  pages free     1700\n"
    "        min      1616\n"
    "        low      2020\n"
    "        high     2424\n"
    "        spanned  262144\n"
    "        present  242560\n"
    "        protection: (0, 0)\n"
    "  start_pfn:         1048576\n";
constexpr const char* kOldBuddyinfo =
    "Node 0, zone    DMA32   2000   1000    400     50      0      0      0      0      0      0   "
    "   0 \n"
    "Node 0, zone   Normal    800    300     60      5      1      0      0      0      0      0   "
    "   0 \n";

ZoneAnswer answer_of(const Verdict& v, const Situation& s, ZoneType type) {
  for (const ZoneAnswer& a : v.zones)
    if (s.zones[a.zone].type == type) return a;
  return {};
}

std::string with_returns(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

TEST(ExplainProc, ZonesOfOldKernelsAreReadToTheEndAndAreManaged) {
  for (const bool returns : {false, true}) {
    ProcText text{kOldZoneinfo, kOldBuddyinfo};
    if (returns) text = {with_returns(text.zoneinfo), with_returns(text.buddyinfo)};
    ProcRead read = read_proc(text, std::nullopt);
    ASSERT_EQ(read.fault, "");
    Situation& s = read.situation;
    ASSERT_EQ(s.zones.size(), 2U);
    EXPECT_FALSE(s.zones[0].managed);
    EXPECT_EQ(s.ages, std::vector{rules::KernelAge::before_4_4});
    s.gfp = gfp_in(rules::KernelAge::before_4_4, "GFP_KERNEL"), s.order = Order{2};
    const Verdict v = judge(s);
    // 1700 - 3 is above 1616; less 800 it is 897 above 808; less 600 more 297, and 404 had to be.
    EXPECT_EQ(answer_of(v, s, ZoneType::normal).answer, Answer::small_order);
    EXPECT_EQ(answer_of(v, s, ZoneType::normal).halved_left, 297);
    // 6000 - 3 - 510 - 900.
    EXPECT_EQ(answer_of(v, s, ZoneType::dma32).sum->margin, (Range{4587, 4587}));
  }
}

TEST(ExplainProc, AFaultIsNotPassedOver) {
  std::string torn = kZoneinfo;
  torn.replace(torn.find("low      125"), 12, "low      x25");
  EXPECT_EQ(read_proc({torn}, std::nullopt).fault,
            "line 5: 'x25' after 'low' is no number of pages");
}

/// 0x..: the mask of one age is not that of another: without a version each is asked with its own.
TEST(ExplainProc, SymbolsAreThoseOfEachAge) {
  const auto atomic = [](rules::KernelAge a) { return *gfp_in(a, "GFP_ATOMIC"); };
  EXPECT_FALSE(atomic(rules::KernelAge::before_4_4).has(GfpFlag::kswapd_reclaim));
  EXPECT_TRUE(atomic(rules::KernelAge::v4_15).has(GfpFlag::atomic));
  EXPECT_FALSE(atomic(rules::KernelAge::v6_3).has(GfpFlag::atomic));
  EXPECT_TRUE(gfp_in(rules::KernelAge::before_4_4, "GFP_KERNEL")->has(GfpFlag::wait));

  Situation s = read_proc({kZoneinfo, kBuddyinfo, kPagetypeinfo}, std::nullopt).situation;
  s.gfp = gfp_in(rules::KernelAge::v6_12, "GFP_KERNEL"), s.order = Order{0};
  for (const rules::KernelAge a : s.ages) s.gfp_of_ages.emplace_back(a, *gfp_in(a, "GFP_KERNEL"));
  // Of the oldest: it may wait, so that the mark is not lowered.
  EXPECT_EQ(judge(s).zones[0].sum->needed, 100);
}

TEST(ExplainProc, ThePagesSizeIsMeasuredOrSaidToBeAssumed) {
  const auto size = [](const std::string& meminfo, std::optional<std::int64_t> known) {
    ProcText text{kZoneinfo};
    text.meminfo = meminfo, text.page_kb = known;
    return read_proc(text, std::nullopt).situation;
  };
  EXPECT_EQ(size("MemTotal: 3840000 kB\nMemFree: 64120 kB\n", {}).page_kb, 64);
  EXPECT_EQ(size("MemFree: 4012 kB\n", {}).page_kb, 4);
  EXPECT_EQ(size("", 16).page_kb, 16);
  const auto assumes = [](const Situation& s) {
    return std::ranges::any_of(
        s.notes, [](const std::string& n) { return n.find("4 kB are assumed") != n.npos; });
  };
  EXPECT_FALSE(assumes(size("MemFree: 64120 kB\n", {})));
  EXPECT_TRUE(assumes(size("", {})));
  EXPECT_TRUE(assumes(size("MemFree: 999999 kB\n", {})));
}

}  // namespace
}  // namespace bp::explain
