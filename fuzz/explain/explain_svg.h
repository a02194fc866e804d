// SPDX-License-Identifier: MIT
// A verdict as a picture: one SVG file without script or anything outside it, light or dark as the
// browser is. Each zone is a gauge: its free pages, with what this request may not use set apart,
// against what it had to be above; below it the free blocks by order, those that are large enough
// in a frame. The same verdict is the same bytes.
#pragma once

#include <string>

#include "fuzz/explain/situation.h"
#include "fuzz/explain/verdict.h"

namespace bp::explain {

/// `name`: what was read, for the heading.
std::string explain_svg(const Situation& s, const Verdict& v, const std::string& name);

}  // namespace bp::explain
