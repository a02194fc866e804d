// SPDX-License-Identifier: MIT
// When free pages are counted, and in which steps: they decide when a CPU's part is folded, and so
// what a watermark sees (C-1 f, C5).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// For Rulebook::folds.
bool beyond_threshold(std::int64_t diff, std::int64_t threshold);

/// NR_FREE_PAGES and, of CMA, NR_FREE_CMA_PAGES; ISOLATE is not counted.
void count_free(Allocator& a, Zone& z, Migratetype t, std::int64_t pages);
/// The same with nr_free_highatomic, which has no CPU part (R-BUDDY-16).
void count_free_and_highatomic(Allocator& a, Zone& z, Migratetype t, std::int64_t pages);
/// The CMA part alone: of a refill, whose total is counted at its end (R-PCP-4).
void count_cma(Allocator& a, Zone& z, Migratetype t, std::int64_t pages);
void count_total(Allocator& a, Zone& z, std::int64_t pages);
/// NR_FREE_PAGES_BLOCKS (R-BUDDY-16).
void count_blocks(Allocator& a, Zone& z, Order o, Migratetype t, std::int64_t pages);

// For entries of the Rulebook that a kernel has no use for.
void count_nothing(Allocator& a, Zone& z, Migratetype t, std::int64_t pages);
void count_no_total(Allocator& a, Zone& z, std::int64_t pages);
void count_no_blocks(Allocator& a, Zone& z, Order o, Migratetype t, std::int64_t pages);

}  // namespace bp::reference
