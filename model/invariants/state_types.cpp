// SPDX-License-Identifier: MIT
// I-6, I-6', I-12, I-12a, I-12b, I-14: what the types of lists and of pageblocks have to do with
// each other, and the counts of pageblocks in reserve and in isolation.
#include "model/invariants/state_invariants.h"
#include "model/rules/fallback.h"

namespace bp {

using namespace reference;

namespace {

std::string type_name(std::optional<Migratetype> t) {
  constexpr std::string_view kNames[] = {"UNMOVABLE",  "MOVABLE", "RECLAIMABLE",
                                         "HIGHATOMIC", "CMA",     "ISOLATE"};
  return t ? std::string(kNames[static_cast<unsigned>(*t)]) : "no memory";
}

/// The first pageblock under a free block whose type does not go with the block's list.
std::optional<InvariantFault> first_mistyped(const ZoneView& z, const auto& goes_with) {
  for (const StateBlock& b : z.blocks()) {
    if (b.place != Place::free) continue;
    const Pfn end = b.head + pages_in(b.order);
    for (Pfn p = b.head; p < end; p += pages_in(z.pageblock_order())) {
      const auto type = p == b.head ? b.pageblock : z.type_at(p);
      if (type && goes_with(*b.type, *type)) continue;
      return InvariantFault{p,
                            "a free block of order " +
                                std::to_string(static_cast<unsigned>(b.order)) + " on list " +
                                type_name(b.type) + " in a pageblock of type " + type_name(type),
                            "lists that go with their pageblocks"};
    }
  }
  return std::nullopt;
}

/// Pages that the reserve may grow to before another pageblock is refused (R-HA-2).
std::int64_t reserve_cap(const ZoneView& z) {
  const std::int64_t percent = z.numbers().managed / 100;
  const std::int64_t pageblock = z.pageblock_pages();
  if (z.profile() != Profile::v6_12 && z.profile() != Profile::v7_1) return percent + pageblock;
  if (percent < pageblock) return 0;
  return (percent + pageblock - 1) / pageblock * pageblock;
}

}  // namespace

std::optional<InvariantFault> lists_by_pageblock(const ZoneView& z) {
  return first_mistyped(z, [](Migratetype list, Migratetype block) { return list == block; });
}

std::optional<InvariantFault> special_lists_by_pageblock(const ZoneView& z) {
  return first_mistyped(z, [](Migratetype list, Migratetype block) {
    return list == block || (rules::is_mergeable(list) && rules::is_mergeable(block));
  });
}

std::optional<InvariantFault> reserve_whole_pageblocks(const ZoneView& z) {
  const std::int64_t rest = z.numbers().highatomic % z.pageblock_pages();
  if (rest == 0 && z.numbers().highatomic >= 0) return std::nullopt;
  return InvariantFault{z.frames().begin,
                        std::to_string(z.numbers().highatomic) + " pages reserved",
                        "multiples of " + std::to_string(z.pageblock_pages()), rest};
}

std::optional<InvariantFault> reserve_capped(const ZoneView& z) {
  const std::int64_t reserved = z.numbers().highatomic;
  // The last pageblock to be let in may be of a block as large as two; at most one goes over.
  const std::int64_t cap = reserve_cap(z);
  const std::int64_t most = cap == 0 ? 0 : cap + z.pageblock_pages() - 1;
  if (reserved <= most) return std::nullopt;
  return InvariantFault{z.frames().begin, std::to_string(reserved) + " pages reserved",
                        "at most " + std::to_string(most), reserved - most};
}

std::optional<InvariantFault> reserve_is_pageblocks(const ZoneView& z) {
  const std::int64_t pages = z.pageblocks_of(Migratetype::highatomic) * z.pageblock_pages();
  if (z.numbers().highatomic == pages) return std::nullopt;
  return InvariantFault{
      z.frames().begin, std::to_string(z.numbers().highatomic) + " pages reserved",
      std::to_string(pages) + " in HIGHATOMIC pageblocks", z.numbers().highatomic - pages};
}

std::optional<InvariantFault> isolated_pageblocks(const ZoneView& z) {
  const std::int64_t pageblocks = z.pageblocks_of(Migratetype::isolate);
  if (z.numbers().isolated == pageblocks) return std::nullopt;
  return InvariantFault{
      z.frames().begin, "nr_isolate_pageblock is " + std::to_string(z.numbers().isolated),
      std::to_string(pageblocks) + " ISOLATE pageblocks", z.numbers().isolated - pageblocks};
}

}  // namespace bp
