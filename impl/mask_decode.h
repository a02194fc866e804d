// SPDX-License-Identifier: MIT
// What a mask asks for as one look-up (R-GFP-1, 2, R-ZONE-15): the zone modifiers and, in all eras
// but E0 beside them, the bit for reclaimable name an entry of a table that is built with the
// proved decodes.
// Freestanding.
#pragma once

#include <cstdint>

#include "impl/migratetype_decode.h"
#include "impl/zonelist.h"
#include "model/vocab/migratetype.h"

namespace bp::impl {

struct MaskDecode {
  /// In one word: both take one load.
  class Entry {
   public:
    constexpr Entry() = default;
    constexpr Entry(ZoneType highest, Migratetype type)
        : word_(static_cast<std::uint16_t>(static_cast<unsigned>(type) << 8 |
                                           static_cast<unsigned>(highest))) {}
    /// The highest zone type that the mask allows.
    constexpr ZoneType highest() const { return static_cast<ZoneType>(word_ & 0xff); }
    constexpr Migratetype type() const { return static_cast<Migratetype>(word_ >> 8); }

   private:
    std::uint16_t word_ = 0;
  };
  static constexpr std::uint32_t kZoneMasks = kGfpZoneMask + 1;
  static constexpr std::uint32_t kNearMasks = 2 * kZoneMasks;
  static_assert(kZoneMasks == 1U << reclaimable_bit(Era::e5));
  std::uint32_t beyond = 0;           ///< The reclaimable bit of E0, far from the others; else 0.
  Entry of[kNearMasks + kZoneMasks];  ///< By the lowest five bits; then, with `beyond`, by four.

  /// Of a mask without `beyond`.
  constexpr const Entry& near(std::uint32_t gfp) const { return of[gfp % kNearMasks]; }
  constexpr const Entry& operator()(std::uint32_t gfp) const {
    return (gfp & beyond) == 0 ? near(gfp) : of[kNearMasks + gfp % kZoneMasks];
  }
};
static_assert((1U << kMovableBit & kGfpZoneMask) != 0, "the other type bit is a zone modifier");

/// Both type bits are illegal (L-2) and are taken as none; without grouping all requests are alike.
template <class Policy>
constexpr MaskDecode mask_decode(ZoneConfig zones, Era era, bool grouped) {
  const ZoneOfMask highest = zone_of_mask<Policy>(zones);
  MaskDecode d;
  if (reclaimable_bit(era) != reclaimable_bit(Era::e5)) d.beyond = 1U << reclaimable_bit(era);
  for (std::uint32_t i = 0; i < MaskDecode::kNearMasks + MaskDecode::kZoneMasks; ++i) {
    const std::uint32_t gfp =
        i < MaskDecode::kNearMasks ? i : i % MaskDecode::kZoneMasks | 1U << reclaimable_bit(era);
    const std::uint32_t type = migratetype_bits(gfp, era);
    const bool named = grouped && type < kPcpTypes;
    d.of[i] = MaskDecode::Entry(highest(gfp),
                                named ? static_cast<Migratetype>(type) : Migratetype::unmovable);
  }
  return d;
}

}  // namespace bp::impl
