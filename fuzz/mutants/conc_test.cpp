// SPDX-License-Identifier: MIT
// Planted bugs of schedules have names and places of their own; some are killed in every mode, and
// nothing is where nothing is planted.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "fuzz/mutants/conc_table.h"

namespace bp {
namespace {

namespace fs = std::filesystem;

std::vector<explore::NamedScenario> corpus() {
  std::vector<explore::NamedScenario> all;
  for (const auto& e : fs::directory_iterator(fs::path(BP_SOURCE_DIR) / "corpus/conc")) {
    std::stringstream text;
    text << std::ifstream(e.path()).rdbuf();
    const auto parsed = explore::parse_scenario(text.str());
    if (parsed.scenario) all.push_back({e.path().stem().string(), *parsed.scenario});
  }
  return all;
}

TEST(ConcPlants, AreNamedOnceAndEachHasAPlace) {
  const auto met = explore::met_sites(corpus());
  std::set<std::string_view> names;
  for (const ConcPlant& p : conc_plants()) {
    names.insert(p.name);
    EXPECT_FALSE(plants_of(p, met).empty()) << p.name;
    EXPECT_FALSE(p.rules.empty()) << p.name;
  }
  EXPECT_EQ(names.size(), conc_plants().size());
}

TEST(ConcCell, AMedianIsOfAllHuntsThoseThatLivedAmongThem) {
  ConcCell c{.seeds = 5, .hunts = 5, .kills = 3, .seconds = {1, 2, 9}, .executions = {10, 20, 90}};
  EXPECT_EQ(c.median_seconds(), 9);
  EXPECT_EQ(c.median_executions(), 90U);
  EXPECT_EQ(c.kills_within(2), 2U);
  c.kills = 2, c.seconds.pop_back(), c.executions.pop_back();
  EXPECT_EQ(c.median_seconds(), std::nullopt);
  c = {.seeds = 10, .hunts = 4, .kills = 0};
  EXPECT_FALSE(c.median_lives());
  c.hunts = 5;
  EXPECT_TRUE(c.median_lives()) << "whatever the other five come to";
}

/// All of them, in all modes: `buddyproof mutants --run --layer conc`.
TEST(ConcHunt, EveryModeKillsByANamedRule) {
  const auto all = corpus();
  const auto met = explore::met_sites(all);
  ConcTableOptions o{.modes = {ConcMode::fuzz, ConcMode::random, ConcMode::pct, ConcMode::pos,
                               ConcMode::exhaustive},
                     .seconds = 20};
  for (const ConcPlant& p : conc_plants()) {
    if (p.name != "claim-torn" && p.name != "list-relaxed") continue;
    const ConcRow row = conc_row(p, met, all, o);
    EXPECT_TRUE(row.by_named) << p.name;
    EXPECT_GT(row.bytes, 0U);
    for (std::size_t m = 0; m < o.modes.size(); ++m)
      EXPECT_EQ(row.cells[m].kills, 1U) << p.name << " " << kConcModeNames[m];
  }
}

TEST(ConcHunt, FindsNothingWhereNothingIsPlanted) {
  for (const ConcMode mode : {ConcMode::fuzz, ConcMode::random, ConcMode::exhaustive}) {
    const ConcKill k = hunt_conc({.name = "none"}, corpus(), mode, {.seconds = 1});
    EXPECT_FALSE(k.killed) << k.rule;
    EXPECT_GT(k.executions, 10U);
  }
}

}  // namespace
}  // namespace bp
