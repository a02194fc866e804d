// SPDX-License-Identifier: MIT
// Whether a zone may serve a request: the rules' arithmetic on this zone's counters and lists
// (R-WMARK).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// The two tests of a scan, then the one without the boost (R-LIST-4, R-WMARK-10, 16, 19).
/// `mark` as selected, the boost included; `column`: of lowmem_reserve. `atomic`: __GFP_ATOMIC.
bool is_watermark_ok_fast(const Allocator& a, const Zone& z, Order o, std::int64_t mark,
                          unsigned column, AllocFlags f, bool unboosted_min, bool atomic);

/// The full check with the zone's free pages (R-WMARK-14).
bool is_watermark_ok(const Allocator& a, const Zone& z, Order o, std::int64_t mark, unsigned column,
                     AllocFlags f);
/// The same with a number of free pages of the caller's.
bool is_watermark_ok(const Allocator& a, const Zone& z, Order o, std::int64_t mark, unsigned column,
                     AllocFlags f, std::int64_t free);

/// v7.1: enough for the zone to be no longer below its high mark (C3).
bool is_above_high(const Allocator& a, const Zone& z);

// For Rulebook::has_block: a block of the order or larger, on a list that counts.
bool has_block(const Allocator& a, const Zone& z, Order o, AllocFlags f);

// For Rulebook::mark_of, ::highatomic_pages.
std::int64_t mark_without_boost(const Zone& z, Mark m);
std::int64_t mark_with_boost(const Zone& z, Mark m);
std::int64_t reserved_highatomic(const Zone& z);
std::int64_t free_highatomic(const Zone& z);

}  // namespace bp::reference
