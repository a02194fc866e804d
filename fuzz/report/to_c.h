// SPDX-License-Identifier: MIT
// A program of any version as a C99 test that needs fuzz/subject.h, a subject's bp_subject_get()
// and nothing of the project: it runs the operations, checks what any allocator owes its caller,
// and fails if it sees again what the judge refused.
//
// The judge is not in it. What it checks by itself: blocks are aligned, there and nobody else's;
// proper frees, references, splits and ranges are taken and wrong ones rejected, if promised; in
// the end every page is free, on a per-CPU list, isolated or held, the counters say so, and buddies
// are merged, if promised. A refusal by any other rule is kept as what was seen up to the event:
// answers, counters, censuses, types of pageblocks, and the steps of requests in an environment.
#pragma once

#include <string>

#include "fuzz/report/report.h"
#include "fuzz/subject.h"
#include "model/vocab/history.h"
#include "model/vocab/program.h"
#include "model/vocab/verdict.h"

namespace bp {

/// A whole file. `m` is the machine of `p` as the subject got it, `h` what it answered; `refusal`
/// is null if no rule was broken, or if the run ended by a signal: then `h` may be empty too.
std::string to_c(const Program& p, const bp_machine& m, const History& h, const Refusal* refusal,
                 const ReportContext& context);

}  // namespace bp
