// SPDX-License-Identifier: MIT
// A request on its way: its mask and flags, the fast path, and what each kernel's slow path starts
// from (R-CTX, R-AF).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// One request to one node: __alloc_pages. `nodemask`: bit n: node n; 0: all.
Answer alloc_on(Allocator& a, const Request& r, Gfp gfp, unsigned node, unsigned nodemask);

// For the Rulebook.

Gfp scope_of_task(Gfp g, const Task& t);
unsigned highest_zone(Gfp g, const Config& c);
Migratetype migratetype(Gfp g, const Config& c);
std::span<const ZoneRef> zonelist_for(const NodeState& n, Gfp g, bool numa);

AllocFlags fast_flags_v4_7(const Allocator& a, const Context& c);
AllocFlags fast_flags_v5_15(const Allocator& a, const Context& c);
AllocFlags slow_flags_v4_7(const Allocator& a, const Context& c);
AllocFlags slow_flags_v6_1(const Allocator& a, const Context& c);
AllocFlags reserve_flags_v4_7(const Context& c);
AllocFlags reserve_flags_v5_15(const Context& c);

/// Reserve flags replace all others but CMA and KSWAPD.
AllocFlags second_flags(const Allocator& a, const Context& c, AllocFlags first, AllocFlags reserve);
/// Whether the kernel compacts before it looks again.
bool compacts_first(const Context& c);
/// v4.7: back to the node that the task runs on, THISNODE or not (P-ZL-8).
bool goes_home_for_reserves(AllocFlags f, bool all_of_memory);

}  // namespace bp::reference
