// SPDX-License-Identifier: MIT
// The built-in fuzzer of schedules: scenarios and lists of choices, mutated; what shows something
// new (feedback.h) is kept and mutated again. Needs no instrumented build. Deterministic: a seed
// gives the same executions.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "fuzz/explore/feedback.h"
#include "fuzz/explore/small_schedule.h"
#include "fuzz/explore/vary_choices.h"
#include "fuzz/program/rng.h"

namespace bp::explore {

class Greybox {
 public:
  /// Scenarios to start from, at least one; those to which the plant has no place are left out.
  Greybox(const std::vector<Scenario>& from, Plant plant, std::uint64_t seed,
          Scenarios scenarios = Scenarios::mutated);
  ~Greybox();

  /// False: the plant has no place in any scenario.
  bool able() const { return !slots_.empty(); }

  struct Step {
    const Runner* runner = nullptr;  ///< What ran, until the next step.
    const Scenario* scenario = nullptr;
    Verdict verdict;
    bool news = false;          ///< A feature that no execution before had.
    bool new_scenario = false;  ///< Likewise, and the scenario is a mutated one, kept now.
  };
  /// One execution.
  Step one();
  /// Of the last step, if it broke a rule: a case that replays.
  Found found();

 private:
  struct Slot;
  struct Input {
    std::size_t slot;
    std::vector<std::uint8_t> choices;
  };

  Slot* add(const Scenario& s);
  Step run(Slot& slot, sched::Chooser& chooser);
  Step fresh(Slot& slot);
  Step varied(const Input& from);
  bool note(const std::vector<std::uint32_t>& features);
  void keep(std::size_t slot, const std::vector<std::uint8_t>& choices);

  Plant plant_;
  Scenarios scenarios_;
  Rng rng_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::unique_ptr<Slot> trial_;  ///< A mutated scenario that has shown nothing new yet.
  unsigned trials_ = 0;          ///< Executions that it has had.
  std::vector<Input> inputs_;
  std::vector<bool> seen_;
  std::vector<std::uint8_t> last_;
  Slot* ran_ = nullptr;
};

}  // namespace bp::explore
