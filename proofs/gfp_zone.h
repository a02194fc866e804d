// SPDX-License-Identifier: MIT
// The obligations of impl/gfp_table.h: P-GFP-1 to P-GFP-9, and the part of P-GFP-10 that they stand
// on. See gfp_zone.cpp.
#pragma once

#include <vector>

#include "proofs/gfp_world.h"
#include "proofs/prove.h"

namespace bp::proofs {

/// Of the tables that ship, or of others: a table with a fault must fail.
std::vector<Obligation> gfp_zone_obligations(const GfpTables& tables = shipped_tables());

/// P-GFP-1 of any tables: every legal mask decodes to the rule's zone.
Obligation tables_follow_rule(const std::string& id, Answer expected, const GfpTables& tables);

/// The tables with one row replaced, in every configuration, by the row of another nibble.
GfpTables edited_tables(GfpTables tables, unsigned nibble, unsigned as_nibble);

/// The tables as 32-bit arithmetic builds them: what is shifted past bit 31 is lost.
GfpTables tables_of_32_bits(GfpTables tables);

}  // namespace bp::proofs
