// SPDX-License-Identifier: MIT
// Which zone a mask allows at most, said as a decision on named flags (R-GFP-1). No bit,
// no shift, no table: that is how the implementation says it.
//
// Each rule is a template over the flag set that it asks, so that a proof can ask in place of a
// caller; callers have Gfp. Left out: debug kernels, which stop at a bad mask (L-1); here it
// selects the lowest configured zone (G-9), as it does in every kernel without that check.
#pragma once

#include <concepts>

#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp::rules {

/// Anything that answers whether it names a flag.
template <class F>
concept FlagSet = requires(const F& flags) {
  { flags.has(GfpFlag::dma) } -> std::same_as<bool>;
};

/// Two of the three address limits at once ask for what no zone is (L-1, G-8, P-GFP-2).
template <FlagSet F>
constexpr bool is_bad(const F& gfp) {
  if (gfp.has(GfpFlag::dma)) return gfp.has(GfpFlag::highmem) || gfp.has(GfpFlag::dma32);
  return gfp.has(GfpFlag::highmem) && gfp.has(GfpFlag::dma32);
}

/// What an address limit falls back to: never to a stricter one, so a kernel without DMA32 serves
/// __GFP_DMA32 from NORMAL and not from DMA (P-GFP-8).
constexpr ZoneType configured_or_normal(ZoneType type, ZoneConfig c) {
  return c.has(type) ? type : ZoneType::normal;
}

constexpr ZoneType lowest_zone(ZoneConfig c) {
  if (c.has(ZoneType::dma)) return ZoneType::dma;
  return configured_or_normal(ZoneType::dma32, c);
}

/// The highest zone that the mask allows; always one that `c` has, never DEVICE. __GFP_MOVABLE
/// matters together with __GFP_HIGHMEM only, and there even if HIGHMEM is not configured (G-7).
template <FlagSet F>
constexpr ZoneType highest_zone(const F& gfp, ZoneConfig c) {
  if (is_bad(gfp)) return lowest_zone(c);
  if (gfp.has(GfpFlag::dma)) return configured_or_normal(ZoneType::dma, c);
  if (gfp.has(GfpFlag::dma32)) return configured_or_normal(ZoneType::dma32, c);
  if (!gfp.has(GfpFlag::highmem)) return ZoneType::normal;
  if (gfp.has(GfpFlag::movable)) return ZoneType::movable;
  return configured_or_normal(ZoneType::highmem, c);
}

/// For callers with a Gfp or a single flag.
constexpr bool is_bad(Gfp gfp) { return is_bad<Gfp>(gfp); }
constexpr ZoneType highest_zone(Gfp gfp, ZoneConfig c) { return highest_zone<Gfp>(gfp, c); }

/// The number that a kernel of this configuration gives to a zone type that it has: how many
/// configured types come before it (G-5).
constexpr unsigned zone_index(ZoneType type, ZoneConfig c) {
  unsigned index = 0;
  for (unsigned t = 0; t < static_cast<unsigned>(type); ++t) {
    if (c.has(ZoneType{static_cast<std::uint8_t>(t)})) ++index;
  }
  return index;
}

}  // namespace bp::rules
