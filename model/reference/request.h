// SPDX-License-Identifier: MIT
// A request's attempts, fast path first, up to the point where the kernel would reclaim, compact or
// kill (R-CTX, R-AF, R-SLOW).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// One request to one node: __alloc_pages.
Answer alloc_on(Allocator& a, const Request& r, Gfp gfp, unsigned node, unsigned nodemask);

// For the Rulebook.

Gfp scope_of_task(Gfp g, const Task& t);
unsigned highest_zone(Gfp g, const Config& c);
Migratetype migratetype(Gfp g, const Config& c);
std::span<const ZoneRef> zonelist_for(const NodeState& n, Gfp g);

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

Answer slow_path_v4_7(Allocator& a, Context& c);
Answer slow_path_v5_15(Allocator& a, Context& c);
Answer slow_path_v7_1(Allocator& a, Context& c);

}  // namespace bp::reference
