// SPDX-License-Identifier: MIT
// The atomic steps of an execution of a concurrent case, as a picture: a lane for each task, steps
// in the order in which they were taken, from left to right; an arrow from each store to the step
// of another task that read it, red if something newer was there (a stale read) or the store was
// placed below a newer one; at the end the rule. What a step was stands in its tooltip.
//
// Reads of what the set-up stored, and of a task's own stores, have no arrow, unless stale.
#pragma once

#include <string>
#include <vector>

#include "fuzz/explore/run.h"

namespace bp::campaign {

/// What a runner's last execution did, with sites watched and its log kept.
struct CaseTrace {
  std::vector<sched::Logged> log;
  std::vector<sched::Site> sites;
};

struct StepsPicture {
  std::string content;  ///< SVG elements, svg::kStepWidth wide.
  double height = 0;
};

/// `tasks` has a name for each, the set-up's first; `rule` is what was broken, or empty.
StepsPicture draw_steps(const CaseTrace& trace, const std::vector<std::string>& tasks,
                        const std::string& rule);

/// For the page or file that holds it.
extern const char* const kStepsCss;

}  // namespace bp::campaign
