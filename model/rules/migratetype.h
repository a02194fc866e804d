// SPDX-License-Identifier: MIT
// Which migratetype a mask asks for (R-GFP-2, G-11): a decision on two named flags. A caller
// can request the three types that per-CPU lists have; the others are states of pageblocks.
#pragma once

#include <optional>

#include "model/vocab/gfp.h"
#include "model/vocab/migratetype.h"

namespace bp::rules {

/// Nothing for MOVABLE together with RECLAIMABLE, which is illegal (L-2).
constexpr std::optional<Migratetype> migratetype_of(Gfp g) {
  if (g.has(GfpFlag::movable)) {
    if (g.has(GfpFlag::reclaimable)) return std::nullopt;
    return Migratetype::movable;
  }
  return g.has(GfpFlag::reclaimable) ? Migratetype::reclaimable : Migratetype::unmovable;
}

/// The number of a requestable type in the headers of an era: E0 counts RECLAIMABLE before MOVABLE.
constexpr unsigned migratetype_number(Migratetype t, Era e) {
  if (t == Migratetype::unmovable) return 0;
  return (t == Migratetype::movable) == (e != Era::e0) ? 1 : 2;
}

}  // namespace bp::rules
