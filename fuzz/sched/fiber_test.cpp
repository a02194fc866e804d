// SPDX-License-Identifier: MIT
// Built twice: with the machine's own contexts and with the portable ones.
#include "fuzz/sched/fiber.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace bp::sched {
namespace {

Fiber* home;
Fiber* left;
Fiber* right;
std::string* seen;

struct Stage {
  Fiber home_fiber, left_fiber, right_fiber;
  std::string text;
  Stage() {
    home = &home_fiber;
    left = &left_fiber;
    right = &right_fiber;
    seen = &text;
  }
};

void enter_left() {
  left->arrive();
  double kept = 1.5;
  *seen += "a";
  Fiber::change(*left, *right);
  kept *= 2;
  *seen += kept == 3 ? "c" : "?";
  Fiber::change_for_good(*left, *home);
}

void enter_right() {
  right->arrive();
  *seen += "b";
  Fiber::change(*right, *left);
  *seen += "never";
}

TEST(Fiber, TwoFibersTakeTurnsAndOneIsAbandoned) {
  Stage s;
  for (unsigned run = 0; run < 1000; ++run) {
    s.text.clear();
    s.left_fiber.prepare(&enter_left);
    s.right_fiber.prepare(&enter_right);
    Fiber::change(s.home_fiber, s.left_fiber);
    ASSERT_EQ(s.text, "abc") << "run " << run;
  }
}

/// Deep enough that a stack of one page would not do.
std::uint64_t sum_down(unsigned n) {
  std::array<std::uint64_t, 32> frame{};
  for (std::size_t i = 0; i < frame.size(); ++i) frame[i] = n + i;
  const std::uint64_t below = n == 0 ? 0 : sum_down(n - 1);
  return below + frame[n % frame.size()] - n - n % frame.size() + 1;
}

void enter_deep() {
  left->arrive();
  *seen = std::to_string(sum_down(100));
  Fiber::change_for_good(*left, *home);
}

TEST(Fiber, HasRoomForADeepCallChain) {
  Stage s;
  s.left_fiber.prepare(&enter_deep);
  Fiber::change(s.home_fiber, s.left_fiber);
  EXPECT_EQ(s.text, "101");
}

}  // namespace
}  // namespace bp::sched
