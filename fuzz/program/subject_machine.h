// SPDX-License-Identifier: MIT
// The machine as the subject ABI describes it, from the model's layout of it.
#pragma once

#include "fuzz/subject.h"
#include "model/judge/judge.h"
#include "model/rules/layout.h"
#include "model/vocab/machine.h"

namespace bp {

/// `l` is lay_out(m). Overwrites `out`.
void subject_machine(const Machine& m, const rules::Layout& l, bp_machine& out);

/// What the judge may ask of a subject with these capability flags.
Promises promises_of(const bp_subject& s);

}  // namespace bp
