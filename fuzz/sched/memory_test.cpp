// SPDX-License-Identifier: MIT
// What litmus programs cannot see: races on plain data, and who knows what without a value read.
#include "fuzz/sched/memory.h"

#include <gtest/gtest.h>

#include "fuzz/sched/scripted_chooser.h"

namespace bp::sched {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;
constexpr auto kSeqCst = std::memory_order_seq_cst;

/// Two tasks whose steps the test takes itself; every choice is the default unless given.
struct Bench {
  std::vector<std::uint8_t> bytes;
  BytesChooser chooser;
  Memory memory;
  LocationId x, y;
  VarId data;

  explicit Bench(std::vector<std::uint8_t> choices = {})
      : bytes(std::move(choices)), chooser(bytes) {
    memory.reset(chooser, {}, false);
    x = memory.make_location(kSetup, 0);
    y = memory.make_location(kSetup, 0);
    data = memory.make_var(kSetup);
    memory.start(kSetup, 1);
    memory.start(kSetup, 2);
  }
};

TEST(Var, HandOverByReleaseAndAcquireIsNoRace) {
  Bench b;
  EXPECT_TRUE(b.memory.write_var(1, b.data));
  b.memory.store(1, b.x, 1, kRelease);
  EXPECT_EQ(b.memory.load(2, b.x, kAcquire), 1U);
  EXPECT_TRUE(b.memory.read_var(2, b.data));
  EXPECT_TRUE(b.memory.write_var(2, b.data));
}

TEST(Var, EitherHalfMissingIsARace) {
  for (const bool release : {false, true}) {
    Bench b;
    EXPECT_TRUE(b.memory.write_var(1, b.data));
    b.memory.store(1, b.x, 1, release ? kRelease : kRelaxed);
    EXPECT_EQ(b.memory.load(2, b.x, release ? kRelaxed : kAcquire), 1U);
    EXPECT_FALSE(b.memory.read_var(2, b.data));
  }
}

TEST(Var, AWriteAfterTheReleaseIsARace) {
  Bench b;
  b.memory.store(1, b.x, 1, kRelease);
  EXPECT_TRUE(b.memory.write_var(1, b.data));
  b.memory.load(2, b.x, kAcquire);
  EXPECT_FALSE(b.memory.read_var(2, b.data));
}

TEST(Var, AReadRacesWithALaterWriteAndNotWithAnotherRead) {
  Bench b;
  EXPECT_TRUE(b.memory.read_var(1, b.data));
  EXPECT_TRUE(b.memory.read_var(2, b.data));
  EXPECT_FALSE(b.memory.write_var(2, b.data));
}

TEST(Var, WhatATaskDidHappensBeforeItsJoin) {
  Bench b;
  EXPECT_TRUE(b.memory.write_var(1, b.data));
  b.memory.join(kSetup, 1);
  EXPECT_TRUE(b.memory.write_var(kSetup, b.data));
}

TEST(Var, ASeqCstFenceDoesNotHandOver) {
  Bench b;
  EXPECT_TRUE(b.memory.write_var(1, b.data));
  b.memory.fence(1, kSeqCst);
  b.memory.fence(2, kSeqCst);
  EXPECT_FALSE(b.memory.read_var(2, b.data));
}

TEST(Var, ASeqCstLoadOfAnOldValueDoesNotHandOver) {
  Bench b({1});
  EXPECT_TRUE(b.memory.write_var(1, b.data));
  b.memory.store(1, b.x, 1, kRelease);
  EXPECT_EQ(b.memory.load(2, b.x, kAcquire), 0U) << "the choice was the older store";
  EXPECT_FALSE(b.memory.read_var(2, b.data));
}

TEST(Rmw, RelaxedContinuesTheReleaseSequence) {
  Bench b;
  EXPECT_TRUE(b.memory.write_var(1, b.data));
  b.memory.store(1, b.x, 1, kRelease);
  EXPECT_EQ(b.memory.modify(2, b.x, kRelaxed, [](std::uint64_t v) { return v + 1; }), 1U);
  EXPECT_FALSE(b.memory.read_var(2, b.data)) << "relaxed itself";
  Bench c;
  EXPECT_TRUE(c.memory.write_var(1, c.data));
  c.memory.store(1, c.x, 1, kRelease);
  c.memory.modify(1, c.x, kRelaxed, [](std::uint64_t v) { return v + 1; });
  EXPECT_EQ(c.memory.load(2, c.x, kAcquire), 2U);
  EXPECT_TRUE(c.memory.read_var(2, c.data));
}

TEST(Cas, FailureIsALoadWithItsOwnOrder) {
  for (const auto failure : {kRelaxed, kAcquire}) {
    Bench b;
    EXPECT_TRUE(b.memory.write_var(1, b.data));
    b.memory.store(1, b.x, 1, kRelease);
    std::uint64_t read = 0;
    EXPECT_FALSE(b.memory.compare_exchange(2, b.x, {7, 8, kSeqCst, failure, false}, read));
    EXPECT_EQ(read, 1U);
    EXPECT_EQ(b.memory.read_var(2, b.data), failure == kAcquire);
  }
}

TEST(EventHash, DependsOnEveryPartOfAnEvent) {
  const auto sum = [](Event e, unsigned task, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    EventHash h;
    h.clear();
    h.add(e, task, a, b, c);
    return h.sum();
  };
  const std::uint64_t one = sum(Event::load, 1, 2, 3, 4);
  EXPECT_EQ(one, sum(Event::load, 1, 2, 3, 4));
  EXPECT_NE(one, sum(Event::store, 1, 2, 3, 4));
  EXPECT_NE(one, sum(Event::load, 2, 2, 3, 4));
  EXPECT_NE(one, sum(Event::load, 1, 3, 3, 4));
  EXPECT_NE(one, sum(Event::load, 1, 2, 4, 4));
  EXPECT_NE(one, sum(Event::load, 1, 2, 3, 5));
}

}  // namespace
}  // namespace bp::sched
