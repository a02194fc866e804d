// SPDX-License-Identifier: MIT
// Edited recordings: every kind has a place in the corpus, and each edit is refused by the right
// rule. Here on recordings that are small and have the places; all of them by
// `buddyproof kernel judge --edited corpus/kernel`.
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
  for (const EditOutcome& o : run.outcomes()) {
    EXPECT_GT(o.made, 0U) << o.edit->name;
    EXPECT_EQ(o.survived, 0U) << o.edit->name << ": " << o.first;
    EXPECT_EQ(o.wrongly, 0U) << o.edit->name << ": " << o.first;
  }
  EXPECT_EQ(run.unsound(), 0U);
}

TEST(EditedRun, KindsAreManyAndNamesDiffer) {
  std::set<std::string_view> names;
  for (const RecordingEdit& e : recording_edits()) {
    EXPECT_TRUE(names.insert(e.name).second) << e.name;
    EXPECT_FALSE(e.what.empty());
    EXPECT_FALSE(e.rules.empty());
  }
  EXPECT_GE(names.size(), 30U);
}

TEST(EditedRun, ARuleIsRightOnlyAsAWhole) {
  const RecordingEdit e{"x", "x", "R-RMQ-2 R-RMQ-5", nullptr};
  EXPECT_TRUE(is_right(e, "R-RMQ-2"));
  EXPECT_TRUE(is_right(e, "R-RMQ-5"));
  EXPECT_FALSE(is_right(e, "R-RMQ"));
  EXPECT_FALSE(is_right(e, "I-1"));
}

}  // namespace
}  // namespace bp
