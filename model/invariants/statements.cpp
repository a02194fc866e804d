// SPDX-License-Identifier: MIT
#include "model/invariants/statements.h"

#include <algorithm>

#include "model/vocab/check.h"

namespace bp {
namespace {

using registry::Profiles;

constexpr Profiles kAll{Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                        Profile::v7_1};
constexpr Profiles kFrom6_1{Profile::v6_1_lts192, Profile::v6_12, Profile::v7_1};
constexpr Profiles kTyped{Profile::v6_12, Profile::v7_1};

// Where a kernel breaks one that holds for it, that is a defect (known_defects.h).
constexpr Statement kStatements[] = {
    {"I-1", "no frame has two owners", "", kAll, Witness::held},
    {"I-2", "managed pages are free, on a per-CPU list or allocated", "", kAll, Witness::held},
    {"I-3", "nr_free of an order is the number of its blocks, ISOLATE among them", "", kAll},
    {"I-4", "the counters are the sums of the blocks", "", kAll},
    {"I-4a", "free pages of whole pageblocks and of the reserve have counters of their own", "",
     kTyped},
    {"I-5", "NR_FREE_CMA_PAGES is the pages on CMA lists", "", kAll},
    {"I-6", "a block's list has the type of every pageblock under it", "", kTyped},
    {"I-6'", "the lists of CMA and ISOLATE hold what lies in their pageblocks, and all of it", "",
     kFrom6_1},
    {"I-7", "a free block is aligned, of a legal order, inside one zone", "", kAll},
    {"I-8", "free buddies below pageblock_order are merged", "E2 E5 E6", kAll},
    {"I-9", "free buddies from pageblock_order on are merged", "E1 E2 E3 E4 E5 E6", kAll},
    {"I-10", "a per-CPU list keeps its bound",
     "each list may be one refill above it; a bound that was lowered is met as pages are freed",
     kAll},
    {"I-10a", "a per-CPU count is the pages on the lists", "", kAll},
    {"I-11", "a block on a per-CPU list has a type that stands there, and never ISOLATE",
     "where no type is cached the pageblock is asked as the block goes back", kAll},
    {"I-12", "the reserve is a whole number of pageblocks", "", kAll},
    {"I-12a", "the reserve keeps its cap", "the last block to be reserved may go over it", kAll},
    {"I-12b", "the reserve is the HIGHATOMIC pageblocks",
     "an isolated pageblock may have been one of them", kAll},
    {"I-13", "a free page has no references, an allocated head has one or more", "", kAll,
     Witness::replayer},
    {"I-14", "nr_isolate_pageblock is the number of ISOLATE pageblocks", "", kAll},
    {"I-15", "0 <= NR_FREE_CMA_PAGES <= NR_FREE_PAGES", "", kAll},
    {"I-16", "an allocation's zone is not above the highest that its mask allows", "", kAll,
     Witness::replayer},
};

}  // namespace

std::span<const Statement> statements() { return kStatements; }

const Statement& statement(std::string_view id) {
  const auto* at = std::ranges::find(kStatements, id, &Statement::id);
  check(at != std::end(kStatements), "an invariant's id is that of a statement");
  return *at;
}

}  // namespace bp
