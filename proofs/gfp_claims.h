// SPDX-License-Identifier: MIT
// What is claimed of a gfp table, for the table that ships and for those of kernel headers: generic
// functions of the reading ("proofs/gfp_world.h").
#pragma once

#include "proofs/gfp_world.h"

namespace bp::proofs {

inline constexpr std::uint64_t kNibble = 0xf;

inline constexpr auto is_legal = [](const auto& w) { return !w.rule_bad(w.gfp()); };
inline constexpr auto is_bad = [](const auto& w) { return w.rule_bad(w.gfp()); };
inline constexpr auto names_highmem = [](const auto& w) {
  return w.names(w.gfp(), GfpFlag::highmem);
};
/// Pair by pair, so that the rule's own decision is held against it too.
inline constexpr auto names_two_limits = [](const auto& w) {
  const auto low = w.names(w.gfp(), GfpFlag::dma);
  const auto low32 = w.names(w.gfp(), GfpFlag::dma32);
  const auto high = names_highmem(w);
  return (low && low32) || (low && high) || (low32 && high);
};
inline constexpr auto follows_rule = [](const auto& w) {
  return w.shipped_index(w.gfp()) == w.rule_index(w.gfp());
};

/// Every result fits its entry, is at most MOVABLE, and never DEVICE.
inline constexpr auto fits_its_entry = [](const auto& w) {
  const auto index = w.shipped_index(w.gfp());
  return !w.at_most(w.shifted_left(w.number(1), w.shift()), index) &&
         w.at_most(index, w.index_of(ZoneType::movable)) &&
         !(w.configured(ZoneType::device) && index == w.index_of(ZoneType::device));
};

inline constexpr auto is_lowest = [](const auto& w) {
  return w.shipped_index(w.gfp()) == w.number(0);
};
inline constexpr auto means_normal = [](const auto& w) {
  return w.shipped_index(w.gfp()) == w.index_of(ZoneType::normal);
};

inline constexpr auto rows_are_disjoint = [](const auto& w) {
  const auto entry = w.shifted_left(w.number(1), w.shift()) + w.number(~std::uint64_t{0});
  const auto nibble = w.gfp() & w.number(kNibble);
  const auto row = w.shifted_left(entry, nibble * w.shift());
  auto disjoint = w.at_most(w.number(16) * w.shift(), w.number(64));
  for (std::uint64_t other = 0; other < 16; ++other) {
    const auto other_row = w.shifted_left(entry, w.number(other) * w.shift());
    disjoint = disjoint && (nibble == w.number(other) || (row & other_row) == w.number(0));
  }
  return disjoint;
};

/// A mask that names a limit which is not configured; HIGHMEM with MOVABLE means MOVABLE instead.
inline constexpr auto names_missing_limit = [](const auto& w) {
  const auto names = [&](GfpFlag flag) { return w.names(w.gfp(), flag); };
  return (names(GfpFlag::dma) && !w.configured(ZoneType::dma)) ||
         (names(GfpFlag::dma32) && !w.configured(ZoneType::dma32)) ||
         (names(GfpFlag::highmem) && !names(GfpFlag::movable) && !w.configured(ZoneType::highmem));
};

}  // namespace bp::proofs
