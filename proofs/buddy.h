// SPDX-License-Identifier: MIT
// The obligations of impl/buddy_math.h: section C of the properties. See buddy.cpp.
#pragma once

#include <vector>

#include "proofs/prove.h"

namespace bp::proofs {

std::vector<Obligation> buddy_obligations();

}  // namespace bp::proofs
