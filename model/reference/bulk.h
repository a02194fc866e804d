// SPDX-License-Identifier: MIT
// Many single pages at once (W-6), and a number of pages that is no power of two (W-7).
#pragma once

#include <span>

#include "model/reference/rulebook.h"

namespace bp::reference {

unsigned alloc_bulk(Allocator& a, const Request& r, std::span<Pfn> pages);
Answer alloc_exact(Allocator& a, const Request& r, unsigned pages);

/// What alloc_pages and alloc_pages_node do, before the block counts as allocated.
Answer alloc_plain(Allocator& a, const Request& r);

/// The block is the caller's from now on.
void hand_out(Allocator& a, Pfn head, Order o, bool compound);

}  // namespace bp::reference
