// SPDX-License-Identifier: MIT
#include "fuzz/program/exhaustive.h"

#include <gtest/gtest.h>

#include <set>

#include "fuzz/program/text.h"

namespace bp {
namespace {

// With a allocs and a drain in the alphabet, and l live blocks: f(n, l) = a f(n-1, l+1) + l f(n-1,
// l-1) + f(n-1, l).
std::uint64_t expected(std::uint64_t a, unsigned n, std::uint64_t l) {
  if (n == 0) return 1;
  return a * expected(a, n - 1, l + 1) + (l > 0 ? l * expected(a, n - 1, l - 1) : 0) +
         expected(a, n - 1, l);
}

TEST(Exhaustive, VisitsEveryProgramOnce) {
  const Scope scope = tiny_scope(Profile::v4_7, 3);
  std::set<std::string> seen;
  const std::uint64_t visited = for_each_program(scope, [&](const Program& p) {
    EXPECT_FALSE(first_fault(p));
    seen.insert(print_text(p));
    return true;
  });
  EXPECT_EQ(visited, expected(scope.allocs.size(), 3, 0));
  EXPECT_EQ(seen.size(), visited);
}

TEST(Exhaustive, StopsWhenToldTo) {
  std::uint64_t n = 0;
  EXPECT_EQ(for_each_program(tiny_scope(Profile::v6_1_lts192, 4),
                             [&](const Program&) { return ++n < 10; }),
            10U);
}

}  // namespace
}  // namespace bp
