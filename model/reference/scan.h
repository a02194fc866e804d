// SPDX-License-Identifier: MIT
// One pass over a zonelist: the first zone that may serve the request and does (R-LIST).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

// For Rulebook::scan. kNoPfn: no zone of the list served it.
/// v4.7: zones take turns by NR_ALLOC_BATCH (R-LIST-2, 8).
Pfn scan_in_turns(Allocator& a, Context& c, Attempt t);
/// v5.15 and later: in list order, with second passes that are less picky (R-LIST-11..13).
Pfn scan_in_order(Allocator& a, Context& c, Attempt t);

// For Rulebook::reserve_column.
unsigned column_of_preferred_zone(const Allocator& a, const Context& c);
unsigned column_of_highest_zone(const Allocator& a, const Context& c);

// For Rulebook::take_from_zone: per-CPU lists or buddy lists (R-RMQ).
Pfn rmqueue_v4_7(Allocator& a, Zone& z, const Context& c, AllocFlags f);
Pfn rmqueue_v5_15(Allocator& a, Zone& z, const Context& c, AllocFlags f);
Pfn rmqueue_v6_1(Allocator& a, Zone& z, const Context& c, AllocFlags f);

}  // namespace bp::reference
