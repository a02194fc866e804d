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
  const Word types{0};
  for (unsigned t = 0; t < kPcpTypes; ++t) {
    Placed p(500);
    const ListId l{0, t};
    for (std::uint32_t n = 0; n < p.capacities.of[0]; ++n) {
      ASSERT_TRUE(p.lists.make_room(l, 1));
      ASSERT_TRUE(p.lists.try_push(l, n, types, 0));
    }
    EXPECT_EQ(p.lists.room(l), 0U);
    for (unsigned other = 0; other < kPcpTypes; ++other) {
      EXPECT_FALSE(p.lists.make_room({0, other}, 1));
      EXPECT_FALSE(p.lists.try_push({0, other}, 1, types, 0));
    }
  }
}

/// A push looks at its own list only, and yet the order never holds too many.
TEST(CpuLists, TheTypesOfAnOrderKeepTheirBoundTogether) {
  const Word types{0};
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
      default: p.lists.try_push(l, 5, types, 0);
    }
    ASSERT_LE(p.of_order(l.place), p.capacities.of[l.place]) << i;
  }
}

TEST(CpuLists, RoomThatWasMadeIsThere) {
  const Word types{0};
  Placed p(900);
  std::mt19937_64 random{3};
  for (int i = 0; i < 20000; ++i) {
    const ListId l{0, static_cast<unsigned>(random() % kPcpTypes)};
    const auto n = 1 + static_cast<std::uint32_t>(random() % 12);
    const std::uint32_t room = p.lists.room(l);
    ASSERT_EQ(p.lists.make_room(l, n), n <= room);
    for (std::uint32_t k = 0; n <= room && k < n; ++k)
      ASSERT_TRUE(p.lists.try_push(l, k, types, 0));
    std::uint32_t frame = 0;
    const ListId other{0, static_cast<unsigned>(random() % kPcpTypes)};
    for (std::uint64_t k = random() % 20; k > 0; --k) p.lists.try_pop(other, frame);
  }
}

TEST(CpuLists, ABlockWhosePageblockChangedItsTypeIsNotKept) {
  Word types{1};
  Placed p(500);
  ASSERT_TRUE(p.lists.make_room({0, 1}, 2));
  EXPECT_TRUE(p.lists.try_push({0, 1}, 1, types, 1));
  types = 0x80;
  EXPECT_FALSE(p.lists.try_push({0, 1}, 2, types, 1));
  EXPECT_EQ(p.lists.count({0, 1}), 1U);
}

}  // namespace
}  // namespace bp::impl
