// SPDX-License-Identifier: MIT
// The only source of nondeterminism: choose(n) says which of n ways an execution goes on. Option 0
// is always the sequentially consistent default: stay on the task, read the newest store, append,
// do not fail. So that a schedule of zeros is the plain execution, and zeroing bytes minimises.
//
// A chooser must depend on nothing but its own state and what pick() is told.
#pragma once

#include <bit>
#include <cstdint>

#include "fuzz/sched/view.h"
#include "model/vocab/check.h"

namespace bp::sched {

/// What is being chosen.
enum class Choice : std::uint8_t {
  task,       ///< Who takes the next step; 0: who took the last one, if it still can.
  read,       ///< The store that a load or RMW reads, newest first.
  place,      ///< The place of a store in the modification order, last first.
  weak_fail,  ///< Whether a weak CAS fails although it need not.
  abort,      ///< Whether a per-CPU section is restarted here.
  migrate,    ///< To which other CPU the task moves; 0: none.
  halt,       ///< Whether the task is frozen (1) or killed (2) here, as far as allowed.
};
inline constexpr unsigned kChoices = 7;
inline constexpr unsigned kOptionsMax = 255;

/// The step that a task is about to take; for choosers that look for conflicts.
struct Pending {
  static constexpr std::uint32_t kEverywhere = ~0U;   ///< A seq_cst fence.
  static constexpr std::uint32_t kNowhere = ~0U - 1;  ///< Not started: up to its first step.
  std::uint32_t location = kEverywhere;
  bool writes = false;

  bool conflicts(const Pending& other) const {
    if (location == kNowhere || other.location == kNowhere) return false;
    if (location == kEverywhere || other.location == kEverywhere) return true;
    return location == other.location && (writes || other.writes);
  }
};

/// Who can take the next step, for Choice::task.
struct Ready {
  std::uint32_t mask;      ///< Bit t: task t can run.
  unsigned current;        ///< Who ran last; may have ended.
  const Pending* pending;  ///< By task.

  bool can_run(unsigned task) const { return (mask >> task & 1) != 0; }
  /// The task that an option means: first the current one, then the others in ascending order.
  unsigned task_of(unsigned option) const {
    std::uint32_t others = mask;
    if (can_run(current)) {
      if (option == 0) return current;
      others &= ~(1U << current);
      --option;
    }
    for (; option > 0; --option) others &= others - 1;
    return static_cast<unsigned>(std::countr_zero(others));
  }
  unsigned option_of(unsigned task) const {
    unsigned option = 0;
    while (task_of(option) != task) ++option;
    return option;
  }
};

class Chooser {
 public:
  Chooser() = default;
  Chooser(const Chooser&) = delete;
  Chooser& operator=(const Chooser&) = delete;
  virtual ~Chooser() = default;

  /// Before each execution.
  virtual void begin() {}

  /// 0..n-1, for 2 <= n <= kOptionsMax. `ready` is given for Choice::task and null otherwise.
  virtual unsigned pick(unsigned n, Choice what, const Ready* ready) = 0;

  /// Like pick(), and without a question where there is no choice.
  unsigned choose(unsigned n, Choice what, const Ready* ready = nullptr) {
    if (n <= 1) return 0;
    const unsigned got = pick(n, what, ready);
    check(got < n, "a chooser stays within its options");
    return got;
  }
};

}  // namespace bp::sched
