// SPDX-License-Identifier: MIT
// Crashes run again: refused, mended, ended by a signal, never ended, cut short, of shards; and the
// caller outlives all of them.
#include "fuzz/campaign/triage.h"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "fuzz/campaign/stack_trace.h"
#include "fuzz/campaign/test_campaign.h"
#include "fuzz/campaign/triage_text.h"
#include "fuzz/mutants/plants.h"
#include "fuzz/report/json.h"

namespace bp::campaign {
namespace {

constexpr const char* kPlant = "naive-free-unchecked";

TriageSource source(const TestCampaign& c, const std::string& subject) {
  const SetupLookup found = find_setup(subject);
  EXPECT_EQ(found.fault, "");
  return {.folder = c.read(), .subject = subject, .setup = found.setup};
}

/// The naive subject, but asked for order 3 it does `what`.
template <void (*What)()>
TriageSource ending(const TestCampaign& c) {
  static bp_subject subject = *find_setup("naive").setup.subject;
  subject.alloc = [](void* self, const bp_request* request, std::uint64_t* pfn) {
    if (request->order == 3) What();
    return find_setup("naive").setup.subject->alloc(self, request, pfn);
  };
  return {.folder = c.read(), .subject = "naive", .setup = {.subject = &subject}};
}

[[gnu::noinline]] void fault_in_here() { std::raise(SIGSEGV); }
[[gnu::noinline]] void give_up_there() { std::abort(); }

const std::string kOrderThree = kMachineText + "b0 = alloc cpu=0 order=3 gfp=0\n";

TEST(Triage, GroupsByRuleAndByWhatTheProgramNeeds) {
  TestCampaign c(kPlant);
  c.add_crash("R-BUDDY-18", kDoubleFreeText);
  c.add_crash("R-BUDDY-18", kMachineText +
                                "b0 = alloc cpu=0 order=0 gfp=0\n"
                                "free b0 cpu=0\nfree b0 cpu=0\n");
  c.add_crash("R-API-13", kMachineText +
                              "b0 = alloc cpu=0 order=1 gfp=0\n"
                              "free b0 cpu=0 order=2\n");
  const Triage t = triage(std::array{source(c, kPlant)});
  ASSERT_EQ(t.groups.size(), 2U) << triage_text(t);
  EXPECT_EQ(rules_in(t), 2U);
  EXPECT_EQ(t.groups[0].rule, "R-API-13");
  EXPECT_EQ(t.groups[0].statement.back(), '.') << "the registry's sentence";
  const CrashGroup& twice = t.groups[1];
  EXPECT_EQ(twice.kinds, "alloc o=0 / free inside") << "a smaller way to free what is free";
  ASSERT_EQ(twice.crashes.size(), 2U);
  EXPECT_LT(twice.crashes[0].bytes, twice.crashes[1].bytes);
  EXPECT_EQ(twice.crashes[1].replayed.as_found.operations, 6U);
  EXPECT_EQ(twice.crashes[1].replayed.reduced.operations, 2U);
  EXPECT_TRUE(t.gone.empty());
}

TEST(Triage, SaysWhatNoLongerReproduces) {
  TestCampaign c(kPlant);
  c.add_crash("R-BUDDY-18", kDoubleFreeText);
  const Triage t = triage(std::array{source(c, "naive")});
  EXPECT_TRUE(t.groups.empty());
  ASSERT_EQ(t.gone.size(), 1U);
  EXPECT_NE(triage_text(t).find("no longer reproduce"), std::string::npos);
}

TEST(Triage, NamesTheRuleThatIsBrokenNow) {
  TestCampaign c(kPlant);
  c.add_crash("I-9", kDoubleFreeText);
  const Triage t = triage(std::array{source(c, kPlant)});
  ASSERT_EQ(t.groups.size(), 1U);
  EXPECT_EQ(t.groups[0].rule, "R-BUDDY-18");
  EXPECT_NE(triage_text(t).find("was saved under I-9"), std::string::npos);
}

TEST(Triage, TellsCrashesApartByTheirStack) {
  TestCampaign c("naive");
  c.add_crash("crash-SIGSEGV", kOrderThree);
  const Triage fault = triage(std::array{ending<fault_in_here>(c)});
  const Triage abort = triage(std::array{ending<give_up_there>(c)});
  ASSERT_EQ(fault.groups.size(), 1U) << triage_text(fault);
  ASSERT_EQ(abort.groups.size(), 1U);
  // A sanitizer takes the signal, reports and exits.
  const std::string rule = fault.groups[0].rule;
  EXPECT_TRUE(rule == "crash-SIGSEGV" || rule == "crash-exit-1") << rule;
  EXPECT_EQ(abort.groups[0].rule, "crash-SIGABRT");
  ASSERT_FALSE(fault.groups[0].stack.empty());
  EXPECT_NE(fault.groups[0].stack, abort.groups[0].stack);
  EXPECT_EQ(fault.groups[0].stack, triage(std::array{ending<fault_in_here>(c)}).groups[0].stack);
}

TEST(Triage, ReadsTheStackOfASanitizer) {
  const auto stack = stack_in(
      "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n"
      "    #0 0x55 in __asan_memcpy /llvm/asan.cpp:1\n"
      "    #1 0x56 in bp::(anonymous namespace)::Zone::take(int) /tree/zone.cpp:12:3\n"
      "    #2 0x57 in main (/tree/build/prog+0x12)\n"
      "\n"
      "freed by thread T0 here:\n"
      "    #0 0x55 in bp::elsewhere() /tree/zone.cpp:13:3\n");
  EXPECT_EQ(stack, (std::vector<std::string>{"bp::Zone::take", "main"}));
}

TEST(Triage, KeepsWhatOnlyAnEngineSaw) {
  TestCampaign c("naive");
  c.add_crash("engine", kFineText);
  const Triage t = triage(std::array{source(c, "naive")});
  ASSERT_EQ(t.groups.size(), 1U);
  EXPECT_EQ(t.groups[0].rule, "engine");
  EXPECT_TRUE(t.gone.empty());
}

TEST(Triage, MergesShards) {
  TestCampaign one(kPlant, 0, 2), two(kPlant, 1, 2);
  one.add_crash("R-BUDDY-18", kDoubleFreeText);
  two.add_crash("R-BUDDY-18", kDoubleFreeText);
  const Triage t = triage(std::array{source(one, kPlant), source(two, kPlant)});
  ASSERT_EQ(t.groups.size(), 1U);
  ASSERT_EQ(t.groups[0].crashes.size(), 1U);
  EXPECT_EQ(t.groups[0].crashes[0].where.size(), 2U);
  ASSERT_EQ(t.seen.size(), 1U);
  EXPECT_EQ(t.seen[0].seen, 2U);
}

TEST(Triage, KnowsAnInputThatWasCutShort) {
  TestCampaign c(kPlant);
  c.add_crash("R-BUDDY-18", kDoubleFreeText);
  const auto bin = c.read().crashes().at(0).bin;
  std::filesystem::resize_file(bin, std::filesystem::file_size(bin) / 2);
  const Triage t = triage(std::array{source(c, kPlant)});
  EXPECT_TRUE(t.groups.empty());
  ASSERT_EQ(t.unread.size(), 1U);
  EXPECT_NE(t.unread[0].replayed.fault.find("cut short"), std::string::npos);
  EXPECT_NE(t.unread[0].replayed.fault.find(bin.string()), std::string::npos);
}

TEST(Triage, OfNothingIsNothing) {
  TestCampaign c("naive");
  c.open();
  const Triage t = triage(std::array{source(c, "naive")});
  EXPECT_EQ(triage_text(t), "0 crashes in 1 folder: 0 rules broken, 0 groups\n");
  EXPECT_TRUE(triage_json(t)["groups"].empty());
}

TEST(Triage, CountsKindsUpToTheEvent) {
  const Loaded p = parse_program(kDoubleFreeText, "test");
  ASSERT_TRUE(p.program);
  EXPECT_EQ(kinds_of(*p.program, 3), "alloc o=0 / alloc o=1 / free");
  EXPECT_EQ(kinds_of(*p.program, 6), "alloc o=0 / alloc o=1 / drain / 3 free");
  EXPECT_EQ(kinds_of(*p.program, 8), "alloc o=0 / alloc o=1 / drain / end / 3 free");
}

TEST(Triage, WhatAnEngineSawAloneIsGroupedByTheStackThatItPrinted) {
  TestCampaign c("lockfree");
  const auto note = [](const std::string& where) {
    return "# libfuzzer-0: SUMMARY: AddressSanitizer: SEGV\n#     #0 0x1 in " + where +
           " /a.cpp:1:2\n";
  };
  bool first = false;
  ASSERT_EQ(c.open().add_crash("engine-00000001", {}, note("bp::mutate"), first), "");
  ASSERT_EQ(c.open().add_crash("engine-00000002", bytes_of(kFineText), note("other"), first), "");
  const Triage t = triage(std::array{source(c, "lockfree")});
  ASSERT_EQ(t.groups.size(), 2U);
  EXPECT_TRUE(t.unread.empty()) << "an empty input is no broken file";
  EXPECT_EQ(t.groups[0].rule, "engine");
  EXPECT_EQ(t.groups[0].stack, std::vector<std::string>{"bp::mutate"});
  EXPECT_EQ(t.groups[1].stack, std::vector<std::string>{"other"});
}

TEST(Triage, AnEnginesCrashIsNamedByWhereNotByWhatElseItSays) {
  const std::string stack = "    #0 0x1 in a /a.cpp:1\n    #1 0x2 in b /b.cpp:1\n";
  EXPECT_EQ(engine_rule(stack, "==1== x"), engine_rule(stack, "==2== y"));
  EXPECT_NE(engine_rule(stack, ""), engine_rule("    #0 0x1 in c /a.cpp:1\n", ""));
  EXPECT_NE(engine_rule("", "x"), engine_rule("", "y"));
  EXPECT_TRUE(is_engine_rule(engine_rule("", "")));
  EXPECT_TRUE(is_engine_rule("engine"));
  EXPECT_FALSE(is_engine_rule("R-BUDDY-1"));
}

}  // namespace
}  // namespace bp::campaign
