// SPDX-License-Identifier: MIT
// How fast the simulator is on one core, in its own processor time: atomic steps a second of two
// tasks that contend on a few words, and executions a second of a scenario of about 60 steps, at
// random and depth first.
//
//   sched_rate [SECONDS]
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "fuzz/sched/example_stack.h"
#include "fuzz/sched/exhaustive_chooser.h"
#include "fuzz/sched/priority_chooser.h"
#include "fuzz/sched/random_chooser.h"
#include "fuzz/sched/scripted_chooser.h"

namespace {

using namespace bp::sched;

/// Of this process: another one on the same core does not count.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Tally {
  std::uint64_t executions = 0;
  std::uint64_t steps = 0;
  double seconds = 0;
};

/// Runs until the time is spent; `rounds` sets the length of an execution.
template <class More>
bool measure(World& w, Chooser& c, unsigned rounds, double seconds, More&& more, Tally& t) {
  const double begin = cpu_seconds();
  bool again = true;
  while (again) {
    for (unsigned i = 0; i < 64 && again; ++i) {
      w.begin(c, {});
      ExampleStack stack;
      auto one = [&] { stack.churn(rounds); };
      auto two = [&] { stack.churn(rounds); };
      w.spawn(one);
      w.spawn(two);
      const Outcome o = w.run();
      if (o.end != End::finished) return std::fprintf(stderr, "%s\n", o.fault.c_str()), false;
      ++t.executions;
      t.steps += o.steps;
      again = more();
    }
    t.seconds = cpu_seconds() - begin;
    if (t.seconds >= seconds) break;
  }
  return true;
}

template <class More>
bool report(const char* name, Chooser& c, unsigned rounds, double seconds, More&& more) {
  World w;
  Tally t;
  if (!measure(w, c, rounds, seconds, more, t)) return false;
  const double executions = static_cast<double>(t.executions);
  const double steps = static_cast<double>(t.steps);
  std::printf("%-12s %5.0f steps an execution  %9.0f executions/s  %6.2f M steps/s\n", name,
              steps / executions, executions / t.seconds, steps / t.seconds / 1e6);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::strtod(argv[1], nullptr) : 1;
  const auto for_ever = [] { return true; };
  bool fine = true;
  for (const unsigned rounds : {4U, 40U, 200U}) {
    RandomChooser random(1);
    fine = fine && report("random", random, rounds, seconds, for_ever);
    BytesChooser zeros({});
    fine = fine && report("default", zeros, rounds, seconds, for_ever);
  }
  PctChooser pct(1, 3, 40);
  PosChooser pos(1);
  ExhaustiveChooser all(3);
  fine = fine && report("PCT d=3", pct, 4, seconds, for_ever);
  fine = fine && report("POS", pos, 4, seconds, for_ever);
  fine = fine && report("depth first", all, 4, seconds, [&] { return all.next(); });
  return fine ? 0 : 1;
}
