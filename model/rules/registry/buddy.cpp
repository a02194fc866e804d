// SPDX-License-Identifier: MIT
// R-BUDDY: splitting, merging, and the order of blocks on a list.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kRules[] = {
    {"R-BUDDY-1", kAll,
     "The buddy of a block is the block whose pfn differs in bit o alone; merged, they start at "
     "the lower one."},
    {"R-BUDDY-2", kAll, "Blocks on a list of order o start at multiples of 2^o."},
    {"R-BUDDY-3", kAll,
     "A block is the head of the first non-empty list of the type, from the order asked for "
     "upwards, split down to that order."},
    {"R-BUDDY-4", kAll,
     "Each split puts the upper half at the head of its list and goes on with the lower one."},
    {"R-BUDDY-5", kAll, "So single pages of one split block are handed out in ascending order."},
    {"R-BUDDY-6", kAll,
     "A freed block is counted unless its type is ISOLATE, with the CMA count if it is CMA, then "
     "merged, then listed under its type."},
    {"R-BUDDY-7", kAll,
     "A block below order 10 merges with its buddy if that is the head of a free block of the same "
     "order in the same zone, until that no longer holds or R-BUDDY-9 stops it."},
    {"R-BUDDY-8", kAll,
     "The merged block goes to the list of the freed block's type, whichever list the buddy came "
     "from."},
    {"R-BUDDY-9", kAll,
     "From pageblock order on, v4.7 and 5.15 stop merging only between an isolated and another "
     "pageblock; 6.1 and later stop if types differ and one is no pcp type, and from 6.12 on the "
     "buddy's pageblocks take the freed block's type.",
     "", "C6"},
    {"R-BUDDY-10", k4_7,
     "With an isolated pageblock in the zone the kernel also reads the type of a buddy beyond "
     "order 10, which decides nothing and which the model does not do.",
     "an excess read: changes no list", "B-25"},
    {"R-BUDDY-11", kAll,
     "A freed block of order 8 or less goes to the tail of its list if the block that it would "
     "complete has a free buddy, for it may soon grow; to the head otherwise, unless the caller "
     "asks for the tail."},
    {"R-BUDDY-12", k4_7,
     "The test for the tail first asks if the block's own buddy is memory at all.",
     "only kernels with holes inside the largest blocks ask, and no profile is of one"},
    {"R-BUDDY-13", kAll, "Guard blocks, a debugging aid, stay off the lists and out of the counts.",
     kDebugOnly},
    {"R-BUDDY-14", kFrom6_1,
     "A compactor that waits may take a block out of the merge, if it has its order and suits the "
     "pageblock.",
     kSlowPath},
    {"R-BUDDY-15", kAll,
     "A freed block of several pageblocks is freed whole with the first one's type; from 6.12 on "
     "pageblock by pageblock, each with its own."},
    {"R-BUDDY-16", kFrom6_12,
     "Pages are counted by the list they come to or leave, those of HIGHATOMIC and, in v7.1, of "
     "blocks of pageblock order or more on top; each step counts by itself.",
     "", "C5"},
    {"R-BUDDY-17", kAll,
     "split_page makes an allocated block that is not compound into single pages with a reference "
     "each."},
    {"R-BUDDY-18", kAll,
     "Freeing what is free or has no reference is the caller's error; kernels notice late and in "
     "part, the judge always."},
};
static_assert(is_ordered("R-BUDDY-", kRules));

}  // namespace

constinit const Subject kBuddy{"R-BUDDY-", "splitting and merging", kRules};

}  // namespace bp::registry
