// SPDX-License-Identifier: MIT
// Two strategies that give every task a random priority and run the highest.
//   PCT (Burckhardt et al. 2010): at d - 1 random steps the running task falls below all others;
//        finds a bug of depth d with probability at least 1 / (tasks * steps^(d-1)).
//   POS (Yuan et al. 2018): a priority belongs to one step; after each step, those that conflict
//        with it get new ones. Samples partial orders and not interleavings.
// Which store a load reads and where a store is placed is chosen uniformly in both.
#pragma once

#include <array>
#include <cstdint>

#include "fuzz/program/rng.h"
#include "fuzz/sched/chooser.h"

namespace bp::sched {

/// Depths that PCT takes.
inline constexpr unsigned kPctDepthMax = 4;

class PctChooser final : public Chooser {
 public:
  /// `depth` is in 1..kPctDepthMax. `steps` is about how many choices of a task an execution has:
  /// the change points lie below it; the longest execution seen corrects it.
  PctChooser(std::uint64_t seed, unsigned depth, unsigned steps);
  void begin() override;
  unsigned pick(unsigned n, Choice what, const Ready* ready) override;

 private:
  Rng rng_;
  unsigned depth_;
  unsigned steps_max_;
  unsigned step_ = 0;
  std::uint64_t low_ = 0;                            ///< Next priority below all others.
  std::array<std::uint64_t, kTasksMax> priority_{};  ///< By task.
  std::array<unsigned, kPctDepthMax> change_at_{};   ///< The first depth_ - 1 are used.
};

class PosChooser final : public Chooser {
 public:
  explicit PosChooser(std::uint64_t seed) : rng_(seed) {}
  void begin() override;
  unsigned pick(unsigned n, Choice what, const Ready* ready) override;

 private:
  Rng rng_;
  std::array<std::uint64_t, kTasksMax> priority_{};  ///< Of each task's next step.
};

}  // namespace bp::sched
