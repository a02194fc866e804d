// SPDX-License-Identifier: MIT
// Types of pageblocks under the judge: the sound allocators pass with all of it, and each bug that
// is planted into the types is refused by the rule that it breaks.
#include <gtest/gtest.h>

#include <algorithm>

#include "fuzz/engines/execute.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/text.h"
#include "fuzz/subjects/lockfree_bugs.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

using impl::Bug;

/// One zone of eight pageblocks, without marks and without lists: the first is cut by the zone's
/// start.
std::string machine(const std::string& more = "", const std::string& cma = "") {
  return "buddyproof 3\n"
         "machine profile=v6.1-lts192 zones=DMA32 cpus=1 pageblock_order=9 min_free_kbytes=0" +
         more + "\nnode 0 cpus=0 zone=NORMAL:0x100-0x1000:0,0,0\n" + cma;
}

Program parsed(const std::string& text) {
  const TextParse parse = parse_text(text);
  EXPECT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
  return parse.program.value_or(Program{});
}

std::string rule_of(const bp_subject& s, const Program& p) {
  Executor execute({.subject = &s});
  EXPECT_TRUE(execute.run(p));
  return execute.verdict().accepted() ? "" : std::string(execute.verdict().refusal->rule);
}

/// The bug breaks the rule, and nothing else is wrong with the program.
void expect_refused(Bug bug, const std::string& rule, const std::string& text) {
  const Program p = parsed(text);
  EXPECT_EQ(rule_of(lockfree_subject_with(Bug::none), p), "") << text;
  EXPECT_EQ(rule_of(lockfree_subject_with(bug), p), rule) << text;
}

const std::string kAlloc = " = alloc cpu=0 order=0 gfp=GFP_KERNEL\n";

TEST(JudgedTypes, AnIsolatedPageblockHandsNothingOut) {
  expect_refused(Bug::isolated_handed_out, "R-ISO-1",
                 machine() + "isolate 0x200-0x1000\nb0" + kAlloc +
                     "b1 = alloc cpu=0 order=8 gfp=GFP_KERNEL|__GFP_MEMALLOC\n");
}

TEST(JudgedTypes, TheEndOfIsolationGivesTheTypeBack) {
  expect_refused(Bug::isolation_forgets, "R-ISO-2",
                 machine(" highatomic=1") + "isolate 0x200-0x400\nunisolate 0x200-0x400\n");
}

TEST(JudgedTypes, CmaIsForMovableRequests) {
  expect_refused(Bug::cma_for_all, "R-CMA-1",
                 machine("", "cma 0x200-0x1000\n") + "b0" + kAlloc +
                     "b1 = alloc cpu=0 order=9 "
                     "gfp=GFP_KERNEL\nb2 = alloc cpu=0 order=9 gfp=GFP_HIGHUSER_MOVABLE\n");
}

TEST(JudgedTypes, OwnPageblocksComeFirst) {
  const std::string two = machine(" highatomic=1") + "b0" + kAlloc + "b1" + kAlloc;
  expect_refused(Bug::others_first, "R-MT-6", two);
  // What the movable ones have left is too little to change hands, and serves all the same.
  std::string small = machine(" highatomic=1");
  small.replace(small.find("0x100-"), 6, "0x180-");
  expect_refused(
      Bug::others_first, "R-MT-3",
      small + "offline 0x200-0xe00\nb0 = alloc cpu=0 order=8 gfp=GFP_KERNEL\nb1" + kAlloc);
}

// What was claimed for one type and is free again is the best for the other.
TEST(JudgedTypes, OtherTypesServeInTheirOrder) {
  expect_refused(Bug::fallback_swapped, "R-MT-2",
                 machine(" highatomic=1") +
                     "b0 = alloc cpu=0 order=9 gfp=GFP_KERNEL|__GFP_RECLAIMABLE\n"
                     "free b0 cpu=0\ndrain cpu=all\nb1" +
                     kAlloc);
}

TEST(JudgedTypes, PageblocksThatAreFreeChangeHands) {
  expect_refused(Bug::whole_not_claimed, "R-MT-10", machine(" highatomic=1") + "b0" + kAlloc);
  // What the zone's start leaves of the first pageblock is half of one, and free.
  expect_refused(Bug::half_not_claimed, "R-MT-8",
                 machine(" highatomic=1") + "offline 0x200-0x1000\nb0" + kAlloc);
}

// Of a pageblock of each other type a quarter is free: too little to change hands.
TEST(JudgedTypes, SingleBlocksOfOtherTypesServeInTheirOrder) {
  expect_refused(Bug::single_swapped, "R-MT-2",
                 machine(" highatomic=1") +
                     "offline 0x400-0x1000\n"
                     "b0 = alloc cpu=0 order=8 gfp=GFP_KERNEL|__GFP_RECLAIMABLE\n"
                     "b1 = alloc cpu=0 order=7 gfp=GFP_KERNEL|__GFP_RECLAIMABLE\n"
                     "b2 = alloc cpu=0 order=7 gfp=GFP_HIGHUSER_MOVABLE\n"
                     "b3" +
                     kAlloc);
}

