// SPDX-License-Identifier: MIT
// The obligations of impl/migratetype_decode.h and impl/zone_filter.h: what a request's mask and
// node say. See request.cpp.
#pragma once

#include <vector>

#include "proofs/prove.h"

namespace bp::proofs {

std::vector<Obligation> request_obligations();

}  // namespace bp::proofs
