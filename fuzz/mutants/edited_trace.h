// SPDX-License-Identifier: MIT
// What a slow path tried, or the request that it tried it for, wrong in one place: what the judge
// of traces must refuse, and by which rule. The traces are the reference's; recordings of real
// kernels have none.
#pragma once

#include <span>
#include <string_view>

#include "model/judge/reference_histories.h"

namespace bp {

struct TraceEdit {
  std::string_view name;   ///< "kill-before-reclaim"
  std::string_view what;   ///< One clause.
  std::string_view rules;  ///< That must refuse it, one of them, separated by blanks: by profile.
  /// Makes the edit in `r`, whose trace is sound. False: no place; `r` is as it was.
  bool (*make)(SlowRequest& r, Profile p);
};

std::span<const TraceEdit> trace_edits();

}  // namespace bp
