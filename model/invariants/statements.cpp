// SPDX-License-Identifier: MIT
#include "model/invariants/statements.h"

#include <algorithm>

#include "model/vocab/check.h"

namespace bp {
namespace {

using registry::Profiles;

constexpr Profiles kAll{Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                        Profile::v7_1};
constexpr Profiles kTyped{Profile::v6_12, Profile::v7_1};

constexpr Statement kStatements[] = {
    {"I-1", "no frame has two owners", "", kAll, Witness::held},
    {"I-2", "managed pages are free, on a per-CPU list or allocated", "", kAll, Witness::held},
    {"I-3", "nr_free of an order is the number of its blocks, ISOLATE among them", "", kAll},
    {"I-4", "the counters are the sums of the blocks", "", kAll},
    {"I-4a", "free pages of pageblocks and of the reserve are counted too", "", kTyped},
    {"I-5", "NR_FREE_CMA_PAGES is the pages on CMA lists", "", kAll},
    {"I-6", "a list's type is the type of every pageblock under its blocks", "", kAll},
    {"I-6'", "a list of CMA, ISOLATE or HIGHATOMIC has the type of its pageblocks", "", kAll},
    {"I-7", "a free block is aligned, of a legal order, inside one zone", "", kAll},
    {"I-8", "free buddies below pageblock_order are merged", "E2 E5 E6", kAll},
    {"I-9", "free buddies from pageblock_order on are merged", "E1 E2 E3 E4 E5 E6", kAll},
    {"I-10", "a per-CPU list keeps its bound", "", kAll},
    {"I-10a", "a per-CPU count is the pages on the lists", "", kAll},
    {"I-11", "a block on a per-CPU list has a type that may stand there", "", kAll},
    {"I-12", "the reserve is a number of pageblocks", "", kAll},
    {"I-12a", "the reserve keeps its cap, the last pageblock over it", "", kAll},
    {"I-12b", "the reserve is the HIGHATOMIC pageblocks", "", kAll},
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
