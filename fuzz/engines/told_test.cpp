// SPDX-License-Identifier: MIT
// Subjects that tell the reserve, CMA's free pages and boosts are judged by exactly these numbers:
// the reference is accepted in all of its choices, and no more once one number is another.
#include <gtest/gtest.h>

#include <map>
#include <string>

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
