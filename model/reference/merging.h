// SPDX-License-Identifier: MIT
// Which free buddies become one block, and at which end of its list the result stands (R-BUDDY-9,
// R-BUDDY-11).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

// For Rulebook::may_merge.
/// v4.7, v5.15: only an isolated pageblock keeps its distance (C6).
bool unless_isolated(const Allocator& a, const Zone& z, Migratetype freed, Pfn buddy);
/// v6.1 and later: special pageblocks of different types stay apart.
bool if_mergeable(const Allocator& a, const Zone& z, Migratetype freed, Pfn buddy);

// For Rulebook::goes_to_tail.
/// A block whose own buddy may soon be free, and whose parent could then merge, is kept for last.
bool if_merge_is_likely(const Allocator& a, const Zone& z, Pfn head, Order o);

}  // namespace bp::reference
