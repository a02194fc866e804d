// SPDX-License-Identifier: MIT
// The judge of a slow path's trace: whether what was tried was allowed by the mask and the task,
// and came in the order in which a kernel escalates. What was answered, and how often a kernel went
// round within its bounds, is taken as told. Not seen here: which of several legal next steps the
// kernel of a profile takes; that is the reference's to predict.
#pragma once

#include <optional>

#include "model/judge/kernel_event.h"
#include "model/reference/environment.h"
#include "model/vocab/verdict.h"

namespace bp {

/// `trace` is all of what the request did; `head` its answer. Of requests with an environment and
/// without cpusets. `event` of the refusal is the step's number.
std::optional<Refusal> judge_trace(const reference::KernelState& s, const KernelEvent& request,
                                   const reference::Trace& trace);
/// The same of a trace without questions, cpusets or none. `ignores_marks`: all of memory is open
/// to the request.
std::optional<Refusal> judge_trace(Profile p, const KernelEvent& request, bool ignores_marks,
                                   const Trace& trace);

}  // namespace bp
