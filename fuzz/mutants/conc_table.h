// SPDX-License-Identifier: MIT
// Every planted bug of the concurrent layer in every mode and for some seeds: how many are killed
// within which time, and by which rule; and the killing case made small.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fuzz/mutants/conc_hunt.h"

namespace bp {

/// Of one bug in one mode, over all seeds.
struct ConcCell {
  unsigned hunts = 0, kills = 0;
  std::vector<double> seconds;            ///< Of the kills, ascending.
  std::vector<std::uint64_t> executions;  ///< Likewise.
  std::map<std::string, unsigned> rules;  ///< That killed.
  unsigned deviations = 0;                ///< Fewest of a killing case; exhaustive: the k.

  double median_seconds() const { return seconds.empty() ? 0 : seconds[seconds.size() / 2]; }
  std::uint64_t median_executions() const {
    return executions.empty() ? 0 : executions[executions.size() / 2];
  }
};

struct ConcRow {
  const ConcPlant* plant = nullptr;
  std::vector<ConcCell> cells;  ///< By mode, of those asked for.
  bool killed = false;          ///< In some mode,
  bool by_named = false;        ///< by a rule that the bug names.
  std::size_t operations = 0;   ///< Of the smallest case,
  unsigned deviations = 0;      ///< its choices off the default,
  std::size_t bytes = 0;        ///< and its text.
};

struct ConcTableOptions {
  std::vector<ConcMode> modes;
  unsigned seeds = 1;
  double seconds = 10;  ///< For each hunt.
};

/// One row; `met` are the sites that the scenarios come to.
ConcRow conc_row(const ConcPlant& p, const std::vector<sched::Site>& met,
                 const std::vector<explore::NamedScenario>& all, const ConcTableOptions& o);

}  // namespace bp
