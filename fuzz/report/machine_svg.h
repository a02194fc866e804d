// SPDX-License-Identifier: MIT
// A kernel's state as a picture: one SVG file without script or anything outside it, light or dark
// as the browser is. For each zone with pages: its frames in pageblock tiles, its free pages
// against the watermarks, free blocks by order and type, and each CPU's lists. Frames of which the
// state knows nothing but that they are not free are grey. The same state is the same bytes.
#pragma once

#include <string>
#include <string_view>

#include "model/reference/kernel_state.h"

namespace bp {

/// `name`: what the state was read from, for the heading; characters beyond ASCII show as '?'.
std::string machine_svg(const reference::KernelState& state, std::string_view name);

}  // namespace bp
