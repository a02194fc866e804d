// SPDX-License-Identifier: MIT
// The task's memory policy: which node is asked first and which nodes may serve (R-API-10, W-9).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// alloc_pages: node -1 of a request.
Answer alloc_by_policy(Allocator& a, const Request& r);

/// For Rulebook::next_interleave_node: round robin over the nodes of the policy.
unsigned next_interleave_node(Config& c);

}  // namespace bp::reference
