// SPDX-License-Identifier: MIT
// The planted bugs are found, and what finds them does not cry out on what is sound.
#include <gtest/gtest.h>

#include <set>

#include "fuzz/mutants/edited_history.h"
#include "fuzz/mutants/hunt.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/subject_machine.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

TEST(Plants, AreManyAndNamedOnce) {
  std::set<std::string> names;
  for (const Plant& p : plants()) names.insert(p.name);
  EXPECT_EQ(names.size(), plants().size());
  EXPECT_GE(plants().size(), 16U);
  for (const Plant& p : plants()) EXPECT_EQ(find_plant(p.name), &p);
  EXPECT_EQ(find_plant("none"), nullptr);
}

/// One of each kind here; all of them by `buddyproof mutants --run`.
TEST(Hunt, FindsABugOfEachKind) {
  for (const char* name : {"lockfree-scan-misaligned", "naive-free-unchecked", "judge-i8-dropped",
                           "judge-zones-ascending", "decoder-order-three-bits",
                           "decoder-schedule-loses-last", "table-32-bits"}) {
    const Plant* p = find_plant(name);
    ASSERT_NE(p, nullptr) << name;
    const Hunted h = hunt(*p, {.seconds = 60, .libfuzzer_target = {}});
    EXPECT_TRUE(h.found) << name;
    EXPECT_GT(h.executions, 0U);
    EXPECT_FALSE(h.rule.empty());
  }
}

/// A hunt that always finds something would be worth nothing.
TEST(Hunt, FindsNothingInASoundSubject) {
  const Plant sound{
      .kind = PlantKind::naive, .name = "sound", .setup = {.subject = &lockfree_subject()}};
  EXPECT_FALSE(hunt(sound, {.seconds = 2, .libfuzzer_target = {}}).found);
  const Plant right{.kind = PlantKind::judge,
                    .name = "right",
                    .setup = {.subject = &naive_subject(), .rules = &rulebook()}};
  EXPECT_FALSE(hunt(right, {.seconds = 2, .libfuzzer_target = {}}).found);
  const unsigned config = 7;
  const Plant table{.kind = PlantKind::table,
                    .name = "table",
                    .setup = {},
                    .zone_config = config,
                    .table = impl::gfp_zone_table(ZoneConfig::from_bits(config))};
  EXPECT_FALSE(hunt(table, {.seconds = 2, .libfuzzer_target = {}}).found);
}

}  // namespace
}  // namespace bp
