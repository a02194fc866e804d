// SPDX-License-Identifier: MIT
// As ExhaustiveChooser, with sleep sets (Godefroid 1996): of executions that differ only in the
// order of steps which cannot tell each other's place, few but the first are run.
//
// A task goes to sleep at a choice once all that begins with its step has been run, and wakes when
// another takes a step that conflicts with its own: one on the same location, or anything beside a
// seq_cst fence, or another that an observer took note of (World::told), since the order of those
// is what rules are about. To run a sleeping task would repeat an earlier execution. Reads of one
// location are taken to conflict, since seq_cst ones do.
//
// Under a bound the earlier execution may cost more than the bound allows and so not have been run.
// It costs at most two more: one to leave the task's step for what came before it, one to come back
// where that ended. So under a bound a task is passed over only if to leave it and to come back to
// it has cost as much: then every behaviour within k deviations is still met within k.
//
// Not for restartable sections, migrations and aborts: there a step concerns its CPU, too.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "fuzz/sched/exhaustive_chooser.h"
#include "fuzz/sched/world.h"

namespace bp::sched {

class SleepChooser final : public Chooser {
 public:
  /// `world` is asked what was told.
  explicit SleepChooser(const World& world, unsigned deviations_max = kAnyDeviations)
      : world_(world), deviations_max_(deviations_max) {}

  void begin() override;
  unsigned pick(unsigned n, Choice what, const Ready* ready) override;

  /// Goes to the next execution; false when there is none.
  bool next();
  /// Back to the first execution.
  void restart();
  /// Executions that only repeated another one, since everybody slept.
  std::uint64_t repeated() const { return repeated_; }

 private:
  /// A task whose step has been tried where it could have been taken before.
  struct Sleeper {
    std::uint8_t task;
    std::uint8_t cost;       ///< Of its step there: 1 if it was off the default.
    std::uint8_t cost_left;  ///< Of the step that was taken there instead.
    bool told;
    Pending step;
  };
  struct Node {
    std::uint8_t taken = 0;
    std::uint8_t options = 0;
    bool of_tasks = false;
    std::array<std::uint8_t, kTasksMax> task{};  ///< By option.
    std::array<Pending, kTasksMax> step{};       ///< By option.
    std::array<bool, kTasksMax> told{};          ///< By option; in some execution.
    std::vector<Sleeper> sleepers;
  };
  static constexpr std::size_t kNone = ~std::size_t{0};

  bool is_bounded() const { return deviations_max_ != kAnyDeviations; }
  bool sleeps(const Node& n, unsigned option) const;
  void note_told();
  std::vector<Sleeper> still_asleep() const;
  unsigned first_awake(const Node& n, unsigned from) const;

  const World& world_;
  unsigned deviations_max_;
  unsigned deviations_ = 0;
  std::vector<Node> path_;
  std::size_t at_ = 0;
  std::size_t last_ = kNone;  ///< The node of tasks that was passed last in this execution.
  std::uint64_t told_ = 0;    ///< What the world had told then.
  bool repeats_ = false;      ///< Everybody slept: the rest is an earlier execution's.
  std::uint64_t repeated_ = 0;
};

}  // namespace bp::sched
