// SPDX-License-Identifier: MIT
// What is tried when every scan failed, and in what order (R-SLOW-8..20, 32..35, R-OOM-1, 2): pure
// decisions from a mask and a profile. What compaction, reclaim and OOM do is the environment's,
// behind the calls of a Config; this says which of them a request is worth. Freestanding.
//
// A round is compaction and reclaim, v4.7 in this order and later ones in the other. It is repeated
// while one of them makes progress, at most kIdleRounds times; then the highatomic reserve gives a
// pageblock up; then comes OOM, at most kOomRounds times, where Linux has no bound. Who must not
// fail goes round as often, killer or not.
// Leaves out: what only the kernel knows, such as how much is reclaimable or whether compaction was
// put off.
#pragma once

#include <cstdint>

#include "impl/config.h"
#include "impl/planted.h"

namespace bp::impl {

inline constexpr unsigned kIdleRounds = 16;  ///< R-SLOW-17.
inline constexpr unsigned kOomRounds = 16;
inline constexpr unsigned kRestarts = 64;    ///< Because of the cpuset; kernels have no bound.
inline constexpr unsigned kCostlyOrder = 3;  ///< Above it nobody waits for memory unless told to.

/// The bits of one era that decide here; 0 for a flag without a bit.
struct PressureMasks {
  std::uint32_t kswapd = 0, no_kswapd = 0, noretry = 0, try_hard = 0, nofail = 0, thisnode = 0;
};

constexpr PressureMasks pressure_masks(Era era) {
  const auto mask = [era](GfpFlag f) { return gfp_encode(f, era); };
  return {mask(GfpFlag::kswapd_reclaim), mask(GfpFlag::no_kswapd),
          mask(GfpFlag::noretry),        mask(GfpFlag::repeat) | mask(GfpFlag::retry_mayfail),
          mask(GfpFlag::nofail),         mask(GfpFlag::thisnode)};
}

/// R-SLOW-3: in eras without a flag for it every request wakes, but one that says not to.
template <class Policy>
constexpr bool wakes_kswapd(std::uint32_t gfp, const PressureMasks& m) {
  if (Policy::planted(Bug::wakes_unasked)) return true;
  return m.kswapd != 0 ? (gfp & m.kswapd) != 0 : (gfp & m.no_kswapd) == 0;
}

/// What a request that may block is worth.
struct Course {
  bool compacts = false;        ///< Compaction makes blocks of this order.
  bool compacts_first = false;  ///< Before the first reclaim and apart from the rounds.
  bool compacts_last = false;   ///< Once more at the end.
  bool reclaims_last = false;   ///< Within a round.
  bool repeats = false;         ///< More than one round.
  bool kills = false;           ///< OOM may be asked for.
  bool persists = false;        ///< Until the rounds are used up, whatever came of them.
};

template <class Policy>
constexpr Course course_of(Profile profile, unsigned order, Migratetype type, ZoneType highest,
                           std::uint32_t gfp, const PressureMasks& m) {
  const bool v47 = profile == Profile::v4_7;
  const bool costly = order > kCostlyOrder;
  const bool try_hard = (gfp & m.try_hard) != 0;
  const bool nofail = (gfp & m.nofail) != 0;
  Course c;
  c.compacts = order > 0;
  c.compacts_first = !v47 && c.compacts && (costly || type != Migratetype::movable) &&
                     !Policy::planted(Bug::compaction_late);
  c.reclaims_last = v47 != Policy::planted(Bug::reclaim_swapped);
  c.persists = nofail && !v47 && !Policy::planted(Bug::nofail_gives_up);
  const bool once = (gfp & m.noretry) != 0 || (costly && !try_hard);
  c.repeats = !once || c.persists || Policy::planted(Bug::noretry_repeats);
  c.compacts_last = v47 && c.compacts && !c.repeats;
  const bool elsewhere = highest < ZoneType::normal || (gfp & m.thisnode) != 0;
  const bool pointless =
      costly || (elsewhere && !Policy::planted(Bug::kills_in_vain)) || (!v47 && try_hard);
  c.kills = c.repeats && (!pointless || (v47 && nofail));
  return c;
}

}  // namespace bp::impl
