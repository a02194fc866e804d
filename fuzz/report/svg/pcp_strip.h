// SPDX-License-Identifier: MIT
// One CPU's lists of one zone: a bar of its pages by type and order against `high`, and the blocks
// on each list.
#pragma once

#include <string>

#include "model/reference/kernel_state.h"

namespace bp::svg {

inline constexpr double kPcpStripHeight = 40;

/// With its upper left corner at 0,0.
std::string pcp_strip(const reference::Config& config, unsigned cpu, const reference::PcpState& pcp,
                      double width);

}  // namespace bp::svg
