// SPDX-License-Identifier: MIT
// Types of pageblocks in histories written by hand: what no allocator may do to them, each thing
// refused by its rule. What planted bugs do is in fuzz/engines.
#include "model/judge/pageblock_types.h"

#include <gtest/gtest.h>

#include "model/judge/judge.h"

namespace bp {
namespace {

using enum Migratetype;
using Action = RangeAction;

/// One zone of four pageblocks, the last of which a hole covers and the third is CMA; without marks
/// and lists.
class Story {
 public:
  explicit Story(std::vector<Migratetype> first = {movable, movable, cma, isolate}) {
    machine_.era = era_of(machine_.profile);
    machine_.pcp_high = 1;
    machine_.highatomic = true;
    machine_.nodes.push_back({});
    machine_.nodes[0].cpu_end = 1;
    machine_.nodes[0].zones.push_back({ZoneType::normal, {Pfn{0}, Pfn{2048}}, Watermarks{}});
    machine_.nodes[0].holes.push_back({Pfn{1536}, Pfn{2048}});
    machine_.cma.push_back({Pfn{1024}, Pfn{1536}});
    EXPECT_FALSE(first_fault(machine_).has_value());
    layout_ = rules::lay_out(machine_);
    history_.zones = 1;
    history_.types = std::move(first);
    record();
  }

  Story& range(Action a, std::uint64_t pageblock, unsigned n, Status s, std::int64_t free = 0) {
    free_ += free;
    ops_.push_back(Op::of_range(a, Pfn{pageblock * 512}, n));
    return answer({s, Pfn{pageblock * 512}});
  }
  Story& alloc(Gfp gfp, unsigned order, std::uint64_t pfn) {
    free_ -= std::int64_t{1} << order;
    ops_.push_back(Op::alloc(0, Order{order}, gfp));
    return answer({Status::ok, Pfn{pfn}});
  }
  Story& drain() { return ops_.push_back(Op::drain(kAllCpus)), answer({}); }
  /// During the operation before.
  Story& becomes(std::uint32_t pageblock, Migratetype t) {
    history_.type_changes.push_back({history_.outcomes.size() - 1, pageblock, t});
    return *this;
  }
  Story& shows(std::uint64_t head, unsigned order) {
    return history_.blocks.push_back({Pfn{head}, Order{order}, kOnBuddy}), *this;
  }

  /// The rule that refuses the history, closed by a drain and a census, or "".
  std::string rule(Promises p = {}) {
    answer({}).answer({});
    history_.census_end.push_back(history_.blocks.size());
    const Verdict v = Judge()(machine_, layout_, ops_, history_, p);
    return v.refusal ? std::string(v.refusal->rule) : "";
  }

 private:
  void record() { history_.counters.push_back({Pages{free_}, Pages{0}}); }
  Story& answer(Outcome o) { return history_.outcomes.push_back(o), record(), *this; }

