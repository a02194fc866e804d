// SPDX-License-Identifier: MIT
// Every planted bug is there: one short history each in which the bug shows, and the sound subject
// beside it, which does the right thing.
#include "fuzz/subjects/naive_bugs.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "fuzz/subjects/registry.h"
#include "fuzz/subjects/test_bench.h"

namespace bp::test {
namespace {

/// `right` holds of the sound subject and not of the buggy one.
void expect_shown(NaiveBug bug, const std::function<bool(const bp_subject&)>& right) {
  EXPECT_TRUE(right(naive_subject())) << naive_bug_name(bug);
  EXPECT_FALSE(right(naive_subject_with(bug))) << naive_bug_name(bug);
}

TEST(NaiveBugs, AllHaveTheirOwnNameAndPromiseWhatTheSoundOneDoes) {
  std::set<std::string> names;
  for (unsigned i = 0; i < kNaiveBugs; ++i) {
    const bp_subject& s = naive_subject_with(NaiveBug{static_cast<std::uint8_t>(i)});
    EXPECT_TRUE(names.insert(s.name).second) << s.name;
    EXPECT_EQ(s.caps, naive_subject().caps);
  }
}

TEST(NaiveBugs, MergeForgetsLastOrder) {
  expect_shown(NaiveBug::merge_forgets_last_order, [](const bp_subject& s) {
    Instance i(s, one_zone(1024));
    i.free(i.alloc(0, kKernel).value(), 0);
    return i.census() == std::set<Block>{{0, 10, BP_ON_BUDDY}};
  });
}

TEST(NaiveBugs, SplitPutsWrongHalf) {
  expect_shown(NaiveBug::split_puts_wrong_half, [](const bp_subject& s) {
    Instance i(s, one_zone(16));
    return i.alloc(2, kKernel) != i.alloc(2, kKernel);
  });
}

TEST(NaiveBugs, MergeCrossesZones) {
  expect_shown(NaiveBug::merge_crosses_zones, [](const bp_subject& s) {
    bp_machine m = empty_machine();
    add_zone(m, 0, kDma, 0, 3);
    add_zone(m, 0, kNormal, 3, 8);
    Instance i(s, m);
    i.alloc(1, kKernel | GfpFlag::dma);
    i.free(i.alloc(0, kKernel | GfpFlag::dma).value(), 0);
    return i.census().contains({2, 0, BP_ON_BUDDY});
  });
}

TEST(NaiveBugs, WatermarkOffByOne) {
  expect_shown(NaiveBug::watermark_off_by_one, [](const bp_subject& s) {
    bp_machine m = one_zone(16);
    set_marks(m.zones[0], 16, 16);
    Instance i(s, m);
    return !i.alloc(0, kKernel);
  });
}

TEST(NaiveBugs, ReserveForgotten) {
  expect_shown(NaiveBug::reserve_forgotten, [](const bp_subject& s) {
    bp_machine m = one_zone(16);
    m.zones[0].lowmem_reserve[kNormal] = 16;
    Instance i(s, m);
    return !i.alloc(0, kKernel);
  });
}

TEST(NaiveBugs, FreeUnchecked) {
  expect_shown(NaiveBug::free_unchecked, [](const bp_subject& s) {
    Instance i(s, one_zone(16));
    return i.free(3, 0) == BP_NOT_ALLOCATED;
  });
}

TEST(NaiveBugs, NodemaskForgotten) {
  expect_shown(NaiveBug::nodemask_forgotten, [](const bp_subject& s) {
    Instance i(s, two_nodes());
    return i.alloc(0, kKernel, 0, 0, 2) == 1024U;
  });
}

TEST(NaiveBugs, NullTooEarly) {
  expect_shown(NaiveBug::null_too_early, [](const bp_subject& s) {
    bp_machine m = one_zone(16);
    set_marks(m.zones[0], 4, 16);
    Instance i(s, m);
    return i.alloc(0, kKernel).has_value();
  });
}

}  // namespace
}  // namespace bp::test
