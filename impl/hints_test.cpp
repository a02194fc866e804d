// SPDX-License-Identifier: MIT
#include "impl/hints.h"

#include <gtest/gtest.h>

#include <vector>

#include "impl/policy.h"

namespace bp::impl {
namespace {

using Hints = TreeHints<StdPolicy>;

/// More trees than two words have bits.
struct Placed {
  static constexpr std::uint64_t kTrees = 130;
  std::vector<Hints::Word> words = std::vector<Hints::Word>(Hints::words_of(kTrees));
  Hints hints;
  Placed() { hints.place(words.data(), kTrees); }
};

TEST(Hints, TheFirstOrderIsFoundWhereverItsTreeIs) {
  for (unsigned c = 0; c < kHintClasses; ++c) {
    for (unsigned order = 0; order <= kOrderMax; ++order) {
      for (const std::uint64_t tree : {0U, 63U, 64U, 129U}) {
        Placed p;
        p.hints.announce(c, order, tree);
        for (unsigned from = 0; from <= kOrderMax + 1; ++from) {
          for (unsigned end = from; end <= kOrderMax + 1; ++end) {
            const bool within = from <= order && order < end;
            ASSERT_EQ(p.hints.first_order(c, from, end), within ? order : end);
            ASSERT_EQ(p.hints.first_order((c + 1) % kHintClasses, from, end), end);
          }
        }
      }
    }
  }
}

TEST(Hints, OfTwoOrdersTheLowerIsFirst) {
  Placed p;
  p.hints.announce(1, 7, 0);
  p.hints.announce(1, 3, 129);
  EXPECT_EQ(p.hints.first_order(1, 0, kOrderMax + 1), 3U);
  EXPECT_EQ(p.hints.first_order(1, 4, kOrderMax + 1), 7U);
}

}  // namespace
}  // namespace bp::impl
