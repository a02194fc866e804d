// SPDX-License-Identifier: MIT
// Runs a litmus program under every schedule and holds the outcomes against the allowed ones.
//
// What the simulator produces is what both RC11 and C++20 allow. An outcome that one of them allows
// and the other does not is an exception with a name:
//   load_buffering  C++20 only. A load reads a store that depends on it by program order and
//                   reads-from. The steps are taken in such an order, so it cannot be produced; a
//                   program that could show it is reported to (LitmusRun::load_buffering).
//   seq_cst_rc11    RC11 only. C++20 lets seq_cst loads of one location only move on in its
//                   modification order, RC11 asks that of stores and fences alone.
//   order_of_steps  Both allow it, but only with an order S of the seq_cst operations that
//   contradicts
//                   program order and reads-from through weaker accesses. S is the order of steps
//                   here, so it cannot be produced; the axioms (axioms.h) say which outcomes these
//                   are, and that there is no other exception.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "fuzz/sched/litmus_program.h"
#include "fuzz/sched/world.h"

namespace bp::sched {

struct LitmusRun {
  std::set<Values> outcomes;
  std::uint64_t executions = 0;
  std::uint64_t steps = 0;
  bool load_buffering = false;  ///< Some execution depends on not performing a load late.
  bool complete = true;         ///< False: `executions_max` was reached.
};

/// Takes as given that litmus programs end: each execution has a fixed number of steps.
LitmusRun run_litmus(const Litmus& program, const Defects& defects, std::uint64_t executions_max,
                     unsigned deviations_max);
/// The same with sleep sets (sleep_chooser.h): the same outcomes in fewer executions.
LitmusRun run_litmus_asleep(const Litmus& program, const Defects& defects,
                            std::uint64_t executions_max, unsigned deviations_max);

enum class LitmusVerdict : std::uint8_t {
  allowed,         ///< Produced, and allowed by both models.
  forbidden,       ///< Produced, and not allowed by both.
  missing,         ///< Allowed by both and not produced.
  load_buffering,  ///< Not produced: allowed by C++20 alone.
  seq_cst_rc11,    ///< Not produced: allowed by RC11 alone.
  order_of_steps,  ///< Not produced: needs an S against the order of steps.
  unjudged,        ///< The program does not say what is allowed.
};

struct LitmusOutcome {
  Values values;
  LitmusVerdict verdict;
};

/// Every outcome that was produced or is allowed by a model, ascending.
std::vector<LitmusOutcome> judge_litmus(const Litmus& program, const LitmusRun& run);

/// Whether nothing is forbidden or missing.
bool litmus_holds(const std::vector<LitmusOutcome>& outcomes);

/// In words, and as a key of reports.
const char* verdict_name(LitmusVerdict verdict);
const char* verdict_key(LitmusVerdict verdict);

}  // namespace bp::sched
