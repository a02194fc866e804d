// SPDX-License-Identifier: MIT
// The obligations of the search and the counting in impl/row.h. See row_search.cpp.
#pragma once

#include <vector>

#include "proofs/prove.h"

namespace bp::proofs {

std::vector<Obligation> row_search_obligations();

}  // namespace bp::proofs
