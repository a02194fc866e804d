// SPDX-License-Identifier: MIT
// What happens to a request that the first attempt did not serve: the order of escalation (R-SLOW).
// Without an environment it ends where the kernel would reclaim, compact or kill.
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

// For Rulebook::slow_path.
Answer slow_path_v4_7(Allocator& a, Context& c);
Answer slow_path_v5_15(Allocator& a, Context& c);
Answer slow_path_v7_1(Allocator& a, Context& c);

// For SlowRules::scope.
Gfp scope_noio(Gfp g, const Task& t);
Gfp scope_done(Gfp g, const Task& t);

}  // namespace bp::reference
