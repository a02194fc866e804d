// SPDX-License-Identifier: MIT
#include "fuzz/subjects/locked_mask.h"

#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp::locked {
namespace {

std::uint32_t bit_of(GfpFlag flag, Era era) {
  const auto bit = gfp_bit(flag, era);
  return bit == kNoBit ? 0 : std::uint32_t{1} << bit;
}

std::uint8_t highest_of_nibble(unsigned nibble, ZoneConfig config) {
  const auto if_configured = [&](ZoneType t) {
    return static_cast<std::uint8_t>(config.has(t) ? t : ZoneType::normal);
  };
  switch (nibble) {
    case 0x0:
    case 0x8: return static_cast<std::uint8_t>(ZoneType::normal);
    case 0x1:
    case 0x9: return if_configured(ZoneType::dma);
    case 0x2: return if_configured(ZoneType::highmem);
    case 0xa: return static_cast<std::uint8_t>(ZoneType::movable);
    case 0x4:
    case 0xc: return if_configured(ZoneType::dma32);
    default: return if_configured(config.dma ? ZoneType::dma : ZoneType::dma32);  // Zone index 0.
  }
}

}  // namespace

MaskBits mask_bits_of(const bp_machine& m) {
  const auto era = Era{static_cast<std::uint8_t>(m.era)};
  MaskBits b{};
  b.waiting_is_a_flag = era == Era::e0;
  b.high = bit_of(GfpFlag::high, era);
  b.atomic = bit_of(GfpFlag::atomic, era);
  b.may_block = bit_of(era == Era::e0 ? GfpFlag::wait : GfpFlag::direct_reclaim, era);
  b.memalloc = bit_of(GfpFlag::memalloc, era);
  b.nomemalloc = bit_of(GfpFlag::nomemalloc, era);
  b.nofail = bit_of(GfpFlag::nofail, era);
  b.thisnode = bit_of(GfpFlag::thisnode, era);
  b.zero = bit_of(GfpFlag::zero, era);
  for (unsigned n = 0; n < 16; ++n) {
    b.highest_zone[n] = highest_of_nibble(n, ZoneConfig::from_bits(m.zone_config));
  }
  return b;
}

}  // namespace bp::locked
