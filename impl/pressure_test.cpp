// SPDX-License-Identifier: MIT
// Which calls of the environment a failing request makes, in what order; zeros; batches.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "impl/allocator.h"
#include "impl/test_machine.h"

namespace bp::impl {
namespace {

/// A machine that is full, and an environment that writes down its calls: one letter each.
template <class Policy = StdPolicy>
struct Full {
  std::string calls;
  unsigned reclaims = 0;       ///< How many more times reclaim says that it made progress.
  unsigned kills = 0;          ///< The same of OOM, which then also frees a page.
  bool frees_in_vain = false;  ///< Reclaim gives a page back and says that it did nothing.
  TestMachine m;
  Placed<Policy> a;
  std::vector<Pfn> held;

  explicit Full(Profile p) : m(p, 1), a(config()) {
    for (Pfn q; (q = a->alloc({0, 0, 0, -1, 0})) != kNoPfn;) held.push_back(q);
    calls.clear();
  }
  const Config& config() {
    m.config.era = Era::e3;
    m.zone(0, ZoneType::normal, 0, 64);
    m.config.pressure.context = this;
    m.config.pressure.wake_kswapd = [](void* self, const Need&) { of(self).calls += 'k'; };
    m.config.pressure.compact = [](void* self, const Need&) {
      of(self).calls += 'c';
      return false;
    };
    m.config.pressure.reclaim = [](void* self, const Need&) {
      of(self).calls += 'r';
      if (of(self).frees_in_vain) {
        EXPECT_EQ(of(self).a->free(0, of(self).held.back(), 0), FreeStatus::ok);
        return false;
      }
      return of(self).reclaims != 0 && of(self).reclaims-- != 0;
    };
    m.config.pressure.oom = [](void* self, const Need&) {
      of(self).calls += 'o';
      if (of(self).kills == 0) return false;
      --of(self).kills;
      EXPECT_EQ(of(self).a->free(0, of(self).held.back(), 0), FreeStatus::ok);
      of(self).held.pop_back();
      return true;
    };
    return m.finished();
  }
  static Full& of(void* self) { return *static_cast<Full*>(self); }

