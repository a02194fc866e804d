// SPDX-License-Identifier: MIT
// The migratetype of a mask as a look-up (R-GFP-2, R-ZONE-15): the two bits that ask for one, moved
// together, name an entry of a table that is built with the proved decode. Freestanding.
#pragma once

#include <cstdint>

#include "impl/migratetype_decode.h"
#include "model/vocab/migratetype.h"

namespace bp::impl {

struct TypeOfMask {
  std::uint8_t reclaimable_bit = 0;
  Migratetype type[4] = {};  ///< By the movable bit and, twice as heavy, the reclaimable bit.
  constexpr Migratetype operator()(std::uint32_t gfp) const {
    return type[(gfp >> kMovableBit & 1) | (gfp >> reclaimable_bit & 1) << 1];
  }
};

/// Both bits are illegal (L-2) and are taken as none; without grouping all requests are alike.
constexpr TypeOfMask type_of_mask(Era era, bool grouped) {
  TypeOfMask t{static_cast<std::uint8_t>(reclaimable_bit(era)), {}};
  for (std::uint32_t i = 0; i < 4; ++i) {
    const std::uint32_t gfp = (i & 1) << kMovableBit | (i >> 1) << t.reclaimable_bit;
    const std::uint32_t number = migratetype_bits(gfp, era);
    const bool named = grouped && number < kPcpTypes;
    t.type[i] = named ? static_cast<Migratetype>(number) : Migratetype::unmovable;
  }
  return t;
}

}  // namespace bp::impl
