// SPDX-License-Identifier: MIT
// The table of edits: every kind has a place in the corpus or in what the reference did, and each
// edit is refused by the right rule. Here on recordings that are small and have the places; all of
// them by `buddyproof mutants --run --layer judge`.
#include "fuzz/mutants/edited_run.h"

#include <gtest/gtest.h>

#include <set>

#include "fuzz/kernel/input.h"
#include "fuzz/kernel/judge_file.h"

namespace bp {
namespace {

constexpr const char* kRecordings[] = {
    "v4.7/bad-512M",       "v4.7/iso-atomic-160M", "v5.15/isolate-256M", "v6.1/het-2node",
    "v6.1/pol-5G",         "v6.1/cma-arm64-frag",  "v6.12/mix-512M",     "v7.1/cma-512M",
    "v4.7/i386-frag-960M", "v4.7/numa-atomic"};

TEST(EditedRun, EveryKindIsRefusedByItsRule) {
  EditRun run(1);
  for (const char* name : kRecordings) {
    const std::string file = std::string(BP_SOURCE_DIR "/corpus/kernel/") + name + ".txt.xz";
    const kernel::FileText text = kernel::read_file(file);
    ASSERT_EQ(text.fault, "");
    EXPECT_EQ(kernel::for_each_history(file, text.bytes,
                                       [&](const KernelHistory& h) {
                                         run.add(h, name);
                                         return true;
                                       }),
              "");
  }
  run.add_reference();
  for (const EditOutcome& o : run.outcomes()) {
    EXPECT_GT(o.made, 0U) << o.name;
    EXPECT_EQ(o.survived, 0U) << o.name << ": " << o.first;
    EXPECT_EQ(o.wrongly, 0U) << o.name << ": " << o.first;
  }
  EXPECT_EQ(run.unsound(), 0U);
}

TEST(EditedRun, KindsAreManyAndNamesDiffer) {
  std::set<std::string_view> names;
  const EditRun run(1);
  for (const EditOutcome& o : run.outcomes()) {
    EXPECT_TRUE(names.insert(o.name).second) << o.name;
    EXPECT_FALSE(o.what.empty());
    EXPECT_FALSE(o.rules.empty());
  }
  EXPECT_GE(names.size(), 30U);
  EXPECT_EQ(names.size(), edit_names().size());
}

TEST(EditedRun, OnlyWhatIsWantedIsMade) {
  EditRun run(1, [](std::string_view name) { return name == "misaligned"; });
  run.add_reference();
  for (const EditOutcome& o : run.outcomes()) EXPECT_EQ(o.made > 0, o.name == "misaligned");
  EXPECT_EQ(run.unsound(), 0U);
}

TEST(EditedRun, ARuleIsRightOnlyAsAWhole) {
  const std::string_view e = "R-RMQ-2 R-RMQ-5";
  EXPECT_TRUE(is_right(e, "R-RMQ-2"));
  EXPECT_TRUE(is_right(e, "R-RMQ-5"));
  EXPECT_FALSE(is_right(e, "R-RMQ"));
  EXPECT_FALSE(is_right(e, "I-1"));
}

}  // namespace
}  // namespace bp
