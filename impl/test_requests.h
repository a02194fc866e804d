// SPDX-License-Identifier: MIT
// For tests: masks that ask for each type, in one era, and ranges by pageblock.
#pragma once

#include <cstdint>

#include "impl/config.h"
#include "model/vocab/gfp.h"

namespace bp::impl {

inline constexpr std::int64_t kBlock = 512;  ///< Pages of a pageblock.
inline constexpr Era kEra = Era::e3;
inline const std::uint32_t kAtomic = gfp_encode(GfpFlag::high | GfpFlag::kswapd_reclaim, kEra);
inline const std::uint32_t kKernel = gfp_encode(GfpFlag::direct_reclaim, kEra);
inline const std::uint32_t kMovable = gfp_encode(GfpFlag::direct_reclaim | GfpFlag::movable, kEra);
inline const std::uint32_t kReclaimable =
    gfp_encode(GfpFlag::direct_reclaim | GfpFlag::reclaimable, kEra);

/// Pageblocks [from, to).
inline FrameRange blocks(std::uint64_t from, std::uint64_t to) {
  return {Pfn{from * kBlock}, Pfn{to * kBlock}};
}

}  // namespace bp::impl
