// SPDX-License-Identifier: MIT
// Taking from a chosen zone (R-RMQ): per-CPU lists or the zone's, and who gets the highatomic
// reserve when. Blocks of order 4 have no per-CPU list.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Migratetype;

class Rmqueue : public InKernel {
 protected:
  /// Free blocks of order 4, of the reserve and for all; or of the reserve alone. The low mark is
  /// far away: urgent requests are served as such.
  TestMachine with_reserve(bool others) const {
    TestMachine m(profile());
    m.zone(0x1000, 0x1800).type(highatomic, 0x1400, 0x1600).type(unmovable, 0x1000, 0x1200);
    if (others) m.free(4, unmovable, {0x1000, 0x1010});
    return m.free(4, highatomic, {0x1400, 0x1410}).marks(0, 1000, 2000);
  }
  Gfp atomic() const { return gfp_atomic(profile()); }
  bool is_4_7() const { return profile() == Profile::v4_7; }
};
INSTANTIATE_TEST_SUITE_P(Every, Rmqueue, testing::ValuesIn(kEveryKernel), kernel_name);

// R-RMQ-2, R-RMQ-5: an urgent request for a block takes from the reserve first.
TEST_P(Rmqueue, ReserveIsFirstForUrgentBlocks) {
  Kernel k(with_reserve(true));
  EXPECT_EQ(k.alloc_each(atomic(), 4, 3), Frames({0x1400, 0x1410, 0x1000}));
}

// R-RMQ-2, R-RMQ-5, R-AF-6: since 6.1 whoever may not wait gets it last; before, only HARDER gets
// it.
TEST_P(Rmqueue, ReserveIsLastForWhoMayNotWait) {
  Kernel k(with_reserve(true));
  EXPECT_EQ(k.alloc_each(kGfpNowait, 4, 2), Frames({0x1000, 0x1010}));
  // The check counts no block of the reserve for NON_BLOCK; a free page elsewhere does not help.
  EXPECT_EQ(k.alloc(kGfpNowait, 4), kNoPfn);
}

// R-RMQ-5, R-WMARK-17: for a single page no list is looked at, and NON_BLOCK gets it.
TEST_P(Rmqueue, SinglePageOfTheReserve) {
  const bool gets = is_since_6_1(profile());
  EXPECT_EQ(Kernel(with_reserve(false)).alloc(kGfpNowait), gets ? 0x1400_pfn : kNoPfn);
  EXPECT_EQ(Kernel(with_reserve(false)).alloc(kGfpKernel), kNoPfn);
}

// R-RMQ-4: where the per-CPU list gives nothing, up to 5.15 that is the end, although HARDER could
// have the reserve. Since 6.1 the zone's lists are next.
TEST_P(Rmqueue, AfterThePcpListsComeTheZones) {
  Kernel k(with_reserve(false));
  EXPECT_EQ(k.alloc(atomic()), is_since_6_1(profile()) ? 0x1400_pfn : kNoPfn);
}

// R-RMQ-4: ... for blocks of the orders that 5.15 keeps as well.
TEST_P(Rmqueue, SmallBlockOfTheReserve) {
  Kernel k(with_reserve(false));
  EXPECT_EQ(k.alloc(atomic(), 2), profile() == Profile::v5_15 ? kNoPfn : 0x1400_pfn);
}

// R-RMQ-2, R-RMQ-5, R-WMARK-15, R-WMARK-17: an OOM victim: since 6.1 last, in 5.15 it passes the
// check, and then nothing is there for it.
TEST_P(Rmqueue, ReserveForVictims) {
  const auto got = [&](bool others) {
    Kernel k(with_reserve(others));
    return k->alloc({.gfp = kGfpKernel, .order = 4, .task = {.oom_victim = true}}).head;
  };
  EXPECT_EQ(got(true), 0x1000_pfn);
  EXPECT_EQ(got(false), is_since_6_1(profile()) ? 0x1400_pfn : kNoPfn);
}

// R-RMQ-2, R-RMQ-5: nobody else gets it.
TEST_P(Rmqueue, ReserveIsNotForAll) {
  Kernel k(with_reserve(true).marks(0, 0, 0));
  EXPECT_EQ(k.alloc_each(kGfpKernel, 4, 3),
            Frames({0x1000, 0x1010, static_cast<std::uint64_t>(kNoPfn)}));
}

// R-RMQ-3, R-BUDDY-16, R-GEN-13: a block that is handed out is no longer free; one of the reserve
// leaves its count as well (6.12 and later have one).
TEST_P(Rmqueue, BlockLeavesTheCounters) {
  Kernel k(with_reserve(true));
  k.alloc(atomic(), 4);
  EXPECT_EQ(k.nr_free_pages(), 48);
  EXPECT_EQ(k.numbers().free_highatomic, is_since_6_12(profile()) ? 16 : 0);
}

}  // namespace
}  // namespace bp::reference
