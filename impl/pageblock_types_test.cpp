// SPDX-License-Identifier: MIT
// Requests of different migratetypes keep to pageblocks of their own, take over others' when those
// are mostly free, and find the last frame whatever its type.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <vector>

#include "impl/allocator.h"
#include "impl/test_machine.h"

namespace bp::impl {
namespace {

using enum Migratetype;
constexpr Migratetype kTypes[] = {unmovable, movable, reclaimable};
constexpr std::int64_t kBlock = 512;

std::uint32_t mask_of(Migratetype t) {
  const Gfp type = t == movable       ? Gfp{GfpFlag::movable}
                   : t == reclaimable ? Gfp{GfpFlag::reclaimable}
                                      : Gfp{};
  return gfp_encode(type | GfpFlag::memalloc, Era::e3);
}

struct Machine {
  TestMachine m{Profile::v6_1_lts192, 2};
  Machine(std::uint64_t begin, std::uint64_t end, unsigned high) {
    m.zone(0, ZoneType::normal, begin, end, 0, high, 16);
  }
};

template <class Policy = StdPolicy>
Pfn ask(Placed<Policy>& a, Migratetype t, unsigned order = 0) {
  return a->alloc({0, order, mask_of(t), -1, 0});
}

TEST(TypeWord, RowsOfTypesAreThoseOfTheirBytes) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 4000; ++i) {
    std::uint64_t word = 0;
    for (unsigned b = 0; b < 8; ++b) {
      const std::uint64_t byte =
          (std::uint64_t{1} << random() % 5) | (random() % 4 == 0 ? kIsolated : 0U);
      word |= byte << (8 * b);
    }
    const auto set = static_cast<TypeSet>(random() % 32);
    std::uint64_t some = 0;
    for (unsigned row = 0; row < 64; ++row) {
      const auto byte = static_cast<std::uint8_t>(word >> (row / 8 * 8));
      const bool in = (byte & set) != 0 && (byte & kIsolated) == 0;
      ASSERT_EQ(rows_of_types(word, set) >> row & 1, in ? 1U : 0U);
      for (unsigned c = 0; c < kHintClasses; ++c) {
        ASSERT_EQ(rows_of_class(word, c) >> row & 1, class_of(byte) == c ? 1U : 0U);
        some |= rows_of_class(word, c);
      }
    }
    ASSERT_EQ(some, ~std::uint64_t{0});
  }
}

TEST(Pageblocks, EachTypeKeepsToItsOwn) {
  for (const unsigned high : {0U, 512U}) {
    Machine machine(0, 16 * kBlock, high);
    Placed<StdPolicy> a(machine.m.finished());
    std::map<std::uint64_t, std::set<Migratetype>> used;
    for (int i = 0; i < 600; ++i) {
      for (const Migratetype t : kTypes) {
        const Pfn p = ask(a, t, static_cast<unsigned>(i % 3));
        ASSERT_NE(p, kNoPfn);
        EXPECT_EQ(a->type_at(p), t);
        used[static_cast<std::uint64_t>(p) / kBlock].insert(t);
      }
    }
    for (const auto& [block, types] : used) EXPECT_EQ(types.size(), 1U) << "pageblock " << block;
  }
}

TEST(Pageblocks, AFreedBlockGoesToTheListOfItsPageblock) {  // R-PCP-6
  Machine machine(0, 8 * kBlock, 512);
  Placed<StdPolicy> a(machine.m.finished());
  const Pfn p = ask(a, reclaimable);
  ASSERT_EQ(a->free(0, p, 0), FreeStatus::ok);
  EXPECT_NE(ask(a, unmovable), p);
  EXPECT_EQ(ask(a, reclaimable), p);
}

