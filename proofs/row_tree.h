// SPDX-License-Identifier: MIT
// The obligations of split and merge on the words of impl/row.h. See row_tree.cpp.
#pragma once

#include <vector>

#include "proofs/prove.h"

namespace bp::proofs {

std::vector<Obligation> row_tree_obligations();

}  // namespace bp::proofs
