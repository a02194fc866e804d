// SPDX-License-Identifier: MIT
// Which nodes a scan goes by, for all that decides about it.
#include "impl/scan_nodes.h"

#include <gtest/gtest.h>

#include "impl/policy.h"

namespace bp::impl {
namespace {

constexpr Mems kMems{.nodes = 0b0110, .beyond = 0b1110};
constexpr std::uint32_t kAll = ~0U;

ScanNodes nodes(const Attempt& a, const NodeLimits& l, Profile p = Profile::v6_1_lts192) {
  return nodes_of_scan<StdPolicy>(p, a, l);
}
NodeLimits bound(std::uint32_t nodemask, bool hardwall, std::uint32_t task = 0) {
  return {nodemask, true, hardwall, task, kMems};
}
constexpr Attempt kSlow{.mark = Mark::min};

TEST(ScanNodes, WithoutCpusetsTheCallersAlone) {
  EXPECT_EQ(nodes(fast_attempt(), {}), (ScanNodes{kAll, kAll}));
  EXPECT_EQ(nodes(kSlow, {.nodemask = 0b11}), (ScanNodes{0b11, 0b11}));
  EXPECT_EQ(nodes({.mark = Mark::min, .any_node = true}, {.nodemask = 0b11}),
            (ScanNodes{kAll, kAll}));
}

TEST(ScanNodes, TheFirstScanHasAWall) {  // R-CTX-3
  for (const bool hardwall : {false, true}) {
    EXPECT_EQ(nodes(fast_attempt(), bound(kAll, hardwall)), (ScanNodes{0b0110, 0b0110}));
    EXPECT_EQ(nodes(fast_attempt(), bound(0b0011, hardwall)), (ScanNodes{0b0011, 0b0010}));
  }
}

TEST(ScanNodes, LaterOnesHaveOneByTheMask) {  // R-LIST-1
  EXPECT_EQ(nodes(kSlow, bound(kAll, true)), (ScanNodes{kAll, 0b0110}));
  EXPECT_EQ(nodes(kSlow, bound(kAll, false)), (ScanNodes{kAll, 0b1110}));
  const Attempt free{.mark = Mark::min, .any_node = true, .any_cpuset = true};
  EXPECT_EQ(nodes(free, bound(0b0011, true)), (ScanNodes{kAll, kAll}));
}

TEST(ScanNodes, InterruptsAndVictimsGoAnywhere) {  // R-LIST-1, R-CTX-3
  const std::uint32_t interrupted = kTaskInterrupted;
  EXPECT_EQ(nodes(fast_attempt(), bound(kAll, true, interrupted)), (ScanNodes{kAll, kAll}));
  EXPECT_EQ(nodes(fast_attempt(), bound(kAll, true, kTaskDies)), (ScanNodes{0b0110, 0b0110}));
  EXPECT_EQ(nodes(fast_attempt(), bound(kAll, true, interrupted), Profile::v4_7),
            (ScanNodes{0b0110, 0b0110}))
      << "v4.7 names the nodes of whom it interrupts";
  for (const std::uint32_t task : {interrupted, kTaskDies}) {
    EXPECT_EQ(nodes(fast_attempt(), bound(0b0011, true, task)), (ScanNodes{0b0011, 0b0011}));
    EXPECT_EQ(nodes(kSlow, bound(kAll, true, task)), (ScanNodes{kAll, kAll}));
  }
}

TEST(ScanNodes, SlowScansLeaveTheCpusetAsTheirFlagsSay) {  // R-AF-1, R-AF-4, R-SLOW-35
  const auto plan = [](Profile p, Gfp g, std::uint32_t task = kTaskBound) {
    return slow_plan<StdPolicy>(p, gfp_encode(g, Era::e3), task, 0, gfp_masks(Era::e3));
  };
  const Gfp waits = GfpFlag::direct_reclaim;
  EXPECT_TRUE(plan(Profile::v4_7, GfpFlag::atomic).attempts[0].any_cpuset);
  EXPECT_FALSE(plan(Profile::v4_7, GfpFlag::high).attempts[0].any_cpuset);
  EXPECT_TRUE(plan(Profile::v5_15, GfpFlag::atomic).attempts[0].any_cpuset);
  EXPECT_TRUE(plan(Profile::v6_1_lts192, GfpFlag::high).attempts[0].any_cpuset);
  EXPECT_FALSE(plan(Profile::v6_1_lts192, waits | GfpFlag::high).attempts[0].any_cpuset);
  for (const Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    const SlowPlan frees = plan(p, waits, kTaskBound | kTaskFrees);
    EXPECT_FALSE(frees.attempts[0].any_cpuset);
    EXPECT_TRUE(frees.attempts[1].any_cpuset);
  }
  const SlowPlan nofail = plan(Profile::v6_1_lts192, waits | GfpFlag::nofail);
  ASSERT_EQ(nofail.count, 3U);
  EXPECT_FALSE(nofail.attempts[1].any_cpuset);
  EXPECT_TRUE(nofail.attempts[2].any_cpuset);
}

}  // namespace
}  // namespace bp::impl
