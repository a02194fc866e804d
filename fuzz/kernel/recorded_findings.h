// SPDX-License-Identifier: MIT
// What the states of a recording get wrong: every dump is held against the invariants, with the
// blocks that the recording's own operations hold. A real kernel's breach is explained by a known
// defect, or the recording, its reader or what we believe of that kernel is wrong.
#pragma once

#include <span>
#include <vector>

#include "fuzz/kernel/recording.h"
#include "fuzz/kernel/slots.h"
#include "model/invariants/known_defects.h"

namespace bp::kernel {

struct RecordedFinding {
  std::size_t line = 0;  ///< Of the dump that shows it: @@S0 or @@S1.
  Finding finding;
};

/// One per file; batches in the file's order.
class RecordedFindings {
 public:
  /// What the batch's two dumps show that the dump before each does not. `at_start`, `at_end`: what
  /// the slots hold at each. Both dumps are without contradiction (contradiction.h).
  std::vector<RecordedFinding> next(const Batch& b, const Slots& at_start, const Slots& at_end);

 private:
  void look(const reference::KernelState& s, const Slots& slots, std::size_t line,
            std::vector<RecordedFinding>& out);

  std::vector<Violation> last_;
  bool settings_written_ = false;
};

}  // namespace bp::kernel
