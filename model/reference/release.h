// SPDX-License-Identifier: MIT
// Giving blocks back (R-API-11, R-FREE-2), and emptying per-CPU lists.
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// __free_pages: one reference less of an allocated block. The last one frees it.
void drop_reference(Allocator& a, Pfn head, Order o, bool cold);

/// A block that nobody refers to any more, to where its order goes.
void release(Allocator& a, Pfn head, Order o, bool cold);

/// The block is allocated with one reference, on its own, and not compound.
void become_block(Allocator& a, Zone& z, Pfn head, Order o);

/// drain_all_pages (R-PCP-9).
void drain_all(Allocator& a);

}  // namespace bp::reference
