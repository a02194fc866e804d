// SPDX-License-Identifier: MIT
// Which free block serves a request once its zone is chosen: the type's own lists, CMA, or another
// type's (R-MT-3..12). One function for each of the three ways that kernels have done it.
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

// For Rulebook::take. The block is off all lists; kNoPfn: none.
Pfn take_v4_7(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode& mode);
Pfn take_v5_15(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode& mode);
Pfn take_v7_1(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, TakeMode& mode);

// Steps of the latter two, in fallback_*.cpp.

/// v4.7: breaks into another type's largest block (R-MT-7, 8).
Pfn fall_back_v4_7(Allocator& a, Zone& z, Order o, Migratetype t);
/// Moves blocks to the lists of `t`, so that a second look at them succeeds (R-MT-10).
bool steal_for(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f);
/// A pageblock changes hands, or nothing happens (R-MT-12, C7).
Pfn claim(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f);
/// One block of another type, whose remainders stay with that type (R-MT-12).
Pfn steal_one(Allocator& a, Zone& z, Order o, Migratetype t);

/// The first type to fall back to that has a block of this order (R-MT-5).
std::optional<Migratetype> fallback_with_block(const Allocator& a, Zone& z, Order o, Migratetype t);

/// The n-th order to look at for a block to break, the smallest being `smallest`.
Order nth_to_break(const Allocator& a, Order smallest, unsigned n);

// For Rulebook::type_of_rest, ::can_steal, ::smallest_to_break.
Migratetype rest_to_requested(Migratetype requested, Migratetype other);  ///< v4.7
Migratetype rest_to_other(Migratetype requested, Migratetype other);      ///< v6.12, v7.1
bool can_steal(const Config& c, Order candidate, Order request, Migratetype requested);
/// The smallest order worth looking at: nothing below a pageblock is broken into with NOFRAGMENT.
Order smallest_to_break(const Allocator& a, Order o, AllocFlags f);

/// Boosts the watermark before another type's block is broken into (R-MT-15, C12).
void boost_for(Allocator& a, Zone& z, AllocFlags f);

// For Rulebook::boost, ::uses_cma_first, ::alike_pages.
bool boost_watermark(Allocator& a, Zone& z);
bool half_is_cma(const Allocator& a, const Zone& z);
std::int64_t alike_pages(const Allocator& a, Migratetype requested, Migratetype block,
                         std::int64_t free, std::int64_t movable);

}  // namespace bp::reference
