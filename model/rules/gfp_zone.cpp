// SPDX-License-Identifier: MIT
// The facts about zones that surprise readers of the kernel's headers, checked when this compiles.
#include "model/rules/gfp_zone.h"

namespace bp::rules {
namespace {

constexpr ZoneConfig kX86_64{.dma = true, .dma32 = true, .highmem = false, .device = false};
constexpr ZoneConfig kDmaOnly{.dma = true, .dma32 = false, .highmem = false, .device = false};
constexpr ZoneConfig kDma32Only{.dma = false, .dma32 = true, .highmem = false, .device = false};

static_assert(highest_zone(GfpFlag::movable, kX86_64) == ZoneType::normal,
              "__GFP_MOVABLE alone never reaches ZONE_MOVABLE");
static_assert(highest_zone(GfpFlag::highmem | GfpFlag::movable, kX86_64) == ZoneType::movable,
              "__GFP_HIGHMEM opens ZONE_MOVABLE on kernels without HIGHMEM too");
static_assert(highest_zone(GfpFlag::dma32, kDmaOnly) == ZoneType::normal,
              "a missing DMA32 degrades to NORMAL, not to DMA");
static_assert(zone_index(highest_zone(GfpFlag::dma, kDma32Only), kDma32Only) >
                  zone_index(highest_zone(GfpFlag::dma32, kDma32Only), kDma32Only),
              "without DMA, __GFP_DMA is less strict than __GFP_DMA32 (P-GFP-9)");

}  // namespace
}  // namespace bp::rules
