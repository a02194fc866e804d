// SPDX-License-Identifier: MIT
#include "fuzz/explore/site_plants.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "fuzz/sched/random_chooser.h"

namespace bp::explore {
namespace {

/// Of one scenario: enough to come to its sites.
constexpr unsigned kLooks = 200;

using Key = std::tuple<std::string, std::uint32_t, std::uint32_t>;

std::map<Key, sched::Site> sites_of(const std::vector<NamedScenario>& all) {
  std::map<Key, sched::Site> sites;
  for (const NamedScenario& n : all) {
    Runner runner(n.scenario);
    runner.watch_sites(true);
    sched::RandomChooser random(1);
    for (unsigned i = 0; i < kLooks; ++i) runner.run(random);
    for (const sched::Site& s : runner.sites().all())
      sites.emplace(Key{s.file, s.line, s.column}, s);
  }
  return sites;
}

void add(const sched::Site& s, sched::SiteChange change, std::memory_order to,
         std::vector<SitePlant>& to_list) {
  SitePlant p;
  p.site = s;
  p.plant.site = s.name();
  p.plant.change = change;
  p.plant.to = to;
  p.plant.name = sched::site_change_name(change);
  const bool order =
      change == sched::SiteChange::order || change == sched::SiteChange::failure_order;
  if (order) p.plant.name += std::string(" ") + sched::order_name(to);
  to_list.push_back(p);
}

}  // namespace

std::vector<sched::Site> met_sites(const std::vector<NamedScenario>& all) {
  std::vector<sched::Site> met;
  for (const auto& [key, s] : sites_of(all)) met.push_back(s);
  return met;
}

std::vector<SitePlant> site_plants(const std::vector<NamedScenario>& all) {
  std::vector<SitePlant> plants;
  for (const auto& [key, s] : sites_of(all)) {
    for (const std::memory_order o : sched::weaker_orders(s.kind, s.success))
      add(s, sched::SiteChange::order, o, plants);
    if (s.kind == sched::SiteKind::cas) {
      for (const std::memory_order o : sched::weaker_orders(sched::SiteKind::load, s.failure))
        add(s, sched::SiteChange::failure_order, o, plants);
    }
    const bool rmw = s.kind == sched::SiteKind::rmw || s.kind == sched::SiteKind::cas;
    if (rmw) add(s, sched::SiteChange::torn, s.success, plants);
    if (s.kind != sched::SiteKind::load) add(s, sched::SiteChange::skipped, s.success, plants);
  }
  return plants;
}

Kill hunt_site(const SitePlant& p, const std::vector<NamedScenario>& all, const Search& search) {
  Kill k;
  for (const NamedScenario& n : all) {
    Runner runner(n.scenario);
    // A scenario that does not come to the site says nothing about it.
    if (!runner.plant(p.plant).empty()) continue;
    for (const Mode mode : {search.mode, Mode::pct, Mode::pos, Mode::exhaustive}) {
      Search one = search;
      one.mode = mode;
      const Explored e = explore(n.scenario, runner, p.plant, one);
      k.executions += e.executions;
      k.seconds += e.seconds;
      if (!e.found) continue;
      k.killed = true;
      k.scenario = n.name;
      k.rule = e.found->file.rule;
      return k;
    }
  }
  return k;
}

}  // namespace bp::explore
