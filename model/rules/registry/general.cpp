// SPDX-License-Identifier: MIT
// R-GEN: words and conventions that all other rules use.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kRules[] = {
    {"R-GEN-1", kAll,
     "A frame is named by its pfn, an unsigned machine word; sums that a 32-bit long would wrap "
     "are done in 64 bits."},
    {"R-GEN-2", kAll,
     "A block of order o is 2^o neighbouring frames, and the pfn of the first one, its head, is "
     "divisible by 2^o."},
    {"R-GEN-3", kAll,
     "The largest order is 10 in every profile, whether its kernel names the bound as 11 exclusive "
     "or as 10 inclusive."},
    {"R-GEN-4", kAll, "Orders above 3 are costly: the slow path retries less for them.", kFollows,
     "R-SLOW-32"},
    {"R-GEN-5", kAll,
     "A pageblock has the order of a huge page (9 on x86-64, 10 on i386 without PAE) and at most "
     "order 10; it is a parameter of the machine."},
    {"R-GEN-6", kAll,
     "Each pageblock has one migratetype of three bits; v7.1 keeps isolation beside it as a bit of "
     "its own, so the type survives."},
    {"R-GEN-7", kAll,
     "Of a free block only the head carries the buddy mark and the order; its other pages carry "
     "neither, and none has a reference."},
    {"R-GEN-8", kAll,
     "Operations happen one after the other, each whole; what the kernel does under the zone lock "
     "is one step.",
     kDecision},
    {"R-GEN-9", kAll,
     "Reclaim, compaction, OOM kills, kswapd's work and cpuset changes are inputs of the model, "
     "not results.",
     kDecision},
    {"R-GEN-10", kAll,
     "Counters of free pages are exact only as the sum of the global part and every CPU's part, "
     "and decisions read the global part.",
     kFollows, "C-1 W-4"},
    {"R-GEN-11", kAll,
     "Watermarks, reserves, batches and the highatomic cap follow the managed pages of a zone, "
     "never its present or spanned ones."},
    {"R-GEN-12", kAll,
     "nr_free of an order counts the blocks of all its lists, those of ISOLATE among them."},
    {"R-GEN-13", kAll,
     "NR_FREE_PAGES counts pages of free blocks that are not isolated, and no page of a per-CPU "
     "list; 6.1 can overcount for good after an isolation inside a larger block.",
     kFollows, "R-BUDDY-6 R-ISO-1 W-15"},
};
static_assert(is_ordered("R-GEN-", kRules));

}  // namespace

constinit const Subject kGeneral{"R-GEN-", "words and conventions", kRules};

}  // namespace bp::registry
