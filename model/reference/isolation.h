// SPDX-License-Identifier: MIT
// Pageblocks from which nothing is allocated, and single free blocks taken out by their frame
// (R-ISO; C10, C-2, W-12, W-13).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

// For Rulebook::isolate. `p`: the pageblock's first frame.
void isolate_v4_7(Allocator& a, Zone& z, Pfn p);
void isolate_v5_15(Allocator& a, Zone& z, Pfn p);
void isolate_v6_1(Allocator& a, Zone& z, Pfn p);
void isolate_v7_1(Allocator& a, Zone& z, Pfn p);

// For Rulebook::unisolate. `t`: the type to give back; v7.1 knows it.
void unisolate_v4_7(Allocator& a, Zone& z, Pfn p, Migratetype t);
void unisolate_v5_15(Allocator& a, Zone& z, Pfn p, Migratetype t);
void unisolate_v6_1(Allocator& a, Zone& z, Pfn p, Migratetype t);
void unisolate_v7_1(Allocator& a, Zone& z, Pfn p, Migratetype t);

// For Rulebook::refuses_isolation.
std::optional<bool> refuses_blocks_of_ours(const Allocator& a, const Zone& z, Pfn p, Migratetype t);
std::optional<bool> refuses_second_isolation(const Allocator& a, const Zone& z, Pfn p,
                                             Migratetype t);

/// The free block that a frame is in; kNoPfn: none.
struct FreeBlock {
  Pfn head = kNoPfn;
  Order order;
};
FreeBlock free_block_over(const Allocator& a, Pfn p);

// For Rulebook::is_pulled: whether ending the isolation takes the free block at `p` out to merge it
// with its buddy.
bool is_pulled_v4_7(const Allocator& a, const Zone& z, Pfn p);
bool is_pulled_v5_15(const Allocator& a, const Zone& z, Pfn p);
/// v6.1, v7.1: W-13, C10
bool is_pulled(const Allocator& a, const Zone& z, Pfn p);

/// Takes the free block at `head` off its list (R-ISO-5). Of half a pageblock or more, the
/// pageblocks become MOVABLE where the kernel lets them. Whether the watermark allows it is asked
/// before.
void take_out(Allocator& a, Zone& z, Pfn head);

// For Rulebook::may_take_free_block, ::is_retyped_at, ::is_retyped_when_taken.
bool may_take_above_low(Allocator& a, const Zone& z, Order o);
bool may_take_above_min(Allocator& a, const Zone& z, Order o);
bool is_half_a_pageblock(Order o, unsigned pageblock_order);
bool is_neither_isolated_nor_cma(Migratetype t);

}  // namespace bp::reference
