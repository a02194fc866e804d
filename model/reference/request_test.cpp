// SPDX-License-Identifier: MIT
// From a request to its attempts (R-GFP, R-CTX, R-AF, R-SLOW): what its flags and its task let it
// have of the reserves. Told by how many free pages it needs: as many are refused, one more serves.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum GfpFlag;
using Type = Migratetype;

constexpr std::int64_t kAnything = 0;  ///< Whoever may ignore marks needs a page, no more.

class RequestTest : public InKernel {
 protected:
  bool is_4_7() const { return profile() == Profile::v4_7; }
  /// The min mark is 101 and the low one far away.
  Answer ask(std::uint64_t free_pages, Gfp g, Task task, unsigned order = 0) const {
    TestMachine m(profile());
    m.zone(0x1000, 0x1800).marks(101, 1000, 2000).free_range(0x1000, 0x1000 + free_pages);
    return Kernel(m)->alloc({.gfp = g, .order = order, .task = task});
  }
  void expect_needs_more_than(std::int64_t pages, Gfp g, Task task = {}) const {
    const auto enough = static_cast<std::uint64_t>(pages) + 1;
    EXPECT_EQ(ask(enough - 1, g, task).head, kNoPfn) << pages;
    EXPECT_NE(ask(enough, g, task).head, kNoPfn) << pages;
  }
};
INSTANTIATE_TEST_SUITE_P(Every, RequestTest, testing::ValuesIn(kEveryKernel), kernel_name);

// R-CTX-2, R-CTX-12, R-SLOW-4, R-SLOW-6, R-SLOW-31: the first attempt is made at the low mark; one
// that fails is followed by attempts at the min mark.
TEST_P(RequestTest, FirstAtLowThenAtMin) {
  expect_needs_more_than(101, kGfpKernel);
  // Above low the first attempt serves: its zone is not asked for its min mark.
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).free_range(0x1000, 0x1000 + 500).marks(600, 499, 700);
  EXPECT_NE(Kernel(m).alloc(kGfpKernel), kNoPfn);
  EXPECT_EQ(Kernel(m.marks(600, 500, 700)).alloc(kGfpKernel), kNoPfn);
}

// R-AF-1, R-AF-4, W-11: HIGH and who may not wait. Up to 5.15 it is ATOMIC that counts, since 6.1
// that a request may not wait; alone that lowers nothing.
TEST_P(RequestTest, UrgentRequestsReachBelowTheMark) {
  expect_needs_more_than(101, kGfpNowait);
  expect_needs_more_than(51, kGfpKernel | high);
  expect_needs_more_than(is_since_6_1(profile()) ? 101 : 76, atomic);
  expect_needs_more_than(39, high | atomic);
  expect_needs_more_than(is_since_6_1(profile()) ? 39 : 51, kGfpNowait | high);
}

// R-AF-1, R-AF-4, mutant 17: NOMEMALLOC takes HARDER away, not HIGH.
TEST_P(RequestTest, NomemallocTakesHarderAway) {
  expect_needs_more_than(51, high | atomic | nomemalloc);
}

// R-SLOW-2, L-8: ATOMIC means nothing where a request may wait.
TEST_P(RequestTest, AtomicIsForWhoMayNotWait) { expect_needs_more_than(101, kGfpKernel | atomic); }

// R-AF-1, R-AF-4, W-11: a real-time task that may wait: HARDER, since 6.1 HIGH.
TEST_P(RequestTest, RealTimeTasksReachBelowTheMark) {
  expect_needs_more_than(is_since_6_1(profile()) ? 51 : 76, kGfpKernel, {.realtime = true});
}

// R-AF-1: ... in up to 5.15 not while it is interrupted.
TEST_P(RequestTest, InterruptIsNotTheTasks) {
  if (is_since_6_1(profile())) return;
  expect_needs_more_than(101, kGfpKernel, {.in_interrupt = true, .realtime = true});
}

// R-AF-2, R-AF-5, R-SLOW-7, R-SLOW-33, R-LIST-5: MEMALLOC, by flag or by task, gets what there is.
// Its pages are marked (R-PREP-4).
TEST_P(RequestTest, MemallocGetsEverything) {
  expect_needs_more_than(kAnything, kGfpNowait | memalloc);
  expect_needs_more_than(kAnything, kGfpKernel, {.memalloc = true});
  EXPECT_TRUE(ask(1, kGfpNowait | memalloc, {}).pfmemalloc);
  EXPECT_FALSE(ask(1500, kGfpNowait | memalloc, {}).pfmemalloc);
  EXPECT_FALSE(ask(102, kGfpNowait | memalloc, {}).pfmemalloc);
}

