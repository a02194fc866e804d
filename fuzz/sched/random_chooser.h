// SPDX-License-Identifier: MIT
// The random walk: every task, store and place is as likely as any other, or a task is preempted
// only at one of so many steps, so that operations also come one after the other; what disturbs an
// execution (failures, aborts, migration, death) comes once in a while. The numbers of one seed run
// on from execution to execution.
#pragma once

#include <cstdint>

#include "fuzz/program/rng.h"
#include "fuzz/sched/chooser.h"

namespace bp::sched {

/// A disturbance comes at one in so many opportunities.
inline constexpr unsigned kDisturbanceRarity = 16;

/// For what no strategy has an opinion on: which store, which place, which disturbance.
inline unsigned random_option(Rng& rng, unsigned n, Choice what) {
  if (what >= Choice::weak_fail && !rng.one_in(kDisturbanceRarity)) return 0;
  return rng.below(n);
}

class RandomChooser final : public Chooser {
 public:
  explicit RandomChooser(std::uint64_t seed, unsigned preempts_one_in = 1)
      : rng_(seed), preempts_one_in_(preempts_one_in) {}
  unsigned pick(unsigned n, Choice what, const Ready* ready) override {
    const bool can_stay = what == Choice::task && ready->can_run(ready->current);
    if (can_stay && preempts_one_in_ > 1 && !rng_.one_in(preempts_one_in_)) return 0;
    return random_option(rng_, n, what);
  }

 private:
  Rng rng_;
  unsigned preempts_one_in_;
};

/// Of a walk that preempts now and then.
inline constexpr unsigned kSeldom = 24;

}  // namespace bp::sched
