// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fuzz/bench/floors.h"
#include "fuzz/bench/harness.h"
#include "fuzz/bench/printed.h"
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

TEST(Bench, EveryWorkloadRunsOnEverySubjectThatMayAndIsVerified) {
  for (const bp_subject* s : subjects()) {
    for (const Workload& w : workloads()) {
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
  EXPECT_NE(table.find("hot          lockfree             1       4.00       3.00       5.00"),
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
