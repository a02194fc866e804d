// SPDX-License-Identifier: MIT
#include "fuzz/explore/scenario_config.h"

namespace bp::explore {
namespace {

constexpr Era kEra = Era::e3;

impl::ZoneSpec zone_spec(const ZoneText& z) {
  impl::ZoneSpec spec;
  spec.type = z.type;
  spec.frames = {Pfn{z.begin}, Pfn{z.end}};
  const unsigned marks[] = {z.min, z.low, z.high};
  for (unsigned i = 0; i < impl::kMarks; ++i) spec.marks[i] = Pages{marks[i]};
  for (unsigned t = 0; t < kZoneTypes; ++t)
    spec.lowmem_reserve[t] = Pages{t == static_cast<unsigned>(z.type) ? 0 : z.reserve};
  spec.pcp_high = z.pcp;
  spec.pcp_batch = z.batch;
  return spec;
}

}  // namespace

ScenarioConfig::ScenarioConfig(const Scenario& s) {
  Pages pages;
  for (const ZoneText& z : s.zones) {
    zones_.push_back(zone_spec(z));
    pages += Pfn{z.end} - Pfn{z.begin};
  }
  for (const Span& h : s.holes) holes_.push_back({Pfn{h.begin}, Pfn{h.end}});
  config_.era = kEra;
  config_.zone_types = ZoneConfig::from_bits(3);
  config_.cpus = s.cpus;
  config_.zones = zones_.data();
  config_.n_zones = static_cast<unsigned>(zones_.size());
  config_.holes = holes_.data();
  config_.n_holes = static_cast<unsigned>(holes_.size());
  config_.fallback[0].nodes[0] = 0;
  config_.fallback[0].count = 1;
  // As a kernel does it: small machines have one type, and their scans stay short.
  config_.group_by_mobility = s.types || impl::groups_by_mobility(pages);
  config_.highatomic = s.highatomic;
}

std::uint32_t mask_of(ZoneType highest, Purpose purpose) {
  Gfp mask = GfpFlag::direct_reclaim | GfpFlag::kswapd_reclaim | GfpFlag::io | GfpFlag::fs;
  if (purpose == Purpose::atomic) mask = GfpFlag::high | GfpFlag::kswapd_reclaim;
  if (purpose == Purpose::movable) mask = mask | GfpFlag::movable;
  if (purpose == Purpose::reclaimable) mask = mask | GfpFlag::reclaimable;
  if (highest == ZoneType::dma) mask = mask | GfpFlag::dma;
  if (highest == ZoneType::dma32) mask = mask | GfpFlag::dma32;
  return gfp_encode(mask, kEra);
}

}  // namespace bp::explore
