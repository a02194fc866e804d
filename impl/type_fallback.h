// SPDX-License-Identifier: MIT
// Which pageblocks a claim may take from, in what company it prefers to be, and when another type's
// pageblock becomes its own (R-MT-2..6, 12): pure decisions. Freestanding.
#pragma once

#include <cstdint>

#include "impl/type_word.h"
#include "model/vocab/units.h"

namespace bp::impl {

/// Whom a claim is for.
struct Claimant {
  Migratetype type = Migratetype::unmovable;  ///< Requestable.
  TypeSet may = kRequestable;  ///< All types it may take from: with CMA, with the reserve.
  bool reserve_first = false;  ///< It is what the reserve is kept for.
  bool cma_first = false;      ///< From CMA as long as most of what is free is CMA's (R-MT-4).
};

/// R-MT-2: the other requestable types, best first.
inline constexpr unsigned kFallbacks = 2;
constexpr Migratetype fallback_of(Migratetype t, unsigned n) {
  using enum Migratetype;
  constexpr Migratetype kOf[kPcpTypes][kFallbacks] = {
      {reclaimable, movable}, {reclaimable, unmovable}, {unmovable, movable}};
  return kOf[static_cast<unsigned>(t)][n];
}

/// R-MT-6: a free block of at least this order is worth asking for its pageblock. To claimants that
/// are not movable smaller ones would be as well; a pageblock with none of this size and yet half
/// free is too rare to look for.
inline constexpr unsigned kClaimOrderMin = kPageblockOrder / 2;
/// R-MT-8, 10: so much of a pageblock is free that it changes its type; pages.
constexpr bool is_worth_claiming(unsigned free_pages) {
  return free_pages >= 1U << (kPageblockOrder - 1);
}

}  // namespace bp::impl
