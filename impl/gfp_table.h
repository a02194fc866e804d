// SPDX-License-Identifier: MIT
// The zone of a mask as one shift of a packed 64-bit table: what ships, and what is
// proved. gfp_zone_index() is a template over its word so that the proofs instantiate this very
// expression with a symbolic mask (P-GFP-1 to P-GFP-9). Freestanding.
//
// The table is 64 bits wide on purpose: the kernel builds it from 32-bit ints, which drops two rows
// in the one configuration with 3-bit entries (G-10).
#pragma once

#include <cstdint>

#include "model/vocab/zone.h"

namespace bp::impl {

inline constexpr unsigned kGfpZoneMask = 0xf;  ///< The zone modifiers: bits 0..3 in every era.
inline constexpr std::uint32_t kGfpZoneBad =
    0xe8e8;  ///< Bit k: nibble k names two of DMA, HIGHMEM, DMA32.

/// A kernel configuration's table. `shift` is the width of an entry (G-6); entry k is the zone
/// index of nibble k, 0 for the nibbles of kGfpZoneBad.
struct GfpZoneTable {
  std::uint64_t word = 0;
  std::uint32_t shift = 0;
};

/// Index of the zone types of a configuration: only configured ones count. A type that is not
/// configured has the index of NORMAL, which serves in its place.
struct ZoneIndices {
  unsigned dma, dma32, normal, highmem, movable;
  unsigned count;  ///< Configured types, DEVICE included.
};

constexpr ZoneIndices zone_indices(ZoneConfig c) {
  const unsigned dma32 = c.dma ? 1 : 0;
  const unsigned normal = dma32 + (c.dma32 ? 1 : 0);
  const unsigned highmem = normal + 1;
  const unsigned movable = highmem + (c.highmem ? 1 : 0);
  return {c.dma ? 0 : normal,
          c.dma32 ? dma32 : normal,
          normal,
          c.highmem ? highmem : normal,
          movable,
          movable + 1 + (c.device ? 1 : 0)};
}

constexpr GfpZoneTable gfp_zone_table(ZoneConfig c) {
  const ZoneIndices z = zone_indices(c);
  const unsigned allocatable = z.movable + 1;
  const unsigned shift = allocatable <= 2 && !c.device ? 1 : allocatable <= 4 ? 2 : 3;
  std::uint64_t word = 0;
  const auto row = [&](unsigned nibble, unsigned index) {
    word |= std::uint64_t{index} << (nibble * shift);
  };
  row(0x0, z.normal);
  row(0x1, z.dma);
  row(0x2, z.highmem);
  row(0x4, z.dma32);
  row(0x8, z.normal);
  row(0x9, z.dma);
  row(0xa, z.movable);
  row(0xc, z.dma32);
  return {word, shift};
}

/// The index of the highest zone that mask `gfp` allows. Word: an unsigned of at least 32 bits, or
/// a symbolic one; Table: 64 bits wide.
template <class Word, class Table>
constexpr auto gfp_zone_index(Word gfp, Table word, std::uint32_t shift) {
  return (word >> ((gfp & Word(kGfpZoneMask)) * Word(shift))) & Table((1U << shift) - 1);
}

/// 1 for a bad mask, which names two of DMA, HIGHMEM, DMA32; 0 for a legal one. The lookup itself
/// gives a bad mask index 0, which is a zone: it does not tell the two apart.
template <class Word>
constexpr auto gfp_zone_bad(Word gfp) {
  return (Word(kGfpZoneBad) >> (gfp & Word(kGfpZoneMask))) & Word(1);
}

}  // namespace bp::impl
