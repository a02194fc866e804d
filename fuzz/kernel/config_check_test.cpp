// SPDX-License-Identifier: MIT
// The recorded snapshots, and that no figure of them can be off by one unnoticed.
#include "fuzz/kernel/config_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "fuzz/kernel/snapshot_files.h"

namespace bp::kernel {
namespace {

std::string corpus(const std::string& name) {
  return std::string(BP_SOURCE_DIR) + "/corpus/kernel/snapshots/" + name;
}

ConfigSnapshot recorded(const std::string& machine, const std::string& suffix) {
  const FoundSnapshots found = find_snapshots(corpus(machine + ".txt.zst"));
  EXPECT_EQ(found.fault, "");
  for (const ConfigSnapshot& s : found.snapshots) {
    if (s.name == machine + suffix) return s;
  }
  ADD_FAILURE() << "no snapshot " << machine << suffix;
  return {};
}

ConfigReport report_of(const ConfigSnapshot& s) {
  const auto p = profile_of(s);
  EXPECT_TRUE(p) << s.name;
  return check_config(s, p.value_or(Profile::v4_7));
}

std::map<FigureReason, int> reasons_of(const ConfigReport& r) {
  std::map<FigureReason, int> out;
  for (const Figure& f : r.figures) {
    if (f.state == FigureState::explained) ++out[f.reason];
  }
  return out;
}

struct Recorded {
  const char* machine;
  Profile profile;
  std::size_t figures;  ///< Of the snapshot after the sysctls were written.
};
constexpr Recorded kRecorded[] = {
    {"4.7-5G-movable", Profile::v4_7, 42},
    {"4.7-i386-1024M", Profile::v4_7, 32},
    {"4.7-numa-2node", Profile::v4_7, 32},
    {"5.15-160M", Profile::v5_15, 36},
    {"5.15-2node-smp2", Profile::v5_15, 76},
    {"6.1-2node", Profile::v6_1_lts192, 100},
    {"6.1-5G-movablecore", Profile::v6_1_lts192, 54},
    {"6.1-pae-2G-movablecore", Profile::v6_1_lts192, 42},
    {"6.12-512M", Profile::v6_12, 53},
    {"7.1-2node-smp2", Profile::v7_1, 96},
    {"7.1-5G-movablecore", Profile::v7_1, 54},
};

// After the sysctls were written all figures are the formulas', but for a threshold that is never
// computed anew (C16) and sizes that are tuned at run time.
TEST(ConfigCheck, EveryFigureOfTheRecordedMachines) {
  for (const Recorded& m : kRecorded) {
    for (const char* suffix : {"", " 2", " 3"}) {
      const ConfigSnapshot s = recorded(m.machine, suffix);
      const ConfigReport r = report_of(s);
      EXPECT_EQ(r.profile, m.profile);
      EXPECT_EQ(r.count(FigureState::different), 0U) << s.name;
      if (s.as_booted) continue;
      EXPECT_EQ(r.figures.size(), m.figures) << s.name;
      auto reasons = reasons_of(r);
      EXPECT_EQ(reasons.erase(FigureReason::old_threshold),
                std::string(m.machine) == "5.15-160M" ? 1U : 0U);
      reasons.erase(FigureReason::tuned);
      EXPECT_TRUE(reasons.empty()) << s.name;
    }
  }
}

TEST(ConfigCheck, AsBootedIsExplainedByName) {
  const auto reasons = reasons_of(report_of(recorded("5.15-160M", "")));
  EXPECT_EQ(reasons.at(FigureReason::old_threshold), 1);
  EXPECT_GT(reasons.at(FigureReason::as_booted), 0);
  EXPECT_EQ(reasons_of(report_of(recorded("7.1-5G-movablecore", ""))).at(FigureReason::huge_pages),
            1);
  // The same figures are differences where sysctls have been written since.
  ConfigSnapshot s = recorded("5.15-160M", "");
  s.as_booted = false;
  EXPECT_GT(report_of(s).count(FigureState::different), 0U);
}

/// Ways to be off by one, each in one number that a zone prints.
using Change = std::function<bool(ZoneinfoZone&)>;

Change mark(Pages Watermarks::* member, std::int64_t by) {
  return [=](ZoneinfoZone& z) {
    z.marks.*member += Pages{by};
    return z.has_marks;
  };
}

Change of_cpu(Pages ZoneinfoCpu::* member) {
  return [=](ZoneinfoZone& z) {
    for (ZoneinfoCpu& c : z.cpus) c.*member += Pages{1};
    return !z.cpus.empty();
  };
}

// Also fails if a rule is left out: every kind of figure of every zone is one that is compared.
TEST(ConfigCheck, NoFigureCanBeOffByOne) {
  const std::pair<const char*, Change> changes[] = {
      {"min", mark(&Watermarks::min, 1)},
      {"low", mark(&Watermarks::low, -1)},
      {"high", mark(&Watermarks::high, 1)},
      {"promo", [](ZoneinfoZone& z) { return z.promo && (*z.promo += Pages{1}, true); }},
      {"protection", [](ZoneinfoZone& z) { return z.protection.back() += Pages{1}, true; }},
      {"batch", of_cpu(&ZoneinfoCpu::batch)},
      {"high_min",
       [](ZoneinfoZone& z) {
         return !z.cpus.empty() && z.cpus[0].high_min && (*z.cpus[0].high_min += Pages{1}, true);
       }},
      {"high_max",
       [](ZoneinfoZone& z) {
         return !z.cpus.empty() && z.cpus[0].high_max && (*z.cpus[0].high_max += Pages{1}, true);
       }},
      {"threshold",
       [](ZoneinfoZone& z) { return !z.cpus.empty() && (*z.cpus.back().threshold += 1, true); }},
      {"managed",
       [](ZoneinfoZone& z) { return z.managed > Pages{0} && (z.managed -= Pages{1}, true); }},
  };
  for (const Recorded& m : kRecorded) {
    const ConfigSnapshot good = recorded(m.machine, " 2");
    for (std::size_t i = 0; i < good.zoneinfo.zones.size(); ++i) {
      for (const auto& [name, change] : changes) {
        ConfigSnapshot s = good;
        if (!change(s.zoneinfo.zones[i])) continue;
        EXPECT_GT(report_of(s).count(FigureState::different), 0U)
            << s.name << " zone " << i << " " << name;
      }
    }
  }
}

TEST(ConfigCheck, SysctlsAndTotalsCount) {
  const ConfigSnapshot good = recorded("6.1-5G-movablecore", " 3");
  const std::pair<const char*, std::function<void(ConfigSnapshot&)>> changes[] = {
      {"min_free", [](ConfigSnapshot& s) { *s.sysctls.min_free_kbytes += 4; }},
      {"scale", [](ConfigSnapshot& s) { *s.sysctls.watermark_scale_factor += 1; }},
      {"ratio", [](ConfigSnapshot& s) { s.sysctls.lowmem_reserve_ratio[1] += 1; }},
      {"fraction", [](ConfigSnapshot& s) { *s.sysctls.high_fraction += 1; }},
      {"available", [](ConfigSnapshot& s) { *s.meminfo->available += Pages{1}; }},
      {"total", [](ConfigSnapshot& s) { *s.meminfo->total -= Pages{1}; }},
  };
  for (const auto& [name, change] : changes) {
    ConfigSnapshot s = good;
    change(s);
    EXPECT_GT(report_of(s).count(FigureState::different), 0U) << name;
  }
}

// W-3: a size that was computed while the zone was boosted.
TEST(ConfigCheck, SizeOfABoostedZoneIsExplained) {
  ConfigSnapshot s = recorded("6.1-5G-movablecore", " 2");
  ZoneinfoZone& z = s.zoneinfo.zones[1];
  ASSERT_EQ(z.boost, Pages{0});
  z.boost = Pages{512};
  z.marks = {z.marks.min + z.boost, z.marks.low + z.boost, z.marks.high + z.boost};
  z.promo.reset();
  z.cpus[0].high += z.boost;
  const auto reasons = reasons_of(report_of(s));
  EXPECT_EQ(reasons.at(FigureReason::frozen_boost), 1);
  z.cpus[0].high += Pages{1};
  EXPECT_EQ(report_of(s).count(FigureState::different), 1U);
}

// Hot-plugged memory counts in MemTotal before a zone manages it; a page too few is an error.
TEST(ConfigCheck, TotalMayHoldWholeSectionsThatNoZoneManages) {
  ConfigSnapshot s = recorded("6.1-5G-movablecore", " 2");
  *s.meminfo->total += Pages{1 << 15};
  s.zoneinfo.zones[1].present += Pages{1 << 15};
  EXPECT_EQ(reasons_of(report_of(s)).at(FigureReason::unmanaged), 1);
  *s.meminfo->total -= Pages{1};
  EXPECT_EQ(report_of(s).count(FigureState::different), 1U);
}

// Thresholds are lower while kswapd works.
TEST(ConfigCheck, PressedThresholdIsExplained) {
  ConfigSnapshot s = recorded("6.1-5G-movablecore", " 2");
  ZoneinfoZone& z = s.zoneinfo.zones[0];
  const std::int64_t distance = static_cast<std::int64_t>(z.marks.low - z.marks.min);
  z.cpus[0].threshold = distance;
  EXPECT_EQ(reasons_of(report_of(s)).at(FigureReason::pressed), 1);
  z.cpus[0].threshold = distance + 1;
  EXPECT_EQ(report_of(s).count(FigureState::different), 1U);
}

// 5.15 prints no boost: all marks lifted alike by at least a pageblock.
TEST(ConfigCheck, HiddenBoostIsExplained) {
  for (const std::int64_t lift : {512, 511}) {
    ConfigSnapshot s = recorded("5.15-160M", " 2");
    s.meminfo.reset();
    ZoneinfoZone& z = s.zoneinfo.zones[1];
    z.marks = {z.marks.min + Pages{lift}, z.marks.low + Pages{lift}, z.marks.high + Pages{lift}};
    z.cpus[0].high += Pages{lift};
    EXPECT_EQ(report_of(s).count(FigureState::different), lift < 512 ? 3U : 0U);
  }
}

TEST(ConfigCheck, WithoutSysctlsTheRestIsChecked) {
  ConfigSnapshot s = recorded("6.1-5G-movablecore", " 2");
  s.sysctls = {};
  s.meminfo.reset();
  const ConfigReport r = report_of(s);
  EXPECT_EQ(r.notes.size(), 2U);
  EXPECT_EQ(r.count(FigureState::different), 0U);
  EXPECT_GT(r.figures.size(), 20U);
}

TEST(ConfigCheck, OfThisMachine) {
  const FoundSnapshots found = live_snapshot();
  if (!found.fault.empty()) GTEST_SKIP() << found.fault << ": only Linux has one";
  ASSERT_EQ(found.snapshots.size(), 1U);
  const auto p = profile_of(found.snapshots[0]);
  EXPECT_GT(check_config(found.snapshots[0], p.value_or(Profile::v7_1)).figures.size(), 10U);
}

}  // namespace
}  // namespace bp::kernel