  std::string asked(Gfp gfp, unsigned order = 0) {
    calls.clear();
    (void)a->alloc({0, order, gfp_encode(gfp, Era::e3), -1, 0});
    return calls;
  }
};

const Gfp kKernel = GfpFlag::direct_reclaim | GfpFlag::kswapd_reclaim;

/// Free pages for an unmovable request when the first one wakes kswapd. Half of the machine is a
/// CMA area, or isolated.
std::int64_t left_at_the_first_wake(bool isolated) {
  const FrameRange half = {Pfn{4096}, Pfn{8192}};
  bool woken = false;
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::normal, 0, 8192, 64, 64, 16);  // min 64, low 128.
  m.config.era = Era::e3;
  m.config.cma = &half;
  m.config.n_cma = isolated ? 0 : 1;
  m.config.pressure.context = &woken;
  m.config.pressure.wake_kswapd = [](void* self, const Need&) { *static_cast<bool*>(self) = true; };
  Placed<StdPolicy> a(m.finished());
  if (isolated) EXPECT_EQ(a->isolate(half), RangeStatus::ok);
  while (!woken && a->alloc({0, 0, gfp_encode(kKernel, Era::e3), -1, 0}) != kNoPfn) continue;
  EXPECT_TRUE(woken);
  const ZoneCount n = a->count(0);
  return static_cast<std::int64_t>(n.free - n.free_cma);
}

TEST(Pressure, WhatIsNotForARequestIsNoReasonToLetItSleep) {  // R-WMARK-4, 6, R-CMA-2
  for (const bool isolated : {false, true}) {
    const std::int64_t left = left_at_the_first_wake(isolated);
    EXPECT_LE(left, 128) << isolated;
    EXPECT_GE(left, 128 - 64) << isolated;  // A refill at most is taken at once.
  }
}

TEST(Pressure, WhoMayNotBlockOnlyWakes) {  // R-SLOW-8, 34
  for (const Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    Full<> f(p);
    EXPECT_EQ(f.asked(GfpFlag::kswapd_reclaim), "k");
    EXPECT_EQ(f.asked(Gfp{}), "");
  }
}

TEST(Pressure, CallsComeInTheOrderOfTheProfile) {  // R-SLOW-11, 14, 20, 32, 34, R-OOM-1
  Full<> old(Profile::v4_7);
  EXPECT_EQ(old.asked(kKernel), "kro");
  EXPECT_EQ(old.asked(kKernel, 2), "kcro");
  EXPECT_EQ(old.asked(kKernel, 5), "kcrc");
  EXPECT_EQ(old.asked(kKernel | GfpFlag::repeat | GfpFlag::retry_mayfail, 5), "kcr");
  EXPECT_EQ(old.asked(kKernel | GfpFlag::noretry, 2), "kcrc");
  Full<> late(Profile::v6_1_lts192);
  EXPECT_EQ(late.asked(kKernel), "kro");
  EXPECT_EQ(late.asked(kKernel, 2), "kcrco");
  EXPECT_EQ(late.asked(kKernel | GfpFlag::movable, 2), "krco");
  EXPECT_EQ(late.asked(kKernel, 5), "kcrc");
  EXPECT_EQ(late.asked(kKernel | GfpFlag::noretry), "kr");
  EXPECT_EQ(late.asked(kKernel | GfpFlag::thisnode), "kr");
  EXPECT_EQ(late.asked(kKernel | GfpFlag::dma), "");  // W-10: no zone at all.
}

TEST(Pressure, RoundsRepeatWhileThereIsProgressAndEnd) {  // R-SLOW-17
  Full<> f(Profile::v6_1_lts192);
  f.reclaims = 2;
  EXPECT_EQ(f.asked(kKernel), "krkrkro");
  f.reclaims = 1000;
  EXPECT_LE(f.asked(kKernel).size(), 2 * kIdleRounds + 1);
}

TEST(Pressure, WhatAKillFreesIsTheRequests) {
  Full<> f(Profile::v6_1_lts192);
  f.kills = 1;
  const Pfn last = f.held.back();
  EXPECT_EQ(f.a->alloc({0, 0, gfp_encode(kKernel, Era::e3), -1, 0}), last);
}

TEST(Pressure, NofailGoesRoundUntilItsRoundsAreUsedUp) {  // R-SLOW-35
  const auto count = [](const std::string& calls, char c) {
    return std::count(calls.begin(), calls.end(), c);
  };
  Full<> f(Profile::v6_1_lts192);
  EXPECT_EQ(count(f.asked(kKernel | GfpFlag::nofail), 'r'), kOomRounds + 1);
  EXPECT_EQ(count(f.asked(kKernel | GfpFlag::nofail | GfpFlag::noretry, 4), 'r'), kOomRounds + 1);
  Full<> old(Profile::v4_7);
  EXPECT_EQ(count(old.asked(kKernel | GfpFlag::nofail | GfpFlag::noretry), 'r'), 1);  // R-SLOW-22
}

TEST(Pressure, NobodyHelpsATaskThatReclaims) {  // R-SLOW-9, 34
  Full<> f(Profile::v6_1_lts192);
  Request r{0, 0, gfp_encode(kKernel, Era::e3), -1, 0};
  r.task = kTaskAlone;
  EXPECT_EQ(f.a->alloc(r), kNoPfn);
  EXPECT_EQ(f.calls, "k");
}

TEST(Pressure, WhatTheLastAnswerFreesIsFound) {
  Full<> f(Profile::v6_1_lts192);
  f.frees_in_vain = true;
  EXPECT_NE(f.a->alloc({0, 0, gfp_encode(kKernel | GfpFlag::noretry, Era::e3), -1, 0}), kNoPfn);
}

struct OomFirst : StdPolicy {
  static bool planted(Bug b) { return b == Bug::oom_first; }
};
TEST(Pressure, OomBeforeReclaimIsSeen) {
  Full<OomFirst> f(Profile::v6_1_lts192);
  EXPECT_NE(f.asked(kKernel), "kro");
}

TEST(Zeroing, GivesZerosToWhoAsksAndToNobodyElse) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::normal, 0, 64, 0, 16, 4);
  std::vector<unsigned char> memory(64 * 4096, 0xa5);
  m.config.zeroing.direct_map = memory.data();
  Placed<StdPolicy> a(m.finished());
  const std::uint32_t zero = gfp_encode(GfpFlag::zero, Era::e3);
  const Pfn plain = a->alloc({0, 1, 0, -1, 0});
  const Pfn zeroed = a->alloc({0, 1, zero, -1, 0});
  const auto at = [&](Pfn p) { return memory.data() + static_cast<std::uint64_t>(p) * 4096; };
  for (unsigned i = 0; i < 8192; ++i) {
    ASSERT_EQ(at(plain)[i], 0xa5);
    ASSERT_EQ(at(zeroed)[i], 0);
  }
  unsigned clean = 0;
  for (const unsigned char c : memory) clean += c == 0 ? 1U : 0U;
  EXPECT_EQ(clean, 8192U);
}

