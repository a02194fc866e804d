// SPDX-License-Identifier: MIT
// A benchmark's report as a table and as a plot.
#pragma once

#include <string>

#include "fuzz/bench/figures.h"

namespace bp::bench {

std::string table_of(const Report& r);

/// Medians as bars on a logarithmic scale, one group per workload.
std::string svg_of(const Report& r);

}  // namespace bp::bench