// Of 768 frames 512 are CMA's, and the rest is UNMOVABLE or MOVABLE.
TEST(JudgedTypes, CmaServesBeforeOthersAndWhileItIsMostBeforeItsOwn) {
  const std::string area = machine("", "cma 0x200-0x400\n") + "offline 0x400-0x1000\n";
  const std::string movable = " = alloc cpu=0 order=0 gfp=GFP_HIGHUSER_MOVABLE\n";
  expect_refused(Bug::cma_not_first, "R-MT-4", area + "b0" + movable);
  std::string older = area;
  older.replace(older.find("v6.1-lts192"), 11, "v4.7");
  expect_refused(Bug::cma_last, "R-MT-4",
                 older +
                     "b0 = alloc cpu=0 order=8 gfp=GFP_KERNEL\nfree b0 cpu=0\n"
                     "drain cpu=all\nb1" +
                     movable);
}

/// All marks but the lowest are out of reach: who is served is served on the slow path.
std::string tight() {
  std::string text = machine(" highatomic=1");
  return text.replace(text.find(":0,0,0"), 6, ":0,4000,4000");
}
std::string order_9(unsigned n, const std::string& gfp) {
  return "b" + std::to_string(n) + " = alloc cpu=0 order=9 gfp=" + gfp + "\n";
}

TEST(JudgedTypes, TheReserveIsForThoseEntitled) {
  std::string all = tight() + order_9(0, "GFP_ATOMIC") + "free b0 cpu=0\n";
  for (unsigned n = 1; n < 8; ++n) all += order_9(n, "GFP_KERNEL|__GFP_MEMALLOC");
  expect_refused(Bug::reserve_for_all, "R-RMQ-5", all);
}

TEST(JudgedTypes, OrdinaryRequestsReserveNothing) {
  expect_refused(Bug::reserve_by_all, "R-HA-1", tight() + order_9(0, "GFP_KERNEL"));
}

TEST(JudgedTypes, TheReserveHasABound) {
  std::string atomics = tight();
  for (unsigned n = 0; n < 5; ++n) atomics += order_9(n, "GFP_ATOMIC");
  expect_refused(Bug::reserve_over_cap, "R-HA-2", atomics);
}

// Every answer to a range follows from who has which frame: the judge asks for the right one.
TEST(JudgedTypes, RangesAreAnsweredByWhatIsThere) {
  const Program p = parsed(machine() +
                           "isolate 0x200-0x400\n"     // 0: done
                           "isolate 0x200-0x600\n"     // 1: partly isolated
                           "b0 = range 0x200-0x400\n"  // 2: isolated
                           "unisolate 0x200-0x400\n"   // 3: done
                           "unisolate 0x200-0x400\n"   // 4: it is not
                           "b1 = range 0x200-0x600\n"  // 5: done, b1 and b2
                           "offline 0x200-0x400\n"     // 6: in use
                           "free b1 cpu=0\n"
                           "offline 0x200-0x400\n"    // 8: done
                           "online 0x200-0x600\n"     // 9: partly there
                           "online 0x200-0x400\n"     // 10: done
                           "isolate 0-0x200\n"        // 11: cut by the zone
                           "isolate 0x2000-0x2200\n"  // 12: no zone
                           "free b2 cpu=0\n");
  constexpr std::size_t kDone[] = {0, 3, 5, 7, 8, 10, 13};
  for (const bp_subject* s : {&lockfree_subject(), &lockfree_compact_subject(), &naive_subject()}) {
    Executor execute({.subject = s});
    ASSERT_TRUE(execute.run(p));
    EXPECT_TRUE(execute.verdict().accepted()) << s->name;
    for (std::size_t i = 0; i < p.ops.size(); ++i) {
      const bool done = std::ranges::find(kDone, i) != std::end(kDone);
      EXPECT_EQ(execute.history().outcomes[i].status, done ? Status::ok : Status::rejected) << i;
    }
  }
}

// Who does not promise types is not asked for ranges, and its CMA areas are plain memory.
TEST(JudgedTypes, OthersAreNotAsked) {
  const Program p = parsed(machine(" highatomic=1", "cma 0x200-0x1000\n") +
                           "b0 = range "
                           "0x200-0x400\nfree b0 cpu=0\nb1 = alloc cpu=0 order=9 "
                           "gfp=GFP_KERNEL\n");
  Executor execute({.subject = &locked_subject()});
  ASSERT_TRUE(execute.run(p));
  EXPECT_TRUE(execute.verdict().accepted());
  EXPECT_EQ(execute.history().outcomes[0].status, Status::skipped);
  EXPECT_EQ(execute.history().outcomes[1].status, Status::skipped);
  EXPECT_EQ(execute.history().outcomes[2].status, Status::ok);
  EXPECT_TRUE(execute.history().types.empty());
}

// Random programs on typed machines: no false alarm.
TEST(JudgedTypes, SoundAllocatorsAreAccepted) {
  for (const bp_subject* s : {&lockfree_subject(), &lockfree_compact_subject(), &naive_subject()}) {
    Executor execute({.subject = s});
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
      Rng rng(seed);
      const Program p = random_program(rng, 120);
      ASSERT_TRUE(execute.run(p));
      ASSERT_TRUE(execute.verdict().accepted())
          << s->name << " seed " << seed << " event " << execute.verdict().refusal->event << ": "
          << execute.verdict().refusal->rule << ' ' << execute.verdict().refusal->seen
          << "; allowed " << execute.verdict().refusal->allowed << "\n"
          << print_text(p);
    }
  }
}

}  // namespace
}  // namespace bp
