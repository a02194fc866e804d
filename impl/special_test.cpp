// SPDX-License-Identifier: MIT
// Pageblocks that are not for everybody: the highatomic reserve, CMA areas, isolated ranges, memory
// that comes and goes. Under threads: turmoil_test.cpp.
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "impl/allocator.h"
#include "impl/test_machine.h"
#include "impl/test_requests.h"

namespace bp::impl {
namespace {

bool within(const FrameRange& f, Pfn p) { return f.begin <= p && p < f.end; }

/// A zone whose low mark never passes, so that every request is a scan with its own privileges.
TestMachine tight(Profile p, std::uint64_t pageblocks, std::int64_t min, unsigned high = 0) {
  TestMachine m(p, 2);
  m.config.era = kEra;
  m.zone(0, ZoneType::normal, 0, pageblocks * 512, min, high, 16);
  m.zones[0].marks[1] = Pages{static_cast<std::int64_t>(pageblocks) * kBlock};
  m.config.highatomic = true;
  return m;
}

template <class Policy>
std::int64_t reserved(Placed<Policy>& a) {
  return static_cast<std::int64_t>(a->count(0).reserved);
}

template <class Policy>
std::int64_t reserved_after_atomics(Profile p) {
  TestMachine m = tight(p, 40, 16);
  Placed<Policy> a(m.finished());
  const std::uint32_t gfp =
      p == Profile::v4_7 ? gfp_encode(GfpFlag::atomic | GfpFlag::high, kEra) : kAtomic;
  for (int i = 0; i < 2000; ++i) EXPECT_NE(a->alloc({0, 2, gfp, -1, 0}), kNoPfn);
  return reserved(a);
}

TEST(Highatomic, GrowsToOneBlockAboveOnePercent) {  // R-HA-1, R-HA-2
  for (const Profile p : {Profile::v4_7, Profile::v6_1_lts192})
    EXPECT_EQ(reserved_after_atomics<StdPolicy>(p), 2 * kBlock);
}

template <Bug bug>
struct With : StdPolicy {
  static bool planted(Bug b) { return b == bug; }
};

TEST(Highatomic, AReserveWithoutABoundIsSeen) {
  EXPECT_GT(reserved_after_atomics<With<Bug::reserve_over_cap>>(Profile::v6_1_lts192), 2 * kBlock);
}

TEST(Highatomic, OthersGetItOnlyWhenNothingElseIsLeft) {  // R-HA-4
  for (const Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    TestMachine m = tight(p, 20, 0);
    Placed<StdPolicy> a(m.finished());
    const std::uint32_t gfp =
        p == Profile::v4_7 ? gfp_encode(GfpFlag::atomic | GfpFlag::high, kEra) : kAtomic;
    const Pfn first = a->alloc({0, 1, gfp, -1, 0});
    ASSERT_EQ(a->type_at(first), Migratetype::highatomic);
    std::int64_t n = 2;
    for (Pfn q; (q = a->alloc({0, 0, kKernel, -1, 0})) != kNoPfn; ++n) {
      ASSERT_TRUE(reserved(a) == 0 || a->type_at(q) != Migratetype::highatomic);
    }
    // v4.7 keeps the last pageblock; both keep a page above the mark of 0.
    EXPECT_EQ(reserved(a), p == Profile::v4_7 ? kBlock : 0);
    EXPECT_GE(n, (p == Profile::v4_7 ? 19 : 20) * kBlock - 1);
    ASSERT_EQ(a->free(0, first, 1), FreeStatus::ok);
    EXPECT_GE(reserved(a), 0);
  }
}

TEST(Highatomic, WhatIsFreedThereStaysOffTheLists) {
  TestMachine m = tight(Profile::v6_1_lts192, 20, 16, 512);
  Placed<StdPolicy> a(m.finished());
  const Pfn p = a->alloc({0, 2, kAtomic, -1, 0});
  ASSERT_EQ(a->type_at(p), Migratetype::highatomic);
  const std::uint64_t listed = a->count(0).on_pcp;
  ASSERT_EQ(a->free(0, p, 2), FreeStatus::ok);
  EXPECT_EQ(a->count(0).on_pcp, listed);
}

struct WithArea {
  FrameRange area = blocks(4, 6);
  TestMachine m{Profile::v6_1_lts192, 2};
  explicit WithArea(unsigned high = 0) {
    m.config.era = kEra;
    m.zone(0, ZoneType::normal, 0, 8 * 512, 0, high, 16);
    m.config.cma = &area;
    m.config.n_cma = 1;
  }
};

TEST(Cma, OnlyMovableRequestsAreServedThere) {  // R-AF-3, R-WMARK-5
  WithArea w;
  Placed<StdPolicy> a(w.m.finished());
  EXPECT_EQ(a->count(0).free_cma, 1024U);
  std::int64_t n = 0;
  for (Pfn p; (p = a->alloc({0, 0, kKernel, -1, 0})) != kNoPfn; ++n)
    ASSERT_FALSE(within(w.area, p));
  EXPECT_EQ(n, 6 * kBlock - 0);
  EXPECT_EQ(a->count(0).free_cma, 1024U);
  for (n = 0; a->alloc({0, 0, kMovable, -1, 0}) != kNoPfn; ++n) {
  }
  EXPECT_EQ(n, 2 * kBlock);
  EXPECT_EQ(a->count(0).free_cma, 0U);
}

TEST(Cma, WhatIsIsolatedIsNotOfWhatIsFree) {  // R-MT-4, R-GEN-13
  WithArea w;
  Placed<StdPolicy> a(w.m.finished());
  EXPECT_FALSE(within(w.area, a->alloc({0, 0, kMovable, -1, 0})));
  ASSERT_EQ(a->isolate(blocks(0, 4)), RangeStatus::ok);
  ASSERT_EQ(a->isolate(blocks(6, 7)), RangeStatus::ok);
  EXPECT_TRUE(within(w.area, a->alloc({0, 0, kMovable, -1, 0})));
}

TEST(Cma, AnAreaIsAllocatedWholeUnlessAFrameIsInUse) {
  WithArea w(64);
  Placed<StdPolicy> a(w.m.finished());
  std::vector<Pfn> held;
  for (int i = 0; i < 3500; ++i) held.push_back(a->alloc({0, 0, kMovable, -1, 0}));
  EXPECT_EQ(a->alloc_range(w.area), RangeStatus::busy);
  for (const Pfn p : held) ASSERT_EQ(a->free(0, p, 0), FreeStatus::ok);
  ASSERT_EQ(a->alloc_range(w.area), RangeStatus::ok);
  EXPECT_EQ(a->count(0).free_cma, 0U);
  EXPECT_EQ(a->alloc_range(w.area), RangeStatus::busy);
  EXPECT_EQ(a->type_at(w.area.begin), Migratetype::cma);
  for (Pfn p = w.area.begin; p < w.area.end; p += Pages{kBlock})
    ASSERT_EQ(a->free(1, p, 9), FreeStatus::ok);
  a->drain(kAllCpusDrain);
  EXPECT_EQ(a->count(0).free_cma, 1024U);
  EXPECT_EQ(a->count(0).free, 4096U);
}

template <class Policy>
std::set<Pfn> taken_of(Placed<Policy>& a, const FrameRange& f) {
  std::set<Pfn> taken;
  for (Pfn p; (p = a->alloc({0, 0, kMovable, -1, 0})) != kNoPfn;)
    if (within(f, p)) taken.insert(p);
  return taken;
}

TEST(Isolation, NothingIsHandedOutAndFreesAreNotCounted) {  // R-BUDDY-6
  const FrameRange f = blocks(2, 4);
  TestMachine m(Profile::v6_1_lts192, 2);
  m.zone(0, ZoneType::normal, 0, 8 * 512, 0, 200, 16);
  Placed<StdPolicy> a(m.finished());
  std::vector<Pfn> held;
  for (int i = 0; i < 1500; ++i) held.push_back(a->alloc({0, 0, kMovable, -1, 0}));
  ASSERT_EQ(a->isolate(f), RangeStatus::ok);
  EXPECT_EQ(a->isolate(blocks(3, 5)), RangeStatus::busy);
  EXPECT_EQ(a->type_at(Pfn{4 * 512}), Migratetype::movable);
  for (const Pfn p : held) ASSERT_EQ(a->free(0, p, 0), FreeStatus::ok);
  a->drain(kAllCpusDrain);
  EXPECT_EQ(a->count(0).free, 6U * 512);
  EXPECT_EQ(a->count(0).isolated_free, 2U * 512);
  EXPECT_TRUE(taken_of(a, f).empty());
  ASSERT_EQ(a->undo_isolate(f), RangeStatus::ok);
  EXPECT_EQ(a->undo_isolate(f), RangeStatus::busy);
  EXPECT_EQ(taken_of(a, f).size(), 2U * 512);
}

TEST(Isolation, ABlockThatIsHandedOutAllTheSameIsSeen) {
  const FrameRange f = blocks(0, 1);
  TestMachine m(Profile::v6_1_lts192, 2);
  m.zone(0, ZoneType::normal, 0, 2 * 512);
  Placed<With<Bug::isolated_handed_out>> a(m.finished());
  ASSERT_EQ(a->isolate(f), RangeStatus::ok);
  EXPECT_FALSE(taken_of(a, f).empty());
}

TEST(Isolation, RangesThatAreNoPageblocksOfAZoneAreRefused) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::normal, 512, 4 * 512);
  Placed<StdPolicy> a(m.finished());
  for (const FrameRange& f : {blocks(0, 2), blocks(3, 5), blocks(2, 2), blocks(9, 10),
                              FrameRange{Pfn{600}, Pfn{1024}}, FrameRange{Pfn{1024}, Pfn{1030}}}) {
    EXPECT_EQ(a->isolate(f), RangeStatus::bad_range);
    EXPECT_EQ(a->undo_isolate(f), RangeStatus::bad_range);
    EXPECT_EQ(a->offline(f), RangeStatus::bad_range);
    EXPECT_EQ(a->online(f), RangeStatus::bad_range);
  }
}

