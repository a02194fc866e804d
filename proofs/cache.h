// SPDX-License-Identifier: MIT
// Answers of earlier runs, one file a query in a folder: kept if both solvers answered as expected,
// found by a hash of the query's text, so that any change of the code, the statement or the
// premises is a new query. A file that cannot be read is a query that was never asked.
#pragma once

#include <string_view>

#include "proofs/prove.h"

namespace bp::proofs {

/// `smtlib` is the query as the solvers read it. False if the folder does not answer it.
bool recall(const Options& options, std::string_view smtlib, Result& r);
void remember(const Options& options, std::string_view smtlib, const Result& r);

}  // namespace bp::proofs
