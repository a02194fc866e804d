// SPDX-License-Identifier: MIT
// A zone's frames: one tile after the other, free blocks coloured by type and order, frames on
// per-CPU lists, frames that are not free, holes. Each tile has a tooltip with its numbers.
#pragma once

#include <string>

#include "fuzz/report/svg/tiles.h"
#include "model/reference/kernel_state.h"

namespace bp::svg {

/// Order and type of the blocks on list `list` (R-PCP-1, 11; C1). List 12 of 6.1 and later holds
/// UNMOVABLE and RECLAIMABLE; it counts as UNMOVABLE here.
struct ListKind {
  Order order;
  Migratetype type = Migratetype::unmovable;
};
ListKind pcp_list_kind(const reference::Config& config, unsigned list);

/// With its upper left corner at 0,0; as high and wide as the tiling says.
std::string frame_map(const reference::Config& config, const reference::ZoneState& zone,
                      const Tiling& tiling);

}  // namespace bp::svg