TEST(Hotplug, MemoryLeavesAndComesBack) {
  TestMachine m(Profile::v6_1_lts192, 2);
  m.zone(0, ZoneType::normal, 0, 8 * 512, 0, 100, 16).hole(6 * 512, 8 * 512);
  Placed<StdPolicy> a(m.finished());
  const Pfn held = a->alloc({0, 0, kMovable, -1, 0});
  const std::uint64_t at = static_cast<std::uint64_t>(held) / 512;
  EXPECT_EQ(a->offline(blocks(at, at + 1)), RangeStatus::busy);
  ASSERT_EQ(a->free(0, held, 0), FreeStatus::ok);
  ASSERT_EQ(a->offline(blocks(at, at + 1)), RangeStatus::ok);
  EXPECT_EQ(a->offline(blocks(at, at + 1)), RangeStatus::busy);
  EXPECT_EQ(a->free(0, held, 0), FreeStatus::foreign);
  EXPECT_EQ(a->count(0).free, 5U * 512);
  EXPECT_EQ(a->count(0).isolated_free, 0U);
  ASSERT_EQ(a->online(blocks(at, at + 1)), RangeStatus::ok);
  ASSERT_EQ(a->online(blocks(6, 8)), RangeStatus::ok) << "a hole since boot";
  EXPECT_EQ(a->online(blocks(6, 8)), RangeStatus::busy);
  EXPECT_EQ(a->free(0, Pfn{6 * 512}, 0), FreeStatus::not_allocated);
  EXPECT_EQ(a->count(0).free, 8U * 512);
  EXPECT_EQ(taken_of(a, blocks(0, 8)).size(), 8U * 512);
}

}  // namespace
}  // namespace bp::impl
