// SPDX-License-Identifier: MIT
// The memory models once more, said differently: as axioms on whole executions, not as steps. Every
// reads-from and every modification order is tried, and those that the axioms of RC11 (Lahav et al.
// 2017) or of C++20 ([atomics.order]) refuse are dropped. Slow and short; the simulator is held
// against it, and it finds the allowed outcomes of programs for which nobody wrote them down.
//
// Program order and reads-from have no cycle, in both: load buffering is left out here too.
#pragma once

#include <set>

#include "fuzz/sched/litmus_program.h"

namespace bp::sched {

/// Events that the axioms take: instructions and the locations' first stores.
inline constexpr unsigned kAxiomEventsMax = 24;

struct AxiomOutcomes {
  std::set<Values> rc11;
  std::set<Values> cpp20;
  /// Allowed by both, with an S that agrees with program order and reads-from: what a simulator
  /// whose S is the order of its steps can produce.
  std::set<Values> stepwise;
};

/// Whether outcomes_by_axioms() takes the program.
bool fits_axioms(const Litmus& program);

/// Takes programs without a weak CAS of at most kAxiomEventsMax events.
AxiomOutcomes outcomes_by_axioms(const Litmus& program);

}  // namespace bp::sched
