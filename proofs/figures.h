// SPDX-License-Identifier: MIT
// The obligations of the figures that follow from a zone's size: impl/pcp_size.h,
// impl/reserve_column.h and impl/highatomic_cap.h. See figures.cpp.
#pragma once

#include <vector>

#include "proofs/prove.h"

namespace bp::proofs {

std::vector<Obligation> figure_obligations();

}  // namespace bp::proofs
