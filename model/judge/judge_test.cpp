// SPDX-License-Identifier: MIT
// Histories written by hand: what a correct allocator may answer is accepted, and each rule of the
// judge refuses a history that breaks it.
#include "model/judge/judge.h"

#include <gtest/gtest.h>

#include "model/vocab/gfp_text.h"

namespace bp {
namespace {

/// Builds a history answer by answer; counters follow from the answers unless a test changes them.
struct Story {
  Machine machine;
  rules::Layout layout;
  std::vector<Op> ops;
  History history;
  std::vector<ZoneCounters> now;
  std::vector<CensusBlock> at_end;

  explicit Story(Profile p = Profile::v6_1_lts192) {
    machine.profile = p;
    machine.era = era_of(p);
    machine.zones = {.dma = true, .highmem = true};
    machine.pcp_high = 4;
    machine.nodes.push_back({});
    machine.nodes[0].cpu_end = 1;
    const Watermarks marks{Pages{10}, Pages{20}, Pages{30}};
    add_zone(0, ZoneType::dma, 0, 64, marks);
    add_zone(0, ZoneType::normal, 64, 192, marks);
    machine.nodes.push_back({});
    add_zone(1, ZoneType::normal, 256, 512, marks);
    for (unsigned i = 0; i < kZoneTypes; ++i) machine.lowmem_reserve_ratio.push_back(32);
    EXPECT_FALSE(first_fault(machine).has_value());
    layout = rules::lay_out(machine);
    for (const auto& z : layout.zones) now.push_back({z.managed, Pages{0}});
    record();
  }

  void add_zone(std::size_t node, ZoneType t, std::uint64_t begin, std::uint64_t end,
                Watermarks w) {
    machine.nodes[node].zones.push_back({t, {Pfn{begin}, Pfn{end}}, w});
  }
  void record() { history.counters.insert(history.counters.end(), now.begin(), now.end()); }
  void answer(const Op& op, Outcome o) {
    ops.push_back(op), history.outcomes.push_back(o), record();
  }

