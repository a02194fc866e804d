// SPDX-License-Identifier: MIT
#include "fuzz/sched/priority_chooser.h"

#include "fuzz/sched/random_chooser.h"

namespace bp::sched {
namespace {

using Priorities = std::array<std::uint64_t, kTasksMax>;

/// Below every priority that the generator gives, so that falling is below starting.
constexpr std::uint64_t kStart = std::uint64_t{1} << 63;

unsigned highest(const Ready& ready, const Priorities& priority) {
  unsigned best = kTasksMax;
  for (unsigned t = 0; t < kTasksMax; ++t) {
    if (ready.can_run(t) && (best == kTasksMax || priority[t] > priority[best])) best = t;
  }
  return best;
}

}  // namespace

PctChooser::PctChooser(std::uint64_t seed, unsigned depth, unsigned steps)
    : rng_(seed), depth_(depth), steps_max_(steps) {
  check(depth >= 1 && depth <= kPctDepthMax, "PCT has a depth in 1..4");
}

void PctChooser::begin() {
  if (step_ > steps_max_) steps_max_ = step_;
  step_ = 0;
  low_ = kStart - 1;
  for (auto& p : priority_) p = rng_() | kStart;
  for (unsigned i = 0; i + 1 < depth_; ++i) change_at_[i] = rng_.below(steps_max_);
}

unsigned PctChooser::pick(unsigned n, Choice what, const Ready* ready) {
  if (what != Choice::task) return random_option(rng_, n, what);
  for (unsigned i = 0; i + 1 < depth_; ++i) {
    if (change_at_[i] == step_) priority_[highest(*ready, priority_)] = low_--;
  }
  ++step_;
  return ready->option_of(highest(*ready, priority_));
}

void PosChooser::begin() {
  for (auto& p : priority_) p = rng_();
}

unsigned PosChooser::pick(unsigned n, Choice what, const Ready* ready) {
  if (what != Choice::task) return random_option(rng_, n, what);
  const unsigned next = highest(*ready, priority_);
  for (unsigned t = 0; t < kTasksMax; ++t) {
    const bool racing = ready->can_run(t) && ready->pending[t].conflicts(ready->pending[next]);
    if (t == next || racing) priority_[t] = rng_();
  }
  return ready->option_of(next);
}

}  // namespace bp::sched
