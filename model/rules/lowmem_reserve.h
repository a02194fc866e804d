// SPDX-License-Identifier: MIT
// What each zone keeps from requests that could have used a higher one (R-CFG-8, 9), and how much
// of a machine is kept back in all (R-CFG-10).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "model/rules/watermark_setup.h"
#include "model/vocab/profile.h"
#include "model/vocab/units.h"
#include "model/vocab/zone.h"

namespace bp::rules {

/// lowmem_reserve of a zone by the type of the request's highest zone. Non-decreasing.
using ReserveRow = std::array<Pages, kZoneTypes>;

/// R-CFG-8. `zones` holds at least the zones of z's node; those of other nodes do not count.
/// `ratio` is lowmem_reserve_ratio of z's type.
ReserveRow lowmem_reserve(std::span<const ZoneSize> zones, const ZoneSize& z, std::int64_t ratio,
                          Profile p);

/// The ratio of a type where none is stated.
std::int64_t default_reserve_ratio(ZoneType t, Profile p);

/// What a zone adds to totalreserve (R-CFG-10): its high mark and its largest reserve, and never
/// more than it has.
Pages reserved_of(Pages managed, Pages high, const ReserveRow& row);

}  // namespace bp::rules
