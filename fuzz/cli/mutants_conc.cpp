// SPDX-License-Identifier: MIT
#include "fuzz/cli/mutants_conc.h"

#include <algorithm>
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/conc_file.h"
#include "fuzz/mutants/conc_table.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

constexpr std::array<double, 4> kWithin{1, 10, 60, 600};  ///< Seconds: rates are told for these.

struct Hunted {
  std::vector<ConcMode> modes;
  std::vector<ConcRow> rows;
};

std::vector<const ConcPlant*> chosen(const ConcMutantFlags& f) {
  std::vector<const ConcPlant*> some;
  for (const ConcPlant& p : conc_plants()) {
    if (f.only.empty() || std::ranges::find(f.only, p.name) != f.only.end()) some.push_back(&p);
  }
  return some;
}

int list(const ConcMutantFlags& f) {
  for (const ConcPlant* p : chosen(f)) {
    const nlohmann::json j{
        {"name", p->name}, {"kind", "conc"}, {"what", p->what}, {"rules", p->rules}};
    std::printf("%s\n", f.json ? j.dump().c_str() : std::string(p->name).c_str());
  }
  return kFine;
}

std::string rules_text(const ConcCell& c) {
  std::string text;
  for (const auto& [rule, times] : c.rules) text += (text.empty() ? "" : " ") + rule;
  return text;
}

std::string cell_text(const ConcCell& c, bool several) {
  if (c.kills == 0) return alarming(c.hunts == 0 ? "-" : "lives");
  const std::string rate = several ? fmt::format("{}/{} ", c.kills, c.hunts) : "";
  return fmt::format("{}{} {:.2f} s {}", rate, rules_text(c), c.median_seconds(),
                     c.median_executions());
}

nlohmann::json json_of(const ConcRow& r, const std::vector<ConcMode>& modes) {
  nlohmann::json j{{"name", r.plant->name},      {"kind", "conc"},
                   {"what", r.plant->what},      {"rules", r.plant->rules},
                   {"found", r.killed},          {"by_named_rule", r.by_named},
                   {"operations", r.operations}, {"deviations", r.deviations},
                   {"bytes", r.bytes},           {"modes", nlohmann::json::object()}};
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const ConcCell& c = r.cells[m];
    j["modes"][kConcModeNames[static_cast<std::size_t>(modes[m])]] = {
        {"hunts", c.hunts},
        {"kills", c.kills},
        {"seconds", c.median_seconds()},
        {"executions", c.median_executions()},
        {"rules", c.rules},
        {"deviations", c.deviations}};
  }
  return j;
}

void print_row(const ConcRow& r, const Hunted& h, const ConcMutantFlags& f) {
  if (f.json) {
    std::printf("%s\n", json_of(r, h.modes).dump().c_str());
  } else {
    std::string line = fmt::format("{:<23} {:<11}", r.plant->name, r.plant->rules);
    for (const ConcCell& c : r.cells) line += fmt::format(" {:<25}", cell_text(c, f.seeds > 1));
    line += !r.killed ? alarming(" SURVIVED")
            : r.by_named
                ? fmt::format(" {} ops, {} off default, {} B", r.operations, r.deviations, r.bytes)
                : alarming(" BY OTHER RULES");
    std::printf("%s\n", line.c_str());
  }
  std::fflush(stdout);
}

/// Of all hunts of a mode, the share that killed within so many seconds.
double rate(const Hunted& h, std::size_t mode, double within) {
  unsigned hunts = 0, kills = 0;
  for (const ConcRow& r : h.rows) {
    hunts += std::max(r.cells[mode].hunts, 1U);
    kills += static_cast<unsigned>(
        std::ranges::count_if(r.cells[mode].seconds, [&](double s) { return s <= within; }));
  }
  return hunts == 0 ? 0 : 100.0 * kills / hunts;
}

void print_rates(const Hunted& h, const ConcMutantFlags& f) {
  nlohmann::json all = nlohmann::json::object();
  for (std::size_t m = 0; m < h.modes.size(); ++m) {
    const std::string name(kConcModeNames[static_cast<std::size_t>(h.modes[m])]);
    std::string line = fmt::format("{:<11}", name);
    for (const double within : kWithin) {
      if (within > f.seconds && within != kWithin[0]) continue;
      line += fmt::format("  {:5.1f} % within {:g} s", rate(h, m, within), within);
      all[name][fmt::format("{:g}", within)] = rate(h, m, within);
    }
    if (!f.json) std::printf("%s\n", line.c_str());
  }
  if (f.json) std::printf("%s\n", nlohmann::json{{"kill_rates", all}}.dump().c_str());
}

std::vector<ConcMode> modes_of(const ConcMutantFlags& f) {
  std::vector<ConcMode> modes;
  for (std::size_t m = 0; m < kConcModeNames.size(); ++m) {
    if (f.modes.empty() || std::ranges::find(f.modes, kConcModeNames[m]) != f.modes.end())
      modes.push_back(static_cast<ConcMode>(m));
  }
  return modes;
}

void print_head(const Hunted& h) {
  std::string line = fmt::format("{:<23} {:<11}", "planted bug", "rules");
  for (const ConcMode m : h.modes)
    line += fmt::format(" {:<25}", kConcModeNames[static_cast<std::size_t>(m)]);
  std::printf("%s smallest case\n", line.c_str());
}

int run(const ConcMutantFlags& f) {
  const FileList files = expand({(source_tree() / "corpus" / "conc").string()});
  if (!files.fault.empty()) return fail(kInfrastructure, files.fault);
  std::vector<explore::NamedScenario> all;
  for (const auto& path : files.files) {
    ConcFile file = read_conc(path);
    if (!file.one) return fail(kInfrastructure, file.fault);
    all.push_back({path.stem().string(), std::move(file.one->scenario)});
  }
  const std::vector<sched::Site> met = explore::met_sites(all);
  Hunted h{modes_of(f), {}};
  if (!f.json) print_head(h);
  std::size_t alive = 0, otherwise = 0;
  for (const ConcPlant* p : chosen(f)) {
    h.rows.push_back(conc_row(*p, met, all, {h.modes, f.seeds, f.seconds}));
    print_row(h.rows.back(), h, f);
    if (!h.rows.back().killed) ++alive;
    if (h.rows.back().killed && !h.rows.back().by_named) ++otherwise;
  }
  print_rates(h, f);
  if (!f.json)
    std::printf("%zu of %zu killed by a rule that they name; %zu by other rules, %zu survived\n",
                h.rows.size() - alive - otherwise, h.rows.size(), otherwise, alive);
  return alive + otherwise == 0 ? kFine : kViolation;
}

}  // namespace

bool is_conc_mutant(const std::string& name) {
  return std::ranges::any_of(conc_plants(), [&](const ConcPlant& p) { return p.name == name; });
}

int conc_mutants(const ConcMutantFlags& f) { return f.run ? run(f) : list(f); }

}  // namespace bp::cli
