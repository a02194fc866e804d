// SPDX-License-Identifier: MIT
// Fewer schedules, the same behaviours: a task is not preempted before a step that no other task
// can tell the place of, on a location that only it uses or that nobody writes. To be preempted
// there is to be preempted before its next step that others can see, at the same number of
// deviations. What is lost is where the response of an operation lies against the steps of others,
// if an invisible step ends it.
//
// What is shared is learned from the executions: after one in which more came to be shared, the
// search begins anew; again() says so.
#pragma once

#include "fuzz/sched/chooser.h"
#include "fuzz/sched/world.h"

namespace bp::sched {

class ReducedChooser final : public Chooser {
 public:
  /// `world.footprint` is this chooser's while it lives.
  ReducedChooser(Chooser& inner, World& world) : inner_(inner), world_(world) {
    world_.footprint = &footprint_;
  }
  ~ReducedChooser() override { world_.footprint = nullptr; }

  void begin() override { inner_.begin(); }
  unsigned pick(unsigned n, Choice what, const Ready* ready) override {
    if (what == Choice::task && ready->can_run(ready->current) &&
        !visible(ready->pending[ready->current]))
      return ++cut_, 0U;
    return inner_.pick(n, what, ready);
  }

  /// What was left out rested on less than is known now.
  bool again() {
    const bool grew = footprint_.grew;
    footprint_.grew = false;
    return grew;
  }
  /// Choices that were not offered.
  std::uint64_t cut() const { return cut_; }

 private:
  bool visible(const Pending& p) const {
    return p.location == Pending::kEverywhere || footprint_.uses[p.location].shared();
  }

  Chooser& inner_;
  World& world_;
  World::Footprint footprint_;
  std::uint64_t cut_ = 0;
};

}  // namespace bp::sched
