// SPDX-License-Identifier: MIT
#pragma once
#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"
namespace bp::rules {
constexpr bool is_bad(Gfp g) {
  return (g.has(GfpFlag::dma) ? 1 : 0) + (g.has(GfpFlag::highmem) ? 1 : 0) +
             (g.has(GfpFlag::dma32) ? 1 : 0) >
         1;
}
constexpr ZoneType highest_zone(Gfp g, ZoneConfig c) {
  if (is_bad(g)) return c.dma ? ZoneType::dma : c.dma32 ? ZoneType::dma32 : ZoneType::normal;
  if (g.has(GfpFlag::dma) && c.dma) return ZoneType::dma;
  if (g.has(GfpFlag::dma32) && c.dma32) return ZoneType::dma32;
  if (g.has_all(GfpFlag::highmem | GfpFlag::movable)) return ZoneType::movable;
  if (g.has(GfpFlag::highmem) && c.highmem) return ZoneType::highmem;
  return ZoneType::normal;
}
}  // namespace bp::rules
