// SPDX-License-Identifier: MIT
// Watermarks and per-CPU sizes computed anew, as when min_free_kbytes is written (R-CFG-4..7, 12,
// 13).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// 0: min_free_kbytes stays what it is. Boosts end.
void recompute_watermarks(Allocator& a, std::int64_t min_free_kbytes);

// For Rulebook::after_setup: what a zone's new watermarks entail.
void renew_turn(Allocator& a, Zone& z);     ///< v4.7 (R-CFG-7)
void resize_lists(Allocator& a, Zone& z);   ///< v5.15, v6.1 (R-CFG-12)
void rebound_lists(Allocator& a, Zone& z);  ///< v6.12 and later: high itself is left (R-CFG-13)

}  // namespace bp::reference
