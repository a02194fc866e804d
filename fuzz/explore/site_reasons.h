// SPDX-License-Identifier: MIT
// Why an atomic site of the allocator may keep what no rule was seen to need: beside the list of
// sites, and printed with it. A survivor without a reason fails `explore --sites` and the tests.
#pragma once

#include <string_view>

#include "fuzz/explore/site_plants.h"

namespace bp::explore {

/// Of a change that survives; empty: none is stated.
std::string_view reason_to_survive(const SitePlant& p);

}  // namespace bp::explore
