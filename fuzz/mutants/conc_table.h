// SPDX-License-Identifier: MIT
// Every planted bug of the concurrent layer in every mode and for some seeds: how many are killed
// within which time, and by which rule; and the killing case made small.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/mutants/conc_hunt.h"

namespace bp {

/// Of one bug in one mode, over all seeds. Not all of them are hunted: once half have lived, the
/// median is known to be beyond the bound; and the exhaustive mode has no seed, only places.
struct ConcCell {
  unsigned seeds = 0;  ///< To be hunted, by the mode.
  unsigned hunts = 0, kills = 0;
  std::vector<double> seconds;            ///< Of the kills, ascending.
  std::vector<std::uint64_t> executions;  ///< Likewise.
  std::map<std::string, unsigned> rules;  ///< That killed.
  unsigned deviations = 0;                ///< Fewest of a killing case; exhaustive: the k.

  /// Whether so many have lived that the median hunt did, whatever the others come to.
  bool median_lives() const { return hunts - kills >= seeds - seeds / 2; }
  /// Of all hunts, those that lived among them; nothing if the median hunt did.
  std::optional<double> median_seconds() const {
    return median_lives() ? std::nullopt : std::optional(seconds[seeds / 2]);
  }
  std::optional<std::uint64_t> median_executions() const {
    return median_lives() ? std::nullopt : std::optional(executions[seeds / 2]);
  }
  /// Hunts that were made and killed within so many seconds.
  unsigned kills_within(double bound) const;
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
  /// Told of each cell that is done, the last of the row.
  std::function<void(const ConcRow&)> on_cell = {};
};

/// One row; `met` are the sites that the scenarios come to.
ConcRow conc_row(const ConcPlant& p, const std::vector<sched::Site>& met,
                 const std::vector<explore::NamedScenario>& all, const ConcTableOptions& o);

}  // namespace bp
