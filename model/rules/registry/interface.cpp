// SPDX-License-Identifier: MIT
// R-API, R-GFP: what callers call, and how their mask is read.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kApiRules[] = {
    {"R-API-1", kAll,
     "alloc_pages gives the head of 2^order contiguous pages or nothing; other sizes cannot be "
     "asked for."},
    {"R-API-2", kAll, "alloc_page is alloc_pages of order 0.", kFollows, "R-API-1"},
    {"R-API-3", kAll,
     "__get_free_pages gives an address instead of a page and so serves no HIGHMEM: v4.7 asserts "
     "that it is absent, later kernels clear it.",
     "", "L-3"},
    {"R-API-4", kAll,
     "get_zeroed_page is __get_free_pages of order 0 with ZERO set, and gives an address."},
    {"R-API-5", kAll,
     "__get_dma_pages is __get_free_pages with DMA set, so DMA32 or HIGHMEM in the caller's mask "
     "makes the zone bits contradictory.",
     "", "L-1"},
    {"R-API-6", kAll,
     "What a page holds is undefined unless ZERO was asked for or the kernel clears every "
     "allocation."},
    {"R-API-7", kAll,
     "alloc_pages_node with node -1 means the nearest node with memory, as seen from the CPU that "
     "calls."},
    {"R-API-8", kAll,
     "Naming a node selects that node's zonelist for the mask, with no node mask on top; the node "
     "must exist."},
    {"R-API-9", kAll,
     "All allocations come through one entry function, called __alloc_pages_nodemask in v4.7 and "
     "__alloc_pages later.",
     kNaming},
    {"R-API-10", kAll,
     "alloc_pages follows the task's memory policy unless in interrupt or with THISNODE; BIND "
     "restricts the nodes only for zones from the policy zone up.",
     "", "W-9"},
    {"R-API-11", kAll,
     "__free_pages drops one reference and frees at zero; otherwise, from 5.15 on, a block that is "
     "not compound loses its tail parts, largest first, and its head stays as order 0.",
     "", "W-8"},
    {"R-API-12", kAll,
     "free_pages frees by address and ignores address 0; __free_page and free_page are order 0."},
    {"R-API-13", kAll,
     "A block must be freed with the order it was allocated with; the kernel cannot tell, the "
     "judge refuses."},
    {"R-API-14", kAll,
     "Clearing a page is the architecture's work; vmalloc and kmalloc are callers of this "
     "allocator."},
    {"R-API-15", kAll, "A request that cannot be met gives nothing, never a smaller block."},
};
static_assert(is_ordered("R-API-", kApiRules));

constexpr Rule kGfpRules[] = {
    {"R-GFP-1", kAll,
     "The four zone bits of the mask name the highest zone that may serve the request."},
    {"R-GFP-2", kAll,
     "MOVABLE and RECLAIMABLE name the migratetype; neither means UNMOVABLE, and so does "
     "everything while grouping is disabled."},
    {"R-GFP-3", kAll,
     "v4.7 reads zone and type from the mask as the caller wrote it; from 5.15 on both follow the "
     "mask after the task's scope, so a PIN scope changes both.",
     "", "W-18"},
    {"R-GFP-4", kAll,
     "A task's NOIO scope clears IO and FS, and from 5.15 on NOFS clears FS and PIN clears "
     "MOVABLE; v4.7 applies its scope only after the fast path failed."},
    {"R-GFP-5", kAll,
     "Which masks are legal, and what happens to those that are not, is said by L-1 to L-16.",
     kFollows, "L-1 L-2 L-10"},
    {"R-GFP-6", kAll,
     "THISNODE on a NUMA kernel selects the zonelist that has the node's own zones only."},
    {"R-GFP-7", kAll, "A request may block exactly if DIRECT_RECLAIM is set (WAIT before 4.4)."},
};
static_assert(is_ordered("R-GFP-", kGfpRules));

}  // namespace

constinit const Subject kInterface{"R-API-", "what callers call", kApiRules};
constinit const Subject kMasks{"R-GFP-", "allocation masks", kGfpRules};

}  // namespace bp::registry
