// SPDX-License-Identifier: MIT
// Whose blocks serve a migratetype that has none left, and what becomes of the pageblock (R-MT).
#pragma once

#include <array>
#include <cstdint>

#include "model/vocab/check.h"
#include "model/vocab/migratetype.h"
#include "model/vocab/units.h"

namespace bp::rules {

using Fallbacks = std::array<Migratetype, 2>;

/// The types to try in turn (R-MT-2). `t` is one that can be requested.
constexpr Fallbacks fallbacks_of(Migratetype t) {
  using enum Migratetype;
  switch (t) {
    case unmovable: return {reclaimable, movable};
    case movable: return {reclaimable, unmovable};
    case reclaimable: return {unmovable, movable};
    default: break;
  }
  check(false, "only a type that can be requested falls back (R-MT-2)");
  return {};
}

/// Whether a whole pageblock may change hands for a candidate block of order `o` (R-MT-6).
/// Movable requests take single blocks unless the candidate is large: they can be moved out again.
constexpr bool can_steal(Order o, Migratetype requested, unsigned pageblock_order,
                         bool grouping_disabled) {
  if (static_cast<unsigned>(o) >= pageblock_order / 2) return true;
  return requested != Migratetype::movable || grouping_disabled;
}

/// Whether enough of a pageblock is the requester's or free for it to change type (R-MT-8, 10).
constexpr bool is_enough_to_claim(std::int64_t pages, unsigned pageblock_order,
                                  bool grouping_disabled) {
  return pages >= std::int64_t{1} << (pageblock_order - 1) || grouping_disabled;
}

/// Types whose pageblocks may be merged and retyped freely (R-BUDDY-9).
constexpr bool is_mergeable(Migratetype t) { return t < Migratetype::highatomic; }

}  // namespace bp::rules
