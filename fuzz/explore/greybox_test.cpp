// SPDX-License-Identifier: MIT
#include "fuzz/explore/greybox.h"

#include <gtest/gtest.h>

namespace bp::explore {
namespace {

/// Only the last scenario has types of pageblocks, which no mutation adds and the bug needs.
TEST(Greybox, EveryScenarioThatItIsGivenIsRun) {
  constexpr std::size_t kPlain = 100;
  const std::string plain = "conc 1\nzone normal 0 64\ntask 0\n  alloc 0 a\ntask 1\n  hold\n";
  const std::string typed =
      "conc 1\nmachine types\nzone normal 0 64\nsetup\n  alloc 5 s\ntask 0\n  alloc 4 a movable\n"
      "task 1\n  alloc 4 c\n";
  std::vector<Scenario> all(kPlain, *parse_scenario(plain).scenario);
  all.push_back(*parse_scenario(typed).scenario);
  Greybox fuzzer(all, {.name = "", .bug = impl::Bug::own_type_only}, 1);
  std::string fault;
  for (unsigned i = 0; i < 20'000 && fault.empty(); ++i) fault = fuzzer.one().verdict.fault;
  EXPECT_EQ(rule_of(fault).substr(0, 1), "L") << "null beside a free block";
}

TEST(Greybox, GivenScenariosStayTheOnlyOnes) {
  const std::string text =
      "conc 1\nzone normal 0 64\ntask 0\n  alloc 0 a\n  free a\ntask 1\n  alloc 1 b\n";
  const auto kept = [&](Scenarios scenarios) {
    Greybox fuzzer({*parse_scenario(text).scenario}, {}, 1, scenarios);
    unsigned n = 0;
    for (unsigned i = 0; i < 5000; ++i) n += fuzzer.one().new_scenario ? 1U : 0U;
    return n;
  };
  EXPECT_GT(kept(Scenarios::mutated), 0U);
  EXPECT_EQ(kept(Scenarios::given), 0U);
}

}  // namespace
}  // namespace bp::explore
