// SPDX-License-Identifier: MIT
// Per-CPU lists (R-PCP): who stands on which, how they are filled, how they are emptied. Each
// kernel sized them its own way; the functions of a kernel stand in a file of its own.
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// The CPU's own lists of a zone.
Pcp& own_pcp(Allocator& a, Zone& z);

/// Takes blocks from the buddy lists to the end of a per-CPU list. How many were asked for is
/// `blocks`; gives back the pages that came.
std::int64_t refill(Allocator& a, Zone& z, BlockList& l, Order o, Migratetype t, AllocFlags f,
                    std::int64_t blocks, bool reversed);

/// Puts a block on a list; its cached type is in its frame. The count is the caller's.
void list_on_pcp(Allocator& a, Zone& z, BlockList& l, Pfn head, Order o, bool to_tail);

/// Takes the first block of a list, if there is one, and lowers the count.
Pfn pcp_pop(Allocator& a, Pcp& p, BlockList& l);

/// Takes a block of the CPU's list for `t`, refilled if it is empty.
Pfn pcp_take(Allocator& a, Zone& z, Pcp& p, Order o, Migratetype t, AllocFlags f);

/// The next list from `list` on, going up and around, that has a block. There is one.
unsigned next_filled(const Allocator& a, const Pcp& p, unsigned list);

/// Takes the last block off a list, lowers the count and frees it by its type (R-PREP-5).
std::int64_t free_last(Allocator& a, Zone& z, Pcp& p, unsigned list);

// For the Rulebook. Shared ones first.

unsigned pcp_list_v4_7(Order, Migratetype t, const Config&);
unsigned pcp_list_v5_15(Order o, Migratetype t, const Config& c);
unsigned pcp_list_v6_1(Order o, Migratetype t, const Config& c);
unsigned pcp_order_of_list_v4_7(unsigned list, const Config& c);
unsigned pcp_order_of_list(unsigned list, const Config& c);
bool pcp_takes_v4_7(Order o, const Config& c);
bool pcp_takes(Order o, const Config& c);
std::optional<Migratetype> pcp_type(Migratetype pageblock);

bool reaches_high(std::int64_t count, std::int64_t high);
// Bounds may be crossed: then the upper one wins, for values between them too up to v6.1 (C4).
std::int64_t clamp_to_upper(std::int64_t v, std::int64_t low, std::int64_t high);
std::int64_t clamp_upper_first(std::int64_t v, std::int64_t low, std::int64_t high);

Pfn pcp_alloc_v4_7(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, bool cold);
Pfn pcp_alloc_v5_15(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, bool cold);
Pfn pcp_alloc_v7_1(Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, bool cold);

std::int64_t refill_blocks_v5_15(Allocator& a, Zone& z, Pcp& p, Order o);
std::int64_t refill_blocks_v7_1(Allocator& a, Zone& z, Pcp& p, Order o);

/// To the list of its type, then as many go back as the kernel wants (R-PCP-6, 13; C2, C3).
void pcp_free(Allocator& a, Zone& z, Pfn head, Order o, bool cold);

void pcp_shrink_v4_7(Allocator& a, Zone& z, Pcp& p, Order freed, unsigned list);
void pcp_shrink_v5_15(Allocator& a, Zone& z, Pcp& p, Order freed, unsigned list);
void pcp_shrink_v6_1(Allocator& a, Zone& z, Pcp& p, Order freed, unsigned list);
void pcp_shrink_v7_1(Allocator& a, Zone& z, Pcp& p, Order freed, unsigned list);

void bulk_free_v4_7(Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned list);
void bulk_free_v6_1(Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned list);

// For Rulebook::high_orders_kept: pages freed in a row before blocks of orders 1..3 go back.
std::int64_t a_batch(const Pcp& p);
std::int64_t a_batch_and_half_of_high_min(const Pcp& p);

void drain_at_once(Allocator& a, Zone& z, Pcp& p);
void drain_v7_1(Allocator& a, Zone& z, Pcp& p);
void decay_none(Allocator& a, Zone& z, Pcp& p);
void decay_v7_1(Allocator& a, Zone& z, Pcp& p);

}  // namespace bp::reference
