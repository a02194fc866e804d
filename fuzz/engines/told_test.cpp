// SPDX-License-Identifier: MIT
// Subjects that tell the reserve, CMA's free pages and boosts are judged by exactly these numbers:
// the reference is accepted in all of its choices, and no more once one number is another.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/engines/builtin.h"
#include "fuzz/engines/execute.h"
#include "fuzz/program/subject_machine.h"
#include "fuzz/program/text.h"
#include "fuzz/subjects/lockfree_bugs.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

using Number = Pages ZoneCounters::*;

constexpr unsigned kPrograms = 6000;

/// Of so many programs, how often each rule refuses the reference's history after an edit.
template <class Make>
std::map<std::string, unsigned> refusals(Make&& edit) {
  Executor reference({.subject = &reference_subject()});
  Builtin engine(31);
  Judge judge;
  std::map<std::string, unsigned> out;
  for (unsigned i = 0; i < kPrograms; ++i) {
    const Program& p = engine.next();
    EXPECT_TRUE(reference.run(p));
    EXPECT_TRUE(reference.verdict().accepted()) << reference.verdict().refusal->rule << "\n"
                                                << print_text(p);
    History h = reference.history();
    edit(h);
    const Verdict v =
        judge(p.machine, reference.layout(), p.ops, h, promises_of(reference_subject()));
    if (!v.accepted()) ++out[std::string(v.refusal->rule)];
  }
  return out;
}

/// As if it were never anything but 0.
void forget(History& h, Number n) {
  for (ZoneCounters& c : h.counters) c.*n = Pages{0};
  for (ZoneCounters& c : h.step_counters) c.*n = Pages{0};
}

unsigned times(const std::map<std::string, unsigned>& rules, const std::string& rule) {
  const auto at = rules.find(rule);
  return at == rules.end() ? 0 : at->second;
}

/// A pageblock is reserved and in use, another one is free. Marks are checked without a whole one,
/// so that nobody else gets it.
TEST(Told, WithoutTheReserveAZoneWasPassedOver) {  // R-WMARK-17, R-LIST-4
  const std::string text =
      "buddyproof 3\n"
      "machine profile=v6.1-lts192 zones=DMA32 cpus=1 pageblock_order=9 min_free_kbytes=0 "
      "highatomic=1\n"
      "node 0 cpus=0 zone=NORMAL:0x200-0x800:0,4000,4000\n"
      "b0 = alloc cpu=0 order=9 gfp=GFP_ATOMIC\n"
      "b1 = alloc cpu=0 order=9 gfp=GFP_KERNEL\n"
      "answer reclaim\n"
      "b2 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n";
  const TextParse parse = parse_text(text);
  ASSERT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
  const Program& p = *parse.program;
  Executor reference({.subject = &reference_subject()});
  ASSERT_TRUE(reference.run(p) && reference.verdict().accepted());
  EXPECT_EQ(reference.history().outcomes[3].status, Status::no_memory);
  const auto rule = [&](const History& h) {
    const Verdict v =
        Judge()(p.machine, reference.layout(), p.ops, h, promises_of(reference_subject()));
    return v.accepted() ? "" : std::string(v.refusal->rule);
  };
  History h = reference.history();
  EXPECT_EQ(rule(h), "");
  forget(h, &ZoneCounters::reserved);
  EXPECT_EQ(rule(h), "R-LIST-4");
}

/// The first zone has all of its pages, and no kernel has a reason to go on to the next node.
TEST(Told, AZoneThatServesIsNotPassedOver) {  // R-ZONE-12
  const TextParse parse = parse_text(
      "buddyproof 1\n"
      "machine profile=v6.1-lts192 zones=DMA32 cpus=1 pageblock_order=9 min_free_kbytes=0\n"
      "node 0 cpus=0 zone=NORMAL:0x200-0x400\n"
      "node 1 cpus=none zone=NORMAL:0x400-0x600\n"
      "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n");
  ASSERT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
  const Program& p = *parse.program;
  Executor reference({.subject = &reference_subject()});
  ASSERT_TRUE(reference.run(p) && reference.verdict().accepted());
  History h = reference.history();
  h.outcomes[0].pfn = Pfn{0x400};
  const Verdict v =
      Judge()(p.machine, reference.layout(), p.ops, h, promises_of(reference_subject()));
  ASSERT_FALSE(v.accepted());
  EXPECT_EQ(v.refusal->rule, "R-ZONE-12");
}

/// Two zones that are alike, and requests made of the reference, whose history is accepted.
struct Twins {
  Program program;
  History history;
  std::vector<PfnRange> zones;

  explicit Twins(const std::string& text) {
    const TextParse parse = parse_text(text);
    EXPECT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
    program = *parse.program;
    Executor reference({.subject = &reference_subject()});
    EXPECT_TRUE(reference.run(program));
    EXPECT_EQ(reference.verdict().refusal, std::nullopt);
    history = reference.history();
    for (const rules::ZoneLayout& z : reference.layout().zones) zones.push_back(z.frames);
  }
  bool is_in(std::size_t event, unsigned zone) const {
    return zones[zone].holds(history.outcomes[event].pfn);
  }
  /// The same history with each zone in the place of the other.
  std::string rule_of_swapped() {
    History h = history;
    const auto swap = [&](Pfn& p) {
      if (p == kNoPfn) return;
      p = zones[0].holds(p) ? zones[1].begin + (p - zones[0].begin)
                            : zones[0].begin + (p - zones[1].begin);
    };
    for (Outcome& o : h.outcomes) swap(o.pfn);
    for (CensusBlock& b : h.blocks) swap(b.head);
    for (std::vector<ZoneCounters>* all : {&h.counters, &h.step_counters})
      for (std::size_t i = 0; i < all->size(); i += 2) std::swap((*all)[i], (*all)[i + 1]);
    const Verdict v = Judge()(program.machine, rules::lay_out(program.machine), program.ops, h,
                              promises_of(reference_subject()));
    return v.refusal ? std::string(v.refusal->rule) : "";
  }
};

