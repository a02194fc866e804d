// SPDX-License-Identifier: MIT
// Faults that need no line in the allocator: at each of its atomic sites the order one step weaker,
// an RMW torn into a load and a store, a store that is not made. And which scenario kills each: a
// survivor is an order stronger than the scenarios can tell, or a hole in them. orders.md is made
// so.
#pragma once

#include <string>
#include <vector>

#include "fuzz/explore/explore.h"

namespace bp::explore {

/// A scenario with the name of its file.
struct NamedScenario {
  std::string name;
  Scenario scenario;
};

struct SitePlant {
  Plant plant;  ///< Named by what it does.
  sched::Site site;
};

/// The sites that random executions of the scenarios come to, in the order of file and line.
std::vector<sched::Site> met_sites(const std::vector<NamedScenario>& all);

/// Of every site that random executions of the scenarios come to, in the order of file and line.
std::vector<SitePlant> site_plants(const std::vector<NamedScenario>& all);

struct Kill {
  bool killed = false;
  std::string scenario;
  std::string rule;  ///< "S2: ...".
  std::uint64_t executions = 0;
  double seconds = 0;  ///< Of the processor.
};

/// Each scenario in turn has `search`, then the same by PCT, POS and exhaustively.
Kill hunt_site(const SitePlant& p, const std::vector<NamedScenario>& all, const Search& search);

}  // namespace bp::explore