// R-AF-2, R-AF-5, mutant 17: NOMEMALLOC wins over each of them.
TEST_P(RequestTest, NomemallocWins) {
  expect_needs_more_than(101, kGfpNowait | memalloc | nomemalloc);
  expect_needs_more_than(101, kGfpNowait | nomemalloc, {.memalloc = true});
  expect_needs_more_than(101, kGfpKernel | nomemalloc, {.oom_victim = true});
}

// R-AF-2, R-AF-5: an interrupt does not use what the task may have.
TEST_P(RequestTest, InterruptDoesNotUseTheTasksReserve) {
  expect_needs_more_than(101, kGfpNowait, {.memalloc = true, .in_interrupt = true});
  expect_needs_more_than(101, kGfpNowait, {.in_interrupt = true, .oom_victim = true});
}

// R-AF-2, R-AF-5: an OOM victim gets everything in 4.7 and half of the mark since.
TEST_P(RequestTest, OomVictim) {
  expect_needs_more_than(is_4_7() ? kAnything : 51, kGfpKernel, {.oom_victim = true});
}

// R-GFP-7, R-SLOW-8, R-SLOW-34, R-API-15: a request that may wait is told that the kernel would go
// on, one that may not gets nothing at all.
TEST_P(RequestTest, WhoMayWaitIsToldSo) {
  EXPECT_TRUE(ask(50, kGfpKernel, {}).blocked);
  EXPECT_FALSE(ask(50, kGfpNowait, {}).blocked);
  EXPECT_FALSE(ask(200, kGfpKernel, {}).blocked);
}

// R-CTX-10, R-SLOW-1, L-9: nothing is above order 10.
TEST_P(RequestTest, NoBlockAboveOrder10) {
  for (const unsigned order : {11U, 12U, 40U}) {
    const Answer a = ask(0x800, kGfpKernel | memalloc, {}, order);
    EXPECT_EQ(a.head, kNoPfn);
    EXPECT_FALSE(a.blocked);
  }
}

// R-CTX-10: such a request leaves no trace. In 4.7 it may (M-3): scan_test.cpp.
TEST_P(RequestTest, LargeOrderIsRefusedAtOnce) {
  if (is_4_7()) return;
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).marks(101, 1000, 2000).free_range(0x1000, 0x1064);
  Kernel k(m);
  const KernelState before = k->save();
  k->alloc({.gfp = kGfpNowait, .order = 11});
  EXPECT_EQ(k->save(), before);
}

// R-GFP-4, W-18: a task that pins gets no MOVABLE page: neither their type nor their zone, since
// the mask is read after the task's scope (R-GFP-3, R-CMA-6). v4.7 knows no such scope.
TEST_P(RequestTest, PinningTaskGetsNoMovablePages) {
  TestMachine m(profile());
  m.zone(ZoneType::normal, 0x1000, 0x1400).type(Type::unmovable, 0x1200, 0x1400).free_all();
  Kernel k(m.zone(ZoneType::movable, 0x1400, 0x1800).free_all());
  EXPECT_EQ(k->alloc({.gfp = kHighuserMovable}).head, 0x1400_pfn);
  EXPECT_EQ(k->alloc({.gfp = kHighuserMovable, .task = {.pin = true}}).head,
            is_4_7() ? 0x1401_pfn : 0x1200_pfn);
}

// R-GFP-2, P-MT-2: two bits of the mask are the type.
TEST_P(RequestTest, TypeOfARequest) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1600)
      .type(Type::unmovable, 0x1000, 0x1200)
      .type(Type::reclaimable, 0x1400, 0x1600);
  Kernel k(m.free_all());
  EXPECT_EQ(k.alloc(kUnmovable), 0x1000_pfn);
  EXPECT_EQ(k.alloc(kMovable), 0x1200_pfn);
  EXPECT_EQ(k.alloc(kReclaimable), 0x1400_pfn);
}

// R-GFP-1, R-ZONE-1, R-ZONE-12: the zone bits give the highest zone; lower ones serve too.
TEST_P(RequestTest, HighestZoneOfARequest) {
  TestMachine m(profile());
  m.x86_64().zone(ZoneType::dma, 0x0, 0x400).free_all();
  m.zone(ZoneType::dma32, 0x400, 0x800).free_all().zone(ZoneType::normal, 0x800, 0xc00).free_all();
  m.zone(ZoneType::movable, 0xc00, 0x1000).free_all();
  const auto zone_of = [&](Gfp g) { return Kernel(m).alloc(g, 10); };
  EXPECT_EQ(zone_of(kUnmovable), 0x800_pfn);
  EXPECT_EQ(zone_of(dma), 0x0_pfn);
  EXPECT_EQ(zone_of(dma32), 0x400_pfn);
  EXPECT_EQ(zone_of(kMovable), 0x800_pfn);
  EXPECT_EQ(zone_of(kHighuserMovable), 0xc00_pfn);
  EXPECT_EQ(zone_of(dma32 | movable), 0x400_pfn);
}

