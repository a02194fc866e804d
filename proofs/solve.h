// SPDX-License-Identifier: MIT
// One question to one solver. Each asks for the premises first, then for the claim, and runs what
// it is given as a counterexample on the compiled code before it calls anything refuted.
#pragma once

#include <string>

#include "proofs/prove.h"
#include "proofs/query.h"

namespace bp::proofs {

/// Its counterexample is the smallest: no symbol can be smaller unless one before it is larger, so
/// that a mask names no flag which does not matter, and the text is the same every time.
Run ask_z3(const Query& q, const Options& options);

/// `file` holds smtlib_text() of the query. Its counterexample is any.
Run ask_cvc5(const Query& q, const std::string& file, const Options& options);

}  // namespace bp::proofs
