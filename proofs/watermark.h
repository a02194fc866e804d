// SPDX-License-Identifier: MIT
// The obligations of impl/watermark.h: section D of the properties, and that each profile's check
// is the model's. See watermark.cpp.
#pragma once

#include <vector>

#include "proofs/prove.h"

namespace bp::proofs {

std::vector<Obligation> watermark_obligations();

}  // namespace bp::proofs
