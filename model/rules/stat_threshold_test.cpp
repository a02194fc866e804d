// SPDX-License-Identifier: MIT
#include "model/rules/stat_threshold.h"

#include <gtest/gtest.h>

namespace bp::rules {
namespace {

// W-4; the figures are those of recorded machines.
TEST(StatThreshold, GrowsWithCpusAndMemory) {
  EXPECT_EQ(stat_threshold(Pages{3840}, 1), 2);
  EXPECT_EQ(stat_threshold(Pages{3840}, 2), 4);
  EXPECT_EQ(stat_threshold(Pages{122537}, 2), 12);
  EXPECT_EQ(stat_threshold(Pages{220310}, 1), 8);
  EXPECT_EQ(stat_threshold(Pages{std::int64_t{1} << 30}, 64), 125);
}

// C16: a zone that grows past 128 MiB would get another one.
TEST(StatThreshold, StepsAt128MiB) {
  EXPECT_EQ(stat_threshold(Pages{32767}, 1), 2);
  EXPECT_EQ(stat_threshold(Pages{32768}, 1), 4);
}

TEST(StatThreshold, UnderPressureAllCpusTogetherStayWithinTheDistance) {
  EXPECT_EQ(pressed_stat_threshold(Pages{100}, Pages{150}, 2), 25);
  EXPECT_EQ(pressed_stat_threshold(Pages{100}, Pages{100}, 2), 1);
  EXPECT_EQ(pressed_stat_threshold(Pages{100}, Pages{9000}, 2), 125);
}

}  // namespace
}  // namespace bp::rules
