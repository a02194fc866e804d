// SPDX-License-Identifier: MIT
#include "fuzz/kernel/organic.h"

#include <gtest/gtest.h>

namespace bp::kernel {
namespace {

std::string event(std::string_view name, std::string_view fields) {
  return "  dd-88  [000] ...1.  1.832326: " + std::string(name) + ": page=(____ptrval____) " +
         std::string(fields) + "\n";
}
std::string mark() { return "  dd-88  [000] d....  1.825820: dump_state: PGO_STATE\n"; }

TEST(Organic, TakesWhatLiesBetweenTheDumps) {
  std::vector<RecordedOp> ops;
  const std::string text =
      "# tracer: nop\n" +
      event("mm_page_alloc", "pfn=0x1 order=0 migratetype=0 gfp_flags=GFP_KERNEL") + mark() +
      event("mm_page_alloc", "pfn=0xb026 order=1 migratetype=0 gfp_flags=GFP_NOWAIT|__GFP_NOWARN") +
      event("mm_page_pcpu_drain", "pfn=0x7 order=0 migratetype=1") + mark() +
      event("mm_page_free", "pfn=0x1 order=0");
  EXPECT_EQ(read_organic(text, 10, Era::e3, ops).what, "");
  ASSERT_EQ(ops.size(), 1U);
  EXPECT_EQ(ops[0].pfn, Pfn{0xb026});
  EXPECT_EQ(ops[0].order, 1U);
  EXPECT_EQ(ops[0].gfp, 0x2800U);
  EXPECT_EQ(ops[0].line, 13U);
}

TEST(Organic, AFreeOfManyHappensWhereItIsListed) {
  std::vector<RecordedOp> ops;
  const std::string text =
      event("mm_page_free", "pfn=0x10 order=0") + event("mm_page_free", "pfn=0x11 order=0") +
      event("mm_page_alloc", "pfn=0x12 order=0 migratetype=0 gfp_flags=GFP_KERNEL") +
      event("mm_page_free_batched", "pfn=0x10 order=0");
  EXPECT_EQ(read_organic(text, 1, Era::e3, ops).what, "");
  ASSERT_EQ(ops.size(), 3U);
  EXPECT_EQ(ops[0].pfn, Pfn{0x11});
  EXPECT_EQ(ops[1].kind, OpKind::alloc_frame);
  EXPECT_EQ(ops[2].pfn, Pfn{0x10});
}

TEST(Organic, WhatCannotBeReadIsNamedByLine) {
  const auto fault = [](const std::string& text) {
    std::vector<RecordedOp> ops;
    return read_organic(text, 5, Era::e3, ops);
  };
  EXPECT_EQ(fault("\n" + event("mm_page_free", "pfn=0xzz order=0")).line, 6U);
  EXPECT_NE(fault(event("mm_page_free", "pfn=0x10 order=11")).what, "");
  EXPECT_NE(fault(event("mm_page_free", "pfn=0x11 order=1")).what, "");
  EXPECT_NE(fault(event("mm_page_alloc", "pfn=0x10 order=0 gfp_flags=GFP_NONSENSE")).what, "");
  EXPECT_NE(fault(event("mm_page_free_batched", "pfn=0x10 order=0")).what, "");
}

}  // namespace
}  // namespace bp::kernel
