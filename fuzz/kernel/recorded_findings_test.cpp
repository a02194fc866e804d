// SPDX-License-Identifier: MIT
// The recordings of the corpus break no invariant but by known defects, and those where they are
// known to; an edited recording is seen through.
#include "fuzz/kernel/recorded_findings.h"

#include <gtest/gtest.h>

#include <set>

#include "fuzz/kernel/input.h"
#include "fuzz/kernel/test_recording.h"

namespace bp::kernel {
namespace {

/// "I-4 W-15a B-32" for each kind of finding: the invariant and the defects that explain it.
std::set<std::string> findings_in(std::string_view text) {
  std::set<std::string> out;
  Recording recording(text, shape_of(text));
  RecordedFindings found;
  Slots slots;
  Batch b;
  while (recording.next(b)) {
    const Slots at_start = slots;
    for (const RecordedOp& op : b.ops) {
      slots.follow(op, recording.dialect().recorder, recording.dialect().era());
    }
    for (const RecordedFinding& r : found.next(b, at_start, slots)) {
      std::string name(r.finding.violation.id);
      for (const KnownDefect* d : r.finding.defects) name += " " + std::string(d->id);
      out.insert(name);
    }
  }
  EXPECT_EQ(recording.fault().what, "");
  return out;
}

struct Recorded {
  std::string_view file;
  std::set<std::string> findings;
};

const Recorded kRecorded[] = {
    {"v4.7/bad0-512M", {"I-10a B-02", "I-4 W-15a W-15e B-32"}},
    {"v4.7/iso-512M", {"I-4 W-15a W-15e B-32"}},
    {"v5.15/reserve-exhaust-256M", {}},
    {"v6.1/iso-160M", {"I-12b W-15c R-PCP-21"}},
    {"v6.1/cma-arm64", {}},
    {"v6.1/het-2node", {}},
    {"v6.12/mix-512M", {}},
    {"v7.1/isolate-256M", {}},
};

TEST(RecordedFindings, AreThoseOfKnownDefects) {
  for (const Recorded& r : kRecorded) {
    const FileText text =
        read_file(std::string(BP_SOURCE_DIR) + "/corpus/kernel/" + std::string(r.file) + ".txt.xz");
    ASSERT_EQ(text.fault, "");
    EXPECT_EQ(findings_in(text.bytes), r.findings) << r.file;
  }
}

TEST(RecordedFindings, SeeThroughAnEditedDump) {
  EXPECT_TRUE(findings_in(testing::recording()).empty());
  const std::string fewer = testing::with(testing::recording(), "diff -1 thr", "diff -2 thr");
  EXPECT_EQ(findings_in(fewer), std::set<std::string>{"I-4"}) << "nothing makes it too low";
  const std::string reserved = testing::with(testing::recording(), "hatomic 0", "hatomic 3");
  EXPECT_EQ(findings_in(reserved), (std::set<std::string>{"I-12", "I-12b W-15c R-PCP-21"}));
}

}  // namespace
}  // namespace bp::kernel
