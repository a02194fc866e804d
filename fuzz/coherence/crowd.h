// SPDX-License-Identifier: MIT
// Runs a script on all CPUs of a setting, as its turns say, and counts. With turns of steps each
// CPU is a fiber, and before every atomic access the seed says who goes on. After the counted
// operations every CPU finishes the one that it is in.
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include "fuzz/coherence/count.h"
#include "fuzz/coherence/script.h"
#include "fuzz/coherence/watch.h"
#include "fuzz/sched/fiber.h"

namespace bp::coherence {

class Crowd final : Watch {
 public:
  /// `out` gets operations, nulls, barriers and tally.
  Crowd(Script& script, const Setting& s, Figure& out);
  void run();

 private:
  void access(const void* address, std::size_t bytes, Access a, Data d) override;
  void barrier() override { ++out_.barriers; }

  /// A local of the running operation: CPUs have stacks of their own, these share one.
  bool is_local(const void* address) const;
  void run_operations();
  void run_steps();
  static void enter_fiber();
  void live(unsigned cpu);
  void go_on_with(unsigned cpu);
  void one_operation(unsigned cpu);
  void warm_up(unsigned cpu);
  unsigned drawn() { return alive_[random_() % alive_.size()]; }

  Script& script_;
  const Setting& s_;
  Figure& out_;
  Directory directory_;
  std::mt19937_64 random_;
  unsigned running_ = 0;
  /// Operations left to each CPU, and CPUs that have some left, before those that count.
  std::vector<std::uint64_t> warming_;
  unsigned cold_;
  bool finished_ = false;
  std::vector<const void*> frames_;  ///< By CPU: its operation's locals lie below.
  std::vector<unsigned> alive_;      ///< CPUs that go on.
  sched::Fiber main_;
  std::deque<sched::Fiber> fibers_;  ///< By CPU, with turns of steps.
};

}  // namespace bp::coherence
