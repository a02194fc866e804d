// SPDX-License-Identifier: MIT
// I-6, I-6', I-12, I-12a, I-12b, I-14: what the types of lists and of pageblocks have to do with
// each other, and the counts of pageblocks in reserve and in isolation.
#include "model/invariants/state_invariants.h"

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

/// The most pages that a reserve may have: it grows while it is below its cap (R-HA-2), by a
/// pageblock, and where a larger block is reserved whole by all of that (R-HA-3).
std::int64_t most_reserved(const ZoneView& z) {
  const std::int64_t percent = z.numbers().managed / 100;
  const std::int64_t pageblock = z.pageblock_pages();
  if (z.profile() != Profile::v6_12 && z.profile() != Profile::v7_1) {
    return percent + pageblock + pageblock - 1;
  }
  if (percent < pageblock) return 0;
  const std::int64_t cap = (percent + pageblock - 1) / pageblock * pageblock;
  return cap - pageblock + static_cast<std::int64_t>(pages_in(Order{kOrderMax}));
}

}  // namespace

std::optional<InvariantFault> lists_by_pageblock(const ZoneView& z) {
  return first_mistyped(z, [](Migratetype list, Migratetype block) { return list == block; });
}

std::optional<InvariantFault> special_lists_by_pageblock(const ZoneView& z) {
  const auto is_special = [](Migratetype t) {
    return t == Migratetype::cma || t == Migratetype::isolate;
  };
  return first_mistyped(z, [&](Migratetype list, Migratetype block) {
    return list == block || (!is_special(list) && !is_special(block));
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
  const std::int64_t most = most_reserved(z);
  if (reserved <= most) return std::nullopt;
  return InvariantFault{z.frames().begin, std::to_string(reserved) + " pages reserved",
                        "at most " + std::to_string(most), reserved - most};
}

std::optional<InvariantFault> reserve_is_pageblocks(const ZoneView& z) {
  const std::int64_t pages = z.pageblocks_of(Migratetype::highatomic) * z.pageblock_pages();
  // What an isolated pageblock was before is not in a state.
  const std::int64_t hidden = z.pageblocks_of(Migratetype::isolate) * z.pageblock_pages();
  const std::int64_t reserved = z.numbers().highatomic;
  if (pages <= reserved && reserved <= pages + hidden) return std::nullopt;
  return InvariantFault{z.frames().begin, std::to_string(reserved) + " pages reserved",
                        std::to_string(pages) + " in HIGHATOMIC pageblocks",
                        reserved < pages ? reserved - pages : reserved - pages - hidden};
}

std::optional<InvariantFault> isolated_pageblocks(const ZoneView& z) {
  const std::int64_t pageblocks = z.pageblocks_of(Migratetype::isolate);
  if (z.numbers().isolated == pageblocks) return std::nullopt;
  return InvariantFault{
      z.frames().begin, "nr_isolate_pageblock is " + std::to_string(z.numbers().isolated),
      std::to_string(pageblocks) + " ISOLATE pageblocks", z.numbers().isolated - pageblocks};
}

}  // namespace bp
