// SPDX-License-Identifier: MIT
// How a trace is said.
#include "model/vocab/slow_trace.h"

#include <gtest/gtest.h>

namespace bp {
namespace {

TEST(SlowTrace, AQuestionIsSaidWithItsAnswer) {
  EXPECT_EQ(text(Step{.action = Action::ask,
                      .node_reclaimed = NodeReclaimed::some,
                      .asked = Answerer::node_reclaim}),
            "ask node-reclaim: some");
  EXPECT_EQ(
      text(
          Step{.action = Action::node_reclaim, .node = 1, .node_reclaimed = NodeReclaimed::noscan}),
      "node reclaim 1: noscan");
}

}  // namespace
}  // namespace bp
