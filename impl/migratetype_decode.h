// SPDX-License-Identifier: MIT
// The migratetype that a mask asks for (R-GFP-2): two bits of it, moved to the bottom. Word: an
// unsigned of at least 32 bits, or symbolic. The result is Migratetype's number, in which MOVABLE
// is 1 and RECLAIMABLE 2 as in every era but E0. Freestanding.
#pragma once

#include <cstdint>

#include "model/vocab/gfp.h"

namespace bp::impl {

inline constexpr unsigned kMovableBit = 3;  ///< In every era.

/// Where the era has __GFP_RECLAIMABLE.
constexpr unsigned reclaimable_bit(Era era) { return era == Era::e0 ? 19 : 4; }

/// 0 unmovable, 1 movable, 2 reclaimable; 3 for both bits, which is illegal (L-2) and is no type
/// that can be requested.
template <class Word>
constexpr Word migratetype_bits(Word gfp, Era era) {
  const Word movable = gfp >> Word(kMovableBit) & Word(1);
  const Word reclaimable = gfp >> Word(reclaimable_bit(era)) & Word(1);
  return movable | reclaimable << Word(1);
}

/// The same as the era's headers number it: E0 counts RECLAIMABLE 1 and MOVABLE 2.
template <class Word>
constexpr Word migratetype_number(Word gfp, Era era) {
  const Word bits = migratetype_bits(gfp, era);
  if (era != Era::e0) return bits;
  return (bits >> Word(1)) | (bits & Word(1)) << Word(1);
}

/// Whether an attempt for this mask may use CMA pageblocks (R-AF-3): those asked for MOVABLE.
template <class Word>
constexpr auto is_movable_request(Word gfp, Era era) {
  return migratetype_bits(gfp, era) == Word(1);
}

}  // namespace bp::impl
