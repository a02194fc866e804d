// SPDX-License-Identifier: MIT
// What a planted bug yields gets as small as is known, and in time.
#include "fuzz/mutants/smallest.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "fuzz/engines/files.h"
#include "fuzz/engines/minimise.h"

namespace bp {
namespace {

constexpr std::size_t kMoreThanSmallest = 2;

bool of_subject(const Plant& p) {
  return p.kind == PlantKind::lockfree || p.kind == PlantKind::naive;
}

SmallestKnown table() {
  const FileRead file = read_whole(BP_SOURCE_DIR "/fuzz/mutants/smallest.txt");
  EXPECT_TRUE(file.bytes.has_value()) << file.fault;
  const auto known = read_smallest(std::string(file.bytes->begin(), file.bytes->end()));
  EXPECT_TRUE(known.has_value());
  return known.value_or(SmallestKnown{});
}

TEST(Smallest, TheTableIsReadAsItIsWritten) {
  const SmallestKnown known{{{"a", "I-8"}, 3}, {{"b", "R-BUDDY-18"}, 12}};
  EXPECT_EQ(read_smallest(print_smallest(known)), known);
  EXPECT_FALSE(read_smallest("a I-8 many\n").has_value());
}

// Other seeds than the table's, and every planted bug that random programs come to.
TEST(Smallest, MinimisedCrashesAreNoLargerThanTheSmallestKnownAndTwo) {
  const SmallestKnown known = table();
  std::size_t judged = 0, subjects = 0;
  for (const Plant& p : plants()) {
    if (!of_subject(p)) continue;
    ++subjects;
    Executor execute(p.setup);
    for (const std::uint64_t seed : {101U, 102U, 103U}) {
      const auto crash = random_crash(p, seed, 1, 64, 1000);
      if (!crash) continue;
      const auto smallest = known.find({p.name, crash->rule});
      if (smallest == known.end()) continue;
      ++judged;
      const Minimised m = minimise(crash->program, execute, crash->rule);
      EXPECT_LE(m.program.ops.size(), smallest->second + kMoreThanSmallest)
          << p.name << " " << crash->rule << ", seed " << seed;
    }
  }
  std::printf("%zu crashes of %zu planted bugs minimised\n", judged, subjects);
  EXPECT_GE(judged, 2 * subjects);
}

// In steps: ci/figures says how many seconds these are.
TEST(Smallest, ACrashOf500OperationsTakesABoundedNumberOfRuns) {
  const Plant* p = find_plant("lockfree-swing-skipped");
  ASSERT_NE(p, nullptr);
  const auto crash = random_crash(*p, 7, 500, 700, 100'000);
  ASSERT_TRUE(crash.has_value());
  Executor execute(p->setup);
  const Minimised m = minimise(crash->program, execute, crash->rule);
  EXPECT_TRUE(m.finished);
  EXPECT_LT(m.executions, kMinimiseRuns / 2);
  EXPECT_LE(m.program.ops.size(), 4U);
}

}  // namespace
}  // namespace bp
