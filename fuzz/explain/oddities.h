// SPDX-License-Identifier: MIT
// Where a report contradicts itself, or looks as if it did: it is printed zone by zone after the
// failure, and memory goes on moving. What each difference can come from is said with it.
#pragma once

#include <string>
#include <vector>

#include "fuzz/explain/situation.h"

namespace bp::explain {

/// One sentence each.
std::vector<std::string> oddities(const Situation& s);

}  // namespace bp::explain