// R-MT-10: only what is mostly free changes its type.
TEST(Pageblocks, AMostlyUsedPageblockKeepsItsTypeAndStillServes) {
  Machine machine(0, kBlock, 0);
  Placed<StdPolicy> a(machine.m.finished());
  std::vector<Pfn> held;
  for (int i = 0; i < kBlock; ++i) held.push_back(ask(a, movable));
  for (int i = 0; i < 16; ++i)
    ASSERT_EQ(a->free(0, held[static_cast<unsigned>(i)], 0), FreeStatus::ok);
  EXPECT_NE(ask(a, unmovable), kNoPfn);
  EXPECT_EQ(a->type_at(Pfn{0}), movable);
  for (int i = 16; i < 300; ++i)
    ASSERT_EQ(a->free(0, held[static_cast<unsigned>(i)], 0), FreeStatus::ok);
  EXPECT_NE(ask(a, unmovable), kNoPfn);
  EXPECT_EQ(a->type_at(Pfn{0}), unmovable);
}

TEST(Pageblocks, FallbackPrefersTheTypeThatTheTableNamesFirst) {  // R-MT-2
  Machine machine(0, 3 * kBlock, 0);
  Placed<StdPolicy> a(machine.m.finished());
  const Pfn r = ask(a, reclaimable);
  const Pfn u = ask(a, unmovable);
  // Nothing but scraps is left movable: it takes from reclaimable before unmovable.
  for (int i = 0; i < kBlock; ++i) ASSERT_EQ(a->type_at(ask(a, movable)), movable);
  const Pfn m = ask(a, movable);
  EXPECT_EQ(static_cast<std::uint64_t>(m) / kBlock, static_cast<std::uint64_t>(r) / kBlock);
  EXPECT_NE(static_cast<std::uint64_t>(m) / kBlock, static_cast<std::uint64_t>(u) / kBlock);
}

TEST(Pageblocks, EveryTypeReachesTheLastFrame) {
  for (const Migratetype t : kTypes) {
    Machine machine(3, 9 * kBlock - 5, 48);
    Placed<StdPolicy> a(machine.m.finished());
    for (const Migratetype other : kTypes) ASSERT_NE(ask(a, other), kNoPfn);
    std::int64_t n = 3;
    while (ask(a, t) != kNoPfn) ++n;
    EXPECT_EQ(n, 9 * kBlock - 8);
  }
}

TEST(Pageblocks, ABlockOverTwoTypesIsOneBlock) {
  Machine machine(0, 2 * kBlock, 0);
  Placed<StdPolicy> a(machine.m.finished());
  const Pfn first[] = {ask(a, movable), ask(a, unmovable)};
  for (const Pfn p : first) ASSERT_EQ(a->free(0, p, 0), FreeStatus::ok);
  ASSERT_NE(a->type_at(Pfn{0}), a->type_at(Pfn{kBlock}));
  unsigned blocks = 0;
  a->for_each_block([&](Pfn p, Order o, unsigned) {
    EXPECT_EQ(p, Pfn{0});
    EXPECT_EQ(o, Order{10});
    ++blocks;
  });
  EXPECT_EQ(blocks, 1U);
  EXPECT_EQ(ask(a, reclaimable, 10), Pfn{0});
}

TEST(Pageblocks, WithoutGroupingThereIsOneType) {  // R-ZONE-15
  Machine machine(0, 4 * kBlock, 64);
  machine.m.config.group_by_mobility = false;
  Placed<StdPolicy> a(machine.m.finished());
  for (const Migratetype t : kTypes) EXPECT_EQ(a->type_at(ask(a, t)), unmovable);
  EXPECT_FALSE(groups_by_mobility(Pages{6 * kBlock - 1}));
  EXPECT_TRUE(groups_by_mobility(Pages{6 * kBlock}));
}

/// A bug of the allocator, for the test that its detector fires.
template <Bug bug>
struct With : StdPolicy {
  static constexpr bool planted(Bug b) { return b == bug; }
};

TEST(Pageblocks, AClaimThatStaysWithItsTypeIsSeen) {
  Machine machine(0, kBlock, 0);
  Placed<With<Bug::own_type_only>> a(machine.m.finished());
  EXPECT_EQ(ask(a, unmovable), kNoPfn);
  EXPECT_NE(ask(a, movable), kNoPfn);
}

}  // namespace
}  // namespace bp::impl
