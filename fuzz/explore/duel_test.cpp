// SPDX-License-Identifier: MIT
#include "fuzz/explore/duel.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "fuzz/explore/sim_policy.h"
#include "fuzz/sched/exhaustive_chooser.h"
#include "fuzz/sched/priority_chooser.h"
#include "fuzz/sched/random_chooser.h"
#include "fuzz/sched/scripted_chooser.h"

namespace bp::explore {
namespace {

using sched::End;
using sched::Outcome;

std::string fault_of(const Outcome& o) { return o.end == End::step_bound ? "step bound" : o.fault; }

/// The first fault of so many random executions, or nothing.
std::string random_fault(const Duel& duel, std::uint64_t seed, unsigned executions) {
  sched::World w;
  sched::RandomChooser random(seed);
  for (unsigned i = 0; i < executions; ++i) {
    const std::string fault = fault_of(run_duel(w, random, duel));
    if (!fault.empty()) return fault;
  }
  return {};
}

/// The first fault of all executions with at most so many deviations, or nothing.
std::string first_fault(const Duel& duel, unsigned deviations) {
  sched::World w;
  sched::ExhaustiveChooser all(deviations);
  do {
    const std::string fault = fault_of(run_duel(w, all, duel));
    if (!fault.empty()) return fault;
  } while (all.next());
  return {};
}

std::vector<Duel> duels() {
  return {{.frames = 1},
          {.frames = 3, .held_max = 2},
          {.frames = 64, .rounds = 1, .held_max = 2},
          {.frames = 3, .held_max = 2, .pcp_high = 2},
          {.frames = 3, .held_max = 2, .pcp_high = 2, .one_cpu = true}};
}

/// Lists that only their owner and drains enter.
std::vector<Duel> pinned_duels() {
  return {{.frames = 3, .held_max = 2, .pcp_high = 3, .pinned = true},
          {.frames = 2, .pcp_high = 2, .pinned = true, .drains = true}};
}

/// Lists of the CPU that a task is on, while it is moved and its sections are started anew.
std::vector<Duel> moving_duels() {
  sched::Options moved;
  moved.cpus = 2;
  moved.migrations_max = 3;
  moved.aborts_max = 2;
  return {{.frames = 3, .held_max = 2, .pcp_high = 3, .restarts = true, .options = moved},
          {.frames = 3,
           .held_max = 2,
           .pcp_high = 3,
           .one_cpu = true,
           .restarts = true,
           .options = moved},
          {.frames = 2, .pcp_high = 2, .restarts = true, .drains = true, .options = moved}};
}

TEST(Duel, TheAllocatorKeepsS1AndS2AtRandom) {
  for (const Duel& d : moving_duels()) EXPECT_EQ(random_fault(d, 1, 4000), "");
  for (const Duel& d : duels()) EXPECT_EQ(random_fault(d, 1, 4000), "");
  for (const Duel& d : pinned_duels()) EXPECT_EQ(random_fault(d, 1, 4000), "");
  EXPECT_EQ(random_fault({.frames = 3, .held_max = 2, .pcp_high = 2, .grouped = true}, 1, 4000),
            "");
}

TEST(Duel, TheAllocatorKeepsS1AndS2WithTwoDeviations) {
  for (const Duel& d : duels()) EXPECT_EQ(first_fault(d, 2), "");
}

TEST(Duel, TheAllocatorKeepsS1AndS2WithAnOwnerAndADrainAndOneDeviation) {
  for (const Duel& d : pinned_duels()) EXPECT_EQ(first_fault(d, 1), "");
}

TEST(Duel, TasksThatMoveKeepS1AndS2WithOneDeviation) {
  for (const Duel& d : moving_duels()) EXPECT_EQ(first_fault(d, 1), "");
}

TEST(Duel, ATaskThatIsFrozenAnywhereBreaksNeitherRule) {
  std::vector<Duel> all = duels();
  for (const Duel& d : pinned_duels()) all.push_back(d);
  for (const Duel& d : moving_duels()) all.push_back(d);
  for (Duel d : all) {
    d.options.freezes_max = 1;
    EXPECT_EQ(random_fault(d, 2, 2000), "");
  }
}

/// S2 is seen to fire: memory on which no acquire, or no release, has an effect.
TEST(Duel, MissingOrdersAreRaces) {
  for (bool sched::Defects::* const order :
       {&sched::Defects::acquire_is_relaxed, &sched::Defects::release_is_relaxed}) {
    for (Duel d : duels()) {
      d.options.defects.*order = true;
      EXPECT_EQ(random_fault(d, 3, 4000).substr(0, 5), "race:");
    }
  }
}

/// The rules that so many random executions break, each by the first letters of the fault.
std::set<std::string> random_faults(const Duel& duel, std::uint64_t seed, unsigned executions) {
  sched::World w;
  sched::RandomChooser random(seed);
  std::set<std::string> broken;
  for (unsigned i = 0; i < executions; ++i) {
    const Outcome o = run_duel(w, random, duel);
    if (o.end == End::fault) broken.insert(o.fault.substr(0, 3));
  }
  return broken;
}

/// S1 is seen to fire: memory on which two RMWs may read one store, so that both claim a frame.
TEST(Duel, BrokenAtomicityIsAnOverlap) {
  Duel d{.frames = 1};
  // Claims are seq_cst for their hints' sake, which alone would forbid it.
  d.options.defects.seq_cst_is_acq_rel = true;
  d.options.defects.rmw_reads_read_store = true;
  const auto broken = random_faults(d, 4, 4000);
  EXPECT_TRUE(broken.contains("S1:")) << testing::PrintToString(broken);
}

/// An owner's section without its fences: a drain and the owner both are inside.
TEST(Duel, AnOwnersSectionNeedsItsFences) {
  Duel d{.frames = 3, .rounds = 4, .held_max = 2, .pcp_high = 3, .pinned = true, .drains = true};
  EXPECT_EQ(random_fault(d, 8, 4000), "");
  d.options.defects.fences_do_nothing = true;
  EXPECT_NE(random_fault(d, 8, 20000), "");
}

/// A restartable section beside a drain that restarts nobody: both are inside.
TEST(Duel, ARestartableSectionNeedsItsBarrier) {
  Duel d = moving_duels().back();
  d.frames = 3, d.rounds = 4, d.held_max = 2, d.pcp_high = 3;
  EXPECT_EQ(random_fault(d, 8, 4000), "");
  SimPolicy::active = impl::Bug::sections_not_restarted;
  const std::string fault = random_fault(d, 8, 20000);
  SimPolicy::active = impl::Bug::none;
  EXPECT_NE(fault, "");
}

/// S5 is seen to fire.
TEST(Duel, PagesThatAreNotCountedAreFound) {
  SimPolicy::active = impl::Bug::flush_uncounted;
  const std::string fault = random_fault({.frames = 3, .held_max = 2, .pcp_high = 2}, 7, 100);
  SimPolicy::active = impl::Bug::none;
  EXPECT_EQ(fault.substr(0, 3), "S5:");
}

/// S1 by a bug planted in the allocator itself: a full row is free in two places.
TEST(Duel, ABlockThatIsFreeTwiceIsFound) {
  SimPolicy::active = impl::Bug::swing_keeps_row;
  const auto broken = random_faults({.frames = 64, .rounds = 2, .held_max = 40}, 5, 400);
  SimPolicy::active = impl::Bug::none;
  EXPECT_TRUE(broken.contains("S1:"));
}

TEST(Duel, RecordedChoicesRepeatTheExecution) {
  sched::World w;
  sched::RandomChooser random(6);
  sched::RecordingChooser recorder(random);
  for (const Duel& d : duels()) {
    const Outcome o = run_duel(w, recorder, d);
    sched::ReplayChooser replay(recorder.choices());
    const Outcome again = run_duel(w, replay, d);
    EXPECT_EQ(o.hash, again.hash);
    EXPECT_FALSE(replay.diverged());
  }
}

}  // namespace
}  // namespace bp::explore