// L-5, R-SLOW-35: who may not wait can fail, NOFAIL or not.
TEST_P(RequestTest, NofailThatMayNotWaitCanFail) {
  EXPECT_EQ(ask(50, kGfpNowait | nofail, {}).head, kNoPfn);
}

// R-GFP-1, R-ZONE-13: on i386 HIGHMEM comes first, then NORMAL, then DMA if there is one; the zone
// MOVABLE has no pages here.
TEST_P(RequestTest, HighmemFirst) {
  const auto order_of_zones = [&](bool with_dma) {
    TestMachine m(profile());
    std::vector<ZoneType> zones = {ZoneType::normal, ZoneType::highmem, ZoneType::movable};
    if (with_dma) zones.insert(zones.begin(), ZoneType::dma);
    m.configured(zones);
    if (with_dma) m.zone(ZoneType::dma, 0x0, 0x400).free_all();
    m.zone(ZoneType::normal, 0x400, 0x800).free_all();
    Kernel k(m.zone(ZoneType::highmem, 0x800, 0xc00).free_all());
    return k.alloc_each(kHighuserMovable, 10, 3);
  };
  EXPECT_EQ(order_of_zones(true), Frames({0x800, 0x400, 0x0}));
  EXPECT_EQ(order_of_zones(false), Frames({0x800, 0x400, static_cast<std::uint64_t>(kNoPfn)}));
}

// L-1, L-13, N-4, W-18: zone bits that exclude each other mean the lowest zone.
TEST_P(RequestTest, ContradictingZoneBitsMeanTheLowestZone) {
  TestMachine m(profile());
  m.x86_64().zone(ZoneType::dma, 0x0, 0x400).free_all();
  Kernel k(m.zone(ZoneType::normal, 0x400, 0x800).free_all());
  EXPECT_EQ(k.alloc(dma | highmem, 9), 0x0_pfn);
  EXPECT_EQ(k.alloc(dma32 | highmem, 9), 0x200_pfn);
  EXPECT_EQ(k.alloc(dma | dma32, 9), kNoPfn);
}

// R-CTX-7, R-AF-3, R-CMA-1: MOVABLE requests may use CMA in every attempt, others in none.
TEST_P(RequestTest, CmaIsForMovableRequests) {
  for (const std::int64_t low : {5, 1000}) {  // The first attempt finds enough, or a later one.
    TestMachine m(profile());
    m.with_cma().zone(0x1000, 0x1800).type(Type::cma, 0x1000, 0x1200).marks(4, low, 2000);
    m.free(8, Type::cma, {0x1000}).free(0, Type::movable, {0x1201});
    EXPECT_EQ(Kernel(m).alloc(kGfpKernel | kMovable, 1), 0x1000_pfn) << low;
    EXPECT_EQ(Kernel(m).alloc(kGfpKernel, 1), kNoPfn) << low;
    EXPECT_EQ(Kernel(m).alloc(kGfpKernel), kNoPfn) << low;
  }
}

// R-SLOW-33, W-10: what replaces the flags of the first attempt keeps CMA.
TEST_P(RequestTest, MemallocKeepsCma) {
  if (is_4_7()) return;
  TestMachine m(profile());
  m.with_cma().zone(0x1000, 0x1800).type(Type::cma, 0x1000, 0x1200).marks(400, 500, 600);
  Kernel k(m.free(8, Type::cma, {0x1000}));
  EXPECT_EQ(k.alloc(kMovable | memalloc), 0x1000_pfn);
}

// R-SLOW-33, W-10, mutant 16: ... and keeps nothing else: MEMALLOC does not get the reserve by way
// of being HARDER.
TEST_P(RequestTest, MemallocDropsWhatItHad) {
  TestMachine m(profile());
  m.zone(0x1000, 0x1800).type(Type::highatomic, 0x1000, 0x1200).marks(1000, 1100, 1200);
  Kernel k(m.free(8, Type::highatomic, {0x1000}));
  EXPECT_EQ(k.alloc(gfp_atomic(profile()) | memalloc, 5), kNoPfn);
}

}  // namespace
}  // namespace bp::reference
