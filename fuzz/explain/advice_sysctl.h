// SPDX-License-Identifier: MIT
// Which sysctl would have let a request pass, and how far it has to be turned: the judge is asked
// with the zone's mark or reserve lowered, by halving the interval, until the largest that passes.
#pragma once

#include <vector>

#include "fuzz/explain/advice.h"

namespace bp::explain {

void try_sysctls(const Situation& s, const Verdict& v, std::vector<Advice>& out);

}  // namespace bp::explain