template <class Policy>
void batches_come_and_go() {
  for (const unsigned high : {0U, 24U}) {
    for (unsigned order = 0; order <= 6; ++order) {
      TestMachine m(Profile::v6_1_lts192, 2);
      m.zone(0, ZoneType::normal, 5, 3000, 0, high, 8).hole(700, 900);
      Placed<Policy> a(m.finished());
      const std::uint64_t whole = a->count(0).free;
      std::vector<Pfn> got(150);
      const unsigned n = a->alloc_bulk({0, order, 0, -1, 0}, got.data(), 150);
      EXPECT_EQ(n, order < 5 ? 150U : n);
      got.resize(n);
      EXPECT_EQ(std::set<Pfn>(got.begin(), got.end()).size(), n);
      for (const Pfn p : got) EXPECT_TRUE(is_aligned(p, Order{order}));
      // A wrong one in the middle ends the batch there.
      std::vector<Pfn> bad = got;
      bad[n / 2] = Pfn{800};
      EXPECT_EQ(a->free_bulk(1, bad.data(), n, order), n / 2);
      EXPECT_EQ(a->free_bulk(1, got.data(), n, order), 0U);
      EXPECT_EQ(a->free_bulk(0, got.data() + n / 2, n - n / 2, order), n - n / 2);
      a->drain(kAllCpusDrain);
      EXPECT_EQ(a->count(0).free, whole);
    }
  }
}
TEST(Batches, ComeAndGoWhole) { batches_come_and_go<StdPolicy>(); }

template <class Policy>
unsigned pages_in_batch_of(unsigned n) {
  TestMachine m(Profile::v6_1_lts192);
  m.zone(0, ZoneType::normal, 0, 512, 200);  // min 200, low 400.
  Placed<Policy> a(m.finished());
  std::vector<Pfn> got(n);
  return a->alloc_bulk({0, 0, 0, -1, 0}, got.data(), n);
}
TEST(Batches, KeepTheMark) {
  EXPECT_EQ(pages_in_batch_of<StdPolicy>(512), 312U);  // As single pages: down to min.
}
struct BeyondMark : StdPolicy {
  static bool planted(Bug b) { return b == Bug::batch_beyond_mark; }
};
TEST(Batches, OneThatGoesBeyondTheMarkIsSeen) {
  EXPECT_GT(pages_in_batch_of<BeyondMark>(512), 312U);
}

}  // namespace
}  // namespace bp::impl
