// SPDX-License-Identifier: MIT
// Looks for one planted bug with every engine that can see bugs of its kind, cheapest first, until
// one finds it or its time is up. Single-threaded and seeded: the same build finds the same bug
// after the same number of executions, libFuzzer apart.
//
//   lockfree, naive   every small program; random programs and their mutations; libFuzzer
//   judge             sound subjects refused, by the same programs; wrong histories accepted
//   decoder           bytes that do not come back; programs that do not
//   table             every nibble of every configuration against the model's rule
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "fuzz/mutants/plants.h"

namespace bp {

struct HuntOptions {
  double seconds = 60;                     ///< For one bug, all engines together.
  std::filesystem::path libfuzzer_target;  ///< Used if it exists.
  std::uint64_t seed = 1;
};

struct Hunted {
  bool found = false;
  std::string engine;            ///< "exhaustive", "random", "edited", "round trip", "sweep", ...
  std::uint64_t executions = 0;  ///< Of all engines until it was found.
  double seconds = 0;
  std::string rule;  ///< Id of the rule that was broken, or what was seen.
};

Hunted hunt(const Plant& p, const HuntOptions& options);

}  // namespace bp
