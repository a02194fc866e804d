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

}  // namespace

ConcRow conc_row(const ConcPlant& p, const std::vector<sched::Site>& met,
                 const std::vector<explore::NamedScenario>& all, const ConcTableOptions& o) {
  ConcRow row;
  row.plant = &p;
  const std::vector<explore::Plant> plants = plants_of(p, met);
  for (const ConcMode mode : o.modes) {
    ConcCell& cell = row.cells.emplace_back();
    for (unsigned seed = 1; seed <= o.seeds && !plants.empty(); ++seed) {
      // A function with several sites: one of them at a time.
      const explore::Plant& plant = plants[(seed - 1) % plants.size()];
      const ConcKill k = hunt_conc(plant, all, mode, {.seconds = o.seconds, .seed = seed});
      note(cell, k, mode);
      row.by_named = row.by_named || (k.killed && is_named(p, k));
      if (k.killed && !row.killed) note_smallest(row, *k.one);
      row.killed = row.killed || k.killed;
    }
    std::ranges::sort(cell.seconds);
    std::ranges::sort(cell.executions);
  }
  return row;
}

}  // namespace bp
