// SPDX-License-Identifier: MIT
// A zone's free pages as a bar, by type, with its watermarks across. Where the marks are far below
// the managed pages the scale has a break: the part left of it shows the neighbourhood of the
// marks.
#pragma once

#include <string>

#include "fuzz/report/svg/draw.h"
#include "model/reference/kernel_state.h"

namespace bp::svg {

inline constexpr double kMarkBarHeight = 75;

/// A counter with what the CPUs have not folded in yet (R-WMARK-13).
std::int64_t counted(const reference::ZoneState& zone, reference::Stat s);
/// NR_FREE_PAGES so.
std::int64_t free_pages(const reference::ZoneState& zone);

/// Free pages by type, from the lists.
std::array<std::int64_t, reference::kTypes> free_by_type(const reference::ZoneState& zone);

/// With its upper left corner at 0,0.
std::string mark_bar(const reference::Config& config, const reference::ZoneState& zone,
                     double width);

}  // namespace bp::svg
