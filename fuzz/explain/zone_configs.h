// SPDX-License-Identifier: MIT
// Which zone types a kernel was built with, by what it printed: how many columns lowmem_reserve
// has, which zones are there, and which must be missing because they would have been printed. A
// column's meaning depends on it (G-5, R-ZONE-1).
#pragma once

#include <optional>
#include <vector>

#include "fuzz/explain/situation.h"
#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp::explain {

/// All that fit, the likeliest first: HIGHMEM is of 32-bit machines and excludes DMA32. Never
/// empty.
std::vector<ZoneConfig> possible_configs(const std::vector<ZoneFacts>& zones,
                                         std::optional<Gfp> gfp);

}  // namespace bp::explain
