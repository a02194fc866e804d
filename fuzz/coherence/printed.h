// SPDX-License-Identifier: MIT
// Counted figures as tables and as a plot. All figures are of one kind of turns and one order.
#pragma once

#include <span>
#include <string>

#include "fuzz/coherence/count.h"

namespace bp::coherence {

/// `n` of the figure over its operations.
double per_operation(const Figure& f, std::uint64_t n);

/// For people: a row for each subject under each traffic, a column for each number of CPUs.
std::string table_of(std::span<const Figure> figures);

/// Transfers an operation over CPUs as one SVG, a panel for each traffic, a line for each subject.
std::string svg_of(std::span<const Figure> figures);

}  // namespace bp::coherence
