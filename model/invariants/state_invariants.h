// SPDX-License-Identifier: MIT
// The invariants of a kernel's whole state: each a pure function from one zone to the first thing
// wrong with it, in one table, in the order in which they are to be checked (I-7 and I-1 first: the
// others take blocks that lie in the zone once for granted). Statements, profiles and exceptions
// are in statements.h. The functions stand in files by subject:
//   state_blocks.cpp    where blocks lie, who has them, which are merged
//   state_counters.cpp  counters are sums
//   state_types.cpp     lists, pageblocks and reserves by migratetype
//   state_pcp.cpp       per-CPU lists
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/invariants/state_view.h"
#include "model/invariants/statements.h"

namespace bp {

struct StateInvariant {
  std::string_view id;  ///< Of a statement; that says where it holds.
  std::optional<InvariantFault> (*first_fault)(const ZoneView&);
};

/// Each statement that a state can show, in the order in which they are to be checked.
std::span<const StateInvariant> state_invariants();

/// An invariant that a zone breaks.
struct Violation {
  std::string_view id;
  reference::ZoneRef zone;
  InvariantFault fault;
};

/// Of every zone and every invariant that holds in the state's profile, the first fault; in the
/// order of zones. Where I-7 or I-1 is broken the zone's others are not looked at. Frames are at
/// most kPfnMax.
std::vector<Violation> violations(const reference::KernelState& s, const Known& known = {});

/// The first of them.
std::optional<Violation> first_violation(const reference::KernelState& s, const Known& known = {});

// state_blocks.cpp
std::optional<InvariantFault> shape_of_blocks(const ZoneView& z);         ///< I-7
std::optional<InvariantFault> one_owner(const ZoneView& z);               ///< I-1
std::optional<InvariantFault> conservation(const ZoneView& z);            ///< I-2
std::optional<InvariantFault> merged_below_pageblock(const ZoneView& z);  ///< I-8
std::optional<InvariantFault> merged_from_pageblock(const ZoneView& z);   ///< I-9
// state_counters.cpp
std::optional<InvariantFault> nr_free_by_order(const ZoneView& z);     ///< I-3
std::optional<InvariantFault> free_counter(const ZoneView& z);         ///< I-4
std::optional<InvariantFault> free_parts_counters(const ZoneView& z);  ///< I-4a
std::optional<InvariantFault> cma_counter(const ZoneView& z);          ///< I-5
std::optional<InvariantFault> counters_ordered(const ZoneView& z);     ///< I-15
// state_types.cpp
std::optional<InvariantFault> lists_by_pageblock(const ZoneView& z);          ///< I-6
std::optional<InvariantFault> special_lists_by_pageblock(const ZoneView& z);  ///< I-6'
std::optional<InvariantFault> reserve_whole_pageblocks(const ZoneView& z);    ///< I-12
std::optional<InvariantFault> reserve_capped(const ZoneView& z);              ///< I-12a
std::optional<InvariantFault> reserve_is_pageblocks(const ZoneView& z);       ///< I-12b
std::optional<InvariantFault> isolated_pageblocks(const ZoneView& z);         ///< I-14
// state_pcp.cpp
std::optional<InvariantFault> pcp_bound(const ZoneView& z);          ///< I-10
std::optional<InvariantFault> pcp_count(const ZoneView& z);          ///< I-10a
std::optional<InvariantFault> pcp_lists_by_type(const ZoneView& z);  ///< I-11

}  // namespace bp
