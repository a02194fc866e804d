// SPDX-License-Identifier: MIT
// drive: runs a program on a subject and writes down what is seen. Knows no model: the machine that
// the subject gets was laid out by the caller.
#pragma once

#include "fuzz/subject.h"
#include "model/vocab/history.h"
#include "model/vocab/program.h"

namespace bp {

/// Runs `p` on a fresh instance of `s`, then drains all CPUs and takes a census. `p` is legal and
/// `m` is its machine. Overwrites `out`, keeping its capacity. False if the subject could not be
/// created.
bool drive(const Program& p, const bp_machine& m, const bp_subject& s, History& out);

}  // namespace bp
