// SPDX-License-Identifier: MIT
// Free blocks of a zone by order and type, and the pages they are.
#pragma once

#include <string>

#include "model/reference/kernel_state.h"

namespace bp::svg {

double free_table_height(const reference::Config& config);
inline constexpr double kFreeTableWidth = 512;

/// With its upper left corner at 0,0.
std::string free_table(const reference::Config& config, const reference::ZoneState& zone);

}  // namespace bp::svg
