// SPDX-License-Identifier: MIT
// What a mask asks for as one look-up (R-GFP-1, 2, R-ZONE-15): the zone modifiers and the bit for
// reclaimable, moved together, name an entry of a table that is built with the proved decodes.
// Freestanding.
#pragma once

#include <cstdint>

#include "impl/migratetype_decode.h"
#include "impl/zonelist.h"
#include "model/vocab/migratetype.h"

namespace bp::impl {

struct MaskDecode {
  struct Entry {
    ZoneType highest = ZoneType::normal;  ///< The highest zone type that the mask allows.
    Migratetype type = Migratetype::unmovable;
  };
  static constexpr unsigned kNibbles = kGfpZoneMask + 1;
  std::uint8_t reclaimable_bit = 0;
  Entry of[2 * kNibbles];  ///< By the modifiers and, above them, the reclaimable bit.

  constexpr const Entry& operator()(std::uint32_t gfp) const {
    return of[(gfp & kGfpZoneMask) | (gfp >> reclaimable_bit & 1) * kNibbles];
  }
};
static_assert((1U << kMovableBit & kGfpZoneMask) != 0, "the other type bit is a zone modifier");

/// Both type bits are illegal (L-2) and are taken as none; without grouping all requests are alike.
template <class Policy>
constexpr MaskDecode mask_decode(ZoneConfig zones, Era era, bool grouped) {
  const ZoneOfMask highest = zone_of_mask<Policy>(zones);
  MaskDecode d;
  d.reclaimable_bit = static_cast<std::uint8_t>(reclaimable_bit(era));
  for (std::uint32_t i = 0; i < 2 * MaskDecode::kNibbles; ++i) {
    const std::uint32_t gfp = (i & kGfpZoneMask) | (i / MaskDecode::kNibbles) << d.reclaimable_bit;
    const std::uint32_t type = migratetype_bits(gfp, era);
    const bool named = grouped && type < kPcpTypes;
    d.of[i] = {highest(gfp), named ? static_cast<Migratetype>(type) : Migratetype::unmovable};
  }
  return d;
}

}  // namespace bp::impl