std::string twins(const std::string& profile, const std::string& zones, const std::string& ops) {
  return "buddyproof 1\nmachine profile=" + profile + " cpus=1 pageblock_order=9 " +
         "min_free_kbytes=0\n" + zones + ops;
}

/// A kernel of 4.7 gives the turn to the next zone once the batch of the first is used up.
TEST(Told, ATurnIsOverOnceItsPagesAreTaken) {  // R-LIST-2, R-LIST-10
  const std::string zones =
      "node 0 cpus=0 zone=DMA32:0x400-0x800:0,8,16 zone=NORMAL:0x800-0xc00:0,8,16\n";
  const std::string one = "b0 = alloc cpu=0 order=3 gfp=GFP_KERNEL\n";
  Twins first(twins("v4.7 zones=DMA32", zones, one));
  EXPECT_TRUE(first.is_in(0, 1));
  EXPECT_EQ(first.rule_of_swapped(), "R-ZONE-12");
  const Twins second(twins("v4.7 zones=DMA32", zones, one + "b1 = alloc cpu=0 order=0 gfp=0\n"));
  EXPECT_TRUE(second.is_in(1, 0));
}

/// Who avoids mixing types takes a whole pageblock, and else goes to DMA32.
TEST(Told, AWholePageblockIsNotPassedOver) {  // R-MT-10, R-MT-20, R-LIST-11
  const std::string one = "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n";
  Twins large(twins("v6.1-lts192 zones=DMA32",
                    "node 0 cpus=0 zone=DMA32:0x400-0x800 zone=NORMAL:0x800-0xc00\n", one));
  EXPECT_TRUE(large.is_in(0, 1));
  EXPECT_EQ(large.rule_of_swapped(), "R-ZONE-12");
  const Twins small(twins("v6.1-lts192 zones=DMA32",
                          "node 0 cpus=0 zone=DMA32:0x400-0x800 zone=NORMAL:0x800-0x900\n", one));
  EXPECT_TRUE(small.is_in(0, 0));
}

/// No kswapd runs that nobody has woken.
TEST(Told, ANodeIsPassedOverOnceItsKswapdWasWoken) {  // R-LIST-12, C11
  const std::string zones =
      "node 0 cpus=0 zone=NORMAL:0x400-0x500\nnode 1 cpus=none zone=NORMAL:0x800-0x900\n";
  const std::string one = "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n";
  Twins asleep(twins("v7.1 zones=none", zones, one));
  EXPECT_TRUE(asleep.is_in(0, 0));
  EXPECT_EQ(asleep.rule_of_swapped(), "R-ZONE-12");
  const Twins awake(twins("v7.1 zones=none", zones,
                          "b0 = alloc cpu=0 order=9 gfp=GFP_KERNEL|__GFP_THISNODE\n"
                          "b1 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n"));
  EXPECT_TRUE(awake.is_in(1, 1));
}

TEST(Told, WithoutTheBoostZonesWerePassedOver) {  // R-WMARK-20, R-LIST-4, R-ZONE-12
  const auto rules = refusals([](History& h) { forget(h, &ZoneCounters::boost); });
  EXPECT_GT(times(rules, "R-LIST-4") + times(rules, "R-ZONE-12"), 0U);
}

TEST(Told, CmaIsWhatTheCensusShows) {  // R-CMA-2
  const auto rules = refusals([](History& h) { forget(h, &ZoneCounters::free_cma); });
  EXPECT_GT(times(rules, "R-CMA-2"), 0U);
}

/// The first rule that a subject with a bug is refused by.
std::string rule_that_refuses(impl::Bug bug) {
  Executor execute({.subject = &lockfree_subject_with(bug)});
  Builtin engine(5);
  for (unsigned i = 0; i < 20'000; ++i) {
    EXPECT_TRUE(execute.run(engine.next()));
    if (!execute.verdict().accepted()) return std::string(execute.verdict().refusal->rule);
  }
  return "";
}

TEST(Told, OnePageTooManyIsRefused) {  // R-CMA-2, R-HA-3, R-HA-7, R-WMARK-17
  EXPECT_EQ(rule_that_refuses(impl::Bug::cma_miscounted), "R-CMA-2");
  const std::string rule = rule_that_refuses(impl::Bug::reserve_miscounted);
  EXPECT_TRUE(rule == "R-HA-3" || rule == "R-HA-7" || rule == "R-WMARK-17") << rule;
  EXPECT_EQ(rule_that_refuses(impl::Bug::none), "");
}

TEST(Told, AZoneWithABoostTooMuchServedNobody) {  // R-WMARK-6, R-MT-15
  const auto rules = refusals([](History& h) {
    for (ZoneCounters& c : h.counters) c.boost += c.boost;
    for (ZoneCounters& c : h.step_counters) c.boost += c.boost;
  });
  EXPECT_GT(times(rules, "R-WMARK-6"), 0U);
}

}  // namespace
}  // namespace bp
