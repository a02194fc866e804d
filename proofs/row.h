// SPDX-License-Identifier: MIT
// The obligations of impl/row.h, over all 2^64 words and all orders. See row.cpp.
#pragma once

#include <vector>

#include "proofs/prove.h"

namespace bp::proofs {

std::vector<Obligation> row_obligations();

}  // namespace bp::proofs