  Machine machine_;
  rules::Layout layout_;
  std::vector<Op> ops_;
  History history_;
  std::int64_t free_ = 1536;
};

const Gfp kMovable = GfpFlag::movable | GfpFlag::direct_reclaim;
const Gfp kKernel = GfpFlag::direct_reclaim | GfpFlag::io;

TEST(PageblockTypes, AFreshMachineIsAccepted) {
  EXPECT_EQ(Story().shows(0, 10).shows(1024, 9).rule(), "");
}

TEST(PageblockTypes, TheFirstTypesAreThoseOfBoot) {  // R-MT-1, R-CMA-4
  EXPECT_EQ(Story({movable, movable, movable, isolate}).rule(), "R-CMA-4");
  EXPECT_EQ(Story({movable, highatomic, cma, isolate}).rule(), "R-MT-1");
  EXPECT_EQ(Story({movable, movable, cma, movable}).rule(), "R-MT-1");
  EXPECT_EQ(Story({cma, movable, cma, isolate}).rule(), "R-MT-1");
}

TEST(PageblockTypes, ChangeOnlyWhereARequestNeedsIt) {  // R-MT-6
  EXPECT_EQ(Story().drain().becomes(0, unmovable).rule(), "R-MT-6");
  Story claim;
  claim.alloc(kKernel, 0, 0).becomes(0, unmovable).shows(1024, 9);
  for (unsigned o = 0; o < 10; ++o) claim.shows(std::uint64_t{1} << o, o);
  EXPECT_EQ(claim.rule(), "");
  EXPECT_EQ(Story().alloc(kKernel, 0, 0).becomes(0, reclaimable).rule(), "R-MT-6");
  EXPECT_EQ(Story().alloc(kMovable, 9, 0).becomes(1, highatomic).rule(), "R-HA-1");
  EXPECT_EQ(Story().alloc(kMovable, 9, 0).becomes(1, isolate).rule(), "R-ISO-1");
}

TEST(PageblockTypes, CmaStaysCma) {  // R-CMA-3
  EXPECT_EQ(Story().alloc(kMovable, 0, 1024).becomes(2, movable).rule(), "R-CMA-3");
  EXPECT_EQ(Story().alloc(kMovable, 0, 0).becomes(1, cma).rule(), "R-CMA-3");
  EXPECT_EQ(Story().alloc(kMovable, 10, 0).alloc(kMovable, 9, 1024).rule(), "");
  EXPECT_EQ(Story().alloc(kKernel, 9, 1024).rule(), "R-CMA-1");
}

TEST(PageblockTypes, CmaComesAfterItsOwn) {  // R-MT-3, R-MT-4
  // Of two pageblocks of its own and one of an area the latter is not most of what is free;
  EXPECT_EQ(Story().alloc(kMovable, 0, 1024).rule(), "R-MT-3");
  // of one it is half, and of none all.
  EXPECT_EQ(Story().alloc(kMovable, 9, 0).alloc(kMovable, 9, 1024).rule(), "R-MT-3");
  EXPECT_EQ(Story().alloc(kMovable, 9, 0).alloc(kMovable, 0, 512).alloc(kMovable, 0, 513).rule(),
            "R-MT-4");
}

TEST(PageblockTypes, ARangeDoesWhatItSays) {
  EXPECT_EQ(Story()
                .range(Action::isolate, 0, 1, Status::ok, -512)
                .becomes(0, isolate)
                .shows(512, 9)
                .shows(1024, 9)
                .rule(),
            "");
  // It keeps its type; takes another's with it; is still counted.
  EXPECT_EQ(Story().range(Action::isolate, 0, 1, Status::ok, -512).rule(), "R-ISO-1");
  EXPECT_EQ(Story()
                .range(Action::isolate, 0, 1, Status::ok, -512)
                .becomes(0, isolate)
                .becomes(1, isolate)
                .rule(),
            "R-ISO-1");
  EXPECT_EQ(Story().range(Action::isolate, 0, 1, Status::ok).becomes(0, isolate).rule(), "I-2");
  // What was CMA is so again.
  Story back;
  back.range(Action::isolate, 2, 1, Status::ok, -512).becomes(2, isolate);
  back.range(Action::unisolate, 2, 1, Status::ok, 512).becomes(2, movable);
  EXPECT_EQ(back.rule(), "R-ISO-2");
  // What joins is of a type that can be requested.
  EXPECT_EQ(Story()
                .range(Action::online, 3, 1, Status::ok, 512)
                .becomes(3, movable)
                .shows(0, 10)
                .shows(1024, 9)
                .shows(1536, 9)
                .rule(),
            "");
  EXPECT_EQ(Story().range(Action::online, 3, 1, Status::ok, 512).rule(), "R-MT-1");
}

TEST(PageblockTypes, ARangeIsRefusedIfAndOnlyIfItMustBe) {
  EXPECT_EQ(Story().range(Action::isolate, 3, 1, Status::ok).rule(), "R-ISO-1");
  EXPECT_EQ(Story().range(Action::isolate, 0, 1, Status::rejected).rule(), "R-ISO-1");
  EXPECT_EQ(Story().range(Action::unisolate, 0, 1, Status::ok).rule(), "R-ISO-2");
  EXPECT_EQ(Story().range(Action::online, 0, 1, Status::ok).rule(), "I-1");
  EXPECT_EQ(Story().range(Action::offline, 3, 1, Status::ok).rule(), "I-1");
  EXPECT_EQ(Story().range(Action::alloc, 2, 1, Status::rejected).rule(), "I-1");
  EXPECT_EQ(Story().range(Action::alloc, 2, 4, Status::ok).rule(), "I-7");
  EXPECT_EQ(Story().alloc(kMovable, 0, 0).range(Action::alloc, 0, 1, Status::ok).rule(), "I-1");
  EXPECT_EQ(Story().range(Action::alloc, 2, 1, Status::ok, -512).shows(0, 10).rule(), "");
}

TEST(PageblockTypes, OfflineFramesAreNobodys) {
  Story s;
  s.range(Action::offline, 0, 1, Status::ok, -512).becomes(0, isolate);
  EXPECT_EQ(s.alloc(kMovable, 0, 0).rule(), "I-1");
  Story again;
  again.range(Action::isolate, 0, 1, Status::ok, -512).becomes(0, isolate);
  EXPECT_EQ(again.alloc(kMovable, 0, 0).rule(), "R-ISO-1");
}

// Who promises no types is not held to any.
TEST(PageblockTypes, WithoutThePromiseNothingIsAsked) {
  Story s(std::vector<Migratetype>{});
  EXPECT_EQ(s.alloc(kKernel, 9, 1024).shows(0, 10).rule({.types = false}), "");
}

}  // namespace
}  // namespace bp
