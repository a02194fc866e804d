// SPDX-License-Identifier: MIT
// The random walk: every task, store and place is as likely as any other; what disturbs an
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
  explicit RandomChooser(std::uint64_t seed) : rng_(seed) {}
  unsigned pick(unsigned n, Choice what, const Ready*) override {
    return random_option(rng_, n, what);
  }

 private:
  Rng rng_;
};

}  // namespace bp::sched
