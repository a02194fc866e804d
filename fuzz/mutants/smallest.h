// SPDX-License-Identifier: MIT
// How small programs that break a planted bug get, and the table of the smallest known
// (fuzz/mutants/smallest.txt, written by build/release/bin/mutants_smallest): what minimisation is
// measured by. Key: the plant and the rule that its program breaks. Random programs only: no clock,
// the same seed is the same program.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/mutants/plants.h"

namespace bp {

/// A random program that the planted subject is refused for, and by what rule.
struct PlantCrash {
  Program program;
  std::string rule;
};

/// The first of at most `programs_max` random programs of at least `ops_min` and at most `ops_max`
/// operations. Only of plants of a subject.
std::optional<PlantCrash> random_crash(const Plant& p, std::uint64_t seed, std::size_t ops_min,
                                       std::size_t ops_max, std::size_t programs_max);

/// Operations by (plant, rule).
using SmallestKnown = std::map<std::pair<std::string, std::string>, std::size_t>;

/// Of "PLANT RULE OPERATIONS" lines; '#' begins a comment. Nothing if a line is none.
std::optional<SmallestKnown> read_smallest(std::string_view text);
std::string print_smallest(const SmallestKnown& known);

}  // namespace bp
