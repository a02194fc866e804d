// SPDX-License-Identifier: MIT
#include "fuzz/program/exhaustive.h"

#include <gtest/gtest.h>

#include <set>

#include "fuzz/program/text.h"

namespace bp {
namespace {

// By hand, one CPU: 9 allocs, 1 drain. Length 1: 10. Length 2: after an alloc 9 + 1 + 1 free, after
// the drain 10, so 9 * 11 + 10 = 109.
TEST(Exhaustive, CountsAreExact) {
  const auto count = [](unsigned cpus, unsigned depth) {
    return for_each_program(tiny_scope(cpus, depth), [](const Program&) { return true; });
  };
  EXPECT_EQ(count(1, 0), 0U);
  EXPECT_EQ(count(1, 1), 10U);
  EXPECT_EQ(count(1, 2), 10U + 109U);
  EXPECT_EQ(count(2, 1), 19U);
  EXPECT_EQ(count(2, 2), 19U + 18U * 21U + 19U);
  for (unsigned cpus = 1; cpus <= 2; ++cpus) {
    for (unsigned depth = 0; depth <= 4; ++depth) {
      EXPECT_EQ(count(cpus, depth), count_programs(tiny_scope(cpus, depth)));
    }
  }
}

TEST(Exhaustive, EachProgramIsLegalAndComesOnce) {
  std::set<std::string> seen;
  const std::uint64_t count = for_each_program(tiny_scope(2, 3), [&](const Program& p) {
    const auto fault = first_fault(p);
    EXPECT_FALSE(fault) << fault->what;
    EXPECT_LE(p.ops.size(), 3U);
    EXPECT_TRUE(seen.insert(print_text(p)).second) << print_text(p);
    return true;
  });
  EXPECT_EQ(seen.size(), count);
}

TEST(Exhaustive, FullDepthAloneLeavesOutThePrefixes) {
  Scope scope = tiny_scope(1, 3);
  const std::uint64_t all = count_programs(scope);
  scope.all_depths = false;
  const std::uint64_t full = for_each_program(scope, [](const Program& p) {
    EXPECT_EQ(p.ops.size(), 3U);
    return true;
  });
  EXPECT_EQ(full, count_programs(scope));
  EXPECT_EQ(all - full, 10U + 109U);
  scope.drains = false;
  for_each_program(scope, [](const Program& p) {
    for (const Op& op : p.ops) EXPECT_NE(op.kind, OpKind::drain);
    return true;
  });
}

TEST(Exhaustive, TheScarceScopeIsLegalAndWholeOnEachProfile) {
  for (const Profile profile : {Profile::v4_7, Profile::v6_1_lts192}) {
    const Scope scope = scarce_scope(profile, 3);
    std::set<std::string> seen;
    const std::uint64_t count = for_each_program(scope, [&](const Program& p) {
      EXPECT_FALSE(first_fault(p));
      EXPECT_EQ(p.machine.profile, profile);
      EXPECT_TRUE(seen.insert(print_text(p)).second) << print_text(p);
      return true;
    });
    EXPECT_EQ(count, count_programs(scope));
    // Length 1: 6 allocs and a drain. Length 2: 6 * (6 + 1 + 1) + 7.
    EXPECT_EQ(count_programs(scarce_scope(profile, 2)), 7U + 55U);
  }
}

TEST(Exhaustive, StopsWhenTheCallbackSaysSo) {
  std::uint64_t seen = 0;
  const std::uint64_t count =
      for_each_program(tiny_scope(1, 4), [&](const Program&) { return ++seen < 100; });
  EXPECT_EQ(seen, 100U);
  EXPECT_EQ(count, 100U);
}

}  // namespace
}  // namespace bp
