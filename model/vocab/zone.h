// SPDX-License-Identifier: MIT
// Zone types and which of them a kernel was configured with. Freestanding; words only: which zone a
// mask selects is decided by the model's rule and by impl's packed table, never here.
#pragma once

#include <cstdint>

namespace bp {

/// In the kernel's fixed order. A zone *index* counts only the configured types, so "zone 2" means
/// four different things; types do not have that trap.
enum class ZoneType : std::uint8_t {
  dma,      ///< Lowest addresses (x86: below 16 MiB); optional.
  dma32,    ///< Addressable with 32 bits; optional.
  normal,   ///< Always configured, maybe without a page.
  highmem,  ///< Not permanently mapped, 32-bit machines; optional.
  movable,  ///< Holds only movable pages; always configured, mostly without a page.
  device,   ///< Device memory; optional, and no mask ever selects it.
};
inline constexpr unsigned kZoneTypes = 6;

/// The optional zone types that the kernel was built with: 16 configurations.
struct ZoneConfig {
  bool dma = false;
  bool dma32 = false;
  bool highmem = false;
  bool device = false;

  constexpr bool operator==(const ZoneConfig&) const = default;

  constexpr bool has(ZoneType t) const {
    switch (t) {
      case ZoneType::dma: return dma;
      case ZoneType::dma32: return dma32;
      case ZoneType::highmem: return highmem;
      case ZoneType::device: return device;
      case ZoneType::normal:
      case ZoneType::movable: return true;
    }
    return false;
  }

  /// The configurations numbered 0..15: bit 0 DMA, 1 DMA32, 2 HIGHMEM, 3 DEVICE.
  static constexpr ZoneConfig from_bits(unsigned bits) {
    return {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
  }
  constexpr unsigned bits() const {
    return (dma ? 1U : 0U) | (dma32 ? 2U : 0U) | (highmem ? 4U : 0U) | (device ? 8U : 0U);
  }
};
inline constexpr unsigned kZoneConfigs = 16;

}  // namespace bp
