// SPDX-License-Identifier: MIT
// min_free_kbytes where nobody states it: what the kernel computes at boot (R-CFG-2, 3) and what
// transparent huge pages make of it afterwards (M-2).
#pragma once

#include <cstdint>
#include <span>

#include "model/rules/watermark_setup.h"
#include "model/vocab/profile.h"
#include "model/vocab/units.h"

namespace bp::rules {

/// Pages above the high marks of zones up to NORMAL, all nodes (R-CFG-2). `high` is each zone's
/// mark of that moment, 0 at boot; as many as zones.
Pages pages_above_high(std::span<const ZoneSize> zones, std::span<const Pages> high);

/// R-CFG-3: grows with the root of the low memory, between 128 and the profile's bound.
std::int64_t computed_min_free_kbytes(Pages above_high, Profile p);

/// M-2: room for huge pages in each zone, at most a twentieth of `above_high`. The kernel takes it
/// if it is more than it has, and only with at least kThpPages of memory: below, THP is off.
std::int64_t thp_min_free_kbytes(std::span<const ZoneSize> zones, Pages above_high,
                                 Order pageblock_order, Profile p);
inline constexpr Pages kThpPages{(std::int64_t{512} << 20) >> kPageShift};

}  // namespace bp::rules