  Gfp gfp(const char* text) const {
    const GfpParse g = gfp_parse(text, machine.era);
    EXPECT_EQ(g.fault, "");
    return g.gfp;
  }
  Op request(const char* mask, unsigned order, int node = kNoNode, unsigned nodes = 0) const {
    return Op::alloc(0, Order{order}, gfp(mask), node, nodes);
  }
  Story& gives(const Op& op, std::uint64_t pfn) {
    if (const auto z = rules::zone_of(layout, Pfn{pfn})) now[*z].free -= pages_in(op.order);
    answer(op, {Status::ok, Pfn{pfn}});
    return *this;
  }
  Story& gives_null(const Op& op) { return answer(op, {Status::no_memory, kNoPfn}), *this; }
  Story& frees(std::uint32_t handle, unsigned order, std::uint64_t pfn, Status s = Status::ok) {
    if (s == Status::ok) now[*rules::zone_of(layout, Pfn{pfn})].free += pages_in(Order{order});
    answer(Op::free(handle, 0, Order{order}), {s, Pfn{pfn}});
    return *this;
  }
  Story& shows(std::uint64_t begin, std::uint64_t end) {
    for (Pfn p{begin}; p < Pfn{end};) {
      Order o{kOrderMax};
      while (!is_aligned(p, o) || p + pages_in(o) > Pfn{end}) --o;
      at_end.push_back({p, o, kOnBuddy});
      p += pages_in(o);
    }
    return *this;
  }
  /// Closes the history with a drain and a census, and returns the rule that refused it, or "".
  std::string rule(Promises promises = {}) {
    history.zones = static_cast<unsigned>(layout.zones.size());
    history.outcomes.push_back({}), record();
    history.outcomes.push_back({}), record();
    history.blocks.insert(history.blocks.end(), at_end.begin(), at_end.end());
    history.census_end.push_back(history.blocks.size());
    const Verdict v = Judge()(machine, layout, ops, history, promises);
    if (v.refusal) {
      EXPECT_FALSE(v.refusal->seen.empty());
      EXPECT_FALSE(v.refusal->allowed.empty());
    }
    return v.refusal ? std::string(v.refusal->rule) : "";
  }
};

TEST(Judge, AcceptsWhatACorrectAllocatorDoes) {
  Story s;
  s.gives(s.request("GFP_KERNEL", 3), 64).gives(s.request("GFP_KERNEL", 0), 72).frees(0, 3, 64);
  EXPECT_EQ(s.shows(0, 64).shows(64, 72).shows(73, 192).shows(256, 512).rule(), "");
}

TEST(Judge, AnyFreeBlockIsALegalAnswer) {
  Story s;
  s.gives(s.request("GFP_KERNEL", 0), 137);
  EXPECT_EQ(s.shows(0, 64).shows(64, 137).shows(138, 192).shows(256, 512).rule(), "");
}

TEST(Judge, RefusesBlocksThatAreNone) {
  {
    Story s;
    EXPECT_EQ(s.gives(s.request("GFP_KERNEL", 0), 200).rule(), "I-7");
  }
  {
    Story s;
    EXPECT_EQ(s.gives(s.request("GFP_KERNEL", 7), 128).rule(), "I-7");
  }
  {
    Story s;
    EXPECT_EQ(s.gives(s.request("GFP_KERNEL", 3), 68).rule(), "R-BUDDY-2");
  }
  {
    Story s;
    EXPECT_EQ(s.gives(s.request("GFP_KERNEL", 3), 64).gives(s.request("GFP_KERNEL", 0), 70).rule(),
              "I-1");
  }
}

Op by(Call c, Op op, unsigned pages = 0) {
  op.call = c;
  op.pages = static_cast<std::uint16_t>(pages);
  return op;
}

// R-API-3, R-API-4, R-API-6: what comes with the block.
TEST(Judge, AnAddressIsThatOfThePage) {
  Story right, none, zeros;
  const Op op = by(Call::free_page, right.request("GFP_KERNEL", 0));
  right.now[1].free -= Pages{1};
  right.answer(op, {Status::ok, Pfn{64}, direct_address(Pfn{64})});
  EXPECT_EQ(right.shows(0, 64).shows(65, 192).shows(256, 512).rule(), "");
  none.now[1].free -= Pages{1};
  none.answer(op, {Status::ok, Pfn{64}, 0});
  EXPECT_EQ(none.rule(), "R-API-3");
  zeros.now[1].free -= Pages{1};
  zeros.answer(by(Call::zeroed_page, op), {Status::ok, Pfn{64}, direct_address(Pfn{64}), false});
  EXPECT_EQ(zeros.rule(), "R-API-6");
}

// R-API-7, R-API-10: the node is found as the call finds it.
TEST(Judge, ACallFindsItsNode) {
  Story s;
  OpTask bound;
  bound.policy = Policy::bind;
  bound.policy_nodes = 2;
  s.answer(Op::of_task(0, bound), {});
  EXPECT_EQ(s.gives(by(Call::pages, s.request("GFP_KERNEL", 0)), 64).rule(), "R-ZONE-11");
  Story t;
  t.answer(Op::of_task(0, bound), {});
  t.gives(by(Call::pages, t.request("GFP_KERNEL", 0)), 256);
  EXPECT_EQ(t.shows(0, 64).shows(64, 192).shows(257, 512).rule(), "");
  // The allocator itself knows no policy.
  Story u;
  u.answer(Op::of_task(0, bound), {});
  EXPECT_EQ(u.gives(u.request("GFP_KERNEL", 0), 256).rule(), "R-ZONE-12");
}

// R-AF-5: who frees memory may have all of it, and nobody else.
TEST(Judge, ATaskThatReclaimsMayUseTheReserves) {
  for (const bool reclaims : {true, false}) {
    Story s;
    OpTask t;
    if (reclaims) t.flags = 1U << static_cast<unsigned>(TaskFlag::memalloc);
    s.answer(Op::of_task(0, t), {});
    const Op all = s.request("GFP_KERNEL|__GFP_DMA|__GFP_THISNODE|__GFP_MEMALLOC", 0);
    for (std::uint64_t pfn = 0; pfn < 64; ++pfn) s.gives(all, pfn);
    s.frees(0, 0, 0).gives(s.request("GFP_KERNEL|__GFP_DMA|__GFP_THISNODE", 0), 0);
    s.shows(64, 192).shows(256, 512);
    EXPECT_EQ(s.rule(), reclaims ? "" : "R-WMARK-6");
  }
}

// W-6.
TEST(Judge, ABulkGivesSinglePages) {
  const auto bulk = [](Story& s, std::vector<Pfn> pages) {
    const Op op = by(Call::bulk, s.request("GFP_KERNEL", 0), 4);
    s.now[1].free -= Pages{static_cast<std::int64_t>(pages.size())};
    s.history.bulk_pages = pages;
    if (!pages.empty()) s.history.bulk_end = {pages.size()};
    s.answer(op,
             pages.empty() ? Outcome{Status::no_memory, kNoPfn} : Outcome{Status::ok, pages[0]});
  };
  Story s;
  bulk(s, {Pfn{64}, Pfn{100}, Pfn{65}});
  s.frees(1, 0, 100);
  EXPECT_EQ(s.shows(0, 64).shows(66, 192).shows(256, 512).rule(), "");
  Story twice;
  bulk(twice, {Pfn{64}, Pfn{64}});
  EXPECT_EQ(twice.rule(), "I-1");
  Story nothing;
  bulk(nothing, {});
  EXPECT_EQ(nothing.rule(), "L2");
  Story many;
  bulk(many, {Pfn{64}, Pfn{65}, Pfn{66}, Pfn{67}, Pfn{68}});
  EXPECT_EQ(many.rule(), "W-6");
}

// W-7: what is above the number asked for is free again.
TEST(Judge, AnExactRequestGivesItsRestBack) {
  Story s;
  const Op op = by(Call::exact, s.request("GFP_KERNEL|__GFP_COMP", 0), 5);
  s.now[1].free -= Pages{5};
  s.answer(op, {Status::ok, Pfn{64}, direct_address(Pfn{64})});
  s.frees(0, 0, 64);
  EXPECT_EQ(s.shows(0, 64).shows(64, 65).shows(69, 192).shows(256, 512).rule(), "");
  Story kept;
  kept.now[1].free -= Pages{8};
  kept.answer(op, {Status::ok, Pfn{64}, direct_address(Pfn{64})});
  EXPECT_EQ(kept.rule(), "I-2");
}

// R-API-11: a block that somebody else holds stays; of one that is not compound only its first page
// does, but in v4.7.
TEST(Judge, AReferenceKeepsABlock) {
  struct {
    Profile profile;
    const char* mask;
    std::int64_t freed;
  } const cases[] = {{Profile::v4_7, "GFP_KERNEL", 0},
                     {Profile::v5_15, "GFP_KERNEL", 7},
                     {Profile::v7_1, "GFP_KERNEL", 7},
                     {Profile::v7_1, "GFP_KERNEL|__GFP_COMP", 0}};
  for (const auto& c : cases) {
    for (const bool right : {true, false}) {
      Story s(c.profile);
      s.gives(s.request(c.mask, 3), 64);
      s.answer(Op::get(0), {Status::ok, Pfn{64}});
      s.now[1].free += Pages{right ? c.freed : 8};
      s.answer(Op::free(0, 0, Order{3}), {Status::ok, Pfn{64}});
      s.shows(0, 64).shows(c.freed == 0 ? 72 : 65, 192).shows(256, 512);
      EXPECT_EQ(s.rule(), right ? "" : "I-2") << profile_name(c.profile) << ' ' << c.mask;
    }
  }
  Story stray;
  stray.gives(stray.request("GFP_KERNEL", 0), 64).frees(0, 0, 64);
  stray.answer(Op::get(0), {Status::ok, Pfn{64}});
  EXPECT_EQ(stray.rule(), "R-API-11");
}

// R-BUDDY-17.
TEST(Judge, ASplitBlockIsSinglePages) {
  Story s;
  s.gives(s.request("GFP_KERNEL", 2), 64);
  s.answer(Op::split(0, Order{2}), {Status::ok, Pfn{64}});
  s.frees(0, 0, 66);
  EXPECT_EQ(s.shows(0, 64).shows(66, 67).shows(68, 192).shows(256, 512).rule(), "");
  Story wrong;
  wrong.gives(wrong.request("GFP_KERNEL", 2), 64);
  wrong.answer(Op::split(0, Order{1}), {Status::ok, Pfn{64}});
  EXPECT_EQ(wrong.rule(), "R-BUDDY-17");
}

// What a subject does not promise is skipped, and that only.
TEST(Judge, SkipsCallsThatAreNotPromised) {
  Promises without;
  without.calls = false;
  OpTask frees;
  frees.flags = 1U << static_cast<unsigned>(TaskFlag::memalloc);
  for (const bool promised : {false, true}) {
    Story s;
    s.answer(Op::of_task(0, frees), {Status::skipped, kNoPfn});  // Nor does such a task run.
    s.answer(by(Call::page, s.request("GFP_KERNEL", 0)), {Status::skipped, kNoPfn});
    s.shows(0, 64).shows(64, 192).shows(256, 512);
    EXPECT_EQ(s.rule(promised ? Promises{} : without), promised ? "R-API-15" : "");
  }
}

TEST(Judge, RefusesForbiddenZones) {
  {
    Story s;
    EXPECT_EQ(s.gives(s.request("GFP_KERNEL|__GFP_DMA", 0), 64).rule(), "R-GFP-1");
  }
  {
    Story s;
    EXPECT_EQ(s.gives(s.request("__GFP_THISNODE|GFP_KERNEL", 0), 256).rule(), "R-GFP-6");
  }
  {
    Story s;
    EXPECT_EQ(s.gives(s.request("GFP_KERNEL", 0, 0, 1), 256).rule(), "R-ZONE-11");
  }
  {
    Story s;
    EXPECT_EQ(s.gives(s.request("GFP_KERNEL", 0), 0).rule(), "R-ZONE-12");
  }
  {
    Story s;
    EXPECT_EQ(s.gives(s.request("GFP_KERNEL", 0), 256).rule(), "R-ZONE-12");
  }
  {
    Story s;
    EXPECT_EQ(s.gives(s.request("GFP_KERNEL", 0, 1), 64).rule(), "R-ZONE-12");
  }
}

// L-1: a BAD mask is served from the lowest zone.
TEST(Judge, BadMasksGoToTheLowestZone) {
  Story s;
  s.gives(s.request("GFP_KERNEL|__GFP_DMA|__GFP_HIGHMEM", 0), 0);
  EXPECT_EQ(s.shows(1, 64).shows(64, 192).shows(256, 512).rule(), "");
  Story t;
  EXPECT_EQ(t.gives(t.request("GFP_KERNEL|__GFP_DMA|__GFP_HIGHMEM", 0), 64).rule(), "R-GFP-1");
}

constexpr const char* kDma = "GFP_KERNEL|__GFP_DMA|__GFP_THISNODE";
constexpr const char* kAtomicDma = "GFP_ATOMIC|__GFP_DMA|__GFP_THISNODE";

// Node 0's DMA, 64 pages, is taken down to `left`: by ordinary requests to the mark, then by atomic
// ones.
Story down_to(Profile p, std::uint64_t left) {
  Story s(p);
  for (std::uint64_t pfn = 0; pfn < 64 - left; ++pfn)
    s.gives(s.request(64 - pfn > 10 ? kDma : kAtomicDma, 0), pfn);
  return s;
}

TEST(Judge, RefusesToGoBelowTheMark) {
  for (Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    Story s = down_to(p, 10);
    EXPECT_EQ(s.gives(s.request(kDma, 0), 60).rule(), "R-WMARK-6") << profile_name(p);
  }
}

// The mark of 10 is lowered to 5 by HIGH and to 4 by HARDER on top (R-WMARK-9).
TEST(Judge, ReservesAreForThoseWhoMayHaveThem) {
  for (Profile p : {Profile::v4_7, Profile::v6_1_lts192}) {
    Story s = down_to(p, 4);
    EXPECT_EQ(s.shows(60, 64).shows(64, 192).shows(256, 512).rule(), "") << profile_name(p);
    Story t = down_to(p, 4);
    EXPECT_EQ(t.gives(t.request(kAtomicDma, 0), 60).rule(), "R-WMARK-6");
    Story u = down_to(p, 4);
    u.gives(u.request("GFP_KERNEL|__GFP_DMA|__GFP_THISNODE|__GFP_MEMALLOC", 0), 63);
    EXPECT_EQ(u.shows(60, 63).shows(64, 192).shows(256, 512).rule(), "");
  }
}

// R-CFG-8: DMA keeps 128 / 32 = 4 pages more from NORMAL requests, none from its own.
TEST(Judge, LowmemReserveIsKept) {
  Story s;
  for (std::uint64_t pfn = 0; pfn < 49; ++pfn)
    s.gives(s.request("GFP_KERNEL|__GFP_DMA|__GFP_THISNODE", 0), pfn);
  for (std::uint64_t pfn = 64; pfn < 182; ++pfn)
    s.gives(s.request("GFP_KERNEL|__GFP_THISNODE", 0), pfn);
  Story t = s;
  s.gives(s.request("GFP_KERNEL|__GFP_THISNODE", 0), 50);  // 15 free > 10 + 4.
  EXPECT_EQ(s.gives(s.request("GFP_KERNEL|__GFP_THISNODE", 0), 51).rule(), "R-WMARK-6");
  t.gives(t.request("GFP_KERNEL|__GFP_DMA|__GFP_THISNODE", 0), 50);
  t.gives(t.request("GFP_KERNEL|__GFP_DMA|__GFP_THISNODE", 0), 51);
  EXPECT_EQ(t.shows(49, 50).shows(52, 64).shows(182, 192).shows(256, 512).rule(), "");
}

TEST(Judge, NullMustBeJustified) {
  {
    Story s;
    EXPECT_EQ(s.gives_null(s.request("GFP_KERNEL", 0)).rule(), "L2");
  }
  {
    Story s;
    EXPECT_EQ(s.gives_null(s.request("GFP_KERNEL", 7)).rule(), "L2");
  }  // Node 1 has [256, 384).
  Story s;
  s.gives_null(s.request("GFP_KERNEL|__GFP_THISNODE", 7)).gives_null(s.request("GFP_KERNEL", 8));
  EXPECT_EQ(s.shows(0, 64).shows(64, 192).shows(256, 512).rule(), "");
  Story t;
  EXPECT_EQ(t.gives_null(t.request("GFP_KERNEL", 0))
                .shows(0, 64)
                .shows(64, 192)
                .shows(256, 512)
                .rule({.null_l2 = false}),
            "");
}

TEST(Judge, FreesAreCheckedBothWays) {
  {
    Story s;
    s.gives(s.request("GFP_KERNEL", 3), 64);
    EXPECT_EQ(s.frees(0, 3, 64, Status::rejected).rule(), "R-API-11");
  }
  {
    Story s;
    s.gives(s.request("GFP_KERNEL", 3), 64);
    EXPECT_EQ(s.frees(0, 2, 64).rule(), "R-API-13");
  }
  {
    Story s;
    s.gives(s.request("GFP_KERNEL", 3), 64);
    EXPECT_EQ(s.frees(0, 3, 64).frees(0, 3, 64).rule(), "R-BUDDY-18");
  }
  {
    Story s;
    s.gives(s.request("GFP_KERNEL", 3), 64);
    EXPECT_EQ(s.frees(0, 0, 65).rule(), "R-BUDDY-18");
  }
  Story s;
  s.gives(s.request("GFP_KERNEL", 3), 64).frees(0, 2, 64, Status::rejected).frees(0, 3, 64);
  EXPECT_EQ(s.frees(0, 3, 64, Status::rejected).shows(0, 64).shows(64, 192).shows(256, 512).rule(),
            "");
}

TEST(Judge, CountersAreCheckedAfterEveryOperation) {
  Story s;
  s.now[1].free -= Pages{1};
  s.gives(s.request("GFP_KERNEL", 0), 64);
  EXPECT_EQ(s.rule(), "I-2");
}

TEST(Judge, PerCpuListsKeepTheirBoundAndDrain) {
  Story s;
  s.now[1].free -= Pages{5}, s.now[1].on_pcp += Pages{5};
  EXPECT_EQ(s.gives(s.request("GFP_KERNEL", 0), 64).rule(), "I-10");
  Story t;
  t.now[1].free -= Pages{3}, t.now[1].on_pcp += Pages{3};
  EXPECT_EQ(t.gives(t.request("GFP_KERNEL", 0), 64).rule(), "R-PCP-9");
}

// A zone may be passed over if its pages may all have been on per-CPU lists at that moment.
TEST(Judge, PagesOnListsMayHideABlock) {
  Story s;
  s.now[1].free -= Pages{2}, s.now[1].on_pcp += Pages{2};
  s.answer(Op::drain(0), {});
  Story t = s;
  s.gives(s.request("GFP_KERNEL", 6), 256);  // [64, 128) and [128, 192): a page of each on a list.
  s.now[1] = {Pages{128}, Pages{0}};
  EXPECT_EQ(s.shows(0, 64).shows(64, 192).shows(320, 512).rule(), "");
  EXPECT_EQ(t.gives(t.request("GFP_KERNEL", 5), 256).rule(),
            "R-ZONE-12");  // Four blocks, two pages.
}

}  // namespace
}  // namespace bp
