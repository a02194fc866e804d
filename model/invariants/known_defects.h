// SPDX-License-Identifier: MIT
// What real kernels get wrong: where a kernel breaks an invariant that holds for it, the breach is
// a finding. Either it is what a defect of that kernel would leave behind, or it is unexplained,
// and then it is a failure of whoever made the state: reference, recorder or reader.
//
// A state shows a breach and not its cause. A defect explains a breach of its invariant in its
// profiles in its direction; where several would, all are named.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/invariants/state_invariants.h"

namespace bp {

struct KnownDefect {
  std::string_view id;          ///< "W-15a": of a correction or a historical bug, with a letter.
  registry::Profiles kernels;   ///< That have it, by their rules.
  registry::Profiles recorded;  ///< Of which a recording of a real machine shows it.
  std::string_view breaks;      ///< An invariant.
  int direction = 0;         ///< The counter is 1 too high, -1 too low; 0: either, or no counter.
  bool lasts = true;         ///< Nothing that the kernel does later mends it.
  std::string_view why;      ///< One sentence.
  std::string_view machine;  ///< Pageblock types of one zone, all free: "UU MM".
  std::string_view program;  ///< A short way to it, one operation a line; its last
                             ///< breaks the invariant. Letters as in small_kernel.h.
};

std::span<const KnownDefect> known_defects();

/// The letter of the operation that breaks it.
char last_op(const KnownDefect& d);

struct Finding {
  Violation violation;
  std::vector<const KnownDefect*> defects;  ///< None: unexplained.
  bool is_known() const { return !defects.empty(); }
};

/// All violations of the state, with what explains each.
std::vector<Finding> findings(const reference::KernelState& s, const Known& known = {});

/// Those that an earlier state, which had the violations `old`, does not have as they are: what
/// lasts is found once. A counter that was off already is explained by the way in which it moved.
std::vector<Finding> new_findings(std::span<const Violation> old, const std::vector<Violation>& now,
                                  Profile p);

}  // namespace bp
