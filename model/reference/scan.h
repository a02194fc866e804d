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

/// For Rulebook::give_new_turns (R-LIST-8).
void give_new_turns(Allocator& a, ZoneRef preferred);

/// For Rulebook::count_turn (R-LIST-10).
void count_turn(Allocator& a, Zone& z, Order o);

// For Rulebook::take_direct: from the buddy lists and the reserve (R-RMQ-2, 5).
Pfn take_harder(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f);
Pfn take_with_reserve(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f);

/// For Rulebook::answer_boost: whoever may wake kswapd does so and ends the boost (C12, W-19).
void answer_boost(Allocator& a, Zone& z);

// For Rulebook::take_from_zone: per-CPU lists or buddy lists (R-RMQ).
Pfn rmqueue_v4_7(Allocator& a, Zone& z, const Context& c, AllocFlags f);
Pfn rmqueue_v5_15(Allocator& a, Zone& z, const Context& c, AllocFlags f);
Pfn rmqueue_v6_1(Allocator& a, Zone& z, const Context& c, AllocFlags f);

}  // namespace bp::reference
