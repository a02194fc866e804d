// SPDX-License-Identifier: MIT
// Watermarks, attempts and zone tables on the numbers of the rules.
#include "impl/watermark.h"

#include <gtest/gtest.h>

#include "impl/attempts.h"
#include "impl/policy.h"
#include "impl/zonelist.h"

namespace bp::impl {
namespace {

using In = WatermarkInput<std::int64_t>;
constexpr Profile kOld = Profile::v4_7;
constexpr Profile kNew = Profile::v6_1_lts192;

bool ok(Profile p, unsigned order, In in, Privileges may = {}) {
  return watermark_ok<StdPolicy>(p, order, in, may);
}

/// The least free count that passes, less one: the effective min plus reserve.
std::int64_t effective(Profile p, Privileges may, std::int64_t mark) {
  std::int64_t free = 0;
  while (!ok(p, 0, {free, mark, 0, 0, 0}, may)) ++free;
  return free - 1;
}

TEST(Watermark, EffectiveMinOf101) {  // R-WMARK-9, 18
  const Privileges high{.high = true};
  const Privileges harder{.harder = true};
  const Privileges both{.high = true, .harder = true};
  // v4.7's fast check accepts above the full mark, and the full check only lowers it.
  EXPECT_EQ(effective(kOld, {}, 101), 101);
  EXPECT_EQ(effective(kOld, high, 101), 51);
  EXPECT_EQ(effective(kOld, harder, 101), 76);
  EXPECT_EQ(effective(kOld, both, 101), 39);
  EXPECT_EQ(effective(kNew, {}, 101), 101);
  EXPECT_EQ(effective(kNew, high, 101), 51);
  EXPECT_EQ(effective(kNew, harder, 101), 101);
  EXPECT_EQ(effective(kNew, both, 101), 39);
}

TEST(Watermark, OrderIsChargedLessOnePage) {  // R-WMARK-2
  for (const Profile p : {kOld, kNew}) {
    EXPECT_FALSE(ok(p, 0, {110, 100, 10, 0, 0}));
    EXPECT_TRUE(ok(p, 0, {111, 100, 10, 0, 0}));
    EXPECT_FALSE(ok(p, 3, {117, 100, 10, 0, 0}));
    EXPECT_TRUE(ok(p, 3, {118, 100, 10, 0, 0}));
    EXPECT_FALSE(ok(p, 10, {0, 0, 0, 0, 0}));  // goes below zero and stays signed
  }
}

TEST(Watermark, HighatomicReserve) {  // R-WMARK-4, 10, 16, 17
  const In in{120, 100, 0, 50, 0};
  EXPECT_TRUE(ok(kOld, 0, in));  // the fast check forgets it
  EXPECT_FALSE(ok(kOld, 1, in));
  EXPECT_TRUE(ok(kOld, 1, in, {.harder = true}));
  EXPECT_TRUE(ok(kOld, 1, in, {.high = true}));  // half of 100 is below the 69 that are left
  EXPECT_FALSE(ok(kNew, 0, in));
  EXPECT_TRUE(ok(kNew, 0, in, {.harder = true}));
  EXPECT_TRUE(ok(kNew, 1, in, {.high = true}));
}

TEST(Watermark, CmaPagesCountOnlyForThoseWhoMayUseThem) {  // R-WMARK-5
  for (const Profile p : {kOld, kNew}) {
    EXPECT_FALSE(ok(p, 0, {120, 100, 0, 0, 20}));
    EXPECT_TRUE(ok(p, 0, {120, 100, 0, 0, 20}, {.cma = true}));
  }
}

SlowPlan plan(Profile p, Gfp g, unsigned order, Era era, std::uint32_t task = 0) {
  return slow_plan<StdPolicy>(p, gfp_encode(g, era), task, order, gfp_masks(era));
}

TEST(Attempts, V47AtomicGetsHarderAndItsOwnZonelist) {  // R-AF-1, R-SLOW-5
  const SlowPlan p = plan(kOld, GfpFlag::high | GfpFlag::atomic, 0, Era::e1);
  ASSERT_EQ(p.count, 1U);
  EXPECT_EQ(p.attempts[0], (Attempt{.mark = Mark::min,
                                    .may = {.high = true, .harder = true},
                                    .cpu_zonelist = true,
                                    .any_cpuset = true}));
}

TEST(Attempts, V47AtomicIsDroppedBesideDirectReclaim) {  // R-SLOW-2
  const SlowPlan p = plan(kOld, GfpFlag::atomic | GfpFlag::direct_reclaim, 0, Era::e1);
  ASSERT_EQ(p.count, 1U);
  EXPECT_EQ(p.attempts[0], (Attempt{.mark = Mark::min}));
}

TEST(Attempts, V47NomemallocForbidsHarderButKeepsTheRebase) {
  const SlowPlan p =
      plan(kOld, GfpFlag::atomic | GfpFlag::nomemalloc | GfpFlag::memalloc, 0, Era::e1);
  ASSERT_EQ(p.count, 1U);
  EXPECT_EQ(p.attempts[0], (Attempt{.mark = Mark::min, .cpu_zonelist = true, .any_cpuset = true}));
}

TEST(Attempts, EraZeroReadsAtomicFromTheAbsenceOfWait) {  // F-1
  EXPECT_TRUE(plan(kOld, {}, 0, Era::e0).attempts[0].may.harder);
  EXPECT_FALSE(plan(kOld, GfpFlag::wait, 0, Era::e0).attempts[0].may.harder);
  EXPECT_FALSE(plan(kOld, {}, 0, Era::e1).attempts[0].may.harder);
}

TEST(Attempts, MemallocEndsWithoutWatermarks) {  // R-SLOW-7, 33
  const SlowPlan old = plan(kOld, GfpFlag::memalloc | GfpFlag::direct_reclaim, 2, Era::e1);
  ASSERT_EQ(old.count, 2U);
  EXPECT_EQ(
      old.attempts[1],
      (Attempt{
          .mark = Mark::min, .no_watermarks = true, .cpu_zonelist = true, .any_cpuset = true}));
  const SlowPlan now = plan(kNew, GfpFlag::memalloc | GfpFlag::direct_reclaim, 2, Era::e3);
  ASSERT_EQ(now.count, 2U);
  EXPECT_EQ(
      now.attempts[1],
      (Attempt{.mark = Mark::min, .no_watermarks = true, .any_node = true, .any_cpuset = true}));
}

TEST(Attempts, V61HighAndNotBlockingDropsTheNodeMaskInItsSecondScan) {  // R-AF-4, R-SLOW-33, W-10
  const SlowPlan p = plan(kNew, GfpFlag::high, 1, Era::e3);
  ASSERT_EQ(p.count, 2U);
  const Privileges may{.high = true, .harder = true, .highatomic = true};
  EXPECT_EQ(p.attempts[0], (Attempt{.mark = Mark::min, .may = may, .any_cpuset = true}));
  EXPECT_EQ(p.attempts[1],
            (Attempt{.mark = Mark::min, .may = may, .any_node = true, .any_cpuset = true}));
  EXPECT_FALSE(plan(kNew, GfpFlag::high, 0, Era::e3).attempts[0].may.highatomic);
}

TEST(Attempts, V61NofailEndsWithHalfTheMin) {  // R-SLOW-35
  const SlowPlan p = plan(kNew, GfpFlag::nofail | GfpFlag::direct_reclaim, 0, Era::e3);
  ASSERT_EQ(p.count, 2U);
  EXPECT_EQ(p.attempts[1], (Attempt{.mark = Mark::min, .may = {.high = true}}));
  EXPECT_EQ(plan(kNew, GfpFlag::nofail, 0, Era::e3).count, 1U);
}

TEST(Attempts, TasksOpenReserves) {  // R-AF-1, R-AF-2, R-AF-4, R-AF-5
  const Gfp waits = GfpFlag::direct_reclaim;
  const auto last = [](const SlowPlan& p) { return p.attempts[p.count - 1]; };
  EXPECT_TRUE(last(plan(kOld, waits, 0, Era::e1, kTaskFrees)).no_watermarks);
  EXPECT_TRUE(last(plan(kOld, waits, 0, Era::e1, kTaskDies)).no_watermarks);
  EXPECT_TRUE(last(plan(kNew, waits, 0, Era::e3, kTaskFrees)).no_watermarks);
  EXPECT_EQ(
      last(plan(kNew, waits, 0, Era::e3, kTaskDies)),
      (Attempt{.mark = Mark::min, .may = {.oom = true}, .any_node = true, .any_cpuset = true}));
  EXPECT_EQ(plan(kNew, waits | GfpFlag::nomemalloc, 0, Era::e3, kTaskDies).count, 1U);
  EXPECT_EQ(last(plan(kOld, {}, 0, Era::e1, kTaskRealtime)).may, (Privileges{.harder = true}));
  EXPECT_EQ(last(plan(kNew, waits, 0, Era::e3, kTaskRealtime)).may, (Privileges{.high = true}));
  EXPECT_EQ(last(plan(kNew, {}, 0, Era::e3, kTaskRealtime)).may, (Privileges{.harder = true}));
}

TEST(Zonelist, MissingDma32BecomesNormalNeverDma) {
  const ZoneOfMask z = zone_of_mask<StdPolicy>(ZoneConfig::from_bits(1));
  EXPECT_EQ(z(4), ZoneType::normal);
  EXPECT_EQ(z(0xc), ZoneType::normal);
  EXPECT_EQ(z(1), ZoneType::dma);
  EXPECT_EQ(z(0xa), ZoneType::movable);
}

TEST(Zonelist, EveryConfigurationAgreesWithTheSixteenRows) {
  for (unsigned bits = 0; bits < kZoneConfigs; ++bits) {
    const ZoneConfig c = ZoneConfig::from_bits(bits);
    const ZoneOfMask z = zone_of_mask<StdPolicy>(c);
    const ZoneType lowest = c.dma ? ZoneType::dma : c.dma32 ? ZoneType::dma32 : ZoneType::normal;
    for (unsigned nibble = 0; nibble < 16; ++nibble) {
      ZoneType expect = ZoneType::normal;
      if ((kGfpZoneBad >> nibble & 1) != 0)
        expect = lowest;
      else if (nibble == 0xa)
        expect = ZoneType::movable;
      else if ((nibble & 1) != 0)
        expect = c.dma ? ZoneType::dma : ZoneType::normal;
      else if ((nibble & 2) != 0)
        expect = c.highmem ? ZoneType::highmem : ZoneType::normal;
      else if ((nibble & 4) != 0)
        expect = c.dma32 ? ZoneType::dma32 : ZoneType::normal;
      EXPECT_EQ(z(nibble), expect) << bits << " " << nibble;
    }
  }
}

}  // namespace
}  // namespace bp::impl
