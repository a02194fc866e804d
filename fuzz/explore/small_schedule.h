// SPDX-License-Identifier: MIT
// The choices of an execution that broke a rule, made as near to the default as single steps get
// them while the same rule stays broken, as a case that replays.
#pragma once

#include <vector>

#include "fuzz/explore/case_file.h"

namespace bp::explore {

struct Found {
  Case file;                ///< What replays it.
  unsigned deviations = 0;  ///< Of the execution as written.
};

/// `choices`, a byte each, break a rule of `s` with what is planted in `runner`; `plant` is what
/// the file says about that.
Found small_schedule(const Scenario& s, Runner& runner, const Plant& plant,
                     const std::vector<std::uint8_t>& choices);

}  // namespace bp::explore
