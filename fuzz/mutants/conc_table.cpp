// SPDX-License-Identifier: MIT
#include "fuzz/mutants/conc_table.h"

#include <algorithm>

#include "fuzz/explore/minimise_case.h"

namespace bp {
namespace {

/// Schedules of each smaller scenario.
constexpr std::uint64_t kTries = 300;

void note(ConcCell& cell, const ConcKill& k, ConcMode mode) {
  ++cell.hunts;
  if (!k.killed) return;
  const bool first = cell.kills++ == 0;
  cell.seconds.push_back(k.seconds);
  cell.executions.push_back(k.executions);
  ++cell.rules[explore::rule_of(k.rule)];
  const unsigned needed =
      mode == ConcMode::exhaustive ? k.deviations : explore::deviations(k.one->schedule);
  cell.deviations = first ? needed : std::min(cell.deviations, needed);
}

void note_smallest(ConcRow& row, const explore::Case& killing) {
  const explore::SmallCase small = explore::minimise_case(killing, kTries);
  row.operations = small.operations;
  row.deviations = explore::deviations(small.one.schedule);
  row.bytes = explore::case_text(small.one).size();
}

/// A function with several sites: one of them at a time.
unsigned seeds_of(ConcMode mode, unsigned seeds, std::size_t places) {
  return mode == ConcMode::exhaustive ? std::min(seeds, static_cast<unsigned>(places)) : seeds;
}

void fill(ConcRow& row, ConcMode mode, const std::vector<explore::Plant>& places,
          const std::vector<explore::NamedScenario>& all, const ConcTableOptions& o) {
  ConcCell& cell = row.cells.emplace_back();
  cell.seeds = seeds_of(mode, o.seeds, places.size());
  for (unsigned seed = 1; seed <= cell.seeds && !places.empty(); ++seed) {
    const explore::Plant& plant = places[(seed - 1) % places.size()];
    const ConcKill k = hunt_conc(plant, all, mode, {.seconds = o.seconds, .seed = seed});
    note(cell, k, mode);
    row.by_named = row.by_named || (k.killed && is_named(*row.plant, k));
    if (k.killed && !row.killed) note_smallest(row, *k.one);
    row.killed = row.killed || k.killed;
    if (cell.median_lives()) break;
  }
  std::ranges::sort(cell.seconds);
  std::ranges::sort(cell.executions);
}

}  // namespace

unsigned ConcCell::kills_within(double bound) const {
  return static_cast<unsigned>(std::ranges::upper_bound(seconds, bound) - seconds.begin());
}

ConcRow conc_row(const ConcPlant& p, const std::vector<sched::Site>& met,
                 const std::vector<explore::NamedScenario>& all, const ConcTableOptions& o) {
  ConcRow row;
  row.plant = &p;
  const std::vector<explore::Plant> places = plants_of(p, met);
  for (const ConcMode mode : o.modes) {
    fill(row, mode, places, all, o);
    if (o.on_cell) o.on_cell(row);
  }
  return row;
}

}  // namespace bp
