// SPDX-License-Identifier: MIT
// Pageblocks held back for atomic requests of higher orders (R-HA).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

// For Rulebook::highatomic_cap. Nothing: no reserve in a zone of this size.
std::optional<std::int64_t> highatomic_cap_v4_7(std::int64_t managed, std::int64_t pageblock_pages);
std::optional<std::int64_t> highatomic_cap_v7_1(std::int64_t managed, std::int64_t pageblock_pages);

// For Rulebook::after_take, ::after_direct_take: who adds the block's pageblock to the reserve.
void reserve_if_harder(Allocator& a, Zone& z, const Context& c, AllocFlags f, Pfn head);
void reserve_if_highatomic(Allocator& a, Zone& z, const Context& c, AllocFlags f, Pfn head);
void reserve_nothing(Allocator& a, Zone& z, const Context& c, AllocFlags f, Pfn head);

void reserve_highatomic_v4_7(Allocator& a, Zone& z, Pfn head, Order o);
void reserve_highatomic_v7_1(Allocator& a, Zone& z, Pfn head, Order o);

bool unreserve_highatomic_v4_7(Allocator& a, Context& c, bool force);
bool unreserve_highatomic_v5_15(Allocator& a, Context& c, bool force);

}  // namespace bp::reference
