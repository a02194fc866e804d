// SPDX-License-Identifier: MIT
// The invariants of what a census shows the judge, as pure named functions from a snapshot to the
// first thing wrong with it, in one table. Here are those that an ABI without lists by type can
// show; a kernel's whole state shows more (state_invariants.h), and what they say is said once for
// both (statements.h):
//   I-7  a free block is aligned, of a legal order, inside one zone
//   I-1  no frame has two owners
//   I-2  managed pages are free, on a per-CPU list or allocated
//   I-4  the counters are the sums of the blocks
//   I-8  free buddies below pageblock_order are merged
//   I-9  free buddies from pageblock_order on are merged
//   I-10 a per-CPU list keeps its bound
// I-7 stands first: the others take aligned blocks inside a zone for granted. The exceptions E1, E2
// and E5 to I-8 and I-9 are part of the functions; E3 and E4 need migratetypes, which are not in
// the state.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "model/invariants/snapshot.h"
#include "model/invariants/statements.h"

namespace bp {

struct Invariant {
  std::string_view id;
  std::string_view statement;
  std::optional<InvariantFault> (*first_fault)(const Snapshot&);
  std::string_view file;
  int line;
};

/// All of them, in the order in which they are to be checked.
std::span<const Invariant> invariants();

std::optional<InvariantFault> i1_one_owner(const Snapshot& s);
std::optional<InvariantFault> i2_conservation(const Snapshot& s);
std::optional<InvariantFault> i4_counters(const Snapshot& s);
std::optional<InvariantFault> i7_shape(const Snapshot& s);
std::optional<InvariantFault> i8_merged_below_pageblock(const Snapshot& s);
std::optional<InvariantFault> i9_merged_from_pageblock(const Snapshot& s);
std::optional<InvariantFault> i10_pcp_bound(const Snapshot& s);

}  // namespace bp
