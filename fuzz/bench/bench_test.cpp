// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sched.h>

#include <cstdint>
#include <thread>

#include "fuzz/bench/alternatives.h"
#include "fuzz/bench/clock.h"
#include "fuzz/bench/floors.h"
#include "fuzz/bench/harness.h"
#include "fuzz/bench/pass.h"
#include "fuzz/bench/printed.h"
#include "fuzz/bench/script.h"
#include "fuzz/subjects/registry.h"

namespace bp::bench {
namespace {

Plan small() {
  Plan p;
  p.mib = 64;
  p.passes = 2;
  p.percent = 1;
  return p;
}

/// A thread has the CPUs of the one that started it: without care all share the first one's.
TEST(Bench, AThreadOfAPinnedThreadIsPinnedToAnotherCpu) {
  if (CPU_COUNT(&allowed_cpus()) < 2) GTEST_SKIP() << "one CPU";
  int first = -1, second = -1;
  std::thread([&] {
    ASSERT_TRUE(pin_to(0));
    first = sched_getcpu();
    std::thread([&] {
      ASSERT_TRUE(pin_to(1));
      second = sched_getcpu();
    }).join();
  }).join();
  EXPECT_GE(first, 0);
  EXPECT_NE(first, second);
}

TEST(Bench, ARingKeepsTheOrderAndHoldsNothingBack) {
  constexpr std::uint64_t n = 5 * 1024 + 3;
  Ring ring;
  std::thread from([&] {
    for (std::uint64_t i = 0; i < n; ++i) ring.push(i);
    ring.show();
  });
  std::uint64_t right = 0;
  for (std::uint64_t i = 0; i < n; ++i) right += ring.pop() == i ? 1 : 0;
  from.join();
  EXPECT_EQ(right, n);
}

TEST(Bench, EveryWorkloadRunsOnEverySubjectThatMayAndIsVerified) {
  for (const bp_subject* s : subjects()) {
    for (const Workload& w : workloads()) {
      if (w.follows_script) continue;
      if (w.threads_per > 1 && (s->caps & BP_CAP_THREADS) == 0) continue;
      for (const Figure& f : run_workload(w, *s, small(), w.threads_per)) {
        EXPECT_EQ(f.fault, "") << f.workload << " " << s->name;
        EXPECT_TRUE(f.verified);
        EXPECT_GT(f.operations, 0U);
        EXPECT_GT(f.ns.median, 0);
        EXPECT_LE(f.ns.min, f.ns.median);
        EXPECT_LE(f.ns.median, f.ns.max);
      }
    }
  }
}

/// CPU 1 frees what CPU 0 allocated, a page comes again unseen, one is kept, one was there before.
constexpr const char* kTrace =
    "0 0 ..... 1 A 10 0 1 cc0\n"
    "0 0 ..... 1 A 20 3 1 cc0\n"
    "0 1 ..... 1 F 10 0\n"
    "0 1 ..... 1 A 20 0 1 cc0\n"
    "0 0 ..... 1 F 99 0\n"
    "0 0 ..... 1 A 30 1 1 cc0\n"
    "0 1 ..... 1 F 20 0\n";

TEST(Bench, ATraceIsSplitByItsCpus) {
  const ScriptResult read = script_of(kTrace, 2);
  ASSERT_EQ(read.fault, "");
  const Script& s = read.script;
  EXPECT_EQ(s.blocks, 4U);
  EXPECT_EQ(s.events, 7U);
  ASSERT_EQ(s.of_thread[0].size(), 3U);
  ASSERT_EQ(s.of_thread[1].size(), 4U);
  EXPECT_EQ(s.of_thread[1][1].block, 1U) << "the block of order 3 ended unseen";
  ASSERT_EQ(s.left[0].size(), 1U);
  EXPECT_EQ(s.left[0][0].order, 1U);
  EXPECT_NE(script_of("0 0 ..... 1 A x\n", 1).fault.find("line 1: "), std::string::npos);
  EXPECT_NE(script_of("# nothing\n", 1).fault, "");
}

TEST(Bench, ATraceIsFollowedByOneThreadAndByTwo) {
  Plan p = small();
  p.trace = kTrace;
  for (const unsigned threads : {1U, 2U}) {
    const auto figures = run_workload(*find_workload("trace"), lockfree_subject(), p, threads);
    ASSERT_EQ(figures.size(), 1U);
    EXPECT_EQ(figures[0].fault, "");
    EXPECT_TRUE(figures[0].verified);
    EXPECT_GE(figures[0].operations, 4000U);
  }
}

TEST(Bench, AlternativesRunAndAreVerified) {
  for (const Alternative& a : alternatives()) {
    if (a.subject == nullptr) {
      EXPECT_NE(a.missing, "");
      continue;
    }
    for (const char* name : {"hot", "rep9", "mixed"}) {
      for (const Figure& f : run_workload(*find_workload(name), *a.subject, small(), 1)) {
        EXPECT_EQ(f.fault, "") << a.name;
        EXPECT_TRUE(f.verified);
      }
    }
  }
}

TEST(Bench, InlinedCallsDoTheSameWork) {
  for (const Inlined& i : inlined_subjects()) {
    for (const Workload& w : workloads()) {
      if (w.follows_script) continue;
      const auto table = run_workload(w, *i.table, small(), w.threads_per);
      const auto inlined = run_workload(w, *i.table, small(), w.threads_per, &i);
      ASSERT_EQ(inlined.size(), table.size());
      EXPECT_EQ(inlined[0].operations, table[0].operations);
      EXPECT_EQ(inlined[0].subject, i.name);
      EXPECT_EQ(inlined[0].fault, "");
    }
  }
}

/// The verified pass is seen to fire: whoever gives one frame to everybody has no owners.
TEST(Bench, AFrameWithTwoOwnersIsFound) {
  bp_subject twice = empty_subject();
  twice.name = "twice";
  const auto figures = run_workload(*find_workload("bulk"), twice, small(), 1);
  ASSERT_FALSE(figures.empty());
  EXPECT_NE(figures[0].fault.find("handed out twice"), std::string::npos) << figures[0].fault;
  EXPECT_FALSE(figures[0].verified);
}

TEST(Bench, ASubjectForOneThreadIsNotRunOnTwo) {
  const auto figures = run_workload(*find_workload("hot"), naive_subject(), small(), 2);
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_NE(figures[0].fault, "");
}

TEST(Bench, FloorsAndInitAreMeasured) {
  for (const Floor& f : measure_floors(2)) EXPECT_GT(f.ns.median, 0) << f.name;
  const InitFigure init = measure_init(lockfree_subject(), 1, 2);
  EXPECT_GT(init.microseconds.median, 0);
}

TEST(Bench, TheTableAndThePlotNameEveryFigure) {
  Report r;
  r.locked_rmw_ns = 2;
  r.figures.push_back({"hot", "lockfree", 1, {4, 3, 5}, 10, 0, 0, true, ""});
  r.figures.push_back({"hot", "locked", 1, {}, 0, 0, 0, false, "two owners"});
  const std::string table = table_of(r);
  EXPECT_NE(
      table.find("hot          lockfree                     1       4.00       3.00       5.00"),
      std::string::npos)
      << table;
  EXPECT_NE(table.find("FAULT: two owners"), std::string::npos);
  EXPECT_NE(svg_of(r).find("lockfree hot 4.00 ns"), std::string::npos);
}

TEST(Bench, WorkloadsAreFoundByName) {
  EXPECT_NE(find_workload("rand9"), nullptr);
  EXPECT_EQ(find_workload("rand10"), nullptr);
}

}  // namespace
}  // namespace bp::bench
