// SPDX-License-Identifier: MIT
// A found bug stays found: what corpus/regress holds runs on every subject and is accepted.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/engines/replay.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

std::vector<std::filesystem::path> regressions() {
  std::vector<std::filesystem::path> files;
  for (const auto& e : std::filesystem::directory_iterator(BP_SOURCE_DIR "/corpus/regress"))
    if (e.path().extension() == ".txt") files.push_back(e.path());
  std::ranges::sort(files);
  return files;
}

class Regress : public testing::TestWithParam<const bp_subject*> {};
INSTANTIATE_TEST_SUITE_P(Subjects, Regress,
                         testing::Values(&naive_subject(), &reference_subject(), &locked_subject(),
                                         &lockfree_subject()),
                         [](const auto& param) { return std::string(param.param->name); });

TEST_P(Regress, EveryFileIsAccepted) {
  const auto files = regressions();
  EXPECT_GE(files.size(), 10U);
  for (const auto& file : files) {
    const Loaded loaded = load_program(file);
    ASSERT_TRUE(loaded.program) << loaded.fault;
    const Replay r = replay(*loaded.program, {.subject = GetParam()}, {});
    EXPECT_TRUE(r.accepted()) << file.filename() << "\n" << r.report;
  }
}

}  // namespace
}  // namespace bp
