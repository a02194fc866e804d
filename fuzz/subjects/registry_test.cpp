// SPDX-License-Identifier: MIT
// Subjects by name and by path, and every way in which a path can be wrong. The shared objects are
// built from example/.
#include "fuzz/subjects/registry.h"

#include <gtest/gtest.h>

#include <string>

#include "fuzz/subjects/naive_bugs.h"
#include "fuzz/subjects/test_bench.h"

namespace bp::test {
namespace {

TEST(Registry, FindsEverySubjectByName) {
  EXPECT_EQ(subjects().size(), 6U);
  for (const bp_subject* s : subjects()) {
    EXPECT_EQ(find_subject(s->name).subject, s);
    EXPECT_EQ(s->abi_version, BP_ABI_VERSION);
  }
  EXPECT_EQ(find_subject("naive").subject, &naive_subject());
  EXPECT_EQ(find_subject("naive-watermark-off-by-one").subject,
            &naive_subject_with(NaiveBug::watermark_off_by_one));
}

TEST(Registry, FaultIsOneLineThatSaysWhatToDo) {
  const auto fault_of = [](std::string_view name) {
    const SubjectLookup found = find_subject(name);
    EXPECT_EQ(found.subject, nullptr);
    EXPECT_EQ(found.fault.find('\n'), std::string::npos);
    return found.fault;
  };
  EXPECT_NE(fault_of("nave").find("use one of naive, locked, lockfree"), std::string::npos);
  EXPECT_NE(fault_of("").find("not known"), std::string::npos);
  EXPECT_NE(fault_of("./no_such_file.so").find("cannot be loaded"), std::string::npos);
  EXPECT_NE(fault_of("/").find("cannot be loaded"), std::string::npos);
  EXPECT_NE(fault_of(BP_OLD_ABI_SO).find("rebuild it"), std::string::npos);
  EXPECT_NE(fault_of(BP_NO_ENTRY_SO).find("exports no bp_subject_get()"), std::string::npos);
}

TEST(Registry, SharedObjectRuns) {
  const SubjectLookup found = find_subject(BP_FIRST_FIT_SO);
  ASSERT_NE(found.subject, nullptr) << found.fault;
  bp_machine m = empty_machine();
  add_zone(m, 0, kNormal, 3, 70);
  m.holes[0] = {16, 17};
  m.n_holes = 1;
  Instance s(*found.subject, m);
  const std::set<Block> fresh = s.census();
  EXPECT_EQ(s.counters(0).free, 66U);
  EXPECT_EQ(s.alloc(3, kKernel), 8U);
  EXPECT_EQ(s.alloc(3, kKernel), 24U);
  EXPECT_EQ(s.free(16, 0), BP_FOREIGN);
  EXPECT_EQ(s.free(9, 0), BP_NOT_HEAD);
  EXPECT_EQ(s.free(8, 2), BP_BAD_ORDER);
  EXPECT_EQ(s.free(8, 3), BP_OK);
  EXPECT_EQ(s.free(8, 3), BP_NOT_ALLOCATED);
  EXPECT_EQ(s.free(24, 3), BP_OK);
  EXPECT_EQ(s.census(), fresh);
}

}  // namespace
}  // namespace bp::test
