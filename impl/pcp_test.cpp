// SPDX-License-Identifier: MIT
// One CPU's lists alone: how they share what the CPU may keep, and what a push looks at.
#include "impl/pcp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <vector>

#include "impl/policy.h"

namespace bp::impl {
namespace {

using Lists = CpuLists<StdPolicy>;
using Word = std::atomic<std::uint64_t>;

/// The type is the word itself.
constexpr auto by_word = [](std::uint64_t word,
                            auto list) -> decltype(list(std::integral_constant<unsigned, 0>{})) {
  switch (word) {
    case 0: return list(std::integral_constant<unsigned, 0>{});
    case 1: return list(std::integral_constant<unsigned, 1>{});
    case 2: return list(std::integral_constant<unsigned, 2>{});
    default: return nullptr;
  }
};
static_assert(kPcpTypes == 3);

bool push(Lists& lists, ListId l, std::uint32_t frame) {
  return lists.try_push(l.place, frame, Word{l.type}, by_word);
}

struct Placed {
  ListCapacities capacities;
  std::vector<Lists::Slot> slots;
  Lists lists;
  explicit Placed(std::uint32_t high) : capacities(capacities_of(high)), slots(capacities.slots) {
    lists.place(0, slots.data(), capacities);
  }
};

ListId any_list(std::mt19937_64& random) {
  return {static_cast<unsigned>(random() % kListedOrders),
          static_cast<unsigned>(random() % kPcpTypes)};
}

TEST(CpuLists, AnyListMayHaveAllThatItHasSlotsFor) {
  for (unsigned place = 0; place < kListedOrders; ++place) {
    for (unsigned t = 0; t < kPcpTypes; ++t) {
      Placed p(4096);
      const ListId l{place, t};
      for (std::uint32_t n = 0; n < p.capacities.of[place]; ++n) {
        ASSERT_EQ(p.lists.make_room(l, 1), 1U);
        ASSERT_TRUE(push(p.lists, l, n));
      }
      EXPECT_EQ(p.lists.make_room(l, 1), 0U);
      EXPECT_FALSE(push(p.lists, l, 1));
      EXPECT_EQ(p.lists.in_the_way(l), l);
    }
  }
}

/// Of a CPU that may keep little one list takes it all, and stands in the others' way.
TEST(CpuLists, OneListMayHaveAllPages) {
  Placed p(40);
  const ListId pairs{1, 2};
  for (std::uint32_t n = 0; n < 20; ++n) {
    ASSERT_EQ(p.lists.make_room(pairs, 1), 1U);
    ASSERT_TRUE(push(p.lists, pairs, n));
  }
  EXPECT_EQ(p.lists.pages(), 40U);
  p.lists.for_each_kept([&](ListId l) {
    EXPECT_EQ(p.lists.make_room(l, 1), 0U);
    EXPECT_FALSE(push(p.lists, l, 1));
    EXPECT_EQ(p.lists.in_the_way(l), pairs);
  });
  std::uint32_t frame = 0;
  ASSERT_TRUE(p.lists.try_pop(pairs, frame));
  EXPECT_EQ(p.lists.make_room({0, 0}, 9), 2U);
}

/// A push looks at its own list only, and yet the CPU never keeps too much.
TEST(CpuLists, AllListsKeepTheirBoundTogether) {
  for (const std::uint32_t high : {7U, 100U, 900U, 3000U}) {
    Placed p(high);
    std::mt19937_64 random{7};
    std::uint32_t most = 0;
    for (int i = 0; i < 100000; ++i) {
      const ListId l = any_list(random);
      std::uint32_t frame = 0;
      switch (random() % 8) {
        case 0:
          if (p.lists.keeps(l)) p.lists.make_room(l, 1 + static_cast<std::uint32_t>(random() % 9));
          break;
        case 1: p.lists.try_pop(l, frame); break;
        default: push(p.lists, l, 5);
      }
      most = std::max(most, p.lists.pages());
      ASSERT_LE(most, high) << i;
      ASSERT_LE(p.lists.count(l), p.capacities.of[l.place]) << i;
    }
    EXPECT_GT(most, high / 2) << "the walk got nowhere near the bound";
  }
}

TEST(CpuLists, RoomThatWasMadeIsThereAndAllThereIsIsGiven) {
  constexpr std::uint32_t kHigh = 900;
  Placed p(kHigh);
  std::mt19937_64 random{3};
  unsigned cut = 0;
  for (int i = 0; i < 20000; ++i) {
    const ListId l = any_list(random);
    if (!p.lists.keeps(l)) continue;
    const auto n = 1 + static_cast<std::uint32_t>(random() % 12);
    const std::uint32_t pages = (kHigh - p.lists.pages()) >> l.order();
    const std::uint32_t slots = p.capacities.of[l.place] - p.lists.count(l);
    const std::uint32_t got = p.lists.make_room(l, n);
    ASSERT_EQ(got, std::min({n, pages, slots})) << i;
    if (got < n) ++cut;
    for (std::uint32_t k = 0; k < got; ++k) ASSERT_TRUE(push(p.lists, l, k));
    std::uint32_t frame = 0;
    const ListId other = any_list(random);
    for (std::uint64_t k = random() % 20; k > 0; --k) p.lists.try_pop(other, frame);
  }
  EXPECT_GT(cut, 100U);
}

TEST(CpuLists, ABlockGoesToTheListOfItsPageblocksTypeOrToNone) {
  Placed p(500);
  for (unsigned t = 0; t < kPcpTypes; ++t) {
    ASSERT_EQ(p.lists.make_room({0, t}, 1), 1U);
    EXPECT_TRUE(push(p.lists, {0, t}, t));
    EXPECT_TRUE(p.lists.has_on_top({0, t}, t));
  }
  EXPECT_FALSE(push(p.lists, {0, kNoPcpType}, 9));
  EXPECT_EQ(p.lists.pages(), 3U);
}

/// Whether the bits follow one another or not, the lowest comes first.
TEST(CpuLists, WhatIsFilledIsPoppedFromTheLowestOn) {
  std::mt19937_64 random(7);
  const ListId l{0, 1};
  for (int i = 0; i < 2000; ++i) {
    Placed p(4096);
    std::uint64_t bits = random();
    if (i % 2 == 0) bits = bits >> (random() % 64) << (random() % 64);
    if (i % 4 == 0) bits = (~std::uint64_t{0} >> (random() % 64)) << (random() % 64);
    const std::uint32_t first = 64 * (static_cast<std::uint32_t>(i) % 5);
    ASSERT_EQ(p.lists.make_room(l, 64), 64U);
    p.lists.fill(l, first, bits);
    for (; bits != 0; bits &= bits - 1) {
      std::uint32_t got = 0;
      ASSERT_TRUE(p.lists.try_pop(l, got));
      ASSERT_EQ(got, first + lowest_set(bits));
    }
    ASSERT_EQ(p.lists.count(l), 0U);
  }
}

}  // namespace
}  // namespace bp::impl
