// SPDX-License-Identifier: MIT
// The judge: accepts or refuses a history of a subject whose choices are its own. Any eligible free
// block is a legal answer; a null must be justified. It never calls the subject, never predicts a
// choice, and refuses at the first event that no correct allocator could have produced.
//
// Sequential histories of one machine. A request in an environment is judged by its trace
// (traced_request.h), or by whom it asked for help (pressure_judge.h), and types of pageblocks as
// far as they were seen (pageblock_types.h). Leaves out: concurrency.
#pragma once

#include <memory>
#include <span>

#include "model/rules/layout.h"
#include "model/vocab/history.h"
#include "model/vocab/machine.h"
#include "model/vocab/operation.h"
#include "model/vocab/verdict.h"

namespace bp {

struct Rulebook;

/// What the subject promises: the judge asks only that. Overlap and conservation are always asked.
struct Promises {
  bool zones = true;         ///< Only zones that the mask allows, in zonelist order.
  bool watermarks = true;    ///< The profile's watermarks and lowmem reserve.
  bool merges = true;        ///< After a drain, free blocks are merged as far as they go.
  bool checks_free = true;   ///< A free of what is not an allocated head of that order is rejected.
  bool null_l2 = true;       ///< Null only if nothing eligible exists after a drain of all CPUs.
  bool per_cpu = true;       ///< Per-CPU lists hold at most pcp_high pages per CPU and zone.
  bool calls = true;         ///< The kernel's interfaces, tasks and references; skipped if not.
  bool environment = true;   ///< The slow path, with its trace; skipped if not.
  bool types = true;         ///< Pageblocks have types, and ranges of them can be set apart.
  bool pressure = false;     ///< Less than that: the order of who is asked for help.
  bool counts = false;       ///< Counters tell the reserve, CMA and the boost, too.
  bool passes_over = false;  ///< Not a promise: zones need not be taken in their order; with
                             ///< `counts`, where kernels have a reason.
  bool mixed_lists = false;  ///< Not a promise: own pageblocks need not come first.
};

/// Reusable: keeps its buffers from one history to the next. Not to be shared between threads.
class Judge {
 public:
  Judge();  ///< With the rules as they are.
  explicit Judge(
      const Rulebook& rules);  ///< With other rules: for planted bugs. Kept by reference.
  ~Judge();
  Judge(Judge&&) noexcept;
  Judge& operator=(Judge&&) noexcept;

  /// `ops` is a legal program on the valid machine `m` laid out as `l`; `h` has one outcome per
  /// operation, then those of the closing drain and census.
  Verdict operator()(const Machine& m, const rules::Layout& l, std::span<const Op> ops,
                     const History& h, Promises promises = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bp
