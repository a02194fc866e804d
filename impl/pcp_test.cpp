// SPDX-License-Identifier: MIT
// One CPU's lists alone: how the types of an order share what the CPU may keep, and what a push
// looks at.
#include "impl/pcp.h"

#include <gtest/gtest.h>

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
  std::uint32_t of_order(unsigned place) const {
    return lists.count({place, 0}) + lists.count({place, 1}) + lists.count({place, 2});
  }
};

TEST(CpuLists, AnyTypeMayHaveAllOfAnOrder) {
  for (unsigned t = 0; t < kPcpTypes; ++t) {
    Placed p(500);
    const ListId l{0, t};
    for (std::uint32_t n = 0; n < p.capacities.of[0]; ++n) {
      ASSERT_TRUE(p.lists.make_room(l, 1));
      ASSERT_TRUE(push(p.lists, l, n));
    }
    EXPECT_EQ(p.lists.room(l), 0U);
    for (unsigned other = 0; other < kPcpTypes; ++other) {
      EXPECT_FALSE(p.lists.make_room({0, other}, 1));
      EXPECT_FALSE(push(p.lists, {0, other}, 1));
    }
  }
}

/// A push looks at its own list only, and yet the order never holds too many.
TEST(CpuLists, TheTypesOfAnOrderKeepTheirBoundTogether) {
  Placed p(900);
  std::mt19937_64 random{7};
  for (int i = 0; i < 200000; ++i) {
    const ListId l{static_cast<unsigned>(random() % kListedOrders),
                   static_cast<unsigned>(random() % kPcpTypes)};
    std::uint32_t frame = 0;
    switch (random() % 8) {
      case 0: p.lists.make_room(l, 1 + static_cast<std::uint32_t>(random() % 9)); break;
      case 1:
      case 2: p.lists.try_pop(l, frame); break;
      default: push(p.lists, l, 5);
    }
    ASSERT_LE(p.of_order(l.place), p.capacities.of[l.place]) << i;
  }
}

TEST(CpuLists, RoomThatWasMadeIsThere) {
  Placed p(900);
  std::mt19937_64 random{3};
  for (int i = 0; i < 20000; ++i) {
    const ListId l{0, static_cast<unsigned>(random() % kPcpTypes)};
    const auto n = 1 + static_cast<std::uint32_t>(random() % 12);
    const std::uint32_t room = p.lists.room(l);
    ASSERT_EQ(p.lists.make_room(l, n), n <= room);
    for (std::uint32_t k = 0; n <= room && k < n; ++k) ASSERT_TRUE(push(p.lists, l, k));
    std::uint32_t frame = 0;
    const ListId other{0, static_cast<unsigned>(random() % kPcpTypes)};
    for (std::uint64_t k = random() % 20; k > 0; --k) p.lists.try_pop(other, frame);
  }
}

TEST(CpuLists, ABlockGoesToTheListOfItsPageblocksTypeOrToNone) {
  Placed p(500);
  for (unsigned t = 0; t < kPcpTypes; ++t) {
    ASSERT_TRUE(p.lists.make_room({0, t}, 1));
    EXPECT_TRUE(push(p.lists, {0, t}, t));
    EXPECT_TRUE(p.lists.has_on_top({0, t}, t));
  }
  EXPECT_FALSE(push(p.lists, {0, kNoPcpType}, 9));
  EXPECT_EQ(p.of_order(0), 3U);
}

}  // namespace
}  // namespace bp::impl
