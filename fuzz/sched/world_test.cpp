// SPDX-License-Identifier: MIT
#include "fuzz/sched/world.h"

#include <gtest/gtest.h>

#include <set>

#include "fuzz/sched/exhaustive_chooser.h"
#include "fuzz/sched/policy.h"
#include "fuzz/sched/priority_chooser.h"
#include "fuzz/sched/random_chooser.h"
#include "fuzz/sched/scripted_chooser.h"
#include "fuzz/sched/section.h"

namespace bp::sched {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;

/// Message passing with a plain payload: `publish` and `take` are the orders of the flag.
Outcome pass_message(World& w, Chooser& c, std::memory_order publish, std::memory_order take) {
  w.begin(c, {});
  Var<int> payload{0};
  Atomic<bool> flag{false};
  auto writer = [&] {
    payload.write(5);
    flag.store(true, publish);
  };
  auto reader = [&] {
    if (flag.load(take) && payload.read() != 5) World::current().stop("payload lost");
  };
  w.spawn(writer);
  w.spawn(reader);
  return w.run();
}

TEST(World, AcquireAndReleaseHandOverInEverySchedule) {
  World w;
  ExhaustiveChooser all;
  do {
    const Outcome o = pass_message(w, all, kRelease, kAcquire);
    ASSERT_EQ(o.end, End::finished) << o.fault;
  } while (all.next());
}

TEST(World, AMissingOrderIsARaceInSomeSchedule) {
  for (const bool release : {false, true}) {
    World w;
    ExhaustiveChooser all;
    std::set<std::string> faults;
    do {
      const Outcome o =
          pass_message(w, all, release ? kRelease : kRelaxed, release ? kRelaxed : kAcquire);
      if (o.end == End::fault) faults.insert(o.fault.substr(0, 24));
    } while (all.next());
    EXPECT_EQ(faults, std::set<std::string>{"race: task 2 reads varia"});
  }
}

/// A counter that two tasks raise by load and store: an update is lost in some schedule.
Outcome raise_twice(World& w, Chooser& c, unsigned& end) {
  w.begin(c, {});
  Atomic<unsigned> n{0};
  auto raise = [&] { n.store(n.load(kRelaxed) + 1, kRelaxed); };
  auto other = [&] { n.store(n.load(kRelaxed) + 1, kRelaxed); };
  w.spawn(raise);
  w.spawn(other);
  Outcome o = w.run();
  end = n.newest();
  return o;
}

TEST(World, EveryStrategyFindsALostUpdate) {
  RandomChooser random(1);
  PctChooser pct(1, 2, 4);
  PosChooser pos(1);
  for (Chooser* c :
       {static_cast<Chooser*>(&random), static_cast<Chooser*>(&pct), static_cast<Chooser*>(&pos)}) {
    World w;
    std::set<unsigned> ends;
    unsigned end = 0;
    for (unsigned run = 0; run < 100; ++run) raise_twice(w, *c, end), ends.insert(end);
    EXPECT_EQ(ends, (std::set<unsigned>{1, 2}));
  }
}

TEST(World, RecordedChoicesRepeatTheExecution) {
  World w;
  RandomChooser random(3);
  RecordingChooser recorder(random);
  std::set<std::uint64_t> hashes;
  for (unsigned run = 0; run < 50; ++run) {
    unsigned end = 0, end_again = 0;
    const Outcome o = raise_twice(w, recorder, end);
    ReplayChooser replay(recorder.choices());
    World other;
    const Outcome again = raise_twice(other, replay, end_again);
    EXPECT_EQ(o.hash, again.hash);
    EXPECT_EQ(end, end_again);
    EXPECT_FALSE(replay.diverged());
    hashes.insert(o.hash);
  }
  EXPECT_GT(hashes.size(), 4U) << "different executions have different hashes";
}

TEST(World, ASpinningTaskMeetsTheStepBound) {
  World w;
  BytesChooser zeros({});
  Options options;
  options.steps_max = 100;
  w.begin(zeros, options);
  Atomic<bool> flag{false};
  auto spin = [&] {
    while (!flag.load(kAcquire)) continue;
  };
  w.spawn(spin);
  EXPECT_EQ(w.run().end, End::step_bound);
  // The abandoned stack is used again.
  w.begin(zeros, options);
  Atomic<bool> set{true};
  auto pass = [&] {
    while (!set.load(kAcquire)) continue;
  };
  w.spawn(pass);
  EXPECT_EQ(w.run().end, End::finished);
}

/// Which of its four steps a task was stopped before, over all schedules with one halt.
std::set<unsigned> stopped_at(const Options& options, TaskState as) {
  World w;
  ExhaustiveChooser all;
  std::set<unsigned> at;
  do {
    w.begin(all, options);
    Atomic<unsigned> x{0};
    auto work = [&] {
      for (unsigned i = 0; i < 4; ++i) x.store(i + 1, kRelaxed);
    };
    w.spawn(work);
    const Outcome o = w.run();
    EXPECT_EQ(o.end, End::finished);
    if (w.state(1) == as) at.insert(x.newest());
  } while (all.next());
  return at;
}

TEST(World, ATaskCanBeFrozenOrKilledAtEveryStep) {
  Options freeze;
  freeze.freezes_max = 1;
  EXPECT_EQ(stopped_at(freeze, TaskState::frozen), (std::set<unsigned>{0, 1, 2, 3}));
  Options kill;
  kill.kills_max = 1;
  EXPECT_EQ(stopped_at(kill, TaskState::killed), (std::set<unsigned>{0, 1, 2, 3}));
}

TEST(World, TheOthersGoOnWhenATaskIsFrozen) {
  World w;
  ExhaustiveChooser all;
  unsigned frozen = 0;
  do {
    Options options;
    options.freezes_max = 1;
    w.begin(all, options);
    Atomic<unsigned> x{0};
    auto work = [&] { x.fetch_add(1, kRelaxed), x.fetch_add(1, kRelaxed); };
    auto other = [&] { x.fetch_add(1, kRelaxed), x.fetch_add(1, kRelaxed); };
    w.spawn(work);
    w.spawn(other);
    ASSERT_EQ(w.run().end, End::finished);
    const bool halted = w.state(1) == TaskState::frozen || w.state(2) == TaskState::frozen;
    frozen += halted ? 1U : 0U;
    EXPECT_TRUE(halted ? x.newest() >= 2 && x.newest() < 4 : x.newest() == 4);
  } while (all.next());
  EXPECT_GT(frozen, 0U);
}

/// A per-CPU counter, raised by a plain load and store in a section that restarts.
struct PerCpuCount {
  Atomic<unsigned> of_cpu[2];
  void raise() {
    restartable_section(
        [this](unsigned cpu) { of_cpu[cpu].store(of_cpu[cpu].load(kRelaxed) + 1, kRelaxed); });
  }
};

/// The sums that two tasks, two raises each, leave behind over all schedules.
std::set<unsigned> sums(const Options& options, unsigned second_cpu) {
  World w;
  ExhaustiveChooser all(4);
  std::set<unsigned> seen;
  do {
    w.begin(all, options);
    PerCpuCount count;
    auto one = [&] { count.raise(), count.raise(); };
    auto two = [&] { count.raise(), count.raise(); };
    w.spawn(one, 0);
    w.spawn(two, second_cpu);
    const Outcome o = w.run();
    EXPECT_EQ(o.end, End::finished);
    seen.insert(count.of_cpu[0].newest() + count.of_cpu[1].newest());
  } while (all.next());
  return seen;
}

TEST(Section, PreemptionOnTheSameCpuRestartsIt) { EXPECT_EQ(sums({}, 0), std::set<unsigned>{4}); }

TEST(Section, MigrationAndAbortsRestartIt) {
  Options options;
  options.cpus = 2;
  options.migrations_max = 1;
  options.aborts_max = 1;
  const std::set<unsigned> seen = sums(options, 1);
  EXPECT_EQ(seen, std::set<unsigned>{4});
}

TEST(Section, EveryInnerStepCanBeAborted) {
  World w;
  ExhaustiveChooser all;
  std::set<unsigned> tries;
  do {
    Options options;
    options.aborts_max = 2;
    w.begin(all, options);
    Atomic<unsigned> x{0};
    unsigned starts = 0;
    auto work = [&] {
      restartable_section([&](unsigned) {
        ++starts;
        x.store(x.load(kRelaxed) + 1, kRelaxed);
      });
    };
    w.spawn(work);
    w.run();
    EXPECT_EQ(x.newest(), 1U) << "what was aborted before its commit left nothing";
    tries.insert(starts);
  } while (all.next());
  EXPECT_EQ(tries, (std::set<unsigned>{1, 2, 3}));
}

TEST(World, CpuChangesOnlyAtSteps) {
  World w;
  ExhaustiveChooser all;
  std::set<std::pair<unsigned, unsigned>> seen;
  do {
    Options options;
    options.cpus = 2;
    options.migrations_max = 1;
    w.begin(all, options);
    Atomic<unsigned> x{0};
    unsigned before = 9, after = 9;
    auto work = [&] {
      before = SimulatedMemory::cpu();
      x.store(1, kRelaxed);
      after = SimulatedMemory::cpu();
    };
    w.spawn(work);
    w.run();
    seen.insert({before, after});
  } while (all.next());
  EXPECT_EQ(seen, (std::set<std::pair<unsigned, unsigned>>{{0, 0}, {0, 1}}));
}

}  // namespace
}  // namespace bp::sched
