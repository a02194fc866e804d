// SPDX-License-Identifier: MIT
// Splitting, merging and moving free blocks (R-BUDDY, R-MT-9).
#pragma once

#include <cstdint>
#include <optional>

#include "model/reference/allocator.h"

namespace bp::reference {

/// From the lists of `t`, the smallest order that has a block, first of its list (R-BUDDY-3).
/// kNoPfn: none.
Pfn take_smallest(Allocator& a, Zone& z, Order o, Migratetype t);

/// Splits a block that was taken off its list down to order `low`; the upper halves go to the
/// lists of `t` (R-BUDDY-4). What is left of it.
Pfn expand(Allocator& a, Zone& z, Pfn head, Order high, Order low, Migratetype t);

enum class Placement : std::uint8_t { by_rule, tail };

/// For Rulebook::is_free_buddy: a free block of the same order, of the same zone (R-BUDDY-7).
bool is_free_buddy(const Allocator& a, const Zone& z, Pfn buddy, Order o);

/// Merges and lists a block that goes back as type `t` (R-BUDDY-6).
void free_block(Allocator& a, Zone& z, Pfn head, Order o, Migratetype t,
                Placement where = Placement::by_rule);

/// By the present type of its pageblocks, pageblock by pageblock where the kernel does so
/// (R-FREE-3, 4; R-BUDDY-15).
void free_by_pageblock(Allocator& a, Zone& z, Pfn head, Order o,
                       Placement where = Placement::by_rule);

/// What is in a pageblock.
struct PageblockPages {
  std::int64_t free = 0;     ///< In blocks whose head lies in it; a larger one counts whole.
  std::int64_t movable = 0;  ///< Allocated, on the LRU.
};

/// The part of the pageblock of `p` that a move works on, if it does (R-MT-9).
struct FrameSpan {
  Pfn begin;
  Pfn end;
};
std::optional<FrameSpan> movable_span(const Allocator& a, const Zone& z, Pfn p);

PageblockPages pages_of(const Allocator& a, FrameSpan s);

/// Moves the free blocks headed in it to the lists of `to`. How many pages that are.
std::int64_t move_blocks(Allocator& a, Zone& z, FrameSpan s, Migratetype to);

/// Retypes all pageblocks of a block of at least pageblock order (R-MT-8).
void retype_pageblocks(Allocator& a, Pfn head, Order o, Migratetype t);

}  // namespace bp::reference
