// SPDX-License-Identifier: MIT
// Every execution with at most k choices that are not the default, depth first. Bounding only the
// preemptions would not end: stale reads and failures without a reason must cost as well.
//
//   ExhaustiveChooser all(k);
//   do run_one(all); while (all.next());
#pragma once

#include <cstdint>
#include <vector>

#include "fuzz/sched/chooser.h"

namespace bp::sched {

inline constexpr unsigned kAnyDeviations = ~0U;

class ExhaustiveChooser final : public Chooser {
 public:
  explicit ExhaustiveChooser(unsigned deviations_max = kAnyDeviations)
      : deviations_max_(deviations_max) {}

  void begin() override { at_ = 0; }
  unsigned pick(unsigned n, Choice, const Ready*) override {
    if (at_ < path_.size()) {
      check(path_[at_].options == n, "an execution depends on its choices alone");
      return path_[at_++].taken;
    }
    path_.push_back({0, static_cast<std::uint8_t>(n)});
    ++at_;
    return 0;
  }

  /// Goes to the next execution; false when there is none.
  bool next() {
    check(at_ == path_.size(), "an execution depends on its choices alone");
    while (!path_.empty()) {
      Step& last = path_.back();
      if (last.taken == 0 && last.options > 1 && deviations_ < deviations_max_) {
        ++deviations_;
        last.taken = 1;
        return true;
      }
      if (last.taken != 0 && last.taken + 1 < last.options) return ++last.taken, true;
      if (last.taken != 0) --deviations_;
      path_.pop_back();
    }
    return false;
  }

  /// Back to the first execution.
  void restart() { path_.clear(), at_ = 0, deviations_ = 0; }

  /// Choices of the current execution that are not the default.
  unsigned deviations() const { return deviations_; }

 private:
  struct Step {
    std::uint8_t taken;
    std::uint8_t options;
  };
  unsigned deviations_max_;
  unsigned deviations_ = 0;
  std::vector<Step> path_;
  std::size_t at_ = 0;
};

}  // namespace bp::sched
