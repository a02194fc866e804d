// SPDX-License-Identifier: MIT
// Subjects whose transfers are known are counted right, the goal of the fast path holds at every
// number of CPUs, and what the instrumentation sees of atomics is what the policy's atomics see.
#include "fuzz/coherence/count.h"

#include <gtest/gtest.h>

#include <atomic>

#include "fuzz/coherence/counted/planted.h"
#include "fuzz/coherence/counted/subjects.h"
#include "fuzz/coherence/subjects.h"
#include "fuzz/coherence/watch.h"
#include "fuzz/subjects/lockfree_bugs.h"
#include "fuzz/subjects/lockfree_table.h"

namespace bp::coherence {
namespace {

constexpr unsigned kSomeCpus[] = {1, 2, 3, 64, 256};

Figure counted(const bp_subject& s, const Setting& setting) {
  Figure f = count(s, setting);
  EXPECT_EQ(f.fault, "") << s.name;
  EXPECT_GE(f.operations, setting.operations) << s.name;
  return f;
}

/// Nor do locals that an operation points to: a CPU's stack is its own.
TEST(Count, WhatSharesNothingTransfersNothing) {
  for (const Turns turns : kTurns)
    for (const unsigned cpus : kSomeCpus) {
      const Figure f = counted(bp_counted::apart_subject(), {.turns = turns, .cpus = cpus});
      EXPECT_GE(f.tally.accesses, f.operations);
      EXPECT_EQ(f.tally.transfers + f.tally.upgrades + f.tally.invalidations, 0U) << cpus;
    }
}

TEST(Count, AGlobalCounterIsATransferAnOperation) {
  for (const unsigned cpus : kSomeCpus) {
    const Figure f = counted(bp_counted::global_counter_subject(), {.cpus = cpus});
    EXPECT_EQ(f.tally.transfers, cpus == 1 ? 0 : f.operations) << cpus;
  }
}

TEST(Count, PlainWordsOfSeveralCpusInOneLineAreSeen) {
  for (const unsigned cpus : {2U, 4U, 8U, 256U}) {
    const Figure f = counted(bp_counted::shared_line_subject(), {.cpus = cpus});
    EXPECT_EQ(f.tally.transfers, f.operations) << cpus;
    const Figure atomics =
        counted(bp_counted::shared_line_subject(), {.cpus = cpus, .only_atomics = true});
    EXPECT_EQ(atomics.tally, Tally{}) << "it has none: only plain data shows this";
  }
}

TEST(Count, LocalTrafficOfTheLockfreeSubjectsTransfersNothing) {
  for (const bp_subject* s : {&bp_counted::pinned_subject(), &bp_counted::atomic_subject()})
    for (const Turns turns : kTurns)
      for (const unsigned cpus : kSomeCpus) {
        const Figure f = counted(*s, {.turns = turns, .cpus = cpus});
        EXPECT_GE(f.tally.accesses, f.operations) << "it was watched";
        EXPECT_EQ(f.tally.transfers, 0U) << s->name << " " << cpus;
        EXPECT_EQ(f.tally.upgrades, 0U) << s->name << " " << cpus;
      }
}

TEST(Count, SharedWordsOfTheContendedZoneAreTransferred) {
  for (const bp_subject* s : counted_subjects()) {
    const Figure one = counted(*s, {.traffic = Traffic::contended, .cpus = 1});
    EXPECT_EQ(one.tally.transfers, 0U) << s->name;
    const Figure two = counted(*s, {.traffic = Traffic::contended, .cpus = 2});
    EXPECT_GE(two.tally.transfers, two.operations) << s->name;
  }
}

TEST(Count, OneSeedGivesTheSameFiguresAgain) {
  for (const bp_subject* s : counted_subjects())
    for (const Traffic traffic : kTraffics)
      for (const Turns turns : kTurns) {
        const Setting setting{
            .traffic = traffic, .turns = turns, .cpus = 4, .seed = 7, .operations = 2048};
        const Figure first = counted(*s, setting), again = counted(*s, setting);
        EXPECT_EQ(first.tally, again.tally) << s->name << " " << name_of(traffic);
        EXPECT_EQ(first.nulls, again.nulls);
        EXPECT_EQ(first.operations, again.operations);
      }
}

TEST(Count, EveryOrderAndTrafficRunsOnManyCpus) {
  for (const bp_subject* s : counted_subjects())
    for (const Traffic traffic : kTraffics)
      for (const unsigned order : {0U, 3U, 9U, BP_ORDER_MAX}) {
        const Figure f =
            counted(*s, {.traffic = traffic, .cpus = 17, .order = order, .operations = 64});
        EXPECT_EQ(f.nulls, 0U) << s->name << " " << name_of(traffic) << " " << order;
      }
}

TEST(Count, ASubjectThatLosesPagesIsAFault) {
  const Figure f = count(lockfree_subject_with(impl::Bug::flush_uncounted),
                         {.traffic = Traffic::burst, .cpus = 2});
  EXPECT_NE(f.fault.find("has not every page at the end"), std::string::npos) << f.fault;
}

/// std::atomic, and each access told of by hand.
template <class T>
class Told {
 public:
  constexpr explicit Told(T v) : value_(v) {}
  Told() = default;

  T load(std::memory_order o) const {
    tell(this, sizeof(T), Access::read, Data::atomic);
    return value_.load(o);
  }
  void store(T v, std::memory_order o) { written().store(v, o); }
  T exchange(T v, std::memory_order o) { return written().exchange(v, o); }
  T fetch_add(T v, std::memory_order o) { return written().fetch_add(v, o); }
  T fetch_sub(T v, std::memory_order o) { return written().fetch_sub(v, o); }
  T fetch_and(T v, std::memory_order o) { return written().fetch_and(v, o); }
  T fetch_or(T v, std::memory_order o) { return written().fetch_or(v, o); }
  bool compare_exchange_weak(T& e, T v, std::memory_order o, std::memory_order f) {
    return written().compare_exchange_strong(e, v, o, f);
  }
  bool compare_exchange_strong(T& e, T v, std::memory_order o, std::memory_order f) {
    return written().compare_exchange_strong(e, v, o, f);
  }

 private:
  std::atomic<T>& written() {
    tell(this, sizeof(T), Access::write, Data::atomic);
    return value_;
  }
  std::atomic<T> value_;
};

struct ToldPolicy : impl::StdPolicy {
  template <class T>
  using atomic = Told<T>;
  using Section = impl::FlagSection<Told>;
};

TEST(Count, InstrumentedAtomicsAreThePolicysAtomics) {
  constexpr bp_subject by_hand =
      lockfree::subject_named<ToldPolicy, impl::Bug::none>("lockfree-atomic");
  for (const Traffic traffic : kTraffics)
    for (const Turns turns : kTurns)
      for (const unsigned cpus : {1U, 2U, 5U, 33U}) {
        const Setting setting{.traffic = traffic,
                              .turns = turns,
                              .cpus = cpus,
                              .operations = 4096,
                              .only_atomics = true};
        const Figure expect = counted(by_hand, setting);
        const Figure actual = counted(bp_counted::atomic_subject(), setting);
        EXPECT_EQ(actual.tally, expect.tally) << name_of(traffic) << " " << cpus;
        EXPECT_NE(expect.tally.accesses, 0U);
      }
}

}  // namespace
}  // namespace bp::coherence
